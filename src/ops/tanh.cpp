// tanh: hyperbolic tangent, int8 by table.
#include "mote_runtime.h"
#include "ops/fixed_point_support.h"
#include "ops/op_list.h"
#include "ops/sigmoid_support.h"

namespace mote::ops {

const OpDef &tanh_op() {
  static const OpDef kOp = lookup_op(
      "tanh", "Hyperbolic tangent.", {},
      [](const IntegerProgram &p, const ProgramLayer &l) { return saturating_table(p, l, fixed_tanh, 7, 0); },
      plain_tflite(28, 2, 3),
      [](const IntegerProgram &p, const ProgramLayer &l) {
        return wide_sigmoid(p, l, "tanh", mote_tanh_s16, 1);
      });
  return kOp;
}

}  // namespace mote::ops
