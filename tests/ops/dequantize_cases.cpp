// Cases of the op dequantize: int8 to float, at the end of imported models.
//
// Program only: training has no such layer. What is checked with them: ops_test.cpp.
#include "ops/op_cases.h"

namespace mote::test {

OpCases dequantize_cases() {
  OpCases cases;
  IntegerProgram p;
  p.name = "dequantize";
  p.inputs = {p.add_tensor({"x", {1, 64}, DType::kInt8, {{0.037f}, {11}, 0}, {}, false})};
  p.outputs = {p.add_tensor({"y", {1, 64}, DType::kFloat32, {}, {}, false})};
  p.layers = {{"dequantize", "dequantize", {}, p.inputs, p.outputs}};
  cases.programs = {p};
  cases.lacks = {Form::kFloat, Form::kQuantized};
  return cases;
}

}  // namespace mote::test
