// Run folders by hand: the records that a listing reads, of any figures, without a training; and one project
// that is trained once for all tests of this folder.
#pragma once

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "base/staged_folder.h"
#include "mote/portfolio.h"
#include "mote/synth.h"
#include "test_support.h"

namespace mote::test {

using nlohmann::json;

struct MadeRun {
  std::string name;
  double val = 0.5, test = 0.5;
  std::string parent = "", kind = "training", data = "d", model = "weights";
  int epochs = 3;
};

inline std::string run_path(const fs::path &project, const std::string &name) {
  return (project / "runs" / name).string();
}

inline void write_record(const fs::path &run, const char *name, const json &record) {
  write_file(run / name, record.dump(1));
}

// Records of format 2 as mote writes them, as far as a listing reads them.
inline std::string make_run(const fs::path &project, const MadeRun &r) {
  const fs::path run = run_path(project, r.name);
  fs::create_directories(run);
  json record = {{"format", 2},
                 {"name", "wave"},
                 {"kind", r.kind},
                 {"created", "2026-11-22 13:40:00"},
                 {"seed", 7},
                 {"set", json::array()},
                 {"settings",
                  {{"seed", 7},
                   {"split", {{"seed", nullptr}, {"val", 0.15}}},
                   {"train", {{"epochs", r.epochs}, {"threads", 0}, {"optimizer", "adam"}}},
                   {"model", {{"layers", {{{"type", "flatten"}}}}, {"streaming", true}}}}},
                 {"data", "data"},
                 {"data_digest", r.data},
                 {"recordings", json::array()},
                 {"mote", "0.1.0"},
                 {"compiler", "c"},
                 {"tier", "avx2"}};
  if (!r.parent.empty()) record["parent"] = "runs/" + r.parent;
  write_record(run, run_file::kRecord, record);
  write_file(run / run_file::kProject, "name = \"wave\"\n");
  json epochs = json::array();
  for (int e = 1; e <= r.epochs; ++e)
    epochs.push_back({{"epoch", e},
                      {"loss", 1.0 / e},
                      {"learning_rate", 0.001},
                      {"seconds", 0.5},
                      {"val_loss", 0.25},
                      {"val_accuracy", r.val}});
  write_record(run, run_file::kHistory,
               {{"epochs", epochs}, {"best_epoch", r.epochs}, {"stopped_early", false}, {"judgement", ""}});
  write_record(run, run_file::kSummary,
               {{"layers", json::array()},
                {"parameters", 1200},
                {"macs", 64000},
                {"float32_bytes", 4800},
                {"int8_bytes", 1300}});
  write_file(run / run_file::kModel, r.model);
  const json score = {{"precision", 0.5}, {"recall", 0.5}, {"f1", 0.25}, {"support", 4}};
  write_record(run, run_file::kEvaluation,
               {{{"precision", "float"},
                 {"examples", 20},
                 {"accuracy", r.test},
                 {"interval_95", {0.25, 0.875}},
                 {"classes", {{"a", score}}},
                 {"labels", {"a"}},
                 {"macro_avg", score},
                 {"weighted_avg", score},
                 {"worst_pair", ""},
                 {"model", sha256(r.model)},
                 {"data", r.data}}});
  return run.string();
}

inline std::vector<std::string> names_of(const ListedRuns &listed) {
  std::vector<std::string> names;
  for (const ListedRun &run : listed.runs) names.push_back(run.name);
  return names;
}

// Gestures of two people, trained for two epochs with two seeds, quantized and evaluated.
class TrainedProject {
 public:
  TrainedProject() {
    StagedFolder staged(folder_ / "data");
    for (const SynthFile &f : synth_gestures({.seed = 1, .persons = 2, .recordings = 6}))
      staged.write(f.path, f.content);
    staged.commit();
    write_file(folder_ / "mote.toml", project_toml("gesture", "wave"));
    for (const char *seed : {"seed=1", "seed=2"}) {
      const Project project = read_project(folder_.text(), {"train.epochs=2", "split.seed=3", seed});
      const RunFolder made = train_run(project).folder;
      quantize_run(Run(made));
      evaluate_run(Run(made));
      runs.push_back(made);
    }
  }
  fs::path folder() const { return folder_.path(); }
  fs::path copy_to(const fs::path &target) const {
    fs::copy(folder(), target, fs::copy_options::recursive);
    return target;
  }
  std::string name(size_t run) const { return fs::path(runs[run].path).filename().string(); }

  std::vector<RunFolder> runs;

 private:
  const TempFolder folder_;
};

inline const TrainedProject &trained_project() {
  static const TrainedProject kProject;
  return kProject;
}

}  // namespace mote::test
