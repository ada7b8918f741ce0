// logistic: 1 / (1 + exp(-x)), int8 by table, int16 by interpolation.
#include "mote_runtime.h"
#include "ops/fixed_point_support.h"
#include "ops/op_list.h"
#include "ops/sigmoid_support.h"

namespace mote::ops {

const OpDef &logistic_op() {
  static const OpDef kOp = lookup_op(
      "logistic", "1 / (1 + exp(-x)).", {},
      [](const IntegerProgram &p, const ProgramLayer &l) {
        return saturating_table(p, l, fixed_logistic, 8, -128);
      },
      plain_tflite(14, 2, 3),
      [](const IntegerProgram &p, const ProgramLayer &l) {
        return wide_sigmoid(p, l, "logistic", mote_logistic_s16, 0);
      });
  return kOp;
}

}  // namespace mote::ops
