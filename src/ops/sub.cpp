// sub: a - b, with broadcasting.
#include "ops/binary_support.h"
#include "ops/op_list.h"

namespace mote::ops {

const OpDef &sub_op() {
  static const OpDef kOp = binary_op("sub", "a - b, with broadcasting.", Binary::kSub, 41);
  return kOp;
}

}  // namespace mote::ops
