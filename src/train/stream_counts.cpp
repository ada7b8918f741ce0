// What was told of a recording against the events in it, and how sure the figures are.
//
// What is told is host/decision.cpp's; recordings and rules are workflow/evaluate_stream.cpp's.
#include "train/stream_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

namespace mote {

namespace {

// P(N <= events) of a mean above it, or P(N >= events) of one below: the terms from `events` on, which fall.
double poisson_tail(double mean, size_t events, bool is_lower) {
  constexpr double kNone = 1e-18;
  const auto count = static_cast<double>(events);
  const double first = std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
  double sum = 0, term = 1;
  for (double k = count; term > kNone; term *= is_lower ? k-- / mean : mean / ++k) {
    sum += term;
    if (is_lower && k < 1) break;
  }
  return first * sum;
}

constexpr int kHalvings = 100;

}  // namespace

Interval poisson_interval(size_t events) {
  constexpr double kTail = 0.025;
  const auto count = static_cast<double>(events);
  const auto solved = [&](double low, double high, bool is_lower) {
    for (int step = 0; step < kHalvings; ++step) {
      const double middle = (low + high) / 2;
      // the tail falls with a mean that rises above the count, and with one that falls below it
      const bool is_far = poisson_tail(middle, events, is_lower) < kTail;
      (is_far == is_lower ? high : low) = middle;
    }
    return (low + high) / 2;
  };
  Interval ends;
  ends.low = events == 0 ? 0 : solved(0, count, false);
  ends.high = solved(count, count + 10 * std::sqrt(count + 1) + 10, true);
  return ends;
}

namespace {

using Kind = StreamDetection::Kind;

// The last row, not included, of what has begun so far, of each class and of all.
class Reach {
 public:
  explicit Reach(size_t classes) : of_class_(classes, -1) {}
  void begin(const StreamEvent &e, long tolerance) {
    long &own = of_class_[static_cast<size_t>(e.label)];
    own = std::max(own, e.last + tolerance);
    all_ = std::max(all_, own);
  }
  Kind kind_of(const StreamDetection &d) const {
    if (d.row < of_class_[static_cast<size_t>(d.label)]) return Kind::kAgain;
    return d.row < all_ ? Kind::kOther : Kind::kFalse;
  }

 private:
  std::vector<long> of_class_;
  long all_ = -1;
};

std::vector<StreamDetection> detections_of(const std::vector<Told> &told, const std::vector<int> &scores,
                                           const std::vector<bool> &is_rest, DecisionPolicy policy) {
  std::vector<StreamDetection> list;
  int before = StreamDecision::kNothing;
  for (size_t i = 0; i < told.size(); ++i) {
    const int answer = told[i].answer;
    const bool goes_on = policy == DecisionPolicy::kStream && answer == before;
    before = answer;
    if (answer < 0 || is_rest[static_cast<size_t>(answer)] || goes_on) continue;
    list.push_back({told[i].row, answer, scores[i]});
  }
  return list;
}

}  // namespace

JudgedStream judge_stream(const std::vector<Told> &told, const std::vector<int> &scores,
                          const std::vector<StreamEvent> &events, const std::vector<bool> &is_rest,
                          DecisionPolicy policy, long tolerance) {
  JudgedStream judged;
  judged.detections = detections_of(told, scores, is_rest, policy);
  judged.found_by.assign(events.size(), -1);
  // Each detection takes, of the events of its class that have begun and are not found, the one that ends
  // first: so none is lost that another order would have found.
  using Open = std::pair<long, size_t>;  // its end, and which it is
  std::vector<std::priority_queue<Open, std::vector<Open>, std::greater<>>> open(is_rest.size());
  Reach reach(is_rest.size());
  size_t next = 0;
  for (StreamDetection &d : judged.detections) {
    for (; next < events.size() && events[next].first <= d.row; ++next) {
      open[static_cast<size_t>(events[next].label)].emplace(events[next].last + tolerance, next);
      reach.begin(events[next], tolerance);
    }
    auto &own = open[static_cast<size_t>(d.label)];
    while (!own.empty() && own.top().first <= d.row) own.pop();
    if (own.empty()) {
      d.kind = reach.kind_of(d);
      continue;
    }
    d.kind = Kind::kFound;
    d.event = static_cast<long>(own.top().second);
    judged.found_by[own.top().second] = &d - judged.detections.data();
    own.pop();
  }
  return judged;
}

long background_rows(const std::vector<StreamEvent> &events, const StreamExtent &of) {
  long background = 0, reached = std::max(0L, of.window - 1);
  for (const StreamEvent &e : events) {
    background += std::max(0L, std::min(e.first, of.rows) - reached);
    reached = std::max(reached, e.last + of.tolerance);
  }
  return background + std::max(0L, of.rows - reached);
}

void add_scores(StreamScores &scores, const JudgedStream &judged, const std::vector<StreamEvent> &events,
                const StreamExtent &of) {
  for (size_t e = 0; e < events.size(); ++e) {
    StreamClassCount &own = scores.classes[static_cast<size_t>(events[e].label)];
    const bool is_found = judged.found_by[e] >= 0;
    for (StreamClassCount *count : {&own, &scores.all}) {
      ++count->events;
      count->found += is_found;
    }
    if (!is_found || !(of.rate_hz > 0)) continue;
    const long told = judged.detections[static_cast<size_t>(judged.found_by[e])].row;
    scores.delays_s.push_back(static_cast<double>(told - events[e].first) / of.rate_hz);
  }
  for (const StreamDetection &d : judged.detections)
    for (StreamClassCount *count : {&scores.classes[static_cast<size_t>(d.label)], &scores.all}) {
      count->false_accepts += d.kind == Kind::kFalse;
      count->other += d.kind == Kind::kOther;
      count->again += d.kind == Kind::kAgain;
    }
  if (of.rate_hz > 0)
    scores.background_hours += static_cast<double>(background_rows(events, of)) / of.rate_hz / 3600;
}

std::string hours_text(double hours) {
  constexpr double kMinute = 1.0 / 60;
  return hours >= 1         ? fmt::format("{:.3g} hours", hours)
         : hours >= kMinute ? fmt::format("{:.3g} minutes", hours * 60)
                            : fmt::format("{:.3g} s", hours * 3600);
}

double StreamScores::false_accepts_per_hour() const {
  return background_hours > 0 ? static_cast<double>(all.false_accepts) / background_hours : 0;
}

Interval StreamScores::false_accepts_interval() const {
  if (!(background_hours > 0)) return {0, INFINITY};
  const Interval ends = poisson_interval(all.false_accepts);
  return {ends.low / background_hours, ends.high / background_hours};
}

double StreamScores::delay_s(double share) const {
  if (delays_s.empty()) return 0;
  const auto place = static_cast<size_t>(std::ceil(share * static_cast<double>(delays_s.size())));
  return delays_s[std::clamp<size_t>(place, 1, delays_s.size()) - 1];
}

}  // namespace mote
