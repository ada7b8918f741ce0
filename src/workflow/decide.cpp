// Chooses a decision rule: which windows a stream has from the training recordings alone, what is told of
// them by replays of the validation recordings.
//
// What a project says is never chosen otherwise. Rules are compared by events found, less what is told
// wrongly, of events or of nothing.
#include "workflow/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/median.h"
#include "data/onset.h"
#include "data/stream_windows.h"
#include "features/preprocessing.h"
#include "features/stream_plan.h"
#include "mote/decision.h"
#include "workflow/replay.h"
#include "workflow/stream_tuning.h"

namespace mote {

namespace {

constexpr int kChosen = DecisionSettings::kChosen;
constexpr uint64_t kStreamSeed = 7;

struct Sides {
  std::vector<size_t> events, rest;
};
Sides sides_of(const Recordings &set, const std::vector<size_t> &list) {
  Sides sides;
  for (size_t i : list)
    (is_rest_of(set.is_of_detector(), set.items[i].label) ? sides.rest : sides.events).push_back(i);
  return sides;
}

// Share of the recordings that hold one window and not much more.
double share_of_single_events(const Recordings &set, const std::vector<size_t> &events) {
  const int window = set.window();
  const auto single = std::count_if(events.begin(), events.end(),
                                    [&](size_t i) { return set.items[i].rows < window + window / 2; });
  return events.empty() ? 0 : static_cast<double>(single) / static_cast<double>(events.size());
}

// Whether the recordings are of one event each.
bool are_single_events(const Recordings &set, const std::vector<size_t> &events) {
  constexpr double kLeast = 0.9;
  return share_of_single_events(set, events) >= kLeast;
}

// Whether recordings of one event each are quiet before it or behind it, and not of a state.
bool have_rest_about(const Recordings &set, const std::vector<size_t> &events) {
  constexpr double kLeast = 8;
  const std::vector<float> deviation = deviation_of(set, events);
  std::vector<double> contrasts;
  for (size_t i : events) contrasts.push_back(motion_of(set.items[i], set.window(), deviation).contrast());
  return !contrasts.empty() && median(std::move(contrasts)) >= kLeast;
}

void check_channels(const std::vector<std::string> &wanted, const std::vector<std::string> &channels) {
  for (const std::string &name : wanted)
    if (std::find(channels.begin(), channels.end(), name) == channels.end())
      throw Error(ErrorCode::kInvalidArgument, "decision.channels",
                  fmt::format("there is no channel '{}'", name),
                  fmt::format("the channels are {}", fmt::join(channels, ", ")));
}

std::string onset_words(const FittedOnset &fit, size_t events) {
  return fmt::format("it puts the onset of {:.0f} % of {} training recordings within {:.0f} rows of row {}",
                     100 * (1 - fit.missed - fit.far), events, std::max(2.0, fit.spread), fit.pre_roll);
}

// Near that, where the next window begins at a frame: so each frame is computed once. As it is where frames
// are so far apart that much would be changed.
int at_frames(int hop, const Recordings &set, const std::vector<PreprocessingStep> &features) {
  try {
    const int frame =
        frame_hop({set.window(), set.channel_count(), set.rate_hz, {}, resolved(features, set.rate_hz)});
    const int near = std::max(1, (hop + frame / 2) / frame) * frame;
    return near <= std::min(2 * hop, set.window()) ? near : hop;
  } catch (const Error &) {  // said where the features are computed
    return hop;
  }
}

void choose_hop(DecisionRule &rule, const DecisionSettings &settings, const Recordings &set,
                const std::vector<PreprocessingStep> &features) {
  constexpr int kParts = 8;  // of a window: an event is told within so many parts of its middle
  rule.stride =
      settings.hop != kChosen ? settings.hop : at_frames(std::max(1, set.window() / kParts), set, features);
  rule.refractory = settings.refractory != kChosen ? settings.refractory : 0;
  rule.debounce = settings.debounce != kChosen ? settings.debounce : 1;
}

}  // namespace

std::vector<size_t> recordings_of(const Parts &parts, char letter) {
  std::vector<size_t> list;
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i] == letter) list.push_back(i);
  return list;
}

bool has_stream(ModelTarget target, const Recordings &recordings) {
  return target == ModelTarget::kClasses && !recordings.labels.empty() && recordings.window() > 1 &&
         !recordings.is_features && recordings.image_height == 0;
}

DecisionRule windows_without_recordings(const DecisionSettings &settings, const Recordings &set,
                                        const std::vector<PreprocessingStep> &features) {
  if (settings.policy == WantedPolicy::kTrigger)
    throw Error(ErrorCode::kInvalidArgument, "decision.policy",
                "the onset of a trigger is learned from recordings, and there are none",
                "policy = \"stream\"");
  DecisionRule rule;
  for (size_t c = 0; c < set.labels.size() && rule.rest < 0; ++c)
    if (is_rest_of(false, set.labels[c])) rule.rest = static_cast<int>(c);
  choose_hop(rule, settings, set, features);
  if (rule.stride > set.options.window)
    throw Error(ErrorCode::kInvalidArgument, "decision.hop",
                fmt::format("{} rows are more than the window of {}", rule.stride, set.options.window));
  if (settings.smoothing != kChosen) rule.smoothing = settings.smoothing;
  constexpr double kHalf = 0.5;
  const double threshold = settings.threshold != kChosen ? settings.threshold : kHalf;
  rule.threshold = static_cast<int>(std::lround(256 * threshold));
  rule.reason = "as mote.toml says it of a model that others trained";
  return rule;
}

DecisionRule fitted_windows(const DecisionSettings &settings, const Recordings &recordings,
                            const Parts &parts, const std::vector<PreprocessingStep> &features) {
  const int window = recordings.window();
  DecisionRule rule;
  const Sides sides = sides_of(recordings, recordings_of(parts, 't'));
  for (size_t c = 0; c < recordings.labels.size() && rule.rest < 0; ++c)
    if (is_rest_of(recordings.is_of_detector(), recordings.labels[c])) rule.rest = static_cast<int>(c);
  check_channels(settings.channels, recordings.channels);
  if (settings.pre_roll >= window)
    throw Error(ErrorCode::kInvalidArgument, "decision.pre_roll",
                fmt::format("{} rows are not less than the window of {}", settings.pre_roll, window));
  choose_hop(rule, settings, recordings, features);
  if (recordings.is_of_detector()) {  // there is no event to learn an onset of, nor to tune smoothing by
    rule.smoothing = 1;
    rule.reason = "a detector looks at every stretch, and a window is an anomaly from its threshold on";
    return rule;
  }
  const bool are_single = are_single_events(recordings, sides.events);
  if (settings.policy == WantedPolicy::kStream || (settings.policy == WantedPolicy::kAuto && !are_single)) {
    rule.reason = settings.policy == WantedPolicy::kStream
                      ? "mote.toml asks for it"
                      : fmt::format("{:.0f} % of the training recordings are longer than one window",
                                    100 * (1 - share_of_single_events(recordings, sides.events)));
    return rule;
  }
  const std::optional<FittedOnset> fit =
      fit_onset(recordings, sides.events, sides.rest, {settings.channels, settings.level, settings.onset});
  constexpr double kWorst = 0.35;  // of recordings that a trigger misses or cuts elsewhere
  const bool is_wanted = settings.policy == WantedPolicy::kTrigger;
  if (!fit || (!is_wanted && fit->missed + fit->far + fit->alarms > kWorst)) {
    if (!fit && is_wanted)
      throw Error(ErrorCode::kInvalidArgument, "decision.policy",
                  "the training recordings have no onset that could be heard",
                  "give at least three recordings of events that begin at rest, or policy = \"stream\"");
    rule.reason = !fit ? "no onset can be heard in the training recordings"
                       : fmt::format("an onset would miss or misplace {:.0f} % of the training recordings",
                                     100 * (fit->missed + fit->far));
    return rule;
  }
  rule.policy = DecisionPolicy::kTrigger;
  rule.stride = std::clamp(recordings.stride(), 1, window);  // of windows that are looked at one by one
  rule.smoothing = 1;
  rule.onset = fit->rule;
  rule.pre_roll = settings.pre_roll != kChosen ? settings.pre_roll : fit->pre_roll;
  rule.refractory = settings.refractory != kChosen ? settings.refractory : window / 4;
  rule.reason = is_wanted ? "mote.toml asks for it; " + onset_words(*fit, sides.events.size())
                          : onset_words(*fit, sides.events.size());
  return rule;
}

namespace {

// The larger, the better.
double worth(const Replay &r) {
  const auto events = static_cast<double>(std::max<size_t>(1, r.all.events));
  return (static_cast<double>(r.all.found) - 0.5 * static_cast<double>(r.all.wrong) -
          2 * static_cast<double>(r.false_events)) /
         events;
}

// By so many false accepts an hour first, and then by events found.
template <class AnyModel>
ChosenRule chosen_rule(const AnyModel &model, const DecisionSettings &settings, ScoredStream scored,
                       const DecisionRule &windows, const TestStream &stream, double allowed_per_hour) {
  const size_t outputs = scored.outputs;
  TuningSet set;
  set.recordings.push_back({std::move(scored), stream.events, stream.rows});
  set.is_rest = stream.is_rest;
  set.rate_hz = stream.rate_hz;
  set.window = preprocessing_for(model).window;
  return choose_by_false_accepts(set, settings, windows, allowed_per_hour, [&](const DecisionRule &rule) {
    return decision_for(model, outputs, rule);
  });
}

void check_hours(const TestStream &stream, const char *where) {
  if (!(stream.rate_hz > 0))
    throw Error(ErrorCode::kInvalidArgument, where, "the rate is not known, so there are no hours",
                "set data.rate_hz");
}

template <class AnyModel>
DecisionRule kept_quiet(const AnyModel &model, const Project &project, ScoredStream scored,
                        const DecisionRule &windows, const TuningStream &on) {
  check_hours(on.stream, "decision.false_accepts_per_hour");
  ChosenRule chosen = chosen_rule(model, project.decision, std::move(scored), windows, on.stream,
                                  project.false_accepts_per_hour);
  const std::string said =
      fmt::format("; chosen for at most {:g} false accepts an hour on {} recordings strung together",
                  project.false_accepts_per_hour, on.is_validated ? "validation" : "training");
  if (!chosen.rule.reason.ends_with(said)) chosen.rule.reason += said;
  return chosen.rule;
}

template <class AnyModel>
DecisionRule tuned(const AnyModel &model, const Project &project, const DecisionRule &windows,
                   const TuningStream &on) {
  const TestStream &stream = on.stream;
  const DecisionSettings &settings = project.decision;
  DecisionRule best = windows;
  if (settings.smoothing != kChosen) best.smoothing = settings.smoothing;
  if (settings.threshold != kChosen) best.threshold = static_cast<int>(std::lround(256 * settings.threshold));
  if (stream.events.empty()) return best;
  const ScoredStream scored = score_stream(model, stream, windows);
  if (scored.rows.empty()) return best;
  if (project.false_accepts_per_hour != kChosen) return kept_quiet(model, project, scored, windows, on);
  std::vector<int> smoothings = {best.smoothing}, thresholds = {best.threshold};
  const bool tries_smoothing = settings.smoothing == kChosen && windows.policy == DecisionPolicy::kStream;
  if (tries_smoothing) smoothings = {1, 2, 3, 4, 6};
  // in steps of 5 %; never certainty, which windows between two classes may have as well
  if (settings.threshold == kChosen) thresholds = {128, 141, 154, 166, 179, 192, 205, 218, 230};
  double most = -INFINITY;
  std::vector<DecisionRule> equals;  // of the first smoothing that is best
  for (int smoothing : smoothings)
    for (int threshold : thresholds) {
      DecisionRule rule = best;
      rule.smoothing = smoothing;
      rule.threshold = threshold;
      const double value = worth(replay_of(scored, stream, rule, preprocessing_for(model).window,
                                           decision_for(model, scored.outputs, rule)));
      constexpr double kSame = 1e-9;
      if (value > most + kSame) {
        most = value;
        equals.clear();
      }
      if (value >= most - kSame && (equals.empty() || equals[0].smoothing == smoothing))
        equals.push_back(rule);
    }
  // as far from answering too much as from answering too little
  best = equals[equals.size() / 2];
  const std::string chosen = fmt::format("; {} chosen by a replay of {} events of {}",
                                         tries_smoothing ? "smoothing and threshold" : "threshold",
                                         stream.events.size(), on.is_validated ? "validation" : "training");
  if (!best.reason.ends_with(chosen)) best.reason += chosen;  // where a model that is tuned is tuned again
  return best;
}

}  // namespace

namespace {

// First rows of the windows that a trigger cuts.
std::vector<long> opened_windows(const DecisionRule &rule, int window, const TestStream &stream) {
  const auto channels = static_cast<int>(stream.channels.size());
  StreamWindows cut(rule, window, channels);
  std::vector<long> firsts;
  for (long row = 0; row < stream.rows; ++row)
    if (const std::optional<long> first = cut.next(stream.values.data() + row * channels))
      firsts.push_back(*first);
  return firsts;
}

std::vector<size_t> repeated(const std::vector<size_t> &part, int times) {
  std::vector<size_t> list;
  for (int k = 0; k < times; ++k) list.insert(list.end(), part.begin(), part.end());
  return list;
}

}  // namespace

void add_stream_windows(Splits &splits, const Recordings &recordings, const DecisionRule &windows,
                        uint64_t seed) {
  if (!windows.is_set() || !recordings.options.normal.empty()) return;
  const std::vector<size_t> training = recordings_of(splits.parts, 't');
  const Sides sides = sides_of(recordings, training);
  if (windows.rest < 0 && !have_rest_about(recordings, sides.events)) return;
  if (windows.policy == DecisionPolicy::kTrigger) {
    const TestStream stream = string_together(recordings, training, seed);
    splits.stream =
        windows_at(recordings, training, stream, opened_windows(windows, recordings.window(), stream));
    return;
  }
  const bool are_single = are_single_events(recordings, sides.events);
  if (windows.rest < 0 && !are_single) return;
  // of a handful of events some sixteen steps more in each epoch, with as many rests between them
  constexpr size_t kFewest = 256;
  constexpr int kOrders = 4;
  const size_t own = splits.train.size();
  splits.stream =
      are_single ? stream_windows(recordings, repeated(training, kOrders), std::max(kFewest, 3 * own), seed)
                 : stream_windows(recordings, training, own, seed);
  if (windows.rest < 0)
    add_quiet_windows(splits.stream, recordings, sides.events, splits.stream.size() / 2, seed);
}

namespace {

// So many events that asking the model about their windows does not take the time of an epoch.
size_t most_events(const DecisionRule &windows) {
  return windows.policy == DecisionPolicy::kTrigger ? 2000 : 200;
}

// A few events say little of what is told falsely between them: they are met again, in another order and
// with other rest.
TestStream repeated_stream(const Recordings &recordings, const std::vector<size_t> &part,
                           const DecisionRule &windows) {
  constexpr int kTimes = 4;
  return string_together(recordings, repeated(part, kTimes), kStreamSeed, most_events(windows));
}

}  // namespace

TestStream stream_of_part(const Recordings &recordings, const Parts &parts, char part,
                          const DecisionRule &windows) {
  return string_together(recordings, recordings_of(parts, part), kStreamSeed, most_events(windows));
}

TuningStream tuning_stream(const Recordings &recordings, const Parts &parts, const DecisionRule &windows) {
  TuningStream on{repeated_stream(recordings, recordings_of(parts, 'v'), windows), true};
  if (on.stream.events.empty()) on = {repeated_stream(recordings, recordings_of(parts, 't'), windows), false};
  return on;
}

DecisionRule tuned_rule(const Model &model, const Project &project, const DecisionRule &windows,
                        const TuningStream &on) {
  return tuned(model, project, windows, on);
}

DecisionRule tuned_rule(const IntegerProgram &program, const Project &project, const DecisionRule &windows,
                        const TuningStream &on) {
  return tuned(program, project, windows, on);
}

double stream_cost(const Model &model, const Project &project, const DecisionRule &windows,
                   const TuningStream &on) {
  constexpr const char *kWhere = "train.early_stopping.monitor";
  constexpr double kAllowed = 1;  // an hour
  check_hours(on.stream, kWhere);
  if (on.stream.events.empty())
    throw Error(ErrorCode::kInvalidArgument, kWhere,
                "is val_stream, and the recordings have no events that a stream could hold",
                "watch val_loss or val_accuracy, or record events and a class of rest");
  const double allowed =
      project.false_accepts_per_hour == kChosen ? kAllowed : project.false_accepts_per_hour;
  const StreamScores scores = chosen_rule(model, project.decision, score_stream(model, on.stream, windows),
                                          windows, on.stream, allowed)
                                  .scores;
  const auto told = static_cast<double>(scores.all.false_accepts);
  const auto events = static_cast<double>(scores.all.events);
  // a share below 1 never outweighs a false accept
  return std::ceil(std::max(0.0, told - allowed * scores.background_hours)) +
         (events - static_cast<double>(scores.all.found)) / (events + 1);
}

std::string judge_rest(const DecisionRule &rule) {
  if (rule.policy != DecisionPolicy::kStream || rule.rest >= 0) return "";
  return "no class stands for rest: what is none of the classes can only be told as one of them, or as "
         "UNKNOWN; "
         "record some minutes of what the device meets otherwise as a class 'rest' or 'unknown'";
}

std::string replay_advice(const Replay &replay, double accuracy, const DecisionRule &rule) {
  constexpr double kFar = 0.1;
  if (replay.all.events == 0 || accuracy - replay.all.share() < kFar) return "";
  const std::string much = fmt::format(
      "the windows are told rightly in {:.0f} % of the cases, the events of the replay in {:.0f} %: ",
      100 * accuracy, 100 * replay.all.share());
  if (rule.policy == DecisionPolicy::kTrigger) {
    if (replay.all.missed >= replay.all.wrong)
      return much +
             "the onset is not heard, or the answer is not sure enough; try a lower decision.onset or "
             "decision.threshold";
    return much +
           "the windows that the onset opens do not lie as those of the training; record with the "
           "capture sketch, or give the training more augment.shift";
  }
  const bool has_rest = rule.rest >= 0;
  if (!has_rest)
    return much +
           "windows that hold half an event have no class of their own; record a class 'rest' too, or "
           "set decision.policy = \"trigger\" where each recording is one event";
  if (replay.all.missed >= replay.all.wrong)
    return much +
           "no class is sure for long enough; try fewer windows of decision.smoothing, a smaller "
           "decision.hop or a lower decision.threshold";
  return much +
         "windows that hold half an event are taken for another class; a smaller data.stride trains on "
         "more positions of it";
}

}  // namespace mote
