// Cases of the op lstm: input, forget, cell and output gate, step by step.
//
// Source: Hochreiter and Schmidhuber 1997, gates in the order of Keras 3. What is checked with them:
// ops_test.cpp.
#include <cmath>

#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(int batches, int steps, int inputs, int cells, double clip) {
  ProgramBuilder b("lstm");
  std::vector<int> in = {b.input({batches, steps, inputs}, 0.02f, -5)};
  const auto weights = [&](int columns, uint64_t seed) {
    const int w = b.weights({cells, columns}, 0, seed);
    ProgramTensor &t = b.p.tensors[static_cast<size_t>(w)];
    t.quant = {{0.006f}, {0}, 0};  // one scale per matrix
    return w;
  };
  for (uint64_t g = 0; g < 4; ++g) in.push_back(weights(inputs, 10 + g));
  for (uint64_t g = 0; g < 4; ++g) in.push_back(weights(cells, 20 + g));
  for (uint64_t g = 0; g < 4; ++g) in.push_back(b.bias(cells, 30 + g));
  const int y = b.output({batches, steps, cells}, 1.0f / 128, 3);
  const int cell = b.p.add_tensor({"cell", {cells}, DType::kInt16, {{1.0f / 2048}, {0}, 0}, {}, false});
  return b.layer("lstm", {{"cell_scale", 1.0 / 2048}, {"cell_clip", clip}}, in, {y, cell});
}

// Keras' equations, gates i, f, g, o side by side in the weights.
static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &) {
  const auto steps = static_cast<size_t>(in[0][0]), inputs = static_cast<size_t>(in[0][1]),
             units = static_cast<size_t>(a.integer("units")), gates = 4 * units;
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  Values h(units, 0.0), cell(units, 0.0), all;
  for (size_t t = 0; t < steps; ++t) {
    const auto sum = [&](size_t g) {
      double total = params[2][g];
      for (size_t i = 0; i < inputs; ++i) total += x[0][t * inputs + i] * params[0][i * gates + g];
      for (size_t i = 0; i < units; ++i) total += h[i] * params[1][i * gates + g];
      return total;
    };
    Values next(units);
    for (size_t j = 0; j < units; ++j) {
      cell[j] = sigmoid(sum(units + j)) * cell[j] + sigmoid(sum(j)) * std::tanh(sum(2 * units + j));
      next[j] = sigmoid(sum(3 * units + j)) * std::tanh(cell[j]);
    }
    h = next;
    all.insert(all.end(), h.begin(), h.end());
  }
  return a.integer("return_sequences") ? all : h;
}

// The integer arithmetic itself is checked against TensorFlow Lite Micro (tests/golden).
OpCases lstm_cases() {
  const auto attrs = [](int units, int sequences) {
    return Attrs{{"units", int64_t{units}}, {"return_sequences", int64_t{sequences}}};
  };
  return {{{attrs(4, 0), {{6, 3}}, {4}},
           {attrs(3, 1), {{5, 4}}, {5, 3}},
           {attrs(7, 0), {{1, 2}}, {7}},
           {attrs(9, 1), {{2, 1}}, {2, 9}},
           {attrs(5, 0), {{12, 7}}, {5}}},
          oracle,
          8,
          {program(1, 7, 5, 6, 0), program(2, 4, 3, 9, 2.0)}};
}

}  // namespace mote::test
