// The folder of a run: the names in it, and which run is meant. What it holds: runs/run.h.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"

namespace mote {

// The one table of the names in a run's folder; docs/formats.md says what is in each.
namespace run_file {
inline constexpr const char *kRecord = "run.json", *kProject = "mote.toml", *kData = "data.json",
                            *kSummary = "summary.json", *kHistory = "history.json",
                            *kHistoryCsv = "history.csv", *kHistoryPng = "history.png",
                            *kHistorySvg = "history.svg", *kModel = "model.mote", *kMean = "mean.npy",
                            *kDeviation = "std.npy", *kIntegerModel = "model_int8.mote",
                            *kQuantize = "quantize.json", *kEvaluation = "evaluation.json",
                            *kResplit = "evaluation_resplit.json", *kConfusionPng = "confusion.png",
                            *kConfusionSvg = "confusion.svg", *kExplain = "explain.json",
                            *kExplainPng = "explain.png", *kExplainSvg = "explain.svg",
                            *kFolds = "folds.json", *kGolden = "golden.json", *kGoldenValues = "golden.npy",
                            *kExports = "exports.json", *kReport = "report.html";
}  // namespace run_file

struct RunFolder {
  std::string path, project;                  // the run, and the project folder two levels above it
  std::vector<std::string> assignments = {};  // "key=value", in place of what the run was made with
};
// Whether there is one that find_run("", project_folder) would find.
bool has_finished_run(const std::string &project_folder);
// `run`: a path, a name under ./runs, or "" for the newest. Errors: kNotFound with what to do.
RunFolder find_run(const std::string &run, const std::string &project_folder = ".");

// Whether the run `a` is older than `b`, by name alone: 20261122-134000-wave before 20261122-134000-wave-02
// before -10 before -100. A name that does not begin with a time (someone's own) is older than all that do.
bool is_older_run(const std::string &a, const std::string &b);

// `path` from `folder` where it lies inside, else absolute: a project that is copied or moved finds its own.
std::string path_within(const fs::path &folder, const fs::path &path);

}  // namespace mote
