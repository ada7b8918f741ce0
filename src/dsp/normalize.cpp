#include "dsp/normalize.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote {

std::vector<std::string> normalization_kinds() { return {"channel", "feature", "none"}; }

Normalization fit_normalization(const std::string &kind, const float *values, size_t examples, int window,
                                int channels) {
  const size_t size = static_cast<size_t>(window) * static_cast<size_t>(channels);
  if (kind == "none") return {std::vector<float>(1, 0.0f), std::vector<float>(1, 1.0f)};
  if (kind != "channel" && kind != "feature")
    throw Error(ErrorCode::kInvalidArgument, "normalize", fmt::format("'{}' is unknown", kind),
                "use \"channel\", \"feature\" or \"none\"");
  const size_t period = kind == "channel" ? static_cast<size_t>(channels) : size;
  std::vector<double> sum(period), squares(period);
  const double n = static_cast<double>(examples * size / period);
  for (size_t i = 0; i < examples * size; ++i) sum[i % period] += static_cast<double>(values[i]);
  for (size_t k = 0; k < period; ++k) sum[k] /= n;
  for (size_t i = 0; i < examples * size; ++i) {
    const double d = static_cast<double>(values[i]) - sum[i % period];
    squares[i % period] += d * d;
  }
  Normalization result;
  for (size_t k = 0; k < period; ++k) {
    const double deviation = __builtin_sqrt(squares[k] / n);
    result.mean.push_back(static_cast<float>(sum[k]));
    result.gain.push_back(deviation > 1e-6 ? static_cast<float>(1.0 / deviation) : 1.0f);
  }
  return result;
}

void normalize(const std::vector<float> &mean, const std::vector<float> &gain, const float *x, size_t count,
               float *out) {
  const size_t period = mean.size();
  for (size_t i = 0, k = 0; i < count; ++i) {
    out[i] = (x[i] - mean[k]) * gain[k];
    if (++k == period) k = 0;
  }
}

}  // namespace mote
