// Cases of the op dropout: nothing, outside training.
//
// Exported nowhere: it disappears when the model is quantized. What is checked with them: ops_test.cpp.
#include "ops/op_cases.h"

namespace mote::test {

// Outside training dropout changes nothing; its training behaviour has tests of its own.
OpCases dropout_cases() {
  return {.cases = {{{{"rate", 0.4}}, {{20}}, {20}}, {{{"rate", 0.1}}, {{5, 3}}, {5, 3}}},
          .oracle = [](const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
                       const std::vector<Values> &, const Shape &) { return x[0]; },
          .lacks = {Form::kQuantized, Form::kFile, Form::kC}};
}

}  // namespace mote::test
