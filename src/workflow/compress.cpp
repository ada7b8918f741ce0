// A run made smaller: its model compressed and trained on with its own recordings and split, into a new run
// that records it as its parent.
//
// The arithmetic: compress/. Folder, scores and records are those of every training (train.cpp).
#include <fmt/format.h>

#include "base/error.h"
#include "base/staged_folder.h"
#include "mote/files.h"
#include "mote/report.h"
#include "report/compress_picture.h"
#include "runs/json_file.h"
#include "runs/run_folder.h"
#include "workflow/made_run.h"

namespace mote {

using nlohmann::json;

namespace {

json size_json(const GraphSize &s) { return {{"parameters", s.parameters}, {"macs", s.macs}}; }

json record_of(const CompressRequest &request, const CompressedRun &made, const TrainOptions &options,
               const std::string &folder) {
  const CompressSettings &s = request.settings;
  const CompressedModel &c = made.compressed;
  Optimizer optimizer = options.optimizer;
  json record = {{"prune", pruning_text(s.prune)},
                 {"schedule", prune_schedule_names().name_of(s.schedule)},
                 {"importance", importance_names().name_of(s.importance)},
                 {"shares", channel_shares_names().name_of(s.shares)},
                 {"steps", s.steps},
                 {"cluster", s.clusters},
                 {"cluster_per_channel", s.is_cluster_per_channel},
                 {"cluster_start", cluster_start_names().name_of(s.cluster_start)},
                 {"bits", s.bits},
                 {"keep", s.keep_layers},
                 {"epochs", options.epochs},
                 {"learning_rate", learning_rate_of(optimizer)},
                 {"stages", compress_stages(s)}};
  json teachers = json::array();
  if (request.is_own_teacher) teachers.push_back("parent");
  for (const Run &teacher : request.teachers)
    teachers.push_back(
        {{"run", path_within(folder, teacher.path())}, {"model", teacher.digest(run_file::kModel)}});
  if (!teachers.empty())
    record["distill"] = {
        {"teachers", teachers}, {"temperature", s.teaching.temperature}, {"weight", s.teaching.weight}};
  json kernels = json::array();
  for (const KernelSummary &k : c.kernels) {
    kernels.push_back({{"name", k.name}, {"weights", k.weights}, {"zeros", k.zeros}, {"bits", k.bits}});
    if (k.values > 0) kernels.back()["values"] = k.values;
    if (!k.left.empty()) kernels.back()["left"] = k.left;
  }
  if (!made.tried.empty()) {
    record["flash"] = request.flash_bytes;
    record["drop"] = request.drop;
    if (!request.board.empty()) record["board"] = request.board;
    record["mixed_bits"] = request.has_mixed_bits;
    record["chosen"] = made.tried[made.chosen].what;
    json tried = json::array();
    for (const TriedCompression &t : made.tried)
      tried.push_back({{"what", t.what}, {"flash_bytes", t.bytes}, {"val_accuracy", t.accuracy}});
    record["tried"] = tried;
  }
  return {{"settings", record}, {"before", size_json(c.before)},   {"after", size_json(c.after)},
          {"kernels", kernels}, {"forms", forms_json(made.forms)}, {"notes", c.notes}};
}

// As long as the training was, which early stopping may have ended.
int epochs_of(const Run &run, const Project &project) {
  const json &history = run.json(run_file::kHistory);
  return history.is_null() ? project.train.epochs
                           : std::max<int>(1, static_cast<int>(history.at("epochs").size()));
}

// Weights and model code, as `mote profile` has them.
// With the weights stored as an export stores them.
double flash_of(const IntegerProgram &program, const std::optional<Board> &board) {
  ProfileOptions options;
  options.board = board;
  FormOptions forms;
  if (board) forms.core = board->core;
  return static_cast<double>(profile(choose_forms(program, forms).program, options).flash_bytes());
}

ChosenForms forms_of(const Model &model, const QuantizeOptions &options, const std::optional<Board> &board) {
  FormOptions forms;
  if (board) forms.core = board->core;
  try {
    return choose_forms(quantize(model, options), forms);
  } catch (const Error &) {  // why there is no int8 model is said with the scores
    return {};
  }
}

// What the weights are going to be, so that settings of a later step can be held against it.
Model marked(Model model, const CompressSettings &s) {
  for (Parameter &p : model.graph.params) {
    if (!p.is_kernel()) continue;
    if (s.clusters > 0) p.form.clusters = s.clusters;
    p.form.is_per_channel = s.is_cluster_per_channel;
    if (s.bits != 8) p.form.bits = s.bits;
  }
  return model;
}

}  // namespace

CompressedRun compress_run(const Run &run, const CompressRequest &request) {
  if (!run.knows_its_data())
    throw Error(ErrorCode::kDataFormat, run.path(),
                "was made by an older mote and does not say which recordings it was trained on",
                "train anew, then compress");
  Project project = run.project();
  const CompressSettings &s = request.settings;
  project.compress = s;  // what run.json says was in force
  project.teachers.clear();
  if (request.is_own_teacher) project.teachers.push_back("parent");
  for (const Run &teacher : request.teachers)
    project.teachers.push_back(path_within(project.folder, teacher.path()));
  if (project.detector.is_set())
    throw Error(ErrorCode::kUnsupported, "compress",
                "makes classifiers and regressions smaller, and this is a detector of anomalies",
                "train one with fewer units or centroids");
  const std::optional<Board> board =
      request.board.empty() ? target_board(project) : board_by_name(known_boards(), request.board);
  const RunData data = load_own_data(run);
  PreparedRun p = prepared_run(project, data.recordings, data.splits, "compression", &run);
  for (const char *same : {"recordings", "data", "data_digest", "class_labels"})
    if (const json &record = run.json(run_file::kRecord); record.contains(same))
      p.record[same] = record[same];
  p.model = run.model();
  TrainOptions training = project.train;
  training.epochs = epochs_of(run, project);
  training.callbacks = request.callbacks;
  training.on_step = request.on_step;
  CompressHelp help;
  if (request.is_own_teacher) help.teachers.push_back(run.model());
  for (const Run &teacher : request.teachers) help.teachers.push_back(teacher.model());
  if (request.flash_bytes == 0) {
    check_compression(p.model, p.splits, s, help, training);
    check_weight_forms(marked(p.model, s), project.quantize);
  }
  check_streaming(project, p.model, p.splits.train, p.windows);
  p.options = compress_options(s, training);
  p.options.on_features = project.train.on_features;
  if (request.before) request.before(p.splits, p.options);
  CompressedRun result;
  p.trainer = [&](const PreparedRun &prepared) {
    if (request.flash_bytes == 0) {
      result.compressed = compress(prepared.model, prepared.splits, s, training, help);
    } else {
      const CompressGoal goal{static_cast<double>(request.flash_bytes), request.drop,
                              [&](const IntegerProgram &program) { return flash_of(program, board); },
                              project.quantize, request.has_mixed_bits};
      FoundCompression found =
          compress_to(prepared.model, prepared.splits, goal, s, training, help, request.on_tried);
      result.compressed = std::move(found.made);
      result.tried = std::move(found.tried);
      result.chosen = found.chosen;
    }
    result.forms = forms_of(result.compressed.run.model, {prepared.splits.train, project.quantize}, board);
    return std::move(result.compressed.run);
  };
  p.more_files = [&]() -> std::map<std::string, std::string> {
    std::map<std::string, std::string> files = {
        {run_file::kCompress, json_text(record_of(request, result, p.options, project.folder))}};
    if (!result.tried.empty()) {
      const Picture drawn = draw_tried(result.tried, result.chosen, static_cast<double>(request.flash_bytes));
      files[run_file::kCompressPng] = drawn.png;
      files[run_file::kCompressSvg] = drawn.svg;
    }
    return files;
  };
  const RunClaim claim = request.into.empty() ? RunClaim::next(project) : *RunClaim::of(request.into);
  { StagedFolder probe(claim.path()); }  // an unwritable place is found before training, not after
  result.made = finish_run(p, project, claim);
  return result;
}

}  // namespace mote
