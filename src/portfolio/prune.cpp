// Which runs nothing keeps, and their removal: a folder first loses its name, in one step, so that a removal
// that is killed half-way leaves no half of a run. What it leaves behind has a hidden name and goes with the
// next prune.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "mote/portfolio.h"
#include "portfolio/index.h"
#include "portfolio/table.h"
#include "runs/claim.h"
#include "runs/run_folder.h"

namespace mote {

using nlohmann::json;

namespace {

size_t bytes_of_folder(const fs::path &folder) {
  size_t bytes = 0;
  std::error_code code;
  for (const auto &entry : fs::recursive_directory_iterator(folder, code))
    if (entry.is_regular_file(code) && !entry.is_symlink(code)) bytes += entry.file_size(code);
  return bytes;
}

// Why each run is kept, by its number; absent: nothing keeps it.
class Keepers {
 public:
  explicit Keepers(const IndexedRuns &index) : index_(index), why_(index.names.size()) {
    for (size_t i = 0; i < index.names.size(); ++i) place_[index.names[i]] = i;
    for (size_t i = 0; i < index.names.size(); ++i) {
      if (has("tags", i)) keep(i, "tagged " + text("tags", i));
      if (has("note", i)) keep(i, "has a note");
      if (has("problem", i)) keep(i, "has a record that cannot be read");
      if (text("kind", i) == "cross-validation" || !has("model", i)) keep(i, "is a record without a model");
    }
    keep_newest();
    keep_best("val.accuracy", true);
    keep_best("val.int8", true);
    keep_best("val.mae", false);
    keep_best("val.int8_mae", false);
    keep_origins();
  }
  const std::vector<std::string> &why() const { return why_; }

 private:
  const json &value(const char *name, size_t i) const { return index_.columns.at(name)[i]; }
  bool has(const char *name, size_t i) const { return !value(name, i).is_null(); }
  std::string text(const char *name, size_t i) const {
    return value(name, i).is_string() ? value(name, i).get<std::string>() : "";
  }
  void keep(size_t i, const std::string &why) {
    if (why_[i].empty()) why_[i] = why;
  }

  // With a model: that is what commands take where no run is named.
  void keep_newest() {
    for (size_t i = 0; i < index_.names.size(); ++i)
      if (has("model", i)) return keep(i, "is the newest");
  }

  // Of the runs of the same recordings and parts; of equal ones the newest.
  void keep_best(const char *figure, bool is_more_better) {
    std::map<std::string, size_t> best;
    for (size_t i = 0; i < index_.names.size(); ++i) {
      if (!has(figure, i)) continue;
      const auto [at, is_first] = best.emplace(text("data", i), i);
      const double now = value(figure, i).get<double>(), before = value(figure, at->second).get<double>();
      if (!is_first && (is_more_better ? now > before : now < before)) at->second = i;
    }
    for (const auto &[data, i] : best) keep(i, fmt::format("is the best by {}", figure));
  }

  void keep_origins() {
    std::vector<size_t> open;
    for (size_t i = 0; i < why_.size(); ++i)
      if (!why_[i].empty()) open.push_back(i);
    while (!open.empty()) {
      const size_t i = open.back();
      open.pop_back();
      std::vector<std::string> origins = {text("parent", i)};
      for (const std::string &teacher : items_of(text("teachers", i))) origins.push_back(teacher);
      for (const std::string &origin : origins) {
        const auto found = place_.find(origin);
        if (found == place_.end() || !why_[found->second].empty()) continue;
        keep(found->second, "is the origin of " + index_.names[i]);
        open.push_back(found->second);
      }
    }
  }

  const IndexedRuns &index_;
  std::map<std::string, size_t> place_;
  std::vector<std::string> why_;
};

// What removals that were killed left.
void sweep_removed(const fs::path &runs) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(runs, code)) {
    const std::string name = entry.path().filename().string();
    const size_t tail = name.rfind(".tmp-");
    if (name.starts_with(".") && tail != std::string::npos && tail > 1)
      names.push_back(name.substr(1, tail - 1));
  }
  for (const std::string &name : names) remove_leftovers(runs / name);
}

}  // namespace

PrunePlan plan_prune(const std::string &given) {
  IndexRequest asked;
  asked.names = {"tags",         "note",     "problem", "kind",         "model",  "data",
                 "val.accuracy", "val.int8", "val.mae", "val.int8_mae", "parent", "teachers"};
  IndexedRuns index = read_index(project_of_runs(given), asked);
  for (const std::string &name : asked.names)
    if (index.columns.count(name) == 0) index.columns[name].assign(index.names.size(), nullptr);
  const Keepers keepers(index);
  PrunePlan plan;
  plan.notes = index.notes;
  for (size_t i = index.names.size(); i-- > 0;) {
    const std::string path = index.runs_folder + "/" + index.names[i];
    if (keepers.why()[i].empty())
      plan.runs.push_back({index.names[i], path, bytes_of_folder(path)});
    else
      plan.kept.emplace_back(index.names[i], keepers.why()[i]);
  }
  return plan;
}

std::vector<std::string> remove_runs(const std::string &given, const PrunePlan &plan) {
  const fs::path runs = fs::path(project_of_runs(given)) / "runs";
  sweep_removed(runs);
  std::vector<std::string> gone;
  for (const PrunedRun &run : plan.runs) {
    std::error_code code;
    if (!fs::exists(run.path, code)) continue;  // somebody was quicker
    const std::optional<RunClaim> claim = RunClaim::of(run.path);
    if (!claim)
      throw Error(ErrorCode::kIo, run.path, "is in use by another process", "try again when it has ended");
    // with a mark of somebody who came in between it stays
    if (fs::exists(fs::path(run.path) / run_file::kTags, code) ||
        fs::exists(fs::path(run.path) / run_file::kNotes, code))
      continue;
    const fs::path hidden = runs / fmt::format(".{}.tmp-{}", run.name, ::getpid());
    fs::rename(run.path, hidden, code);
    if (code) throw io_error(run.path, "remove the folder", code.value());
    gone.push_back(run.name);
    fs::remove_all(hidden, code);
    if (code) throw io_error(run.path, "remove all of the folder", code.value());
  }
  return gone;
}

}  // namespace mote
