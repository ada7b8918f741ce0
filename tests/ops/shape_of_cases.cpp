// Cases of the op shape_of: the dimensions of a tensor, whatever its values.
//
// Program only: models of others bring it, and readers compute it. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, DType type) {
  ProgramBuilder b("shape_of");
  const int x = b.input(in, 0.04f, -9);
  b.p.outputs = {b.p.add_tensor({"y", {in.rank()}, type, {}, {}, false})};
  return b.layer("shape_of", {}, {x}, {b.p.outputs[0]});
}

OpCases shape_of_cases() {
  OpCases cases = programs_only({program({1, 3, 4}, DType::kInt32), program({1, 7}, DType::kInt64)});
  cases.lacks.insert({Form::kFile, Form::kC});
  return cases;
}

}  // namespace mote::test
