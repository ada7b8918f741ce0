// Whether two models differ on the same windows, by the windows on which they differ.
#pragma once

#include <cstddef>
#include <vector>

namespace mote {

// Two-sided exact binomial test of `a` against `b` at even odds: McNemar's of windows that one model alone
// answers rightly, the sign test of windows on which one has the smaller error.
//   p = min(1, 2 sum_{i <= min(a, b)} C(a + b, i) / 2^(a + b)); 1 of none
// Numerics: in logarithms; relative error below 1e-10 up to a million windows. Source: McNemar 1947, exact
// form as in Fagerland et al. 2013, "The McNemar test for binary matched-pairs data".
double exact_sign_test(size_t a, size_t b);

// Holm 1979: p values of several comparisons made larger, so that one of them falls below a level by chance
// no oftener than a single one would. In the order given.
std::vector<double> holm_adjusted(const std::vector<double> &p);

}  // namespace mote
