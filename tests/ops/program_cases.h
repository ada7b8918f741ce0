// Builds one-layer int8 programs for ops that only imported models have.
#pragma once

#include "base/random.h"
#include "graph/op_def.h"
#include "ops/op_cases.h"

namespace mote::test {

struct ProgramBuilder {
  IntegerProgram p;

  explicit ProgramBuilder(const std::string &name) { p.name = name; }

  int tensor(const Shape &shape, float scale, int zero_point) {
    return p.add_tensor(
        {"t" + std::to_string(p.tensors.size()), shape, DType::kInt8, {{scale}, {zero_point}, 0}, {}, false});
  }
  int input(const Shape &shape, float scale, int zero_point) {
    p.inputs.push_back(tensor(shape, scale, zero_point));
    return p.inputs.back();
  }
  int output(const Shape &shape, float scale, int zero_point) {
    p.outputs.push_back(tensor(shape, scale, zero_point));
    return p.outputs.back();
  }
  // Random weights with a scale per channel along `axis`, and a bias.
  int weights(const Shape &shape, int axis, uint64_t seed) {
    ProgramTensor t{"w", shape, DType::kInt8, {{}, {}, axis}, std::vector<uint8_t>(shape.elements()), true};
    Random random(seed);
    for (uint8_t &b : t.data)
      b = static_cast<uint8_t>(static_cast<int8_t>(static_cast<int>(random.below(255)) - 127));
    for (int c = 0; c < shape[axis]; ++c) {
      t.quant.scale.push_back(random.uniform(0.002f, 0.02f));
      t.quant.zero_point.push_back(0);
    }
    return p.add_tensor(t);
  }
  int bias(int channels, uint64_t seed) {
    ProgramTensor t{
        "b", {channels}, DType::kInt32, {}, std::vector<uint8_t>(static_cast<size_t>(channels) * 4), true};
    Random random(seed);
    for (int c = 0; c < channels; ++c) {
      reinterpret_cast<int32_t *>(t.data.data())[c] = static_cast<int32_t>(random.below(4000)) - 2000;
      t.quant.scale.push_back(0.001f);
      t.quant.zero_point.push_back(0);
    }
    return p.add_tensor(t);
  }
  IntegerProgram layer(const std::string &op, const Attrs &attrs, std::vector<int> inputs,
                       std::vector<int> outputs) {
    p.layers.push_back(
        {op, op, complete_attrs(op, op_by_name(op).attrs, attrs), std::move(inputs), std::move(outputs)});
    return p;
  }
};

// Of an op that comes with imported models only.
inline OpCases programs_only(std::vector<IntegerProgram> programs) {
  OpCases cases;
  cases.programs = std::move(programs);
  cases.lacks = {Form::kFloat, Form::kQuantized};
  return cases;
}

}  // namespace mote::test
