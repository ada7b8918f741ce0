// A run: a folder that a training made, opened once. Each of its files is read at most once, and knows its
// digest; records of runs that an older mote made are read as far as they go. What is in a run:
// docs/formats.md.
//
// Uses nlohmann/json.
// Errors: kNotFound with what to do, kVersion, kDataFormat naming the file.
// Ownership/Threads: a Run keeps what it has read; references into it live as long as it does. Not for two
// threads at once.
//
// Example:
//   const mote::Run run = mote::Run::open("", "wave");  // the newest of the project
//   std::cout << run.path() << ": " << run.model().graph.parameter_count() << " parameters\n";
//   const mote::RunData data = mote::load_own_data(run);  // its own recordings and split
//   std::cout << mote::evaluate(run.model(), data.splits.test).report();
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mote/model.h"
#include "mote/program.h"
#include "mote/project.h"
#include "mote/recordings.h"

namespace mote {

// The one table of the names in a run's folder; docs/formats.md says what is in each.
namespace run_file {
inline constexpr const char *kRecord = "run.json", *kProject = "mote.toml", *kData = "data.json",
                            *kSummary = "summary.json", *kHistory = "history.json",
                            *kHistoryCsv = "history.csv", *kHistoryPng = "history.png",
                            *kHistorySvg = "history.svg", *kModel = "model.mote", *kMean = "mean.npy",
                            *kDeviation = "std.npy", *kIntegerModel = "model_int8.mote",
                            *kQuantize = "quantize.json", *kCompress = "compress.json",
                            *kCompressPng = "compress.png", *kCompressSvg = "compress.svg",
                            *kEvaluation = "evaluation.json", *kResplit = "evaluation_resplit.json",
                            *kConfusionPng = "confusion.png", *kConfusionSvg = "confusion.svg",
                            *kExplain = "explain.json", *kExplainPng = "explain.png",
                            *kExplainSvg = "explain.svg", *kFolds = "folds.json", *kSeeds = "seeds.json",
                            *kGolden = "golden.json", *kGoldenValues = "golden.npy",
                            *kExports = "exports.json", *kReport = "report.html",
                            *kReportJson = "report.json", *kReportMarkdown = "report.md",
                            *kWrong = "wrong.json", *kWrongValues = "wrong.npy", *kDevices = "devices.json",
                            *kRobustness = "robustness.json", *kTags = "tags.txt", *kNotes = "notes.md";
}  // namespace run_file

struct RunFolder {
  std::string path, project;                  // the run, and the project folder two levels above it
  std::vector<std::string> assignments = {};  // "key=value", in place of what the run was made with
};
// Whether there is one that find_run("", project_folder) would find.
bool has_finished_run(const std::string &project_folder);
// `run`: a path, a name under ./runs, or "" for the newest. Errors: kNotFound with what to do.
RunFolder find_run(const std::string &run, const std::string &project_folder = ".");

// The file beside the runs, runs/<run>.unfinished, of a training that has not come to its end.
std::string unfinished_path(const std::string &run_path);

class Run {
 public:
  // The current format of run.json. 1 did not say which recordings it was trained on.
  static constexpr int kFormat = 2;

  Run(const RunFolder &folder);  // NOLINT: a folder names its run. Errors: kVersion, kDataFormat
  static Run open(const std::string &run = "", const std::string &project_folder = ".") {
    return find_run(run, project_folder);
  }

  const std::string &path() const { return folder_.path; }
  const RunFolder &folder() const { return folder_; }
  std::filesystem::path file(const char *name) const { return std::filesystem::path(folder_.path) / name; }

  bool has(const char *name) const;
  const std::string &text(const char *name) const;     // Errors: kNotFound
  const nlohmann::json &json(const char *name) const;  // null where it is absent. Errors: kDataFormat
  const std::string &digest(const char *name) const;   // SHA-256; "" where it is absent
  void write(const char *name, const std::string &bytes) const;  // Errors: kIo
  bool is_writable() const;

  // Whether the run says which recordings went where; without, it was made by a mote before format 2.
  bool knows_its_data() const { return format_ >= 2; }
  std::string data_digest() const;  // of its recordings and their parts; "" where it does not know them

  // mote.toml as it stood, with what the command line changed. Errors: kDataFormat.
  const Project &project() const;
  const Model &model() const;
  bool has_integer_model() const { return has(run_file::kIntegerModel); }
  const IntegerProgram &integer_model() const;  // Errors: kNotFound, "run mote quantize first"
  // Of a model that others trained (`mote import`): it is int8 alone and has no recordings of its own, so
  // that model() is an error.
  bool is_imported() const { return has_integer_model() && !has(run_file::kModel); }

  // Reads a record with `f`; what it misses is an Error that names the file.
  template <class F>
  auto reading(const char *name, F f) const {
    try {
      return f(json(name));
    } catch (const nlohmann::json::exception &e) {
      throw_damaged(name, e.what());
    }
  }

 private:
  std::vector<std::string> assignments() const;
  [[noreturn]] void throw_damaged(const char *name, const std::string &why) const;
  struct File {
    std::string bytes, digest;
    std::optional<nlohmann::json> json;
  };
  File *load(const char *name) const;  // nullptr where it is absent

  RunFolder folder_;
  int format_ = 1;
  mutable std::map<std::string, File> files_;
  mutable std::optional<Project> project_;
  mutable std::optional<Model> model_;
  mutable std::optional<IntegerProgram> program_;
};

// Recordings and windows of a run, or those that it is judged on instead: load_run_data of mote/workflow.h.
struct RunData {
  Recordings recordings;
  Splits splits;
  std::string digest;  // of files and parts, as in run.json
  std::vector<std::string>
      notes;           // sentences: files that are new and left out, files that were found elsewhere
  bool is_own = true;  // no window of val and test was trained on
};

// The recordings and the split that a run recorded (Run::knows_its_data()). Reads each file once. Errors:
// kDataFormat naming the files that have changed or are missing, and the ways out; else as load_recordings()
// and split().
RunData load_own_data(const Run &run);

}  // namespace mote
