// Sums of binomial terms from the largest down, each from the one before, so that no factorial overflows.
//
// What is compared with it: compare.cpp.
#include "portfolio/paired_test.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mote {

double exact_sign_test(size_t a, size_t b) {
  const size_t n = a + b, least = std::min(a, b);
  if (n == 0 || a == b) return 1;
  const auto of = static_cast<double>(n), k = static_cast<double>(least);
  double term =
      std::exp(std::lgamma(of + 1) - std::lgamma(k + 1) - std::lgamma(of - k + 1) - of * std::log(2.0));
  double sum = 0;
  for (size_t i = least;; --i) {
    sum += term;
    if (i == 0 || term < sum * 1e-18) break;
    term *= static_cast<double>(i) / static_cast<double>(n - i + 1);
  }
  return std::min(1.0, 2 * sum);
}

std::vector<double> holm_adjusted(const std::vector<double> &p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t x, size_t y) { return p[x] < p[y]; });
  std::vector<double> adjusted(p.size());
  double highest = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    highest = std::max(highest, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
    adjusted[order[i]] = highest;
  }
  return adjusted;
}

}  // namespace mote
