// A split that ignores the groups there are: who is met in training is no stranger in the test.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "data/csv.h"
#include "data/subjects.h"
#include "mote/recordings.h"

namespace mote {

namespace {

struct BothSides {
  std::set<int> held, both;        // subjects of the part that is judged; of these, who is trained on too
  std::vector<std::string> files;  // held recordings of these
};

BothSides on_both_sides(const Recordings &set, const Subjects &subjects, const Parts &parts, char part) {
  BothSides b;
  std::set<int> trained;
  // a detector's anomalies are tested wherever they are from: nothing is learned of them
  const auto counts = [&](size_t i) {
    return !set.is_of_detector() || set.items[i].label == detector_labels()[0];
  };
  for (size_t i = 0; i < parts.size(); ++i)
    if (subjects.of[i] >= 0 && counts(i) && (parts[i] == 't' || parts[i] == part))
      (parts[i] == 't' ? trained : b.held).insert(subjects.of[i]);
  std::set_intersection(b.held.begin(), b.held.end(), trained.begin(), trained.end(),
                        std::inserter(b.both, b.both.end()));
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i] == part && counts(i) && b.both.count(subjects.of[i]) > 0)
      b.files.push_back(set.items[i].file);
  std::sort(b.files.begin(), b.files.end());
  b.files.erase(std::unique(b.files.begin(), b.files.end()), b.files.end());
  return b;
}

const char *way_out(const std::string &kind, bool is_of_detector) {
  if (kind == "speaker")
    return "data.file_names = [\"*_{group}_nohash_*\", \"{group}_nohash_*\", \"{group}.*\"] and split.by = "
           "\"group\" "
           "keep each on one side";
  if (kind == "name")
    return "if these are persons, data.file_names says where names have them, and split.by = \"group\" keeps "
           "each on one side";
  if (is_of_detector) return "split.by = \"group\" keeps each on one side";
  return "split.by = \"group\" keeps each on one side, `mote train --leave-one-group-out` tests on each";
}

}  // namespace

std::vector<Finding> group_findings(const Recordings &set, const SplitOptions &split, const Parts &parts) {
  Subjects subjects = subjects_of(set);
  if (subjects.kind.empty()) subjects = guessed_subjects(set);
  if (subjects.kind.empty() || parts.size() != set.items.size()) return {};
  const bool has_test = parts.find('x') != Parts::npos;
  // a part that its authors held back is warned of by split_findings()
  if (has_test && !split.test_groups.empty() && subjects.kind == "group") return {};
  const BothSides b = on_both_sides(set, subjects, parts, has_test ? 'x' : 'v');
  if (b.both.empty()) return {};
  std::vector<std::string> names;
  for (const int s : b.both) names.push_back(subjects.names[static_cast<size_t>(s)]);
  Finding f{subjects.kind == "name" ? Severity::kNote : Severity::kWarning, "split", ""};
  const char *part = has_test ? "test" : "validation";
  const std::string who = subjects.kind == "name" ? "words in the names of files that may be persons"
                                                  : fmt::format("{}s", subjects.kind);
  f.message = fmt::format(
      "{} of {} {} in the {} part ({}) are in the training part too: its score is not of those that the "
      "model has "
      "never met",
      b.both.size(), b.held.size(), who, part, few_of(names));
  f.is_question = subjects.kind == "name";
  f.kind = "groups";
  f.remedy = way_out(subjects.kind, set.is_of_detector());
  f.files = b.files;
  return {f};
}

}  // namespace mote
