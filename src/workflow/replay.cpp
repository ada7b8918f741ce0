// A stream of rows through a model and a decision rule, and what came of each event.
//
// Which windows there are and what is told of them is host/decision.cpp; which rows there are,
// data/test_stream.cpp; here is only the counting.
#include "workflow/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/median.h"
#include "mote/stream_scores.h"
#include "train/group_interval.h"

namespace mote {

namespace {

// How many windows are in memory at a time.
constexpr size_t kPart = 512;

// Which event a row belongs to: from its beginning until `grace` rows behind its end, but not into the next.
class EventFinder {
 public:
  EventFinder(const std::vector<StreamEvent> &events, long grace) : events_(events), grace_(grace) {}
  // Rows in order. -1: none.
  long of(long row) {
    while (next_ < std::ssize(events_) && events_[static_cast<size_t>(next_)].first <= row) ++next_;
    if (next_ == 0) return -1;
    return row < events_[static_cast<size_t>(next_ - 1)].last + grace_ ? next_ - 1 : -1;
  }

 private:
  const std::vector<StreamEvent> &events_;
  long grace_, next_ = 0;
};

}  // namespace

StreamDecision decision_for(const Model &, size_t outputs, const DecisionRule &rule) {
  return {outputs, rule};
}
StreamDecision decision_for(const IntegerProgram &program, size_t, const DecisionRule &rule) {
  return {program, rule};
}

template <class AnyModel>
ScoredStream score_rows(const AnyModel &model, const StreamRows &stream, const DecisionRule &rule) {
  const Preprocessing &p = preprocessing_for(model);
  ScoredStream scored;
  Dataset part;
  part.window = p.window;
  part.channels = p.channels;
  part.rate_hz = stream.rate_hz;
  part.labels = model.labels;
  part.channel_names = p.channel_names;
  const auto ask = [&] {
    if (part.size() == 0) return;
    const Answers a = answers(model, part);
    scored.outputs = a.scores.size() / part.size();
    scored.scores.insert(scored.scores.end(), a.scores.begin(), a.scores.end());
    part.values.clear();
    part.classes.clear();
  };
  StreamWindows windows(rule, p.window, p.channels);
  for (long row = 0; row < stream.rows; ++row) {
    const std::optional<long> first = windows.next(stream.values + row * p.channels);
    if (!first) continue;
    scored.rows.push_back(row);
    const float *begin = stream.values + *first * p.channels;
    part.values.insert(part.values.end(), begin, begin + part.example_floats());
    part.classes.push_back(0);
    if (part.size() >= kPart) ask();
  }
  ask();
  return scored;
}
template ScoredStream score_rows(const Model &, const StreamRows &, const DecisionRule &);
template ScoredStream score_rows(const IntegerProgram &, const StreamRows &, const DecisionRule &);

template <class AnyModel>
ScoredStream score_stream(const AnyModel &model, const TestStream &stream, const DecisionRule &rule) {
  return score_rows(model, {stream.values.data(), stream.rows, stream.rate_hz}, rule);
}
template ScoredStream score_stream(const Model &, const TestStream &, const DecisionRule &);
template ScoredStream score_stream(const IntegerProgram &, const TestStream &, const DecisionRule &);

namespace {

// Events by whom they are of: those of one person are found, or missed, together.
class EventGroups {
 public:
  void add(int group, bool is_found) {
    GroupSum &g = sums_[group];
    g.windows += 1;
    g.sum += is_found;
  }
  size_t count() const { return sums_.size(); }
  void judge(ReplayCount &count) const {
    std::vector<GroupSum> list;
    for (const auto &[group, sum] : sums_) list.push_back(sum);
    const GroupInterval found = share_interval(list);
    count.of_groups = found.ends;
    count.method = found.method;
  }

 private:
  std::map<int, GroupSum> sums_;
};

// How sure the shares found are, where it is known whose events they are.
void judge_event_groups(Replay &r, const TestStream &stream) {
  if (stream.group_kind.empty() || stream.group_kind == "recording") return;
  std::vector<EventGroups> groups(stream.labels.size() + 1);  // the last: of all events
  for (size_t e = 0; e < stream.events.size(); ++e)
    for (const size_t list : {static_cast<size_t>(stream.events[e].label), stream.labels.size()})
      groups[list].add(stream.events[e].group, r.found[e]);
  for (size_t c = 0; c < r.classes.size(); ++c)
    if (r.classes[c].events > 0) groups[c].judge(r.classes[c]);
  groups.back().judge(r.all);
  WindowGroups of_events;
  of_events.kind = stream.group_kind;
  r.over = over_groups(of_events, groups.back().count(), r.all.method);
}

std::string interval_of_found(const Replay &r) {
  if (r.all.method == IntervalMethod::kNone) return "no interval: all events are of one group";
  return fmt::format("95 % interval {:.1f} - {:.1f}{}{}", 100 * r.all.interval().low,
                     100 * r.all.interval().high, r.over.empty() ? "" : " over ", r.over);
}

}  // namespace

Replay replay_of(const ScoredStream &scored, const TestStream &stream, const DecisionRule &rule, int window,
                 StreamDecision decision) {
  Replay result;
  result.labels = stream.labels;
  result.classes.resize(stream.labels.size());
  result.rest_from = stream.rest_from;
  result.windows = scored.rows.size();
  if (stream.rate_hz > 0) result.rest_minutes = static_cast<double>(stream.rest_rows) / stream.rate_hz / 60;
  std::vector<std::vector<size_t>> votes(stream.events.size(), std::vector<size_t>(stream.labels.size()));
  std::vector<double> delays(stream.events.size(), -1);
  EventFinder finder(stream.events, window / 2 + 1L * rule.stride * (rule.smoothing + rule.debounce - 1));
  int before = StreamDecision::kNothing;  // told by the window before, outside of events
  for (size_t w = 0; w < scored.rows.size(); ++w) {
    const long row = scored.rows[w];
    const int answer = decision.next(scored.scores.data() + w * scored.outputs);
    if (answer == StreamDecision::kNothing) continue;
    result.told.push_back({row, answer});
    const bool is_told = answer >= 0 && !stream.is_rest[static_cast<size_t>(answer)];
    const long event = finder.of(row);
    if (event < 0) {
      const bool goes_on = rule.policy == DecisionPolicy::kStream && answer == before;
      result.false_events += is_told && !goes_on;
      before = answer;
      continue;
    }
    before = answer;  // told of an event: not a new one where it goes on behind it
    if (!is_told) continue;
    const auto e = static_cast<size_t>(event);
    ++votes[e][static_cast<size_t>(answer)];
    if (delays[e] < 0 && answer == stream.events[e].label)
      delays[e] = static_cast<double>(row - stream.events[e].first);
  }
  std::vector<double> found_after;
  for (size_t e = 0; e < stream.events.size(); ++e) {
    const auto label = static_cast<size_t>(stream.events[e].label);
    const auto most = std::max_element(votes[e].begin(), votes[e].end());
    for (ReplayCount *count : {&result.all, &result.classes[label]}) {
      ++count->events;
      if (*most == 0)
        ++count->missed;
      else if (votes[e][label] == *most)
        ++count->found;
      else
        ++count->wrong;
    }
    result.found.push_back(*most > 0 && votes[e][label] == *most);
    if (result.found.back()) found_after.push_back(delays[e]);
  }
  if (result.rest_minutes > 0)
    result.most_false_per_minute = poisson_interval(result.false_events).high / result.rest_minutes;
  if (stream.rate_hz > 0 && !found_after.empty()) result.delay_s = median(found_after) / stream.rate_hz;
  return result;
}

namespace {

template <class AnyModel>
Replay replayed(const AnyModel &model, const TestStream &stream, const DecisionRule &rule,
                const char *precision) {
  const ScoredStream scored = score_stream(model, stream, rule);
  Replay result = replay_of(scored, stream, rule, preprocessing_for(model).window,
                            decision_for(model, scored.outputs, rule));
  result.precision = precision;
  judge_event_groups(result, stream);
  return result;
}

std::string rest_text(const Replay &r) {
  return r.rest_minutes > 0 ? fmt::format("{:.1f} minutes of rest", r.rest_minutes) : "the rest between them";
}

}  // namespace

Replay replay(const Model &model, const TestStream &stream, const DecisionRule &rule) {
  return replayed(model, stream, rule, "float");
}
Replay replay(const IntegerProgram &program, const TestStream &stream, const DecisionRule &rule) {
  return replayed(program, stream, rule, "int8");
}

std::string Replay::line() const {
  return fmt::format("{} of {} events found ({:.1f} %), {} wrong, {} missed, {} false in {}", all.found,
                     all.events, 100 * all.share(), all.wrong, all.missed, false_events, rest_text(*this));
}

std::string Replay::text() const {
  size_t width = 5;
  for (const std::string &label : labels) width = std::max(width, label.size());
  std::string text = fmt::format("{:<{}}  events  found  wrong  missed\n", "", width);
  const auto add = [&](const std::string &name, const ReplayCount &c) {
    text += fmt::format("{:<{}}  {:>6}  {:>5}  {:>5}  {:>6}\n", name, width, c.events, c.found, c.wrong,
                        c.missed);
  };
  for (size_t c = 0; c < labels.size(); ++c)
    if (classes[c].events > 0) add(labels[c], classes[c]);
  add("all", all);
  text += fmt::format("found {:.1f} % ({})", 100 * all.share(), interval_of_found(*this));
  if (delay_s > 0) text += fmt::format(", {:.2f} s after they began", delay_s);
  text += fmt::format("\nfalse: {} in {}", false_events, rest_text(*this));
  if (rest_minutes > 0)
    text += fmt::format(", {:.2f} a minute (95 %: below {:.2f})", false_per_minute(), most_false_per_minute);
  return text + "\n";
}

nlohmann::json replay_json(const Replay &r) {
  const auto count = [](const ReplayCount &c) -> nlohmann::json {
    nlohmann::json j = {{"events", c.events}, {"found", c.found}, {"wrong", c.wrong}, {"missed", c.missed}};
    if (c.method != IntervalMethod::kNone) j["interval"] = {c.interval().low, c.interval().high};
    return j;
  };
  nlohmann::json j = count(r.all);
  if (!r.over.empty()) j["over"] = r.over;
  j["false"] = r.false_events;
  j["rest"] = r.rest_from;
  if (r.rest_minutes > 0) {
    j["rest_minutes"] = r.rest_minutes;
    j["false_per_minute"] = r.false_per_minute();
    j["most_false_per_minute"] = r.most_false_per_minute;
  }
  if (r.delay_s > 0) j["delay_s"] = r.delay_s;
  for (size_t c = 0; c < r.labels.size(); ++c)
    if (r.classes[c].events > 0) j["classes"][r.labels[c]] = count(r.classes[c]);
  return j;
}

}  // namespace mote
