// Predictions of files: windows in parts through the model, answers kept, decisions made on the way.
//
// How files are read is other_recordings.h, what a model says of windows train/evaluate.cpp, and the rule of
// the decision host/decision.cpp.
#include "mote/predict.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "data/find_files.h"
#include "data/intake.h"
#include "mote/detector.h"
#include "mote/evaluate.h"
#include "project/propose.h"
#include "workflow/file_windows.h"
#include "workflow/other_recordings.h"
#include "workflow/replay.h"

namespace mote {

struct Predictor::Parts {
  std::string precision;
  AnyModel model;
  Preprocessing preprocessing;
  DecisionRule rule;
  LoadOptions options;
  // data.rows_per_recording of the run, which says how its own files were cut; 0: none, or it is asked for
  int rows_in_training = 0;
  bool is_streaming = false;  // of the exported push()
  std::vector<std::string> notes;

  bool is_cut_as_in_training(const std::string &file) const;
  ModelRecordings read(const std::string &file) const;
  void say_how_cut(FilePrediction &found) const;
};

namespace {

AnyModel chosen_model(const RunOrModel &target, const std::string &precision) {
  if (target.run) {
    const bool is_int8 = precision.empty() ? target.run->has_integer_model() : precision == "int8";
    if (is_int8) return target.run->integer_model();
    return target.run->model();
  }
  const bool is_int8 = std::holds_alternative<IntegerProgram>(*target.file);
  if (!precision.empty() && (precision == "int8") != is_int8)
    throw Error(ErrorCode::kInvalidArgument, "precision",
                fmt::format("this is {} model", is_int8 ? "an int8" : "a float"),
                "give the run for the other");
  return *target.file;
}

// What --set says in place of the rule that the model was given.
void take_hop_of(const Project &project, DecisionRule &rule) {
  if (rule.policy == DecisionPolicy::kStream && project.decision.hop != DecisionSettings::kChosen)
    rule.stride = project.decision.hop;
}

// By --set of this command.
bool is_assigned(const Run &run, const std::string &key) {
  const std::vector<std::string> &list = run.folder().assignments;
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string &a) { return a.starts_with(key + "="); });
}

std::optional<double> threshold_of_detector(const AnyModel &model) {
  return std::visit(
      [](const auto &m) { return is_detector(m) ? std::optional(anomaly_threshold(m)) : std::nullopt; },
      model);
}

Answers answers_of(const AnyModel &model, const Dataset &part) {
  return std::visit([&](const auto &m) { return answers(m, part); }, model);
}

}  // namespace

Predictor::Predictor(RunOrModel target, const std::string &precision) : parts_(std::make_unique<Parts>()) {
  Parts &p = *parts_;
  p.model = chosen_model(target, precision);
  p.precision = std::holds_alternative<IntegerProgram>(p.model) ? "int8" : "float";
  p.preprocessing = preprocessing_of(p.model);
  p.options = options_for(target.run ? &target.run->project() : nullptr);
  p.is_streaming = target.run && target.run->project().is_streaming;
  if (target.run && !is_assigned(*target.run, "data.rows_per_recording"))
    p.rows_in_training = p.options.rows_per_recording;
  // a model that takes row by row is asked about windows, as it was trained
  const auto *program = std::get_if<IntegerProgram>(&p.model);
  const bool is_by_row = program && !program->states.empty();
  if (is_by_row && target.run) p.preprocessing.window = target.run->model().preprocessing.window;
  if (is_by_row) {
    p.rule.stride = p.options.stride > 0 ? p.options.stride : p.preprocessing.window;
    return;
  }
  if (target.run && target.run->has_integer_model()) {
    const RunExport push = push_options(*target.run);
    p.rule = decision_rule(target.run->integer_model(), push.options);
    p.notes = push.notes;
    take_hop_of(target.run->project(), p.rule);
    return;
  }
  if (p.preprocessing.decision.is_set()) {
    p.rule = p.preprocessing.decision;
    if (target.run) take_hop_of(target.run->project(), p.rule);
    return;
  }
  const int stride = p.options.stride, window = p.preprocessing.window;
  p.rule.stride = stride > 0 && stride < window ? stride : std::max(1, window / 2);
}

Predictor::~Predictor() = default;
Predictor::Predictor(Predictor &&) noexcept = default;

const std::string &Predictor::precision() const { return parts_->precision; }
const std::vector<std::string> &Predictor::labels() const { return labels_of(parts_->model); }
ModelTarget Predictor::target() const { return parts_->preprocessing.target; }
int Predictor::window() const { return parts_->preprocessing.window; }
const DecisionRule &Predictor::rule() const { return parts_->rule; }
std::optional<double> Predictor::threshold() const { return threshold_of_detector(parts_->model); }
bool Predictor::has_push() const {
  const auto *program = std::get_if<IntegerProgram>(&parts_->model);
  return !labels().empty() && window() > 1 && (!program || program->states.empty());
}
const std::vector<std::string> &Predictor::notes() const { return parts_->notes; }

std::vector<std::string> Predictor::files_of(const std::string &path) const {
  std::error_code code;
  if (!fs::exists(path, code))
    throw Error(ErrorCode::kNotFound, path, "no such file or folder", "give recordings to be answered");
  if (!fs::is_directory(path, code)) return {path};
  std::vector<std::string> files;
  const std::vector<std::string> &join = parts_->options.join;
  for (const fs::path &file : find_files(path).recordings)  // one of those that are joined stands for all
    if (join.empty() || join_word_of(file.stem().string(), join) == join[0]) files.push_back(file.string());
  if (files.empty()) throw Error(ErrorCode::kDataFormat, path, "holds no recordings");
  return files;
}

// A device hears one stream. Only where the values jump at every so many rows, as between recordings that
// were written one behind the other, is each of them a stream of its own.
bool Predictor::Parts::is_cut_as_in_training(const std::string &file) const {
  std::error_code code;
  if (rows_in_training == 0 || fs::file_size(file, code) > ModelRecordings::kPartBytes || code) return false;
  LoadOptions whole = options;
  whole.rows_per_recording = 0;
  std::vector<std::string> unused;
  const Recordings recordings = load_for_model(model, whole, file, false, unused);
  return are_strung_together(recordings, rows_in_training);
}

ModelRecordings Predictor::Parts::read(const std::string &file) const {
  LoadOptions read = options;
  read.stride = rule.stride;
  if (preprocessing.window > 0) read.window = preprocessing.window;
  if (rows_in_training > 0 && !is_cut_as_in_training(file)) read.rows_per_recording = 0;
  return {model, read, file};
}

void Predictor::Parts::say_how_cut(FilePrediction &found) const {
  const int rows = rows_in_training;
  if (rows == 0 || found.is_whole) return;
  const auto longest = std::max_element(found.recordings.begin(), found.recordings.end(),
                                        [](auto &a, auto &b) { return a.rows < b.rows; });
  if (longest->rows > rows)
    found.notes.push_back(
        fmt::format("{} rows without a gap are answered as one stream, as a device hears them; with --set "
                    "data.rows_per_recording={} every {} rows are a recording of their own",
                    longest->rows, rows, rows));
  else if (found.recordings.size() > 1 && longest->rows == rows)
    found.notes.push_back(fmt::format(
        "the values jump every {} rows, as the recordings of the training did (data.rows_per_recording), so "
        "these are recordings of their own",
        rows));
}

namespace {

// What windows are answered with, gathered for a file.
class FileAnswers {
 public:
  FileAnswers(const AnyModel &model, ModelTarget target, const DecisionRule &rule, FilePrediction &found)
      : model_(model),
        target_(target),
        rule_(rule),
        found_(found),
        sums_(labels_of(model).size()),
        threshold_(threshold_of_detector(model)) {}

  void take(const WindowsOfFile &some) {
    const Dataset &windows = some.windows;
    const Answers a = answers_of(model_, windows);
    const size_t outputs = a.scores.size() / windows.size();
    if (!decision_ && a.classes > 0)
      decision_.emplace(std::visit([&](const auto &m) { return decision_for(m, outputs, rule_); }, model_));
    for (size_t i = 0; i < windows.size(); ++i) {
      if (some.is_first[i]) begin();
      PredictedRecording &r = found_.recordings[begun_ - 1];
      ++r.windows;
      WindowPrediction w;
      w.start = r.start + windows.sources[i].row;
      if (a.classes > 0) {
        w.label = a.answered[i];
        w.probability = a.probability(i);
        w.decision = StreamDecision::kNothing;
        if (some.is_due[i]) w.decision = decision_->next(a.scores.data() + i * outputs);
        if (threshold_) {
          const float *p = a.probabilities.data() + i * a.classes;
          // of int8, whose two levels add up to one less than all, the least score of the level
          const bool is_float = std::holds_alternative<Model>(model_);
          w.score = score_of_outputs(*threshold_, is_float ? double{p[0]} : 1 - double{p[1]}, double{p[1]});
        }
        for (size_t c = 0; c < a.classes; ++c) sums_[c] += double{a.probabilities[i * a.classes + c]};
      } else if (!a.errors.empty()) {
        w.error = a.errors[i];
        found_.error += double{w.error};
      }
      found_.windows.push_back(w);
    }
    if (target_ == ModelTarget::kValues)
      found_.values.insert(found_.values.end(), a.values.begin(), a.values.end());
  }

  // The windows of the recording that was begun last.
  void drop() {
    PredictedRecording &r = found_.recordings[--begun_];
    found_.windows.resize(r.first);
    r.windows = 0;
    found_.values.resize(before_.values);
    found_.error = before_.error;
    sums_ = before_.sums;
  }

  void finish() {
    const auto count = static_cast<double>(found_.windows.size());
    if (!sums_.empty()) {
      found_.label = static_cast<int>(std::max_element(sums_.begin(), sums_.end()) - sums_.begin());
      found_.probability = sums_[static_cast<size_t>(found_.label)] / count;
    }
    found_.error /= count;
  }

 private:
  void begin() {
    found_.recordings[begun_++].first = found_.windows.size();
    before_ = {found_.values.size(), found_.error, sums_};
    if (decision_) decision_->reset();
  }

  const AnyModel &model_;
  ModelTarget target_;
  const DecisionRule &rule_;
  FilePrediction &found_;
  std::vector<double> sums_;  // of each class's probability
  std::optional<double> threshold_;
  std::optional<StreamDecision> decision_;
  size_t begun_ = 0;  // recordings
  struct {
    size_t values = 0;
    double error = 0;
    std::vector<double> sums = {};
  } before_;  // the recording that was begun last
};

}  // namespace

FilePrediction Predictor::predict(const std::string &file) const {
  const Parts &p = *parts_;
  FilePrediction found;
  found.file = file;
  FileAnswers answers(p.model, p.preprocessing.target, p.rule, found);
  FileWindows windows(p.preprocessing, p.rule, found.recordings,
                      {[&](const WindowsOfFile &some) { answers.take(some); }, [&] { answers.drop(); }});
  ModelRecordings reading = p.read(file);
  int window = 0;
  while (std::optional<Recordings> part = reading.next()) {
    if (part->items.empty()) continue;
    found.is_whole = part->image_height > 0 || part->is_features;
    if (found.rate_hz == 0) found.rate_hz = part->rate_hz;
    window = part->window();
    windows.add(*std::move(part), reading.goes_on());
  }
  windows.finish();
  found.notes = reading.notes();
  if (found.rate_hz <= 0) found.rate_hz = p.preprocessing.rate_hz;
  if (found.windows.empty())
    throw Error(ErrorCode::kDataFormat, file,
                fmt::format("has {} rows, the model's window is {}", windows.longest(), window),
                "give a longer recording");
  answers.finish();
  p.say_how_cut(found);
  return found;
}

EmulatedReplay Predictor::emulate(const FilePrediction &desk, const Core &core) const {
  const Parts &p = *parts_;
  const auto *program = std::get_if<IntegerProgram>(&p.model);
  if (!program)
    throw Error(ErrorCode::kUnsupported, "emulation", "the float model has no C", "`mote quantize` first");
  const long window = p.preprocessing.window;
  std::vector<Told> expected;  // not of recordings shorter than a window, which predict() fills up
  for (const PredictedRecording &r : desk.recordings)
    for (size_t i = r.first; i < r.first + r.windows && r.rows >= window; ++i)
      if (desk.windows[i].decision != StreamDecision::kNothing)
        expected.push_back({desk.windows[i].start + window - 1, desk.windows[i].decision});
  std::vector<float> rows;
  std::vector<int32_t> beginnings;
  ModelRecordings reading = p.read(desk.file);
  while (const std::optional<Recordings> part = reading.next())
    for (const Recording &r : part->items) {
      const size_t row = rows.size() / static_cast<size_t>(part->channel_count());
      if (&r != part->items.data() || !reading.goes_on()) beginnings.push_back(static_cast<int32_t>(row));
      rows.insert(rows.end(), r.values.begin(), r.values.end());
    }
  return replay_on_core(*program, p.rule, core, rows, beginnings, expected, desk.file, p.is_streaming);
}

bool is_run_or_model(const std::string &name) {
  std::error_code code;
  const std::string extension = fs::path(name).extension().string();
  if (fs::is_regular_file(name, code)) return extension == ".mote" || extension == ".tflite";
  const auto is_folder = [&](const fs::path &path) {
    return fs::exists(path / run_file::kRecord, code) || fs::exists(path / run_file::kProject, code);
  };
  return is_folder(name) || (!fs::exists(name, code) && is_folder(fs::path("runs") / name));
}

}  // namespace mote
