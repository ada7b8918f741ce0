// Cases of the op batch_norm: gamma (x - mean) / sqrt(variance + epsilon) + beta with the moving statistics.
//
// Integer form: none, it is folded into the layer before (graph/fold.h). What is checked with them:
// ops_test.cpp.
#include <cmath>

#include "ops/op_cases.h"

namespace mote::test {

// Outside training, with the moving statistics; those of the batch have tests of their own (train).
OpCases batch_norm_cases() {
  return {.cases = {{{}, {{5}}, {5}},
                    {{{"epsilon", 0.1}}, {{7, 3}}, {7, 3}},
                    {{{"epsilon", 1e-5}, {"momentum", 0.9}}, {{3, 4, 9}}, {3, 4, 9}},
                    {{}, {{2, 2, 1}}, {2, 2, 1}}},
          .oracle =
              [](const Attrs &a, const std::vector<Shape> &, const std::vector<Values> &x,
                 const std::vector<Values> &params, const Shape &) {
                const size_t channels = params[0].size();
                Values y;
                for (size_t i = 0; i < x[0].size(); ++i) {
                  const size_t c = i % channels;
                  y.push_back(params[0][c] * (x[0][i] - params[2][c]) /
                                  std::sqrt(params[3][c] + a.number("epsilon")) +
                              params[1][c]);
                }
                return y;
              },
          .lacks = {Form::kFile, Form::kC}};
}

}  // namespace mote::test
