// Rules are tried on the scores of the windows, which a model gives once: how many windows are averaged, from
// which probability on something is told, how many windows must agree, and how long nothing is told then.
//
// Which windows there are is not chosen here: that would ask the model again.
#include "workflow/stream_tuning.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/median.h"

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

// Of each window the class with the highest average, with it, and nothing of the others: so a decision
// without smoothing answers as one with it does on the scores. Of a single output the averages themselves
// would not do, as they are rounded to one side.
ScoredStream averaged(const ScoredStream &scored, int smoothing) {
  ScoredStream own{scored.rows, {}, scored.outputs, ""};
  own.scores.assign(scored.scores.size(), -128);
  std::vector<int> sums(scored.outputs);
  const size_t outputs = scored.outputs, most = static_cast<size_t>(smoothing);
  for (size_t w = 0; w < scored.rows.size(); ++w) {
    for (size_t c = 0; c < outputs; ++c) {
      sums[c] += scored.scores[w * outputs + c] + 128;
      if (w >= most) sums[c] -= scored.scores[(w - most) * outputs + c] + 128;
    }
    const auto best = std::max_element(sums.begin(), sums.end());
    own.scores[w * outputs + static_cast<size_t>(best - sums.begin())] =
        static_cast<int8_t>(*best / static_cast<int>(std::min(most, w + 1)) - 128);
  }
  return own;
}

// The recordings of a set whose rules smooth alike.
class Smoothed {
 public:
  Smoothed(const TuningSet &set, const DecisionRule &rule, long tolerance)
      : set_(set), tolerance_(tolerance) {
    for (const TuningRecording &r : set.recordings) {
      const bool is_averaged =
          rule.policy == DecisionPolicy::kStream && rule.smoothing > 1 && r.scored.outputs > 1;
      averages_.push_back(is_averaged ? averaged(r.scored, rule.smoothing) : ScoredStream{});
      background_hours_ +=
          static_cast<double>(background_rows(r.events, {r.rows, tolerance, set.rate_hz, set.window})) /
          set.rate_hz / 3600;
    }
  }

  // nullopt: there are more false accepts an hour than so many, and the rest was not looked at.
  std::optional<StreamScores> by(const DecisionRule &rule, const DecisionOf &decision, double most) const {
    StreamScores scores;
    scores.classes.resize(set_.is_rest.size());
    for (size_t i = 0; i < set_.recordings.size(); ++i) {
      const TuningRecording &r = set_.recordings[i];
      const bool is_averaged = averages_[i].outputs > 0;
      DecisionRule own = rule;
      if (is_averaged) own.smoothing = 1;
      const std::vector<Told> told = told_of(is_averaged ? averages_[i] : r.scored, own, decision(own)).told;
      const std::vector<int> scores_of_told(told.size());  // they count nowhere here
      add_scores(scores, judge_stream(told, scores_of_told, r.events, set_.is_rest, rule.policy, tolerance_),
                 r.events, {r.rows, tolerance_, set_.rate_hz, set_.window});
      // they are whole, so half of one is above all rounding
      if (background_hours_ > 0 &&
          static_cast<double>(scores.all.false_accepts) > most * background_hours_ + 0.5)
        return {};
    }
    std::sort(scores.delays_s.begin(), scores.delays_s.end());
    return scores;
  }

 private:
  const TuningSet &set_;
  long tolerance_;
  double background_hours_ = 0;
  std::vector<ScoredStream> averages_;  // of each recording; without outputs: its scores do
};

// One for all rules, since a longer one forgives more. Between events that follow closely there has to be
// background, or nothing would be false.
long common_tolerance(const TuningSet &set, const DecisionRule &slowest) {
  if (set.tolerance) return *set.tolerance;
  const long longest = tolerance_of(slowest, set.window);
  if (slowest.policy == DecisionPolicy::kTrigger) return longest;
  std::vector<double> gaps;
  for (const TuningRecording &r : set.recordings)
    for (size_t e = 1; e < r.events.size(); ++e)
      gaps.push_back(static_cast<double>(std::max(0L, r.events[e].first - r.events[e - 1].last)));
  if (gaps.empty()) return longest;
  return std::clamp(std::lround(median(std::move(gaps)) / 2), set.window / 2L, longest);
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
  const std::vector<int> smoothings = choices(settings.smoothing, base.smoothing, {1, 2, 3, 4, 6}),
                         debounces = choices(settings.debounce, base.debounce, {1, 2, 3});
  DecisionRule slowest = base;
  slowest.smoothing = smoothings.back();
  slowest.debounce = debounces.back();
  const long tolerance = common_tolerance(set, slowest);
  for (const int smoothing : smoothings) {
    DecisionRule alike = base;
    alike.smoothing = smoothing;
    const Smoothed smoothed(set, alike, tolerance);
    for (const int debounce : debounces)
      for (const int refractory :
           choices(settings.refractory, base.refractory, {0, set.window / 2, set.window}))
        for (const int threshold : thresholds_of(settings, base)) {
          DecisionRule rule = alike;
          rule.debounce = debounce;
          rule.refractory = refractory;
          rule.threshold = threshold;
          ++rules;
          const double most = least ? allowed_per_hour + std::get<0>(*least) : INFINITY;
          std::optional<StreamScores> scores = smoothed.by(rule, decision, most);
          if (!scores) continue;
          const RuleCost cost = cost_of(*scores, allowed_per_hour);
          if (!least || cost < *least) {
            least = cost;
            equals.clear();
          }
          const auto is_beside = [&](const DecisionRule &r) {
            return r.smoothing == smoothing && r.debounce == debounce && r.refractory == refractory;
          };
          if (cost == *least && (equals.empty() || is_beside(equals[0].rule)))
            equals.push_back({std::move(rule), std::move(*scores)});
        }
  }
  Tried &best = equals[equals.size() / 2];  // as far from telling too much as from telling too little
  return {std::move(best.rule), std::move(best.scores), std::get<0>(*least) == 0, rules};
}

}  // namespace mote
