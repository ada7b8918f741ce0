#include "ops/rescale_support.h"

#include <fmt/format.h>

#include "base/error.h"
#include "ops/integer_support.h"

namespace mote::ops {

mote_rescale_s8_params rescale_params(const IntegerProgram &p, const ProgramLayer &l,
                                      TfActivation activation) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
  require(x.shape.elements() == y.shape.elements(), l,
          fmt::format("input {} and output {} differ", x.shape.text(), y.shape.text()), ErrorCode::kShape);
  const double real = static_cast<double>(scale_of(l, x)) / static_cast<double>(scale_of(l, y));
  check_accumulator(l, 255, real);
  const Multiplier m = quantize_multiplier(real);
  const int zx = zero_point_of(l, x), zy = zero_point_of(l, y);
  const ClampRange clamp = activation_range(l, activation, y);
  return {static_cast<int32_t>(x.shape.elements()), zx, zy, m.value, m.shift, clamp.low, clamp.high};
}

HostCall rescale_run(const mote_rescale_s8_params &params) {
  return [params](const void *const *in, void *const *out) {
    mote_rescale_s8(&params, static_cast<const int8_t *>(in[0]), static_cast<int8_t *>(out[0]));
  };
}

CCall rescale_call(const mote_rescale_s8_params &q) {
  return {"mote_rescale_s8",
          "rescale_s8.c",
          "mote_rescale_s8_params",
          {{"count", q.count},
           {"input_zero_point", q.input_zero_point},
           {"output_zero_point", q.output_zero_point},
           {"multiplier", q.multiplier},
           {"shift", q.shift},
           {"act_min", q.act_min},
           {"act_max", q.act_max}},
          {},
          {"params", "in0", "out0"}};
}

}  // namespace mote::ops
