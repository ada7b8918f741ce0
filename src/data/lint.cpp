// What tends to go wrong in recordings, found before training.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "base/error.h"
#include "data/units.h"
#include "mote/recordings.h"

namespace mote {

namespace {

// What one cause does to a column in many recordings is said once.
class ColumnFindings {
 public:
  void add(Severity severity, const std::string &cause, const std::string &column, const std::string &where,
           const std::string &message) {
    std::vector<Finding> &list = by_cause_[{cause, column}];
    if (list.empty()) order_.push_back({cause, column});
    list.push_back({severity, where, message});
  }
  void finish(std::vector<Finding> &findings) {
    constexpr size_t kEach = 3;
    for (const auto &key : order_) {
      std::vector<Finding> &list = by_cause_[key];
      if (list.size() > kEach) {
        list[0].message += fmt::format("; the column is {} in {} recordings in all, {} the last", key.first,
                                       list.size(), list.back().where);
        list.resize(1);
      }
      findings.insert(findings.end(), list.begin(), list.end());
    }
  }

 private:
  using Key = std::pair<std::string, std::string>;
  std::vector<Key> order_;
  std::map<Key, std::vector<Finding>> by_cause_;
};

// Steps of a converter at rest also fill its extremes; a clipped signal moves over many values between them.
bool has_many_levels(const Recording &r, size_t channel, size_t width) {
  constexpr size_t kMany = 10;
  std::set<float> levels;
  for (int i = 0; i < r.rows && levels.size() < kMany; ++i) levels.insert(r.values[i * width + channel]);
  return levels.size() >= kMany;
}

void lint_channels(const Recordings &set, const Recording &r, ColumnFindings &findings) {
  const size_t width = set.channels.size();
  const size_t rows = r.rows;
  for (size_t c = 0; c < width; ++c) {
    size_t bad = 0, at_low = 0, at_high = 0;
    float low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < rows; ++i) {
      const float v = r.values[i * width + c];
      if (!std::isfinite(v))
        ++bad;
      else {
        low = std::min(low, v);
        high = std::max(high, v);
      }
    }
    const std::string where = at_line(r.file, r.first_line), &column = set.channels[c];
    if (bad > 0) {
      findings.add(Severity::kError, "not finite", column, where,
                   fmt::format("column {} has {} NaN or infinite value{}", column, bad, bad == 1 ? "" : "s"));
      continue;
    }
    if (rows >= 10 && low == high) {
      findings.add(Severity::kWarning, "constant", column, where,
                   fmt::format("column {} is constant ({:g}): is the sensor connected?", column, low));
      continue;
    }
    for (size_t i = 0; i < rows; ++i) {
      const float v = r.values[i * width + c];
      at_low += v == low;
      at_high += v == high;
    }
    // a clipped signal stays at its extreme; a healthy one touches it once or twice
    const size_t stuck = std::max(at_low, at_high);
    const float extreme = at_high >= at_low ? high : low;
    if (rows >= 20 && stuck >= std::max<size_t>(5, rows / 20) &&
        std::fabs(extreme) > 0.5f * std::max(std::fabs(low), std::fabs(high)) && has_many_levels(r, c, width))
      findings.add(
          Severity::kWarning, "clipped", column, where,
          fmt::format("column {} seems clipped: {} of {} rows are {:g}", column, stuck, rows, extreme));
  }
}

void lint_duplicates(const Recordings &set, std::vector<Finding> &findings) {
  std::map<std::string_view, size_t> seen;
  for (size_t i = 0; i < set.items.size(); ++i) {
    const Recording &r = set.items[i];
    const std::string_view bytes(reinterpret_cast<const char *>(r.values.data()),
                                 r.values.size() * sizeof(float));
    const auto [it, is_new] = seen.try_emplace(bytes, i);
    if (is_new) continue;
    const Recording &first = set.items[it->second];
    const bool is_conflict = first.label != r.label;
    // arrays of one file count each from their own beginning
    const bool is_one_name = first.file == r.file && first.first_line == r.first_line;
    findings.push_back(
        {Severity::kWarning, at_line(r.file, r.first_line),
         fmt::format("{}the same recording as {}{}{}", is_one_name ? fmt::format("of '{}': ", r.group) : "",
                     at_line(first.file, first.first_line),
                     is_one_name ? fmt::format(" of '{}'", first.group) : "",
                     is_conflict ? ", but of another class" : "")});
  }
}

// Without data.window the shortest recording gives it to all.
void lint_window(const Recordings &set, std::vector<Finding> &findings) {
  if (set.options.window > 0 || set.image_height > 0 || set.is_features || set.items.empty()) return;
  std::vector<int> lengths;
  for (const Recording &r : set.items) lengths.push_back(r.rows);
  std::sort(lengths.begin(), lengths.end());
  const int median = lengths[lengths.size() / 2];
  if (lengths[0] > median / 4) return;
  const auto shortest = std::find_if(set.items.begin(), set.items.end(),
                                     [&](const Recording &r) { return r.rows == lengths[0]; });
  findings.push_back(
      {Severity::kWarning, at_line(shortest->file, shortest->first_line),
       fmt::format("has {} row{}, the median recording {}, and as data.window is not set it makes every "
                   "window so short; set data.window, or name it in data.exclude",
                   lengths[0], lengths[0] == 1 ? "" : "s", median)});
}

}  // namespace

std::vector<Finding> lint(const Recordings &set) {
  std::vector<Finding> findings;
  ColumnFindings of_columns;
  for (const Recording &r : set.items) lint_channels(set, r, of_columns);
  of_columns.finish(findings);
  for (Finding &f : unit_findings(set)) findings.push_back(std::move(f));
  lint_duplicates(set, findings);
  lint_window(set, findings);
  std::map<std::string, size_t> count, too_short;
  const int window = set.window();  // looks at every recording
  for (const Recording &r : set.items) {
    ++count[r.label];
    if (r.rows < window) ++too_short[r.label];
  }
  size_t largest = 0;
  for (const auto &[label, n] : count) largest = std::max(largest, n);
  for (const auto &[label, n] : count) {
    const std::string where = fmt::format("class '{}'", label);
    if (n < 10)
      findings.push_back(
          {Severity::kWarning, where,
           fmt::format("has {} recording{}; below ten, scores say little", n, n == 1 ? "" : "s")});
    if (n * 3 < largest)
      findings.push_back(
          {Severity::kWarning, where,
           fmt::format("has {} recordings, the largest class {}; use class_weights or record more", n,
                       largest)});
  }
  for (const auto &[label, n] : too_short)
    findings.push_back(
        {Severity::kWarning, fmt::format("class '{}'", label),
         fmt::format("{} recording{} shorter than the window of {} rows: {}", n, n == 1 ? " is" : "s are",
                     window, set.options.short_recordings == ShortRecordings::kSkip ? "skipped" : "padded")});
  if (count.size() == 1 && set.options.needs_classes)
    findings.push_back({Severity::kError, "data", "there is only one class"});
  return findings;
}

}  // namespace mote
