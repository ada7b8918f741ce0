// Cases of the op nearest_centroid: min_k |x - c_k|^2 as scores.
#include <algorithm>

#include "ops/op_cases.h"

namespace mote::test {

static Values oracle(const Attrs &attrs, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &) {
  Values distances;
  for (size_t begin = 0; begin < params[0].size(); begin += x[0].size()) {
    distances.push_back(0);
    for (size_t i = 0; i < x[0].size(); ++i) {
      const double d = x[0][i] - params[0][begin + i];
      distances.back() += d * d;
    }
  }
  const double s = *std::min_element(distances.begin(), distances.end()), t = attrs.number("threshold");
  return {t / (s + t), s / (s + t)};
}

OpCases nearest_centroid_cases() {
  const auto of = [](int64_t centroids, double threshold) {
    return Attrs{{"centroids", centroids}, {"threshold", threshold}};
  };
  return {.cases = {{of(1, 3.0), {{5}}, {2}}, {of(4, 2.0), {{3}}, {2}}, {of(3, 6.0), {{2, 4}}, {2}}},
          .oracle = oracle,
          .integer_tolerance_steps = 4,
          .lacks = {Form::kFile}};
}

}  // namespace mote::test
