// Gathers what is wrong with rows and says each cause once, with its first lines and how many there are,
// in memory that does not grow with the file.
//
// What a problem is, the readers say.
#include "data/problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace mote {

void RowProblems::add(long line, const std::string &message, const std::string &cause) {
  is_empty_ = false;
  if (cause.empty()) {
    findings_.push_back({Severity::kError, at_line(path_, line), message});
    return;
  }
  Cause &c = causes_[causes_.size() < kMostCauses || causes_.count(cause) ? cause : "others"];
  ++c.count;
  c.last_line = line;
  if (c.first.size() < kEach) c.first.emplace_back(line, message);
}

void RowProblems::flush() {
  std::vector<std::pair<long, std::string>> list;
  for (const auto &[key, c] : causes_) {
    if (c.count <= kEach) {
      list.insert(list.end(), c.first.begin(), c.first.end());
      continue;
    }
    list.emplace_back(
        c.first.front().first,
        fmt::format("{}; {} rows in all are like it, the last is line {}; mend the file, leave the "
                    "column out by data.drop_columns, or such rows by data.skip_bad_rows = true",
                    c.first.front().second, c.count, c.last_line));
  }
  std::stable_sort(list.begin(), list.end(), [](auto &a, auto &b) { return a.first < b.first; });
  for (const auto &[line, message] : list)
    findings_.push_back({Severity::kError, at_line(path_, line), message});
  causes_.clear();
}

}  // namespace mote
