// What only a person can tell of the classes of a proposal: whether names are those of classes, and where
// recordings end.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "data/intake.h"
#include "project/propose.h"

namespace mote {

namespace {

using Questions = std::vector<std::string>;

// angle_30 and angle_60, of several recordings each, may be classes: as numbers of recordings they would be
// needed by files of one.
void ask_for_numbers(const Recordings &set, const LoadOptions &load, Questions &questions) {
  constexpr size_t kSeveral = 3;
  if (load.label_from != LabelFrom::kAuto || set.image_height > 0) return;
  std::map<std::string, std::map<std::string, size_t>> stems;  // of each class, with their recordings
  for (const Recording &r : set.items) {
    const std::string stem = fs::path(r.file).stem().string();
    if (r.label == class_of_stem(stem) && r.label != stem) ++stems[r.label][stem];
  }
  for (const auto &[label, counts] : stems) {
    size_t fewest = kSeveral;
    for (const auto &[stem, n] : counts) fewest = std::min(fewest, n);
    if (counts.size() < 2 || fewest < kSeveral) continue;
    std::vector<std::string> names;
    for (const auto &[stem, n] : counts) names.push_back(printable(stem));
    questions.push_back(
        fmt::format("are {} recordings of one class '{}', as taken, or classes of their own? "
                    "(data.label_from = \"name\")",
                    few_of(names), printable(label)));
    return;
  }
}

}  // namespace

Questions class_questions(const Recordings &set, const LoadOptions &load) {
  Questions questions;
  ask_for_numbers(set, load, questions);
  std::map<std::string, size_t> count;
  std::set<std::string> files;
  for (const Recording &r : set.items) {
    ++count[r.label];
    files.insert(r.file);
  }
  if (count.size() == 1)
    return {
        fmt::format("there is one class only ('{}'): are these the normal recordings of an anomaly detector? "
                    "Then train.target = \"input\" is right; else what tells the classes apart?",
                    count.begin()->first)};
  constexpr size_t kMostFiles = 8;  // that may be a class each
  const bool is_class_each = count.size() == files.size(), is_one_each = count.size() == set.items.size();
  if (is_class_each && files.size() > kMostFiles) {
    questions.push_back(
        "each file gives a class of its own: which files belong to one class? Put them into a folder per "
        "class, "
        "or name them CLASS_NUMBER");
    return questions;
  }
  if (is_class_each && is_one_each && set.image_height == 0) {
    std::vector<std::string> names;
    for (const auto &[label, n] : count) names.push_back(printable(label));
    questions.push_back(fmt::format(
        "each file gives a class of its own, of one recording ({}): are these classes, or persons or "
        "sessions of the same? Then put the files into a folder per class, or name them CLASS_NUMBER",
        few_of(names)));
  }
  size_t few = 0;
  for (const auto &[label, n] : count) few += n < 3;
  if (few > 0 && set.options.rows_per_recording == 0 && set.image_height == 0)
    questions.push_back(
        fmt::format("{} class{} fewer than three recordings, so none is left for validation or test: where "
                    "does one recording end? "
                    "(blank lines, data.rows_per_recording; data.rows = \"examples\" if each row is one)",
                    few, few == 1 ? " has" : "es have"));
  return questions;
}

}  // namespace mote
