// Normalization: y[i] = (x[i] - mean[i % period]) * gain[i % period], fitted on training windows in
// double precision; a value or channel that does not vary keeps the gain 1.
//
// In the fixed form it melts into quantization.cpp, so a device does one multiplication for both.
#include "features/normalization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "features/feature_def.h"
#include "features/quantization.h"

namespace mote {

std::vector<std::string> normalization_kinds() { return {"channel", "feature", "none"}; }

PreprocessingStep normalization(const std::string &kind, std::vector<float> mean, std::vector<float> gain) {
  return {"normalization", {{"normalize", kind}}, {{"mean", std::move(mean)}, {"gain", std::move(gain)}}};
}

namespace features {

static void fit_rows(PreprocessingStep &step, const Shape &in, const WindowRows &row, size_t examples) {
  const std::string &kind = step.attrs.text("normalize");
  std::vector<float> &mean = step.tables["mean"], &gain = step.tables["gain"];
  mean.clear();
  gain.clear();
  if (kind == "none") {
    mean.push_back(0);
    gain.push_back(1);
    return;
  }
  if (kind != "channel" && kind != "feature")
    throw Error(ErrorCode::kInvalidArgument, "normalize", fmt::format("'{}' is unknown", kind),
                "use \"channel\", \"feature\" or \"none\"");
  // What differs by less than the next float is noise of the number format: such a channel is constant, in
  // whatever unit it is. Should it move on a device, it does so in parts of its constant.
  constexpr double kFloatSpacing = 0x1p-23;
  const size_t size = in.elements(), period = kind == "channel" ? static_cast<size_t>(in[-1]) : size;
  std::vector<double> sum(period), squares(period), largest(period);
  const double n = examples * size / period;
  for (size_t e = 0; e < examples; ++e) {
    const float *values = row(e);
    for (size_t i = 0; i < size; ++i) {
      const double v = values[i];
      sum[i % period] += v;
      largest[i % period] = std::max(largest[i % period], std::fabs(v));
    }
  }
  for (size_t k = 0; k < period; ++k) sum[k] /= n;
  for (size_t e = 0; e < examples; ++e) {
    const float *values = row(e);
    for (size_t i = 0; i < size; ++i) {
      const double d = values[i] - sum[i % period];
      squares[i % period] += d * d;
    }
  }
  for (size_t k = 0; k < period; ++k) {
    const double deviation = __builtin_sqrt(squares[k] / n);
    mean.push_back(sum[k]);
    const bool is_constant = deviation <= kFloatSpacing * largest[k];
    const auto own = static_cast<float>(1.0 / (is_constant ? largest[k] : deviation));
    gain.push_back(std::isfinite(own) ? own : 1.0f);
  }
}

static void fit_normalization(PreprocessingStep &step, const Shape &in, const float *values,
                              size_t examples) {
  fit_rows(
      step, in, [&](size_t e) { return values + e * in.elements(); }, examples);
}

static void apply_normalization(const PreprocessingStep &step, const Shape &in, const float *x, float *,
                                float *y) {
  const std::vector<float> &mean = step.table("mean"), &gain = step.table("gain");
  const size_t count = in.elements(), period = mean.size();
  for (size_t i = 0, k = 0; i < count; ++i) {
    y[i] = (x[i] - mean[k]) * gain[k];
    if (++k == period) k = 0;
  }
}

const FeatureDef &normalization_feature() {
  static const FeatureDef kDef = {
      .name = "normalization",
      .formula = "y = (x - mean[i % period]) * gain[i % period]",
      .attrs = {{"normalize",
                 std::string("channel"),
                 "one mean and gain per channel, per value of the window, or none",
                 {"channel", "feature", "none"}}},
      .tables = {{"mean"}, {"gain"}},
      .fits = [](const PreprocessingStep &s,
                 const Shape &in) { return has_period(in, s.table("mean"), s.table("gain")); },
      .shape = [](const PreprocessingStep &, const Shape &in) { return in; },
      .fit = fit_normalization,
      .fit_rows = fit_rows,
      .apply = apply_normalization,
      .c = NotSupported{"is one with the quantization of the network's input on a device, so it comes last"},
      .with_quantization =
          [](const PreprocessingStep &s, const QuantParams &input) {
            std::vector<float> gains;
            for (float gain : s.table("gain")) gains.push_back(gain / double{input.scale[0]});
            return quantization(s.table("mean"), gains, input.zero_point[0]);
          },
      .frames = NotSupported{"is one with the quantization on a device"},
      .stands_flat = true};
  return kDef;
}

}  // namespace features

}  // namespace mote
