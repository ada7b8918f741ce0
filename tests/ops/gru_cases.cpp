// Cases of the op gru: update and reset gate, candidate, and state, step by step.
//
// Source: Cho et al. 2014 with reset_after as in Keras 3. What is checked with them: ops_test.cpp.
#include <cmath>

#include "ops/op_cases.h"

namespace mote::test {

// Keras' equations, gates z, r, n side by side in the weights.
static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &) {
  const auto steps = static_cast<size_t>(in[0][0]), inputs = static_cast<size_t>(in[0][1]),
             units = static_cast<size_t>(a.integer("units")), gates = 3 * units;
  const bool reset_after = a.integer("reset_after") != 0;
  const Values &kernel = params[0], &recurrent = params[1], &bias = params[2];
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  Values h(units, 0.0), all;
  for (size_t t = 0; t < steps; ++t) {
    const auto from_input = [&](size_t g) {
      double sum = bias[g];
      for (size_t i = 0; i < inputs; ++i) sum += x[0][t * inputs + i] * kernel[i * gates + g];
      return sum;
    };
    const auto from_state = [&](size_t g, const Values &state) {
      double sum = reset_after ? bias[gates + g] : 0;
      for (size_t i = 0; i < units; ++i) sum += state[i] * recurrent[i * gates + g];
      return sum;
    };
    Values next(units), z(units), r(units), gated(units);
    for (size_t j = 0; j < units; ++j) {
      z[j] = sigmoid(from_input(j) + from_state(j, h));
      r[j] = sigmoid(from_input(units + j) + from_state(units + j, h));
      gated[j] = r[j] * h[j];
    }
    for (size_t j = 0; j < units; ++j) {
      const size_t g = 2 * units + j;
      const double n =
          std::tanh(from_input(g) + (reset_after ? r[j] * from_state(g, h) : from_state(g, gated)));
      next[j] = z[j] * h[j] + (1 - z[j]) * n;
    }
    h = next;
    all.insert(all.end(), h.begin(), h.end());
  }
  return a.integer("return_sequences") ? all : h;
}

OpCases gru_cases() {
  const auto attrs = [](int units, int reset_after, int sequences) {
    return Attrs{{"units", int64_t{units}},
                 {"reset_after", int64_t{reset_after}},
                 {"return_sequences", int64_t{sequences}}};
  };
  return {{{attrs(4, 1, 0), {{6, 3}}, {4}},
           {attrs(5, 0, 0), {{7, 2}}, {5}},
           {attrs(3, 1, 1), {{5, 4}}, {5, 3}},
           {attrs(6, 0, 1), {{4, 1}}, {4, 6}},
           {attrs(8, 1, 0), {{1, 3}}, {8}},
           {attrs(16, 1, 0), {{40, 3}}, {16}}},
          oracle};
}

}  // namespace mote::test
