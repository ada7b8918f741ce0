// Rules are tried on the scores of the windows, which a model gives once: how many windows are averaged, from
// which probability on something is told, how many windows must agree, and how long nothing is told then.
//
// Which windows there are is not chosen here: that would ask the model again.
#include "workflow/stream_tuning.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace mote {

namespace {

constexpr int kLeftOpen = DecisionSettings::kChosen;

struct Tried {
  DecisionRule rule;
  StreamScores scores;
};

// The smaller, the better: false accepts beyond those that are allowed, then what is not found or taken for
// another class, then what is told falsely or again although it may be.
using RuleCost = std::tuple<double, double, size_t, size_t>;
RuleCost cost_of(const StreamScores &s, double allowed_per_hour) {
  const auto missed = static_cast<double>(s.all.events - s.all.found);
  return {std::max(0.0, s.false_accepts_per_hour() - allowed_per_hour),
          missed + 0.5 * static_cast<double>(s.all.other), s.all.false_accepts, s.all.again};
}

// The rules that differ in the threshold alone, from the lowest on.
std::vector<int> thresholds_of(const DecisionSettings &settings, const DecisionRule &rule) {
  if (settings.threshold != kLeftOpen) return {rule.threshold};
  // in steps of 5 %, and finer where a device that hears hours of something else has to be
  return {128, 141, 154, 166, 179, 192, 205, 218, 230, 238, 244, 249, 252, 254, 255};
}

StreamScores scores_by(const TuningSet &set, const DecisionRule &rule, const DecisionOf &decision) {
  StreamScores scores;
  scores.classes.resize(set.is_rest.size());
  const long tolerance = tolerance_of(rule, set.window);
  for (const TuningRecording &r : set.recordings) {
    const ToldStream t = told_of(r.scored, rule, decision(rule));
    add_scores(scores, judge_stream(t.told, t.scores, r.events, set.is_rest, rule.policy, tolerance),
               r.events, {r.rows, tolerance, set.rate_hz});
  }
  std::sort(scores.delays_s.begin(), scores.delays_s.end());
  return scores;
}

}  // namespace

long tolerance_of(const DecisionRule &rule, int window) {
  if (rule.policy == DecisionPolicy::kTrigger) return window;
  return window / 2 + 1L * rule.stride * (rule.smoothing + rule.debounce - 1);
}

int score_at(const ScoredStream &scored, size_t window, int label, int smoothing) {
  const size_t count = std::min(static_cast<size_t>(std::max(1, smoothing)), window + 1);
  const bool is_single = scored.outputs == 1;
  int sum = 0;
  for (size_t w = window + 1 - count; w <= window; ++w)
    sum += scored.scores[w * scored.outputs + (is_single ? 0 : static_cast<size_t>(label))] + 128;
  const int mean = sum / static_cast<int>(count);
  return is_single && label == 0 ? 256 - mean : mean;
}

ToldStream told_of(const ScoredStream &scored, const DecisionRule &rule, StreamDecision decision) {
  ToldStream t;
  const int smoothing = rule.policy == DecisionPolicy::kTrigger ? 1 : rule.smoothing;
  for (size_t w = 0; w < scored.rows.size(); ++w) {
    const int answer = decision.next(scored.scores.data() + w * scored.outputs);
    if (answer == StreamDecision::kNothing) continue;
    t.told.push_back({scored.rows[w], answer});
    t.scores.push_back(answer < 0 ? 0 : score_at(scored, w, answer, smoothing));
  }
  return t;
}

ChosenRule choose_by_false_accepts(const TuningSet &set, const DecisionSettings &settings,
                                   const DecisionRule &windows, double allowed_per_hour,
                                   const DecisionOf &decision) {
  const bool is_stream = windows.policy == DecisionPolicy::kStream;
  DecisionRule base = windows;
  if (settings.threshold != kLeftOpen)
    base.threshold = static_cast<int>(std::lround(256 * settings.threshold));
  if (settings.smoothing != kLeftOpen) base.smoothing = settings.smoothing;
  if (settings.debounce != kLeftOpen) base.debounce = settings.debounce;
  if (settings.refractory != kLeftOpen) base.refractory = settings.refractory;
  const auto choices = [&](int setting, int now, std::vector<int> list) {
    return is_stream && setting == kLeftOpen ? list : std::vector<int>{now};
  };
  std::optional<RuleCost> least;
  std::vector<Tried> equals;  // that differ in the threshold alone
  size_t rules = 0;
  for (const int smoothing : choices(settings.smoothing, base.smoothing, {1, 2, 3, 4, 6}))
    for (const int debounce : choices(settings.debounce, base.debounce, {1, 2, 3}))
      for (const int refractory :
           choices(settings.refractory, base.refractory, {0, set.window / 2, set.window}))
        for (const int threshold : thresholds_of(settings, base)) {
          DecisionRule rule = base;
          rule.smoothing = smoothing;
          rule.debounce = debounce;
          rule.refractory = refractory;
          rule.threshold = threshold;
          ++rules;
          StreamScores scores = scores_by(set, rule, decision);
          const RuleCost cost = cost_of(scores, allowed_per_hour);
          if (!least || cost < *least) {
            least = cost;
            equals.clear();
          }
          const auto is_beside = [&](const DecisionRule &r) {
            return r.smoothing == smoothing && r.debounce == debounce && r.refractory == refractory;
          };
          if (cost == *least && (equals.empty() || is_beside(equals[0].rule)))
            equals.push_back({std::move(rule), std::move(scores)});
        }
  Tried &best = equals[equals.size() / 2];  // as far from telling too much as from telling too little
  return {std::move(best.rule), std::move(best.scores), std::get<0>(*least) == 0, rules};
}

}  // namespace mote
