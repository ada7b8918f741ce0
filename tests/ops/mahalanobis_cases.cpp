// Cases of the op mahalanobis: |W (x - mean)|^2 as scores, W diagonal or a lower triangle row by row.
#include "ops/op_cases.h"

namespace mote::test {

static Values oracle(const Attrs &attrs, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &) {
  const Values &mean = params[0], &w = params[1];
  double s = 0;
  size_t at = 0;
  for (size_t r = 0; r < mean.size(); ++r) {
    double z = 0;
    if (attrs.text("covariance") == "diagonal")
      z = w[r] * (x[0][r] - mean[r]);
    else
      for (size_t i = 0; i <= r; ++i) z += w[at++] * (x[0][i] - mean[i]);
    s += z * z;
  }
  const double t = attrs.number("threshold");
  return {t / (s + t), s / (s + t)};
}

OpCases mahalanobis_cases() {
  const auto of = [](const char *covariance, double threshold) {
    return Attrs{{"covariance", std::string(covariance)}, {"threshold", threshold}};
  };
  return {.cases = {{of("diagonal", 1.5), {{7}}, {2}},
                    {of("diagonal", 0.5), {{1}}, {2}},
                    {of("full", 4.0), {{9}}, {2}},
                    {of("full", 2.0), {{2, 3}}, {2}}},
          .oracle = oracle,
          .integer_tolerance_steps = 4,
          .lacks = {Form::kFile}};
}

}  // namespace mote::test
