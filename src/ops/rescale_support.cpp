// From one scale to another, with a clamp: what relu and quantize are on integers.
#include "ops/rescale_support.h"

#include <fmt/format.h>

#include "base/error.h"
#include "ops/integer_support.h"

namespace mote::ops {

Rescale rescale_params(const IntegerProgram &p, const ProgramLayer &l, FusedActivation activation) {
  const ProgramTensor &x = values_in(p, l, 0);
  const bool to_wide = !l.outputs.empty() && p.tensor(l.outputs[0]).dtype == DType::kInt16;
  const ProgramTensor &y = output_of(p, l, 0, to_wide ? DType::kInt16 : DType::kInt8);
  require(x.shape.elements() == y.shape.elements(), l,
          fmt::format("input {} and output {} differ", x.shape.text(), y.shape.text()), ErrorCode::kShape);
  const double real = scale_of(l, x) / double{scale_of(l, y)};
  const bool is_wide = x.dtype == DType::kInt16;
  check_accumulator(l, is_wide ? 32768 : 255, real);
  const Multiplier m = quantize_multiplier(real);
  const int zx = zero_point_of(l, x), zy = zero_point_of(l, y);
  require(!to_wide || zy == 0, l, fmt::format("{} is int16 and has the zero point {}", named(y), zy));
  const ClampRange clamp = activation_range(l, activation, y);
  return {{element_count(x), zx, zy, m.value, m.shift, clamp.low, clamp.high}, is_wide, to_wide};
}

HostCall rescale_run(const Rescale &rescale) {
  return [rescale](HostInputs in, HostOutputs out) {
    const mote_rescale_params *q = &rescale.params;
    if (rescale.from_int16 && rescale.to_int16)
      mote_rescale_s16(q, in[0], out[0]);
    else if (rescale.from_int16)
      mote_rescale_s16_s8(q, in[0], out[0]);
    else if (rescale.to_int16)
      mote_rescale_s8_s16(q, in[0], out[0]);
    else
      mote_rescale_s8(q, in[0], out[0]);
  };
}

std::vector<CField> rescale_fields(const mote_rescale_params &q) {
  return {{"count", q.count},
          {"input_zero_point", q.input_zero_point},
          {"output_zero_point", q.output_zero_point},
          {"multiplier", q.multiplier},
          {"shift", q.shift},
          {"act_min", q.act_min},
          {"act_max", q.act_max}};
}

CCall rescale_call(const Rescale &r) {
  const char *type = r.from_int16 ? r.to_int16 ? "s16" : "s16_s8" : r.to_int16 ? "s8_s16" : "s8";
  CCall call{fmt::format("mote_rescale_{}", type),
             r.from_int16 || r.to_int16 ? "rescale_s16.c" : "rescale_s8.c",
             "mote_rescale_params",
             rescale_fields(r.params),
             {},
             {"params", "in0", "out0"}};
  call.rows = CRows{.count = "count"};
  return call;
}

}  // namespace mote::ops
