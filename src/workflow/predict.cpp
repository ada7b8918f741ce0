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
#include "mote/evaluate.h"
#include "workflow/other_recordings.h"
#include "workflow/replay.h"

namespace mote {

struct Predictor::Parts {
  std::string precision;
  AnyModel model;
  Preprocessing preprocessing;
  DecisionRule rule;
  LoadOptions options;
  std::vector<std::string> notes;

  Recordings read(const std::string &file, std::vector<std::string> &notes_of_file) const;
  StreamDecision decision(size_t outputs) const {
    return std::visit([&](const auto &m) { return decision_for(m, outputs, rule); }, model);
  }
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

// Rows of each recording before it, and which of them have windows.
std::vector<PredictedRecording> recordings_of(const Recordings &set, bool is_triggered) {
  std::vector<PredictedRecording> list;
  long start = 0;
  const bool is_padded = !is_triggered && set.options.short_recordings != ShortRecordings::kSkip;
  for (const Recording &r : set.items) {
    if (r.rows >= set.window() || is_padded) list.push_back({r.first_line, start, r.rows, 0, 0});
    start += r.rows;
  }
  return list;
}

// Windows that are asked about together.
struct WindowPart {
  const Dataset &windows;
  std::vector<char> is_first, is_due;  // of its recording; with it something is told
};
using TakePart = std::function<void(const WindowPart &part)>;

// One behind the other, each of which is due.
void each_part_by_hop(const Recordings &set, size_t most, const TakePart &take) {
  set.each_part(most, [&](const Dataset &windows) {
    WindowPart part{windows, {}, std::vector<char>(windows.size(), 1)};
    for (const ExampleSource &source : windows.sources) part.is_first.push_back(source.row == 0);
    take(part);
  });
}

// Those that a trigger opens; of a recording without one, windows one behind the other, which are not due.
void each_part_by_trigger(const Recordings &set, const DecisionRule &rule, size_t most,
                          const TakePart &take) {
  Dataset windows = set.windows_of({});
  WindowPart part{windows, {}, {}};
  const auto hand_over = [&] {
    if (windows.size() > 0) take(part);
    windows.values.clear();
    windows.classes.clear();
    windows.sources.clear();
    part.is_first.clear();
    part.is_due.clear();
  };
  const long width = set.channel_count(), window = set.window();
  for (const Recording &r : set.items) {
    std::vector<long> starts;
    StreamWindows due(rule, set.window(), set.channel_count());
    for (long row = 0; row < r.rows; ++row)
      if (const auto first = due.next(r.values.data() + row * width)) starts.push_back(*first);
    const bool has_event = !starts.empty();
    for (long row = 0; !has_event && row + window <= r.rows; row += rule.stride) starts.push_back(row);
    for (long row : starts) {
      const float *begin = r.values.data() + row * width;
      windows.values.insert(windows.values.end(), begin, begin + window * width);
      windows.classes.push_back(0);
      windows.sources.push_back({r.file, r.first_line, static_cast<int>(row)});
      part.is_first.push_back(row == starts[0]);
      part.is_due.push_back(has_event);
      if (windows.size() >= most) hand_over();
    }
  }
  hand_over();
}

// What --set says in place of the rule that the model was given.
void take_hop_of(const Project &project, DecisionRule &rule) {
  if (rule.policy == DecisionPolicy::kStream && project.decision.hop != DecisionSettings::kChosen)
    rule.stride = project.decision.hop;
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

Recordings Predictor::Parts::read(const std::string &file, std::vector<std::string> &notes_of_file) const {
  LoadOptions read = options;
  read.stride = rule.stride;
  if (preprocessing.window > 0) read.window = preprocessing.window;
  return load_for_model(model, read, file, false, notes_of_file);
}

FilePrediction Predictor::predict(const std::string &file) const {
  const Parts &p = *parts_;
  FilePrediction found;
  found.file = file;
  const Recordings recordings = p.read(file, found.notes);
  const bool is_triggered = p.rule.policy == DecisionPolicy::kTrigger;
  found.recordings = recordings_of(recordings, is_triggered);
  found.is_whole = recordings.image_height > 0 || recordings.is_features;
  found.rate_hz = recordings.rate_hz > 0 ? recordings.rate_hz : p.preprocessing.rate_hz;
  std::vector<double> sums(labels().size());
  std::optional<StreamDecision> decision;
  size_t place = 0;  // of the next recording
  // windows that are in memory at a time
  constexpr size_t kPartBytes = size_t{16} << 20, kMostWindows = 1024;
  const size_t bytes = sizeof(float) * static_cast<size_t>(std::max(1, recordings.window())) *
                       static_cast<size_t>(recordings.channel_count());
  const auto take = [&](const WindowPart &some) {
    const Dataset &part = some.windows;
    const Answers a = answers_of(p.model, part);
    const size_t outputs = a.scores.size() / part.size();
    if (!decision && a.classes > 0) decision.emplace(p.decision(outputs));
    for (size_t i = 0; i < part.size(); ++i) {
      if (some.is_first[i]) {
        found.recordings[place++].first = found.windows.size();
        if (decision) decision->reset();
      }
      PredictedRecording &r = found.recordings[place - 1];
      ++r.windows;
      WindowPrediction w;
      w.start = r.start + part.sources[i].row;
      if (a.classes > 0) {
        w.label = a.answered[i];
        w.probability = a.probability(i);
        w.decision = StreamDecision::kNothing;
        if (some.is_due[i]) w.decision = decision->next(a.scores.data() + i * outputs);
        for (size_t c = 0; c < a.classes; ++c) sums[c] += double{a.probabilities[i * a.classes + c]};
      } else if (!a.errors.empty()) {
        w.error = a.errors[i];
        found.error += double{w.error};
      }
      found.windows.push_back(w);
    }
    if (p.preprocessing.target == ModelTarget::kValues)
      found.values.insert(found.values.end(), a.values.begin(), a.values.end());
  };
  const size_t most = std::clamp<size_t>(kPartBytes / bytes, 1, kMostWindows);
  if (is_triggered)
    each_part_by_trigger(recordings, p.rule, most, take);
  else
    each_part_by_hop(recordings, most, take);
  if (found.windows.empty()) {
    int longest = 0;
    for (const Recording &r : recordings.items) longest = std::max(longest, r.rows);
    throw Error(ErrorCode::kDataFormat, file,
                fmt::format("has {} rows, the model's window is {}", longest, recordings.window()),
                "give a longer recording");
  }
  const auto count = static_cast<double>(found.windows.size());
  if (!sums.empty()) {
    found.label = static_cast<int>(std::max_element(sums.begin(), sums.end()) - sums.begin());
    found.probability = sums[static_cast<size_t>(found.label)] / count;
  }
  found.error /= count;
  return found;
}

EmulatedReplay Predictor::emulate(const FilePrediction &desk, const Core &core) const {
  const Parts &p = *parts_;
  const auto *program = std::get_if<IntegerProgram>(&p.model);
  if (!program)
    throw Error(ErrorCode::kUnsupported, "emulation", "the float model has no C", "`mote quantize` first");
  std::vector<std::string> said;  // by predict() before
  const Recordings recordings = p.read(desk.file, said);
  const long window = recordings.window();
  std::vector<Told> expected;  // not of recordings shorter than a window, which predict() fills up
  for (const PredictedRecording &r : desk.recordings)
    for (size_t i = r.first; i < r.first + r.windows && r.rows >= window; ++i)
      if (desk.windows[i].decision != StreamDecision::kNothing)
        expected.push_back({desk.windows[i].start + window - 1, desk.windows[i].decision});
  std::vector<float> rows;
  std::vector<int32_t> beginnings;
  for (const Recording &r : recordings.items) {
    beginnings.push_back(static_cast<int32_t>(rows.size() / static_cast<size_t>(recordings.channel_count())));
    rows.insert(rows.end(), r.values.begin(), r.values.end());
  }
  return replay_on_core(*program, p.rule, core, rows, beginnings, expected, desk.file);
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
