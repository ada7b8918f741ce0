// What can be claimed of the test part: how sure a figure of so many recordings can be, and whether the
// values have seen it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/lint_split.h"
#include "data/subjects.h"

namespace mote {

namespace {

// Half of Wilson's 95 % interval of 90 % right, in points.
double reach_of(size_t count) {
  constexpr double z = 1.959963984540054, p = 0.9;
  const double n = static_cast<double>(count);
  return 100 * z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
}

void lint_test_size(const DividedSet &d, std::vector<Finding> &findings) {
  constexpr double kMostPoints = 10;
  if (d.parts.find('x') == Parts::npos) {
    if (d.parts.find('v') != Parts::npos)
      findings.push_back(
          finding_of(d, Severity::kNote, "no_test", {},
                     "there is no test part: the figures are of validation windows, by which training "
                     "chooses its epoch, and you your settings",
                     "split.test = 0.15, or test_groups"));
    return;
  }
  const Subjects subjects = subjects_of(d.set);
  std::set<int> persons;
  size_t recordings = 0;
  for (size_t i = 0; i < d.parts.size(); ++i) {
    if (d.parts[i] != 'x') continue;
    ++recordings;
    persons.insert(subjects.of[i] >= 0 ? subjects.of[i] : static_cast<int>(subjects.count() + i));
  }
  const size_t count = std::min(recordings, persons.size());
  if (count == 0 || reach_of(count) <= kMostPoints) return;
  const std::string kind = subjects.kind.empty() ? "recording" : subjects.kind;
  findings.push_back(finding_of(d, Severity::kNote, "small_test", {},
                                fmt::format("the test part has {} {}{}: where each is right or wrong as a "
                                            "whole, 90 % is known to {:.0f} points "
                                            "more or less",
                                            count, kind, count == 1 ? "" : "s", reach_of(count)),
                                subjects.kind != "group"
                                    ? "`mote train --folds 5` tests every recording once"
                                    : "`mote train --leave-one-group-out` tests every group once"));
}

struct ColumnMoments {
  double sum = 0, squares = 0, count = 0;
  double mean() const { return sum / count; }
  double deviation() const { return std::sqrt(std::max(0.0, squares / count - mean() * mean())); }
};

// Columns of mean 0 and deviation 1 over all parts together, and not over training.
void lint_normalized(const DividedSet &d, std::vector<Finding> &findings) {
  if (!d.set.is_features || d.parts.find('t') == Parts::npos) return;
  const size_t width = d.set.items.empty() ? 0 : d.set.items[0].values.size();
  std::vector<ColumnMoments> all(width), train(width);
  for (size_t i = 0; i < d.set.items.size(); ++i) {
    const Recording &r = d.set.items[i];
    if (r.values.size() != width || !d.is_used(i)) continue;
    for (size_t c = 0; c < width; ++c)
      for (ColumnMoments *m : {&all[c], &train[c]}) {
        if (m == &train[c] && d.parts[i] != 't') continue;
        m->sum += double{r.values[c]};
        m->squares += double{r.values[c]} * double{r.values[c]};
        m->count += 1;
      }
  }
  // what is rounded in a table is a little off; a part of the rows is off by more
  const auto is_standard = [](const ColumnMoments &m, double slack) {
    return std::fabs(m.mean()) < slack && std::fabs(m.deviation() - 1) < slack;
  };
  size_t standard = 0, off = 0;
  for (size_t c = 0; c < width; ++c) {
    constexpr double kRounded = 2e-3;
    if (all[c].count < 20 || !is_standard(all[c], kRounded)) continue;
    ++standard;
    off += !is_standard(train[c], kRounded);
  }
  if (standard < 2 || standard * 2 < width || off * 2 < standard) return;
  findings.push_back(finding_of(
      d, Severity::kWarning, "normalized_over_test", {},
      fmt::format("{} of {} columns have mean 0 and deviation 1 over all recordings together, and not over "
                  "the training "
                  "part: they were normalized with the test part in view",
                  standard, width),
      "give the values as measured; mote normalizes by the training part, and the device does the same"));
}

}  // namespace

void lint_claims(const DividedSet &d, std::vector<Finding> &findings) {
  lint_test_size(d, findings);
  lint_normalized(d, findings);
}

}  // namespace mote
