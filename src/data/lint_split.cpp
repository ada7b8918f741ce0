// What makes figures better than a device will be, gathered from the parts of lint_split.h. What is wrong
// with recordings as such is lint.cpp.
#include "data/lint_split.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "data/sound.h"

namespace mote {

bool DividedSet::is_sound() const { return !set.channels.empty() && is_sound_channel(set.channels[0]); }

std::string DividedSet::place(size_t i) const { return at_line(set.items[i].file, set.items[i].first_line); }

Finding finding_of(const DividedSet &d, Severity severity, const std::string &kind, std::vector<size_t> which,
                   const std::string &message, const std::string &remedy) {
  constexpr size_t kShown = 3;
  std::sort(which.begin(), which.end());
  which.erase(std::unique(which.begin(), which.end()), which.end());
  Finding f{severity, "split", message};
  for (const size_t i : which) f.files.push_back(d.place(i));
  if (!f.files.empty())
    f.message +=
        fmt::format(" ({}{})",
                    fmt::join(f.files.begin(),
                              f.files.begin() + static_cast<long>(std::min(kShown, f.files.size())), ", "),
                    f.files.size() > kShown ? fmt::format(" and {} more", f.files.size() - kShown) : "");
  f.kind = kind;
  f.remedy = remedy;
  return f;
}

std::vector<Finding> lint_split(const Recordings &set, const SplitOptions &split, const Parts &parts) {
  if (parts.size() != set.items.size())
    throw Error(ErrorCode::kInvalidArgument, "lint",
                fmt::format("there are {} recordings, and {} were divided", set.items.size(), parts.size()));
  std::vector<Finding> findings = group_findings(set, split, parts);
  const DividedSet d{set, parts};
  lint_copies(d, findings);
  lint_overlap(d, findings);
  lint_tells(d, findings);
  lint_sounds(d, findings);
  lint_claims(d, findings);
  return findings;
}

}  // namespace mote
