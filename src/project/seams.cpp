// Where recordings were written one after the other without a mark, the values jump.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/median.h"
#include "project/propose.h"

namespace mote {

namespace {

constexpr int kShortest = 16;
constexpr double kJump = 3;         // at some length the values jump so far, or nothing is proposed
constexpr double kLeastJump = 1.5;  // what the length itself may have then
// Of the jumps at all multiples of a length, what is left without those of a longer one.
constexpr double kSameJump = 0.6, kUnlikeJump = 0.4;

// The steps from row to row of every channel.
class Steps {
 public:
  explicit Steps(const Recordings &set) : set_(set), width_(set.channels.size()), all_(width_) {
    for (const Recording &r : set_.items)
      for (int t = 1; t < r.rows; ++t) add(r, t, all_);
  }

  // The mean step at multiples of `length`, but not of `except`, over the mean of the steps beside them: in
  // the middle of a motion all of them are large. Of the median channel.
  double jump_at(int length, int except = 0) const {
    constexpr int kBeside = 3;
    constexpr double kStill = 0.1;  // of the mean of all steps: what rest that is exactly still counts as
    Sums at(width_), beside(width_);
    for (const Recording &r : set_.items)
      for (int t = length; t < r.rows; t += length) {
        if (except != 0 && t % except == 0) continue;
        add(r, t, at);
        for (int k = 1; k <= kBeside; ++k) {
          add(r, t - k, beside);
          if (t + k < r.rows) add(r, t + k, beside);
        }
      }
    std::vector<double> ratios;
    for (size_t c = 0; c < width_; ++c) {
      if (at[c].count == 0 || beside[c].count == 0) return 0;
      const double usual =
          std::max(beside[c].sum / beside[c].count, kStill * all_[c].sum / std::max(1.0, all_[c].count));
      ratios.push_back(usual > 0 ? at[c].sum / at[c].count / usual : 0);
    }
    return ratios.empty() ? 0 : median(std::move(ratios));
  }

 private:
  struct Sum {
    double sum = 0, count = 0;
  };
  using Sums = std::vector<Sum>;

  void add(const Recording &r, int row, Sums &sums) const {
    for (size_t c = 0; c < width_; ++c) {
      const size_t i = row * width_ + c;
      const double step = std::fabs(double{r.values[i]} - r.values[i - width_]);
      if (!std::isfinite(step)) continue;
      sums[c].sum += step;
      ++sums[c].count;
    }
  }

  const Recordings &set_;
  size_t width_;
  Sums all_;
};

// A part of the true length has ordinary steps where no multiple of the length is: for some prime factor of
// what it lacks, the jumps at its multiples are all those of the longer one. 1: none of them is.
double least_share(const Steps &steps, int length, int common, double jump) {
  double least = 1;
  for (int rest = common / length, p = 2; rest > 1; ++p) {
    if (rest % p != 0) continue;
    while (rest % p == 0) rest /= p;
    if (const double kept = steps.jump_at(length, length * p); kept > 0)
      least = std::min(least, (kept - 1) / (jump - 1));  // 1: a step as any other
  }
  return least;
}

}  // namespace

Seams seams_of(const Recordings &set) {
  int common = 0;
  for (const Recording &r : set.items) common = std::gcd(common, r.rows);
  const Steps steps(set);
  Seams found;
  bool is_sure = false;
  double highest = 0;
  for (int length = kShortest; length <= common; ++length) {
    if (common % length != 0) continue;
    const double jump = steps.jump_at(length);
    if (jump < kLeastJump) continue;
    const double share = least_share(steps, length, common, jump);
    if (share < kUnlikeJump) continue;
    if (jump > highest) {
      highest = jump;
      if (found.length > 0 && found.other == 0) found.other = length;
    }
    if (found.length > 0) continue;
    found.length = length;
    is_sure = share >= kSameJump && jump >= kJump;
  }
  if (highest < kJump) return {};
  if (is_sure) found.other = 0;
  return found;
}

bool are_strung_together(const Recordings &set, int length) {
  constexpr double kJumpThere = 2;  // where the length is known
  bool is_longer = false;
  for (const Recording &r : set.items) {
    if (r.rows % length != 0) return false;
    is_longer |= r.rows > length;
  }
  return is_longer && Steps(set).jump_at(length) >= kJumpThere;
}

}  // namespace mote
