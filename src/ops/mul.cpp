// mul: a * b, with broadcasting.
#include "ops/binary_support.h"
#include "ops/op_list.h"

namespace mote::ops {

const OpDef &mul_op() {
  static const OpDef kOp = binary_op("mul", "a * b, with broadcasting.", Binary::kMul, 18);
  return kOp;
}

}  // namespace mote::ops
