// Where recordings were written one after the other without a mark, the values jump.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/median.h"
#include "project/propose.h"

namespace mote {

namespace {

constexpr int kShortest = 16;
constexpr double kJump = 3;

// The mean step at multiples of `length` over the mean step elsewhere, of the median channel of all
// recordings.
double jump_at(const Recordings &set, int length) {
  const size_t width = set.channels.size();
  std::vector<double> ratios;
  for (size_t c = 0; c < width; ++c) {
    double at = 0, elsewhere = 0;
    size_t n_at = 0, n_elsewhere = 0;
    for (const Recording &r : set.items)
      for (int t = 1; t < r.rows; ++t) {
        const size_t i = t * width + c;
        const double step = std::fabs(double{r.values[i]} - r.values[i - width]);
        if (!std::isfinite(step)) continue;
        if (t % length == 0) {
          at += step;
          ++n_at;
        } else {
          elsewhere += step;
          ++n_elsewhere;
        }
      }
    if (n_at == 0 || n_elsewhere == 0) return 0;
    const double usual = elsewhere / n_elsewhere;
    ratios.push_back(usual > 0 ? at / n_at / usual : 0);
  }
  return ratios.empty() ? 0 : median(std::move(ratios));
}

}  // namespace

int seams_of(const Recordings &set) {
  int common = 0;
  for (const Recording &r : set.items) common = std::gcd(common, r.rows);
  std::vector<std::pair<int, double>> found;
  double highest = 0;
  for (int length = kShortest; length <= common; ++length) {
    if (common % length != 0) continue;
    const double jump = jump_at(set, length);
    found.emplace_back(length, jump);
    highest = std::max(highest, jump);
  }
  if (highest < kJump) return 0;
  // a multiple of the length jumps as far; the length is the shortest that does
  for (const auto &[length, jump] : found)
    if (jump >= kJump && jump >= 0.7 * highest) return length;
  return 0;
}

}  // namespace mote
