// Sum, difference and product share their broadcasting and their facets.
#pragma once

#include "graph/op_def.h"
#include "mote_runtime.h"

namespace mote::ops {

enum class Binary { kAdd, kSub, kMul };
OpDef binary_op(const std::string &name, const std::string &doc, Binary kind, int builtin_code);

}  // namespace mote::ops
