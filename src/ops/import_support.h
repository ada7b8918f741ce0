// What ops share that only imported int8 models have so far: refusals for the float facets, constant
// operands.
#pragma once

#include "graph/op_def.h"

namespace mote::ops {

// The refusal of every facet that a trainable op would give.
NotSupported imported_only(const std::string &op);

// The values of a constant int32 (or int64) operand. Errors: kUnsupported when it is not a constant.
std::vector<int> constant_values(const IntegerProgram &p, const ProgramLayer &l, size_t input);

// A list attribute as ints.
std::vector<int> ints(const Attrs &attrs, const char *key);

// -rank .. rank-1 to 0 .. rank-1. Errors: kShape.
int normal_axis(const ProgramLayer &l, int axis, int rank);

// Row-major strides of a shape, in elements.
std::vector<int> strides_of(const Shape &shape);

// Input and output must have the same scale and zero point: the op only moves values.
void require_same_scale(const ProgramLayer &l, const ProgramTensor &x, const ProgramTensor &y);

}  // namespace mote::ops
