// The portfolio: all runs of a project, listed, filtered, tagged, compared, made again and handed on.
//
// The folders under runs/ are the truth. An index beside them (.mote/runs.sqlite) makes many runs quick to
// list; it is made anew wherever it is absent, damaged or older than a folder, and may be removed at any
// time. Where it cannot be kept all works without it.
//
// Uses nlohmann/json.
// Errors: kNotFound, kIo; kInvalidArgument for a condition that is none, naming its column; kDataFormat for a
// bundle that is damaged or not what it says.
// Ownership/Threads: values; two processes may do any of this in one project at the same time.
//
// Example:
//   const mote::ListedRuns best = mote::list_runs("wave", {.where = "int8.accuracy > 0.9 and flash < 40k"});
//   std::cout << mote::runs_text(best);
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mote/report.h"
#include "mote/runs.h"
#include "mote/workflow.h"

namespace mote {

struct RunsRequest {
  std::string where = "";  // docs/portfolio.md says what may stand here; "": all
  std::string sort = "";   // a name; the best first where more or less of it is better. "": the newest first
  bool is_reversed = false;
  std::vector<std::string> columns = {};  // names; empty: a choice that fits 80 columns
  bool has_all = false;                   // every name that a run has, in place of `columns`
  size_t most = 0;                        // runs; 0: all
  // Told how many runs have been looked at, where that takes long.
  std::function<void(size_t done, size_t of)> on_read = nullptr;
};
struct ListedRun {
  std::string name;
  std::string path;
  std::map<std::string, nlohmann::json>
      facts;  // of the columns, and of parent and series; a number or a text
};
struct ListedRuns {
  std::vector<ListedRun> runs;
  std::vector<std::string> columns;  // without "run"
  bool is_usual = false;             // nobody asked for these
  size_t of = 0;                     // runs in the folder
  std::vector<std::string> notes;    // what was left out, and that the index cannot be kept
};
// `project_folder`: a project, or its runs/. Errors: kNotFound where there are no runs.
ListedRuns list_runs(const std::string &project_folder, const RunsRequest &request = {});
std::string runs_text(const ListedRuns &listed);  // a table
std::string runs_tree(const ListedRuns &listed);  // the same, below each run those that were made of it
nlohmann::json runs_json(const ListedRuns &listed);
// A line for each name that filters, sorts and columns take, without the settings.
std::string run_facts_text();
std::vector<std::string> run_fact_names();  // with the settings

// What nothing keeps: no tag or note, and neither the newest, nor the best by validation of those of the same
// recordings, nor a parent or teacher of one that is kept.
struct PrunedRun {
  std::string name, path;
  size_t bytes = 0;
};
struct PrunePlan {
  std::vector<PrunedRun> runs;                            // that would go, the oldest first
  std::vector<std::pair<std::string, std::string>> kept;  // name, and why
  std::vector<std::string> notes;
};
PrunePlan plan_prune(const std::string &project_folder);
// Removes these folders, each as a whole: a run that is half removed is none. Returns those that are gone.
// Errors: kIo, naming the run that stayed.
std::vector<std::string> remove_runs(const std::string &project_folder, const PrunePlan &plan);

// Files of a run's folder that no digest covers: tags.txt, a word a line, and notes.md. Each returns what
// there is now. Errors: kInvalidArgument for a tag of several words, kNotFound for one that is not there,
// kIo.
std::vector<std::string> run_tags(const RunFolder &run);
std::vector<std::string> add_tags(const RunFolder &run, const std::vector<std::string> &tags);
std::vector<std::string> remove_tags(const RunFolder &run, const std::vector<std::string> &tags);
std::vector<std::string> run_notes(const RunFolder &run);  // with their times, the oldest first
std::string add_note(const RunFolder &run, const std::string &text);

// A window that two models answer differently: one of them rightly (or with a smaller error).
struct FlippedWindow {
  std::string place;        // "data/punch.csv:12 rows 50-149 (0.50-1.50 s)"
  std::string truth, a, b;  // classes; of a regression the errors
  bool is_a_right = false;
};
struct PairedComparison {
  std::string precision;                       // "float" or "int8"
  size_t a = 0, b = 1;                         // of the runs that were given
  std::string why_not;                         // why there is no test; "": there is one
  size_t windows = 0, only_a = 0, only_b = 0;  // on which one alone is right, or has the smaller error
  // Exact McNemar test, of regressions sign test; adjusted by Holm where more than two runs are compared.
  double p = 1, p_adjusted = 1;
  bool is_regression = false, is_significant = false;  // below 5 %, adjusted
  AccuracyDifference difference = {};                  // over groups; of classifiers
  std::vector<FlippedWindow> flipped = {};
};
struct ComparedRuns {
  std::vector<RunFolder> runs;
  std::vector<PairedComparison> tests;  // each run against the first, by precision
  nlohmann::json record;                // all of it
  std::string text;
  std::optional<Picture> picture;  // size against accuracy, where at least two runs have both
};
// What differs between runs (settings, recordings, versions) and what it brought. `shown`: so many flipped
// windows in the text. Errors: kInvalidArgument for fewer than two runs, or the same one twice.
ComparedRuns compare_runs(const std::vector<RunFolder> &runs, size_t shown = 10);

// The comparison as a page: before and after, size against accuracy, tests, what differs, and the runs'
// notes. `format`: html, md or json. `output`: a file; "": comparison.html, .md or .json in the project of
// the first run. Returns the file. Errors: as compare_runs(); kIo.
std::string write_comparison(const std::vector<RunFolder> &runs, const std::string &format = "html",
                             const std::string &output = "");
// One page of all runs of a project, which lead to their reports. `format`: html or md. `output`: a file; "":
// portfolio.html or .md in the project. Errors: as list_runs(); kIo.
std::string write_portfolio(const std::string &project_folder, const std::string &format = "html",
                            const std::string &output = "");

// The training of a run once more, from what its record says.
struct ReproduceRequest {
  std::string in = "";   // a project that has the recordings; "": the run's own
  bool is_kept = false;  // as a new run of that project, in place of a temporary folder
  std::vector<Callback> callbacks = {};
  StepCallback on_step = nullptr;
  std::function<void(const TrainOptions &options)> before = nullptr;
};
struct Reproduced {
  bool is_identical = false;  // every model of the run has the same bytes
  // "settings", "data", "version", "parent" or "model": in this order, what is not as it was, in a sentence
  std::vector<std::pair<std::string, std::string>> differences;
  std::vector<std::string> same;  // what is as it was, in a sentence each
  std::vector<std::string> notes;
  std::string folder;  // of the new run, where it is kept
  nlohmann::json record;
  std::string text;
};
// The run itself is not touched. Errors: kDataFormat of a run that does not know its recordings; kUnsupported
// of a cross-validation; kInterrupted; as a training has them.
Reproduced reproduce_run(const RunFolder &run, const ReproduceRequest &request = {});

// One archive of a run that others can check: configuration, names and digests of the recordings, models, C,
// report, golden vectors and the commands to check and to reproduce it. The same run gives the same bytes.
struct WrittenBundle {
  std::string file;
  size_t bytes = 0;
  std::vector<std::string> files;     // in it
  std::vector<std::string> left_out;  // and why
};
// Errors: kNotFound without an int8 model; kIo.
WrittenBundle export_bundle(const Run &run, const std::string &path, int golden = 16);
struct VerifiedBundle {
  struct Check {
    bool is_passed;
    std::string text;
  };
  std::string run;
  std::vector<Check> checks;
  bool is_whole() const;
  std::string text() const;
  nlohmann::json record() const;
};
// `is_compiled`: the C's self-test is compiled and run, too. Errors: kNotFound; kDataFormat for what is no
// bundle, with names that lead elsewhere, or too large; kVersion for one of a newer mote.
VerifiedBundle verify_bundle(const std::string &path, bool is_compiled = false);

}  // namespace mote
