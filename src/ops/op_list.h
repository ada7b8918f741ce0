// Declares the function of every op in op_list.def.
#pragma once

#include "graph/op_def.h"

namespace mote::ops {

#define MOTE_OP(name) const OpDef &name##_op();
#include "ops/op_list.def"
#undef MOTE_OP

}  // namespace mote::ops
