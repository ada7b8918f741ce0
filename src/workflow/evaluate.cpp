// A run judged on its own windows, or on other recordings: which windows, by which of its models, and what is
// written down. Scores are train/evaluate.cpp; other recordings are read in other_recordings.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/error.h"
#include "base/escape.h"
#include "base/staged_folder.h"
#include "data/csv.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "runs/json_file.h"
#include "runs/kept_windows.h"
#include "workflow/decide.h"
#include "workflow/other_recordings.h"
#include "workflow/replay.h"
#include "workflow/support.h"

namespace mote {

namespace {

// Other recordings: those of the model's classes, and the others by class.
struct OtherData {
  TestStream stream;
  Dataset known;
  std::map<std::string, Dataset> unknown;
};

// Every window, with the model's window and the model's classes in its order.
OtherData windows_of_other(const AnyModel &model, const Project &project, const std::string &path,
                           RunScores &result) {
  std::vector<std::string> &notes = result.notes;
  const Preprocessing front = preprocessing_of(model);
  const std::vector<std::string> &labels = labels_of(model);
  Recordings recordings = load_for_model(model, options_for(&project), path, true, notes);
  recordings.take_off_running_mean(front.running_mean);
  result.reading = recordings.reading;
  std::map<std::string, std::vector<size_t>> recordings_of;
  std::vector<size_t> known;
  for (size_t i = 0; i < recordings.items.size(); ++i) {
    const std::string &label = recordings.items[i].label;
    if (labels.empty() || std::find(labels.begin(), labels.end(), label) != labels.end())
      known.push_back(i);
    else
      recordings_of[label].push_back(i);
  }
  if (!labels.empty()) recordings.labels = labels;
  OtherData data;
  data.known = recordings.windows_of(known);
  if (has_stream(front.target, recordings)) data.stream = string_together(recordings, known);
  for (const auto &[label, list] : recordings_of) {
    Dataset windows = recordings.windows_of(list);
    std::fill(windows.classes.begin(), windows.classes.end(), 0);
    if (windows.size() > 0) data.unknown.emplace(label, std::move(windows));
  }
  if (data.known.size() == 0 && data.unknown.empty())
    throw Error(
        ErrorCode::kDataFormat, path,
        fmt::format("holds no recording as long as the model's window of {} rows", recordings.window()));
  if (data.known.size() == 0) {
    std::vector<std::string> found;
    for (const auto &[label, windows] : data.unknown)
      if (!label.empty()) found.push_back(fmt::format("'{}'", label));
    notes.push_back(fmt::format(
        "no labels of the model's classes ({}) were found in {}{}, so there is no accuracy; `mote predict` "
        "answers file by file",
        fmt::join(labels, ", "), path,
        found.empty() ? "" : fmt::format(": files and folders name {}", few_of(found))));
  }
  return data;
}

void check_classes(const Model &model, const Splits &splits) {
  if (model.labels.empty() || splits.test.labels == model.labels) return;
  throw Error(ErrorCode::kDataFormat, "evaluate",
              fmt::format("the recordings are of the classes {}, the model knows {}",
                          fmt::join(splits.test.labels, ", "), fmt::join(model.labels, ", ")));
}

// What is asked for, or what there is: the best that a run without a test part has are its validation
// windows.
std::string part_to_score(const Splits &splits, const std::string &asked, std::vector<std::string> &notes) {
  const std::string part = !asked.empty() ? asked : splits.test.size() > 0 ? "test" : "val";
  const size_t size = part == "train"  ? splits.train.size()
                      : part == "val"  ? splits.val.size()
                      : part == "test" ? splits.test.size()
                                       : splits.train.size() + splits.val.size() + splits.test.size();
  if (size == 0)
    throw Error(ErrorCode::kDataFormat, "evaluate",
                asked.empty() ? "the run has neither test nor validation windows"
                              : fmt::format("the run has no {} windows", part),
                "give data with --data, --part train, or a split with test > 0");
  if (asked.empty() && part == "val")
    notes.push_back(
        "the run has no test part, so its validation windows are scored; training chose its epoch by them, "
        "so "
        "new recordings may do worse");
  if (part == "train" || part == "all")
    notes.push_back(
        fmt::format("{} of these {} windows are those that the model was trained on: the figures say nothing "
                    "about new recordings",
                    splits.train.size(), size));
  return part;
}

std::vector<size_t> recordings_of_part(const RunData &judged, const std::string &part) {
  const Parts &parts = judged.splits.parts;
  if (part == "train") return recordings_of(parts, 't');
  if (part == "val") return recordings_of(parts, 'v');
  if (part == "test") return recordings_of(parts, 'x');
  std::vector<size_t> all;
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i] != '-') all.push_back(i);
  return all;
}

Dataset windows_of_part(RunData &judged, const std::string &part) {
  Splits &splits = judged.splits;
  if (part == "train") return std::move(splits.train);
  if (part == "val") return std::move(splits.val);
  if (part == "test") return std::move(splits.test);
  return judged.recordings.windows_of(recordings_of_part(judged, part));
}

// What the device would have said; the rule is the model's own, and an older model has none.
template <class EitherModel>
void add_replay(const EitherModel &model, const TestStream &stream, RunScores &result) {
  const DecisionRule &rule = preprocessing_for(model).decision;
  if (!rule.is_set() || stream.events.empty()) return;
  result.rule = rule;
  result.replays.push_back(replay(model, stream, rule));
}

void emulate_replay(const Run &run, const Core &core, const TestStream &stream, RunScores &result) {
  if (run.integer_model().front_end.running_mean > 0)
    throw Error(ErrorCode::kUnsupported, "emulation",
                "a replay strings recordings together from which the mean is taken off, and push() takes it "
                "off itself",
                "`mote predict FILE --emulate` compares on a recording");
  if (result.replays.empty() || result.replays.back().precision != "int8")
    throw Error(ErrorCode::kUnsupported, "emulation", "there is no replay of an int8 model",
                "a classifier of windows has one, after `mote quantize`");
  result.emulated = replay_on_core(run.integer_model(), result.rule, core, stream.values, {},
                                   result.replays.back().told, run.path(), run.project().is_streaming);
}

void dump(const IntegerProgram &program, const Dataset &data, const std::string &target) {
  const Evaluation scores = evaluate(program, data);
  const std::vector<int8_t> inputs = integer_inputs(program, data);
  const std::vector<int8_t> outputs = integer_outputs(program, data);
  std::string table = "window,source,truth,predicted\n";
  const auto label = [&](int c) { return escaped(Language::kCsv, data.labels[static_cast<size_t>(c)]); };
  for (size_t i = 0; !scores.is_regression && i < data.size(); ++i) {
    std::string source = escaped(Language::kCsv, data.sources[i].text());
    if (!source.starts_with('"')) source = '"' + source + '"';
    table += fmt::format("{},{},{},{}\n", i, source, label(scores.truth[i]), label(scores.predicted[i]));
  }
  const auto bytes = [](const auto &v) {
    return std::string_view(reinterpret_cast<const char *>(v.data()), v.size() * sizeof(v[0]));
  };
  StagedFolder staged(target);
  staged.write("windows.f32", bytes(data.values));
  staged.write("inputs.s8", bytes(inputs));
  staged.write("outputs.s8", bytes(outputs));
  staged.write("classes.csv", table);
  staged.commit();
}

// The windows that were answered wrongly with the most certainty, as they are, for the report to show.
void keep_wrong(const Run &run, const RunScores &scores, const Dataset &data,
                const std::string &data_digest) {
  constexpr size_t kMost = 12, kLeast = 3;
  const Evaluation &last = scores.evaluations.back();
  std::map<std::tuple<std::string, long, int>, size_t> place_of;
  for (size_t i = 0; i < data.sources.size(); ++i)
    place_of[{data.sources[i].file, data.sources[i].line, data.sources[i].row}] = i;
  std::vector<size_t> which;
  nlohmann::json predicted = nlohmann::json::array(), probability = nlohmann::json::array();
  const size_t most = windows_to_keep(data, kMost, kLeast);
  for (const WrongWindow &w : last.wrong) {
    if (which.size() == most) break;
    const auto found = place_of.find({w.source.file, w.source.line, w.source.row});
    if (found == place_of.end()) continue;
    which.push_back(found->second);
    predicted.push_back(w.predicted);
    probability.push_back(w.probability);
  }
  auto [record, values] = kept_windows(data, which);
  record["predicted"] = predicted;
  record["probability"] = probability;
  record["precision"] = last.precision;
  record["model"] = scores.records.back().at("model");
  record["data"] = data_digest;
  run.write(run_file::kWrong, json_text(record));
  run.write(run_file::kWrongValues, values);
}

void write_down(const Run &run, const RunScores &scores, const Dataset &data,
                const std::string &data_digest) {
  run.write(run_file::kEvaluation, json_text(scores.records));
  const Evaluation &last = scores.evaluations.back();
  if (last.is_regression) return;
  if (!data.sources.empty()) keep_wrong(run, scores, data, data_digest);
  const Picture matrix =
      signed_picture(draw_confusion(last), scores.records.back().at("model").get<std::string>(), data_digest);
  run.write(run_file::kConfusionPng, matrix.png);
  run.write(run_file::kConfusionSvg, matrix.svg);
}

}  // namespace

RunScores evaluate_run(const Run &run, const EvaluateRequest &request) {
  RunScores result;
  const bool is_imported = run.is_imported();
  if (is_imported && request.on.data.empty())
    throw Error(ErrorCode::kUnsupported, run.path(),
                "was imported without recordings, so it has no windows of its own",
                "give labelled recordings with --data, or long ones with --stream");
  Dataset data;
  TestStream stream;
  std::map<std::string, Dataset> unknown;
  std::string digest;
  if (!request.on.data.empty()) {
    if (!request.part.empty())
      throw Error(ErrorCode::kInvalidArgument, "part",
                  "is one of the run's own windows, not of other recordings");
    OtherData other = windows_of_other(is_imported ? AnyModel(run.integer_model()) : AnyModel(run.model()),
                                       run.project(), request.on.data, result);
    data = std::move(other.known);
    unknown = std::move(other.unknown);
    stream = std::move(other.stream);
    for (const auto &[label, windows] : unknown) result.unknown.push_back({label, windows.size(), {}});
  } else {
    RunData judged = load_run_data(run, request.on);
    check_classes(run.model(), judged.splits);
    digest = judged.digest;
    result.notes = std::move(judged.notes);
    result.is_resplit = request.on.is_resplit;
    result.part = part_to_score(judged.splits, request.part, result.notes);
    if (has_stream(run.model().preprocessing.target, judged.recordings))
      stream = string_together(judged.recordings, recordings_of_part(judged, result.part));
    data = windows_of_part(judged, result.part);
  }
  result.records = nlohmann::json::array();
  const auto add = [&](const auto &judged, const char *precision, const char *of) {
    for (UnknownClass &u : result.unknown) {
      std::vector<size_t> &count = u.answered[precision];
      count.resize(judged.labels.size());
      for (int answer : answers(judged, unknown.at(u.label)).answered) ++count[static_cast<size_t>(answer)];
    }
    if (data.size() == 0 && !unknown.empty()) return;
    const Evaluation e = evaluate(judged, data);
    result.evaluations.push_back(e);
    result.records.push_back(evaluation_record(e, run.digest(of), digest, run.folder().project));
    if (result.is_resplit) result.records.back()["resplit"] = true;
    add_replay(judged, stream, result);
    if (result.replays.size() == result.evaluations.size()) {
      result.records.back()["replay"] = replay_json(result.replays.back());
      result.replay_advice = replay_advice(result.replays.back(), e.accuracy, result.rule);
    }
  };
  const bool is_float = request.precision == "float" || (request.precision.empty() && !is_imported);
  if (is_float) add(run.model(), "float", run_file::kModel);
  if (request.precision == "int8" || (request.precision.empty() && run.has_integer_model()))
    add(run.integer_model(), "int8", run_file::kIntegerModel);
  if (request.core != nullptr) emulate_replay(run, *request.core, stream, result);
  if (result.part == "test" && request.precision.empty()) {
    if (!run.is_writable())
      result.notes.push_back(run.path() + " cannot be written, so these figures are not kept for the report");
    else if (result.is_resplit)
      run.write(run_file::kResplit, json_text(result.records));
    else
      write_down(run, result, data, digest);
  }
  if (!request.dump.empty()) dump(run.integer_model(), data, request.dump);
  return result;
}

}  // namespace mote
