// Cases of the op simple_rnn: h = activation(x W + h U + b), step by step.
//
// Source: Elman 1990, as SimpleRNN of Keras 3. What is checked with them: ops_test.cpp.
#include <cmath>

#include "ops/op_cases.h"

namespace mote::test {

static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &) {
  const auto steps = static_cast<size_t>(in[0][0]), inputs = static_cast<size_t>(in[0][1]),
             units = static_cast<size_t>(a.integer("units"));
  Values h(units, 0.0), all;
  for (size_t t = 0; t < steps; ++t) {
    Values next(units);
    for (size_t j = 0; j < units; ++j) {
      double sum = params[2][j];
      for (size_t i = 0; i < inputs; ++i) sum += x[0][t * inputs + i] * params[0][i * units + j];
      for (size_t i = 0; i < units; ++i) sum += h[i] * params[1][i * units + j];
      next[j] = std::tanh(sum);
    }
    h = next;
    all.insert(all.end(), h.begin(), h.end());
  }
  return a.integer("return_sequences") ? all : h;
}

OpCases simple_rnn_cases() {
  const auto attrs = [](int units, int sequences) {
    return Attrs{{"units", int64_t{units}}, {"return_sequences", int64_t{sequences}}};
  };
  return {{{attrs(4, 0), {{6, 3}}, {4}},
           {attrs(3, 1), {{5, 4}}, {5, 3}},
           {attrs(7, 0), {{1, 2}}, {7}},
           {attrs(9, 1), {{2, 1}}, {2, 9}},
           {attrs(5, 0), {{12, 7}}, {5}}},
          oracle,
          6};
}

}  // namespace mote::test
