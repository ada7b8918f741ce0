// Cases of the op reconstruction_error: two inputs of one size, a mean squared difference as scores.
//
// It has no form in a file of TensorFlow Lite. How far integers are from reals:
// tests/train/detector_test.cpp; at the ends of what they hold: tests/ops/anomaly_routines_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &a, const Shape &b, int examples, float sa, float sb,
                              double threshold) {
  ProgramBuilder p("reconstruction_error");
  const int x = p.input(a, sa, -11), z = p.input(b, sb, 30), y = p.output({examples, 2}, 1.0f / 256, -128);
  return p.layer("reconstruction_error", {{"threshold", threshold}}, {x, z}, {y});
}

OpCases reconstruction_error_cases() {
  return {.cases = {{{{"threshold", 2.0}}, {{6}, {6}}, {2}},
                    {{{"threshold", 0.5}}, {{4, 3}, {12}}, {2}},
                    {{}, {{1}, {1}}, {2}}},
          .oracle =
              [](const Attrs &attrs, const std::vector<Shape> &, const std::vector<Values> &x,
                 const std::vector<Values> &, const Shape &) {
                double s = 0;
                for (size_t i = 0; i < x[0].size(); ++i) s += (x[0][i] - x[1][i]) * (x[0][i] - x[1][i]);
                s /= static_cast<double>(x[0].size());
                const double t = attrs.number("threshold");
                return Values{t / (s + t), s / (s + t)};
              },
          .programs = {program({1, 40}, {1, 40}, 1, 0.05f, 0.02f, 3.0),
                       program({1, 7, 3}, {1, 21}, 1, 0.01f, 0.01f, 0.4),
                       program({3, 10}, {3, 10}, 3, 0.02f, 0.4f, 900.0)},
          .lacks = {Form::kFile}};
}

}  // namespace mote::test
