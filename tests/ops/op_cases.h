// The case list of an op. One list feeds every check of ops_test.cpp; adding an op means adding its list.
//
// Oracles are double-precision code written from the op's formula, not from its implementation.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "mote/model.h"
#include "mote/program.h"

namespace mote::test {

using Values = std::vector<double>;

// One example through the op: inputs, parameters -> output.
using Oracle = std::function<Values(const Attrs &, const std::vector<Shape> &in, const std::vector<Values> &x,
                                    const std::vector<Values> &params, const Shape &out)>;

struct OpCase {
  Attrs attrs;
  std::vector<Shape> in;
  Shape out;              // what the op must infer
  bool is_smooth = true;  // false: kinks, so inputs near one are moved away
};

enum class Form { kFloat, kQuantized, kFile, kC };  // trained; made int8 by mote; in .tflite; in C

struct OpCases {
  std::vector<OpCase> cases;
  Oracle oracle;                       // empty: the op has no float form
  double integer_tolerance_steps = 2;  // of the quantized op to the float one, in steps of its output scale
  std::vector<IntegerProgram> programs =
      {};  // integer programs of their own, for ops that only imported models have
  // Which forms the op says it does not have: a form that is missing by mistake is not checked, so it is said
  // twice.
  std::set<Form> lacks = {};
};

#define MOTE_OP(name) OpCases name##_cases();
#include "ops/op_list.def"
#undef MOTE_OP

// "conv2d": its cases. The build fails for an op without a list.
OpCases cases_of(const std::string &op);

}  // namespace mote::test
