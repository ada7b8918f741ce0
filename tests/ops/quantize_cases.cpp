// Cases of the op quantize: float to int8 or int16, and integers from one scale to another, or to the same.
//
// Program only: mote puts it at the entrance, and around int16 layers. What is checked with them:
// ops_test.cpp.
#include "ops/op_cases.h"

namespace mote::test {

static IntegerProgram program(DType from, float from_scale, int from_zero, float to_scale, int to_zero,
                              DType to = DType::kInt8) {
  IntegerProgram p;
  p.name = "quantize";
  QuantParams quant;
  if (from != DType::kFloat32) quant = {{from_scale}, {from_zero}, 0};
  p.inputs = {p.add_tensor({"x", {1, 300}, from, quant, {}, false})};
  p.outputs = {p.add_tensor({"y", {1, 300}, to, {{to_scale}, {to_zero}, 0}, {}, false})};
  p.layers = {{"quantize", "quantize", {}, p.inputs, p.outputs}};
  return p;
}

OpCases quantize_cases() {
  OpCases cases;
  cases.programs = {program(DType::kFloat32, 0, 0, 0.02f, -7),
                    program(DType::kInt8, 0.031f, 4, 0.05f, -20),
                    program(DType::kInt8, 0.05f, -3, 0.013f, 30),
                    program(DType::kInt8, 0.05f, -3, 0.05f, -3),
                    program(DType::kFloat32, 0, 0, 0.0002f, 0, DType::kInt16),
                    program(DType::kInt8, 0.05f, -3, 0.05f / 128, 0, DType::kInt16),
                    program(DType::kInt8, 0.05f, 20, 0.00031f, 0, DType::kInt16),
                    program(DType::kInt16, 0.0003f, 0, 0.041f, 9),
                    program(DType::kInt16, 0.0003f, 0, 0.00043f, 0, DType::kInt16)};
  cases.lacks = {Form::kFloat, Form::kQuantized};
  return cases;
}

}  // namespace mote::test
