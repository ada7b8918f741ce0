// add: a + b, with broadcasting.
#include "ops/binary_support.h"
#include "ops/op_list.h"

namespace mote::ops {

const OpDef &add_op() {
  static const OpDef kOp = binary_op("add", "a + b, with broadcasting.", Binary::kAdd, 0);
  return kOp;
}

}  // namespace mote::ops
