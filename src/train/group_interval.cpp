// Intervals over groups. Which windows are a group is data/'s (data/subjects.cpp); where they are shown:
// Evaluation::interval_text(). Why these methods and limits: docs/decisions/0031-intervals-over-groups.md.
#include "train/group_interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace mote {

namespace {

constexpr uint64_t kDrawStream = 0x47524F5550;  // "GROUP"
constexpr double kZ = 1.959963984540054, kTail = 0.975;
// Below it resampling is too narrow; above it Student's interval is the same and needs no drawing.
constexpr size_t kFewestDrawn = 20, kMostDrawn = 2000;
constexpr size_t kDraws = 2000;
constexpr size_t kFewGroups = 10;  // said to be few

double normal_share(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

template <class Share>
double solved(Share share, double wanted, double low, double high) {
  constexpr int kHalvings = 200;  // until nothing is left to halve
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (share(middle) < wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

double normal_quantile(double share) { return solved(normal_share, share, -9.0, 9.0); }

// What resampling and Student's interval need to know of the groups.
struct GroupSpread {
  double windows = 0, sum = 0, mean = 0;
  double error = 0;  // standard error of the mean, from the residuals of the groups
  size_t groups = 0;
};

GroupSpread spread_of(const std::vector<GroupSum> &groups) {
  GroupSpread s;
  s.groups = groups.size();
  for (const GroupSum &g : groups) {
    s.windows += g.windows;
    s.sum += g.sum;
  }
  s.mean = s.windows > 0 ? s.sum / s.windows : 0;
  if (s.groups < 2) return s;
  double squares = 0;
  for (const GroupSum &g : groups) squares += (g.sum - s.mean * g.windows) * (g.sum - s.mean * g.windows);
  const auto n = static_cast<double>(s.groups);
  s.error = std::sqrt(squares * n / (n - 1)) / s.windows;
  constexpr double kRounding = 1e-12;
  if (s.error < kRounding) s.error = 0;
  return s;
}

double quantile_of(const std::vector<double> &sorted, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// The skewness of the mean over groups, from leaving out each.
double acceleration(const std::vector<GroupSum> &groups, const GroupSpread &s) {
  double mean = 0;
  std::vector<double> without;
  for (const GroupSum &g : groups) {
    without.push_back((s.sum - g.sum) / (s.windows - g.windows));
    mean += without.back() / static_cast<double>(s.groups);
  }
  double squares = 0, cubes = 0;
  for (double w : without) {
    squares += (mean - w) * (mean - w);
    cubes += (mean - w) * (mean - w) * (mean - w);
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

Interval drawn_anew(const std::vector<GroupSum> &groups, const GroupSpread &s) {
  Random random(0, {kDrawStream});
  std::vector<double> means;
  double below = 0;
  for (size_t draw = 0; draw < kDraws; ++draw) {
    double sum = 0, windows = 0;
    for (size_t i = 0; i < s.groups; ++i) {
      const GroupSum &g = groups[random.below(s.groups)];
      sum += g.sum;
      windows += g.windows;
    }
    means.push_back(sum / windows);
    below += means.back() < s.mean ? 1 : means.back() == s.mean ? 0.5 : 0;
  }
  std::sort(means.begin(), means.end());
  constexpr double kLeast = 1e-3;
  const double bias = normal_quantile(std::clamp(below / kDraws, kLeast, 1 - kLeast));
  const double skew = acceleration(groups, s), n = static_cast<double>(s.groups);
  const double reach = std::sqrt(n / (n - 1)) * student_quantile(kTail, s.groups - 1);
  const auto end = [&](double z) {
    const double scale = 1 - skew * (bias + z);
    return quantile_of(means, scale > 0 ? normal_share(bias + (bias + z) / scale) : z > 0 ? 1.0 : 0.0);
  };
  return {end(-reach), end(reach)};
}

Interval student_of_share(const GroupSpread &s) {
  const double t = student_quantile(kTail, s.groups - 1), odds = std::log(s.mean / (1 - s.mean)),
               reach = t * s.error / (s.mean * (1 - s.mean));
  return {1 / (1 + std::exp(reach - odds)), 1 / (1 + std::exp(-reach - odds))};
}

bool are_single(const std::vector<GroupSum> &groups) {
  return std::all_of(groups.begin(), groups.end(), [](const GroupSum &g) { return g.windows <= 1; });
}

Interval hull(const Interval &a, const Interval &b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

size_t whole(double value) { return static_cast<size_t>(std::llround(value)); }

// `a`: examples that only the second answered rightly, `b`: only the first, of n.
Interval of_discordant(double a, double b, double n) {
  constexpr double kAdded = 0.5;
  const double more = a + kAdded, less = b + kAdded, all = n + 4 * kAdded, mean = (more - less) / all;
  const double half = kZ * std::sqrt(((more + less) / all - mean * mean) / all);
  return {std::max(-1.0, mean - half), std::min(1.0, mean + half)};
}

}  // namespace

double student_quantile(double probability, size_t degrees) {
  constexpr size_t kNormal = 100000;
  if (degrees > kNormal) return normal_quantile(probability);
  const auto n = static_cast<double>(degrees);
  const auto share_below = [&](double t) {
    const double angle = std::atan(t / std::sqrt(n)), cosine = std::cos(angle), square = cosine * cosine;
    const bool is_odd = degrees % 2 == 1;
    double term = is_odd ? cosine : 1, sum = 0;
    for (size_t k = is_odd ? 1 : 0; k + 2 <= degrees; k += 2) {
      sum += term;
      term *= square * static_cast<double>(k + 1) / static_cast<double>(k + 2);
    }
    const double inside = is_odd ? 2 / M_PI * (angle + std::sin(angle) * sum) : std::sin(angle) * sum;
    return 0.5 + inside / 2;
  };
  double high = 1;
  while (share_below(high) < probability && high < 1e9) high *= 2;
  return solved(share_below, probability, 0.0, high);
}

GroupInterval share_interval(const std::vector<GroupSum> &groups) {
  const GroupSpread s = spread_of(groups);
  if (s.windows <= 0) return {};
  const Interval of_windows = wilson_interval(whole(s.sum), whole(s.windows));
  if (are_single(groups)) return {of_windows, IntervalMethod::kWilson};
  if (s.groups < 2) return {};
  if (s.mean <= 0 || s.mean >= 1)  // no spread is seen; as if each group were one trial
    return {wilson_interval(s.mean >= 1 ? s.groups : 0, s.groups), IntervalMethod::kStudent};
  if (s.error == 0) return {of_windows, IntervalMethod::kStudent};
  if (s.groups < kFewestDrawn || s.groups > kMostDrawn)
    return {hull(student_of_share(s), of_windows), IntervalMethod::kStudent};
  return {hull(drawn_anew(groups, s), of_windows), IntervalMethod::kBootstrap};
}

GroupInterval difference_interval(const std::vector<GroupSum> &groups) {
  const GroupSpread s = spread_of(groups);
  if (s.windows <= 0) return {{-1, 1}, IntervalMethod::kNone};
  if (are_single(groups)) {
    double more = 0, less = 0;
    for (const GroupSum &g : groups) (g.sum > 0 ? more : less) += std::fabs(g.sum);
    return {of_discordant(more, less, s.windows), IntervalMethod::kWilson};
  }
  if (s.groups < 2) return {{-1, 1}, IntervalMethod::kNone};
  // Where few groups differ their spread tells little: not narrower than for windows that stand for
  // themselves.
  double more = 0, less = 0;
  for (const GroupSum &g : groups) (g.sum > 0 ? more : less) += std::fabs(g.sum);
  const Interval of_windows = of_discordant(more, less, s.windows);
  if (s.error == 0) return {of_windows, IntervalMethod::kStudent};
  if (s.groups < kFewestDrawn || s.groups > kMostDrawn) {
    const double half = student_quantile(kTail, s.groups - 1) * s.error;
    const Interval of_spread{std::max(-1.0, s.mean - half), std::min(1.0, s.mean + half)};
    return {hull(of_spread, of_windows), IntervalMethod::kStudent};
  }
  return {hull(drawn_anew(groups, s), of_windows), IntervalMethod::kBootstrap};
}

std::string over_groups(const WindowGroups &groups, size_t count, IntervalMethod method) {
  if (method == IntervalMethod::kWilson || method == IntervalMethod::kNone) return "";
  return fmt::format("{} {}s{}", count, groups.kind, count < kFewGroups ? ", which are few" : "");
}

}  // namespace mote
