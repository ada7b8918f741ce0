// One case list for sum, difference and product.
#pragma once

#include "ops/program_cases.h"

namespace mote::test {

inline IntegerProgram binary_program(const std::string &op, const Shape &a, const Shape &b, const Shape &y,
                                     float sa, float sb, float sy, const char *activation) {
  ProgramBuilder builder(op);
  const int x = builder.input(a, sa, -5), z = builder.input(b, sb, 17), out = builder.output(y, sy, 3);
  return builder.layer(op, {{"activation", std::string(activation)}}, {x, z}, {out});
}

inline OpCases binary_cases(double (*function)(double, double)) {
  const Oracle oracle = [function](const Attrs &, const std::vector<Shape> &in, const std::vector<Values> &x,
                                   const std::vector<Values> &, const Shape &) {
    Values y;
    for (size_t i = 0; i < x[0].size(); ++i)  // the second operand may be one value for each channel
      y.push_back(function(x[0][i], x[1][in[0] == in[1] ? i : i % x[1].size()]));
    return y;
  };
  return {{{{}, {{4, 5, 3}, {4, 5, 3}}, {4, 5, 3}},
           {{}, {{4, 5, 3}, {1, 1, 3}}, {4, 5, 3}},
           {{}, {{17}, {17}}, {17}}},
          oracle};
}

}  // namespace mote::test
