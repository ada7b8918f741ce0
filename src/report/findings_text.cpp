// Findings as lines: one cause in many places is said once, with their number and the first of them.
#include "report/findings_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace mote {

namespace {

// One cause in many places.
struct AlikeFindings {
  const Finding *first;
  std::vector<std::string> places;

  std::string where() const {
    constexpr size_t kEach = 3;
    if (places.size() == 1) return places[0];
    return fmt::format("{} times ({}, ...)", places.size(),
                       fmt::join(places.begin(), places.begin() + std::min(kEach, places.size()), ", "));
  }
};

// Up to a few of one message stand for themselves.
std::vector<AlikeFindings> alike_in(const std::vector<Finding> &findings) {
  constexpr size_t kFew = 3;
  std::map<std::pair<Severity, std::string>, size_t> counts, at;
  for (const Finding &f : findings) ++counts[{f.severity, f.message}];
  std::vector<AlikeFindings> list;
  for (const Finding &f : findings) {
    const auto key = std::pair(f.severity, f.message);
    const bool is_many = counts[key] > kFew;
    if (is_many && at.count(key) > 0) {
      list[at[key]].places.push_back(f.where);
      continue;
    }
    at[key] = list.size();
    list.push_back({&f, {f.where}});
  }
  return list;
}

}  // namespace

const char *severity_name(Severity s) {
  return s == Severity::kError ? "error" : s == Severity::kWarning ? "warning" : "note";
}

std::string findings_text(const std::vector<Finding> &findings) {
  std::string out = fmt::format("\n{} finding{}:\n", findings.size(), findings.size() == 1 ? "" : "s");
  constexpr size_t kShown = 40;
  const std::vector<AlikeFindings> list = alike_in(findings);
  size_t shown = 0;
  for (size_t i = 0; i < list.size() && i < kShown; ++i) {
    const Finding &f = *list[i].first;
    out += fmt::format("  {:<8} {}: {}{}{}\n", severity_name(f.severity), list[i].where(), f.message,
                       f.remedy.empty() ? "" : "; ", f.remedy);
    shown += list[i].places.size();
  }
  if (shown < findings.size())
    out += fmt::format("  ... and {} more (all of them with --json)\n", findings.size() - shown);
  return out;
}

}  // namespace mote
