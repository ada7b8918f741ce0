// Cases of the op dense: y = x W + b over the last dimension.
//
// The oracle is the sum, with W as [in, out]. What is checked with them: ops_test.cpp.
#include "ops/op_cases.h"

namespace mote::test {

static Values oracle(const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &out) {
  const auto units = static_cast<size_t>(out[0]);
  Values y = params.size() > 1 ? params[1] : Values(units, 0.0);
  for (size_t i = 0; i < x[0].size(); ++i)
    for (size_t u = 0; u < units; ++u) y[u] += x[0][i] * params[0][i * units + u];
  return y;
}

OpCases dense_cases() {
  const auto units = [](int n) { return Attrs{{"units", int64_t{n}}}; };
  return {{{units(3), {{16}}, {3}},
           {units(32), {{40}}, {32}},
           {units(17), {{1}}, {17}},
           {units(1), {{33}}, {1}},
           {{{"units", int64_t{5}}, {"use_bias", int64_t{0}}}, {{7}}, {5}}},
          oracle};
}

}  // namespace mote::test
