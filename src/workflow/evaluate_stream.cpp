// `mote evaluate --stream`: recordings through the front end, the int8 network and the decision rule that
// push() has, and what came of the events in them.
//
// Windows and scores are replay.cpp's, what is told host/decision.cpp's, what counts as found and as false
// train/stream_counts.cpp's; reading is stream_source.cpp's, choosing a rule stream_tuning.cpp's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "features/running_mean.h"
#include "mote/detector.h"
#include "mote/export.h"
#include "mote/files.h"
#include "mote/stream_evaluation.h"
#include "mote/workflow.h"
#include "report/stream_pictures.h"
#include "runs/claim.h"
#include "runs/json_file.h"
#include "workflow/decide.h"
#include "workflow/hard_negatives.h"
#include "workflow/other_recordings.h"
#include "workflow/stream_panel.h"
#include "workflow/stream_request.h"
#include "workflow/stream_source.h"
#include "workflow/stream_tuning.h"

namespace mote {

namespace {

constexpr double kUsuallyAllowed = 1;  // false accepts an hour

AnyModel model_for(const Run &run, const std::string &precision) {
  const bool is_int8 = precision.empty() ? run.has_integer_model() : precision == "int8";
  if (is_int8) return run.integer_model();
  return run.model();
}

void check_has_stream(const AnyModel &model) {
  const Preprocessing p = preprocessing_of(model);
  const auto *program = std::get_if<IntegerProgram>(&model);
  const auto refuse = [](const std::string &why, const std::string &hint) {
    throw Error(ErrorCode::kUnsupported, "stream", why, hint);
  };
  if (labels_of(model).empty())
    refuse("the model has no classes, so nothing is told", "`mote run` gives the values of a regression");
  if (p.image.is_set()) refuse("the model takes images, which are no stretches of time", "");
  if (program && !program->states.empty())
    refuse("a model that takes row by row has no windows to decide on", "quantize it without --by-row");
  if (p.window < 2) refuse("the model takes single rows, not windows of a stream", "");
  if (program && !has_probabilities(*program))
    refuse("the outputs of the model are no probabilities", "end it with a softmax");
}

// The rule that push() of an export has.
DecisionRule rule_of(const Run &run, const AnyModel &model) {
  if (const auto *program = std::get_if<IntegerProgram>(&model))
    return decision_rule(*program, push_options(run).options);
  const Preprocessing p = preprocessing_of(model);
  if (p.decision.is_set()) return p.decision;
  DecisionRule rule;
  rule.stride = std::max(1, p.window / 2);
  return rule;
}

StreamDecision decision_of(const AnyModel &model, size_t outputs, const DecisionRule &rule) {
  return std::visit([&](const auto &m) { return decision_for(m, outputs, rule); }, model);
}

ScoredStream scored_of(const AnyModel &model, const StreamRecording &s, double rate_hz,
                       const DecisionRule &rule) {
  const Preprocessing p = preprocessing_of(model);
  decltype(s.recording.values) less_mean;  // pictures and hard negatives are of the rows as they came
  const float *values = s.recording.values.data();
  if (p.running_mean > 0) {
    less_mean = s.recording.values;
    RunningMean(p.running_mean, static_cast<size_t>(p.channels))
        .take_off(less_mean.data(), static_cast<size_t>(s.recording.rows));
    values = less_mean.data();
  }
  const StreamRows rows{values, s.recording.rows, rate_hz};
  return std::visit([&](const auto &m) { return score_rows(m, rows, rule); }, model);
}

// What is chosen on one stream says nothing on the same.
void check_apart(const std::vector<std::string> &tests, const std::set<std::string> &tuned_on,
                 const char *hint) {
  std::set<std::string> places;
  for (const std::string &file : tuned_on) places.insert(place_of_file(file));
  for (const std::string &file : tests)
    if (places.count(place_of_file(file)) > 0)
      throw Error(ErrorCode::kInvalidArgument, file,
                  "is to be judged, so what is told may not be chosen on it", hint);
}

class StreamEvaluator {
 public:
  StreamEvaluator(const Run &run, const StreamRequest &request)
      : run_(run),
        request_(request),
        model_(model_for(run, request.precision)),
        p_(preprocessing_of(model_)) {
    e_.precision = std::holds_alternative<IntegerProgram>(model_) ? "int8" : "float";
    e_.labels = labels_of(model_);
    const bool is_one = std::visit([](const auto &m) { return is_detector(m); }, model_);
    for (const std::string &label : e_.labels) is_rest_.push_back(is_rest_of(is_one, label));
    e_.is_rest = is_rest_;
    e_.scores.classes.resize(e_.labels.size());
  }

  StreamEvaluation evaluate() {
    check_stream_request(request_);
    if (!run_.project().load.join.empty())
      throw Error(ErrorCode::kUnsupported, "stream",
                  "data.join makes one recording of several files, and a stream is one file",
                  "put the channels into one file; `mote evaluate --data` takes the files as they are");
    check_has_stream(model_);
    if (request_.core && e_.precision != "int8")
      throw Error(ErrorCode::kUnsupported, "emulation", "the float model has no C", "`mote quantize` first");
    if (request_.is_tuned && !run_.is_writable())
      throw Error(ErrorCode::kIo, run_.path(), "cannot be written, so no rule can be kept in it",
                  "check the permissions of the folder");
    e_.rule = rule_of(run_, model_);
    const std::vector<std::string> files = stream_files(request_.streams, request_.labels);
    if (request_.is_tuned) tune(files);
    judge(files);
    write();
    if (e_.precision == "float" && request_.precision.empty())
      e_.notes.push_back(
          "there is no int8 model yet, so the float model is judged; `mote quantize` makes one");
    return std::move(e_);
  }

 private:
  double allowed() const {
    if (request_.false_accepts_per_hour) return *request_.false_accepts_per_hour;
    const double of_project = run_.project().false_accepts_per_hour;
    return of_project == DecisionSettings::kChosen ? kUsuallyAllowed : of_project;
  }

  void tune(const std::vector<std::string> &files) {
    if (e_.precision != "int8")
      throw Error(ErrorCode::kUnsupported, "--tune", "the rule is that of the int8 model, and there is none",
                  "`mote quantize` makes one");
    TuningSet set;
    set.is_rest = is_rest_;
    set.window = p_.window;
    StreamTuning tuning;
    tuning.before = e_.rule;
    tuning.allowed_per_hour = allowed();
    if (request_.tune_on.empty())
      tuning.on = take_validation(set, files);
    else
      tuning.on = take_streams(set, files);
    if (!(set.rate_hz > 0))
      throw Error(ErrorCode::kUnsupported, "--tune", "the rate is not known, so there are no hours",
                  "--set data.rate_hz=RATE");
    if (request_.tolerance_s) set.tolerance = std::lround(*request_.tolerance_s * set.rate_hz);
    size_t events = 0, outputs = 0;
    for (const TuningRecording &r : set.recordings) {
      events += r.events.size();
      outputs = std::max(outputs, r.scored.outputs);  // none of one that is shorter than a window
    }
    if (events == 0)
      throw Error(ErrorCode::kDataFormat, "--tune", "there is no event to choose a rule by in " + tuning.on,
                  "give validation streams with events, and their labels");
    const ChosenRule chosen =
        choose_by_false_accepts(set, run_.project().decision, e_.rule, tuning.allowed_per_hour,
                                [&](const DecisionRule &rule) { return decision_of(model_, outputs, rule); });
    tuning.rule = chosen.rule;
    tuning.scores = chosen.scores;
    tuning.is_met = chosen.is_met;
    tuning.rules = chosen.rules;
    tuning.rule.reason = chosen_text(tuning);
    e_.rule = tuning.rule;
    e_.tuning = std::move(tuning);
  }

  // What stood before of smoothing and threshold is no longer so.
  static std::string chosen_text(const StreamTuning &t) {
    std::string reason = t.before.reason.substr(0, t.before.reason.find("; smoothing and threshold chosen"));
    for (const char *before : {"; threshold chosen", "; chosen for"})
      reason = reason.substr(0, reason.find(before));
    return fmt::format(
        "{}; chosen for at most {:g} false accepts an hour on {}: {} in {}, {} of {} events found", reason,
        t.allowed_per_hour, t.on, t.scores.all.false_accepts, hours_text(t.scores.background_hours),
        t.scores.all.found, t.scores.all.events);
  }

  std::string take_validation(TuningSet &set, const std::vector<std::string> &tests) {
    const RunData data = load_run_data(run_);
    for (const std::string &note : data.notes) e_.notes.push_back(note);
    const TuningStream on = tuning_stream(data.recordings, data.splits.parts, e_.rule);
    std::set<std::string> own;
    for (const size_t i : recordings_of(data.splits.parts, on.is_validated ? 'v' : 't'))
      own.insert(data.recordings.items[i].file);
    check_apart(tests, own, "judge other streams, or give streams to choose on with --validation");
    set.rate_hz = on.stream.rate_hz > 0 ? on.stream.rate_hz : p_.rate_hz;
    if (!on.stream.events.empty())
      set.recordings.push_back(
          {std::visit([&](const auto &m) { return score_stream(m, on.stream, e_.rule); }, model_),
           on.stream.events, on.stream.rows});
    e_.notes.push_back(fmt::format(
        "what is told was chosen on {} recordings strung together with {} between them, for want of long "
        "ones: "
        "{} of background say little of an hour; --validation takes streams as a device hears them",
        on.is_validated ? "validation" : "training", on.stream.rest_from,
        hours_text(set.rate_hz > 0 ? static_cast<double>(on.stream.rest_rows) / set.rate_hz / 3600 : 0)));
    return fmt::format("{} recordings strung together", on.is_validated ? "validation" : "training");
  }

  std::string take_streams(TuningSet &set, const std::vector<std::string> &tests) {
    const std::vector<std::string> files = stream_files(request_.tune_on, request_.tune_labels);
    check_apart(tests, {files.begin(), files.end()},
                "give other streams to choose on, or none: then it is the run's validation recordings");
    StreamSource source(run_, model_, is_rest_);
    source.each(files, request_.tune_labels, false, [&](const StreamRecording &s) {
      if (!s.is_labelled)
        throw Error(ErrorCode::kDataFormat, s.file, "nothing says where events are in it",
                    "give --validation-labels, or a label track beside it");
      set.recordings.push_back({scored_of(model_, s, source.rate_hz(), e_.rule), s.events, s.recording.rows});
    });
    set.rate_hz = source.rate_hz();
    for (const std::string &note : source.notes()) e_.notes.push_back("validation streams: " + note);
    return fmt::format("{} validation stream{}", files.size(), files.size() == 1 ? "" : "s");
  }

  long tolerance_rows(double rate_hz) const {
    if (!request_.tolerance_s) return tolerance_of(e_.rule, p_.window);
    if (!(rate_hz > 0))
      throw Error(ErrorCode::kInvalidArgument, "--tolerance",
                  "the rate is not known, so it is no number of rows", "--set data.rate_hz=RATE");
    return std::lround(*request_.tolerance_s * rate_hz);
  }

  void judge(const std::vector<std::string> &files) {
    StreamSource source(run_, model_, is_rest_);
    negatives_.emplace(e_.rule, p_.window, p_.channels, is_rest_, request_.near_share);
    source.each(files, request_.labels, request_.has_no_events,
                [&](const StreamRecording &s) { take(s, source.rate_hz()); });
    run_on_core();
    std::sort(e_.scores.delays_s.begin(), e_.scores.delays_s.end());
    e_.rate_hz = source.rate_hz();
    e_.channels = source.channels();
    for (const std::string &note : source.notes()) e_.notes.push_back(note);
    e_.reading = source.reading();
    note_own_files(files);
    if (e_.rate_hz > 0)
      e_.tolerance_s = static_cast<double>(tolerance_rows(e_.rate_hz)) / e_.rate_hz;
    else
      e_.notes.push_back(
          "the rate is not known, so there are no seconds and no hours; --set data.rate_hz=RATE");
    if (!e_.is_judged)
      e_.notes.push_back(
          "nothing says where events are, so what is told is listed and not judged; give --labels, or "
          "--background where there are none");
    add_curve();
  }

  // Figures of what a run was made of are better than those of anything new.
  void note_own_files(const std::vector<std::string> &files) {
    if (!run_.knows_its_data()) return;
    std::set<std::string> own;
    run_.reading(run_file::kRecord, [&](const nlohmann::json &j) {
      for (const nlohmann::json &f : j.at("recordings")) {
        const std::string part = f.value("part", ""), parts = f.value("parts", "");
        if (part == "train" || part == "val" || parts.find_first_of("tv") != parts.npos)
          own.insert(place_of_file(fs::path(run_.folder().project) / f.at("path").get<std::string>()));
      }
    });
    const auto count =
        std::count_if(files.begin(), files.end(), [&](auto &f) { return own.count(place_of_file(f)) > 0; });
    if (count > 0)
      e_.notes.push_back(
          fmt::format("{} of {} file{} {} of the run's own training or validation recordings, of which the "
                      "model knows more than of anything new",
                      count, files.size(), files.size() == 1 ? "" : "s", count == 1 ? "is" : "are"));
  }

  void take(const StreamRecording &s, double rate_hz) {
    const long tolerance = tolerance_rows(rate_hz);
    ScoredStream scored = scored_of(model_, s, rate_hz, e_.rule);
    const ToldStream told = told_of(scored, e_.rule, decision_of(model_, scored.outputs, e_.rule));
    EvaluatedStream stream{s.file, s.line, s.recording.rows, s.events, {}, told.told};
    stream.judged = judge_stream(told.told, told.scores, s.events, is_rest_, e_.rule.policy, tolerance);
    if (rate_hz > 0) e_.hours += static_cast<double>(s.recording.rows) / rate_hz / 3600;
    if (s.is_labelled) {
      e_.is_judged = true;
      add_scores(e_.scores, stream.judged, s.events, {s.recording.rows, tolerance, rate_hz, p_.window});
      if (!request_.collect.empty()) negatives_->add(s, scored, told, stream.judged, tolerance);
    }
    if (!request_.picture.empty()) panels_.add(s, scored, stream, e_.rule, rate_hz);
    if (request_.core) add_for_core(s, told.told);
    e_.streams.push_back(std::move(stream));
    if (s.is_labelled) judged_.push_back({std::move(scored), s.events, s.recording.rows});
  }

  // The rows of a stream behind those of others, until there are enough for a run on the core.
  void add_for_core(const StreamRecording &s, const std::vector<Told> &told) {
    constexpr size_t kMostValues = size_t{8} << 20;
    const auto first = static_cast<long>(core_rows_.size() / static_cast<size_t>(p_.channels));
    core_begins_.push_back(static_cast<int32_t>(first));
    core_rows_.insert(core_rows_.end(), s.recording.values.begin(), s.recording.values.end());
    for (const Told &t : told) core_told_.push_back({first + t.row, t.answer});
    core_files_ += (core_files_.empty() ? "" : ", ") + s.file;
    if (core_rows_.size() > kMostValues) run_on_core();
  }

  void run_on_core() {
    if (core_rows_.empty()) return;
    e_.emulated.push_back(replay_on_core(std::get<IntegerProgram>(model_), e_.rule, *request_.core,
                                         core_rows_, core_begins_, core_told_, core_files_,
                                         run_.project().is_streaming));
    core_rows_.clear();
    core_begins_.clear();
    core_told_.clear();
    core_files_.clear();
  }

  // The same rule with other thresholds. It describes these streams; nothing is chosen by it.
  void add_curve() {
    if (!e_.is_judged) return;
    std::vector<int> thresholds = {0};
    for (int t = 64; t < 240; t += 8) thresholds.push_back(t);
    for (int t = 240; t <= 256; t += 2) thresholds.push_back(t);
    thresholds.push_back(e_.rule.threshold);
    std::sort(thresholds.begin(), thresholds.end());
    thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
    const long tolerance = tolerance_rows(e_.rate_hz);
    for (const int threshold : thresholds) {
      DecisionRule rule = e_.rule;
      rule.threshold = threshold;
      StreamScores scores;
      scores.classes.resize(e_.labels.size());
      for (const TuningRecording &r : judged_) {
        const ToldStream told = told_of(r.scored, rule, decision_of(model_, r.scored.outputs, rule));
        add_scores(scores, judge_stream(told.told, told.scores, r.events, is_rest_, rule.policy, tolerance),
                   r.events, {r.rows, tolerance, e_.rate_hz, p_.window});
      }
      e_.curve.push_back({threshold, scores.all.events - scores.all.found, scores.all.events,
                          scores.all.false_accepts, scores.false_accepts_per_hour()});
    }
  }

  void write() {
    if (!request_.curve.empty() && !e_.is_judged)
      throw Error(ErrorCode::kDataFormat, request_.curve,
                  "nothing says where events are, so there is no curve", "give --labels");
    if (!request_.collect.empty() && !e_.is_judged)
      throw Error(ErrorCode::kDataFormat, request_.collect,
                  "nothing says where events are, so nothing told is false",
                  "give --labels, or --background where there are none");
    if (e_.tuning) keep_rule();
    if (!request_.curve.empty()) {
      if (request_.curve.ends_with(".csv"))
        write_file(request_.curve, stream_curve_csv(e_.curve));
      else
        write_file(request_.curve,
                   picture_bytes(draw_stream_curve(e_.curve, e_.rule.threshold, e_.scores.background_hours),
                                 request_.curve));
    }
    if (!request_.picture.empty())
      write_file(request_.picture,
                 picture_bytes(draw_streams(panels_.picture(e_, is_rest_)), request_.picture));
    if (!request_.collect.empty()) collect();
  }

  void collect() {
    const WrittenNegatives written =
        write_negatives(negatives_->kept(), e_.labels, e_.channels, e_.rate_hz, request_.collect);
    e_.collected = written.files;
    e_.near_misses = negatives_->near_misses();
    if (negatives_->found() == 0)
      e_.notes.push_back("nothing was told falsely, or nearly: nothing is collected");
    if (written.already_there > 0)
      e_.notes.push_back(
          fmt::format("{} recordings were in {} already", written.already_there, request_.collect));
    if (negatives_->found() > negatives_->kept().size())
      e_.notes.push_back(fmt::format("of {} false accepts and near misses the {} surest are written",
                                     negatives_->found(), negatives_->kept().size()));
  }

  // The model as it is exported, and the record that knows it by its digest; its other records tell of the
  // rule before. Each is replaced as a whole; killed between them, the run has the new model and a record of
  // the one before.
  void keep_rule() {
    const std::optional<RunClaim> claim = RunClaim::soon({place_of_file(run_.path())});
    if (!claim)
      throw Error(ErrorCode::kIo, run_.path(), "is being written by another process",
                  "run the same command again when that has ended");
    if (sha256(read_file(run_.file(run_file::kIntegerModel))) != run_.digest(run_file::kIntegerModel))
      throw Error(ErrorCode::kIo, run_.file(run_file::kIntegerModel).string(),
                  "was made anew meanwhile, and the rule was chosen for the model before",
                  "run the same command again");
    IntegerProgram program = run_.integer_model();
    program.front_end.decision = e_.rule;
    const std::string bytes = format_mote(program);
    nlohmann::json record = run_.json(run_file::kQuantize);
    const bool is_known =
        record.is_object() && record.value("int8_model", "") == run_.digest(run_file::kIntegerModel);
    run_.write(run_file::kIntegerModel, bytes);
    if (!is_known) return;
    record["int8_model"] = sha256(bytes);
    run_.write(run_file::kQuantize, json_text(record));
  }

  const Run &run_;
  const StreamRequest &request_;
  AnyModel model_;
  Preprocessing p_;
  std::vector<bool> is_rest_;
  std::vector<float> core_rows_;
  std::vector<int32_t> core_begins_;
  std::vector<Told> core_told_;
  std::string core_files_;
  StreamEvaluation e_;
  std::vector<TuningRecording> judged_;
  std::optional<HardNegatives> negatives_;
  StreamPanels panels_;
};

}  // namespace

StreamEvaluation evaluate_streams(const Run &run, const StreamRequest &request) {
  return StreamEvaluator(run, request).evaluate();
}

}  // namespace mote
