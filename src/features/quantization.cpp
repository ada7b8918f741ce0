// Quantization, the last step of the fixed form. Its arithmetic on the device is mote_front_end_f32 of
// runtime/, which the host calls too.
//
// Not fitted: offset and gain come from the normalization in front of it and the scale of the network's
// input (normalization.cpp).
#include "features/quantization.h"

#include "features/feature_def.h"

namespace mote {

PreprocessingStep quantization(std::vector<float> offset, std::vector<float> gain, int zero_point) {
  return {"quantization",
          {{"zero_point", int64_t{zero_point}}},
          {{"offset", std::move(offset)}, {"gain", std::move(gain)}}};
}

bool has_period(const Shape &in, const std::vector<float> &a, const std::vector<float> &b) {
  return !a.empty() && a.size() == b.size() && in.elements() % a.size() == 0;
}

namespace features {

const FeatureDef &quantization_feature() {
  static const NotSupported kLast = {"gives int8, so it is the last step of a fixed form"};
  static const FeatureDef kDef = {
      .name = "quantization",
      .formula =
          "q = clamp(round_half_away((x - offset[i % period]) * gain[i % period]) + zero_point, -128, 127)",
      .attrs = {{"zero_point", int64_t{0}, "of the network's input", {}, -128, 127}},
      .tables = {{"offset"}, {"gain"}},
      .fits = [](const PreprocessingStep &s,
                 const Shape &in) { return has_period(in, s.table("offset"), s.table("gain")); },
      .shape = [](const PreprocessingStep &, const Shape &in) { return in; },
      .fit = NotSupported{"comes from the calibrated range of the input"},
      .apply = kLast,
      .c = kLast,
      .with_quantization = kLast,
      .frames = kLast,
      .stands_flat = true};
  return kDef;
}

}  // namespace features

}  // namespace mote
