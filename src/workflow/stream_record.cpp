// What came of streams, as a table for people and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/stream_evaluation.h"
#include "mote/workflow.h"
#include "train/stream_counts.h"

namespace mote {

using nlohmann::json;

namespace {

using Kind = StreamDetection::Kind;

std::string false_text(const StreamScores &s) {
  std::string text = fmt::format("false accepts: {}", s.all.false_accepts);
  if (!(s.background_hours > 0)) return text + "; how long the background is, is not known\n";
  const Interval ends = s.false_accepts_interval();
  return text + fmt::format(" in {} of background, {:.3g} an hour (95 % interval {:.3g} - {:.3g})\n",
                            hours_text(s.background_hours), s.false_accepts_per_hour(), ends.low, ends.high);
}

std::string counts_text(const StreamEvaluation &e) {
  const StreamScores &s = e.scores;
  size_t width = 5;
  for (const std::string &label : e.labels) width = std::max(width, label.size());
  std::string text = fmt::format("{:<{}}  events  found  missed  false  of others  again\n", "", width);
  const auto add = [&](const std::string &name, const StreamClassCount &c) {
    text += fmt::format("{:<{}}  {:>6}  {:>5}  {:>6}  {:>5}  {:>9}  {:>5}\n", name, width, c.events, c.found,
                        c.events - c.found, c.false_accepts, c.other, c.again);
  };
  for (size_t c = 0; c < e.labels.size(); ++c)
    if (!e.is_rest[c]) add(e.labels[c], s.classes[c]);
  add("all", s.all);
  if (s.all.events > 0) {
    const Interval ends = s.found_interval();
    text += fmt::format("found {:.1f} % (95 % interval {:.1f} - {:.1f})",
                        100 * static_cast<double>(s.all.found) / static_cast<double>(s.all.events),
                        100 * ends.low, 100 * ends.high);
    if (!s.delays_s.empty())
      text += fmt::format(", told {:.2f} s after they began (median; 95 %: within {:.2f} s)", s.delay_s(0.5),
                          s.delay_s(0.95));
    text += '\n';
  }
  return text + false_text(s);
}

std::string detections_text(const StreamEvaluation &e) {
  constexpr size_t kMost = 20;
  std::string text;
  size_t shown = 0, all = 0;
  for (const EvaluatedStream &s : e.streams)
    for (const StreamDetection &d : s.judged.detections) {
      if (e.is_judged && (d.kind == Kind::kFound || d.kind == Kind::kAgain)) continue;
      if (++all > kMost) continue;
      ++shown;
      const std::string place = e.rate_hz > 0
                                    ? fmt::format("{:.2f} s", static_cast<double>(d.row) / e.rate_hz)
                                    : fmt::format("row {}", d.row);
      text += fmt::format("  {}  {}{}  {:.2f}{}\n", place, s.file,
                          s.line > 0 ? fmt::format(":{}", s.line) : "", d.score / 256.0,
                          fmt::format("  {}{}", e.labels[static_cast<size_t>(d.label)],
                                      d.kind == Kind::kOther ? " (of another event)" : ""));
    }
  if (all == 0) return "";
  return fmt::format("\n{}:\n{}{}", e.is_judged ? "Told falsely" : "Told", text,
                     all > shown ? fmt::format("  and {} more; --json has all\n", all - shown) : "");
}

json count_json(const StreamClassCount &c) {
  return {{"events", c.events},       {"found", c.found},     {"missed", c.events - c.found},
          {"false", c.false_accepts}, {"of_others", c.other}, {"again", c.again}};
}

json scores_json(const StreamScores &s, const StreamEvaluation &e) {
  json j = count_json(s.all);
  if (s.all.events > 0) j["found_interval"] = {s.found_interval().low, s.found_interval().high};
  if (s.background_hours > 0) {
    const Interval ends = s.false_accepts_interval();
    j["background_hours"] = s.background_hours;
    j["false_accepts_per_hour"] = s.false_accepts_per_hour();
    j["false_accepts_interval"] = {ends.low, ends.high};
  }
  if (!s.delays_s.empty()) j["delay_s"] = {{"median", s.delay_s(0.5)}, {"p95", s.delay_s(0.95)}};
  for (size_t c = 0; c < e.labels.size(); ++c)
    if (!e.is_rest[c]) j["classes"][e.labels[c]] = count_json(s.classes[c]);
  return j;
}

json rule_json(const DecisionRule &r, const std::vector<std::string> &channels, double rate_hz) {
  return {{"policy", decision_policy_names().name_of(r.policy)},
          {"hop", r.stride},
          {"smoothing", r.smoothing},
          {"threshold", r.threshold / 256.0},
          {"debounce", r.debounce},
          {"refractory", r.refractory},
          {"text", decision_text(r, channels, rate_hz)},
          {"reason", r.reason}};
}

const char *kind_name(Kind kind) {
  return kind == Kind::kFound   ? "found"
         : kind == Kind::kFalse ? "false"
         : kind == Kind::kOther ? "of_other"
                                : "again";
}

// What push() tells, where it changes; of a trigger each answer.
json answers_json(const StreamEvaluation &e, const EvaluatedStream &s) {
  json list = json::array();
  int before = StreamDecision::kNothing;
  for (const Told &t : s.told) {
    const bool goes_on = e.rule.policy == DecisionPolicy::kStream && t.answer == before;
    before = t.answer;
    if (!goes_on) list.push_back({{"row", t.row}, {"decision", decision_json(t.answer, e.labels)}});
  }
  return list;
}

json stream_of(const StreamEvaluation &e, const EvaluatedStream &s) {
  json j = {{"file", s.file}, {"rows", s.rows}, {"answers", answers_json(e, s)}};
  if (s.line > 0) j["line"] = s.line;
  j["detections"] = json::array();
  for (const StreamDetection &d : s.judged.detections) {
    json detection = {
        {"row", d.row}, {"label", e.labels[static_cast<size_t>(d.label)]}, {"score", d.score / 256.0}};
    if (e.rate_hz > 0) detection["seconds"] = static_cast<double>(d.row) / e.rate_hz;
    if (e.is_judged) detection["kind"] = kind_name(d.kind);
    if (d.event >= 0) detection["event"] = d.event;
    j["detections"].push_back(std::move(detection));
  }
  j["events"] = json::array();
  for (size_t i = 0; i < s.events.size(); ++i)
    j["events"].push_back({{"label", e.labels[static_cast<size_t>(s.events[i].label)]},
                           {"first", s.events[i].first},
                           {"last", s.events[i].last},
                           {"found", s.judged.found_by[i] >= 0}});
  return j;
}

}  // namespace

std::string StreamEvaluation::text() const {
  std::string text =
      fmt::format("{}, {} stream{}", precision, streams.size(), streams.size() == 1 ? "" : "s");
  if (rate_hz > 0) text += fmt::format(" of {}", hours_text(hours));
  text += fmt::format(", {}:\n{}\n",
                      precision == "float" ? "by the float model's own rule" : "as push() tells them",
                      decision_text(rule, channels, rate_hz));
  if (tuning) {
    const StreamTuning &t = *tuning;
    text += fmt::format(
        "\nChosen of {} rules on {}, for at most {:g} false accepts an hour; there {} of {} events are "
        "found, {}",
        t.rules, t.on, t.allowed_per_hour, t.scores.all.found, t.scores.all.events, false_text(t.scores));
    if (!t.is_met)
      text +=
          "No rule keeps to that: this one has the fewest. More and harder negatives in training would help "
          "(--collect).\n";
    text +=
        "The run keeps it, so an export has it, until the next `mote quantize`, which chooses its own; `mote "
        "evaluate` brings its other figures up to that.\n";
  }
  if (is_judged) {
    text += "\n" + counts_text(*this);
    if (tolerance_s > 0)
      text += fmt::format("An event may be told until {:.2f} s behind its end.\n", tolerance_s);
  }
  text += detections_text(*this);
  if (!collected.empty())
    text += fmt::format("\n{} recordings to be labelled and trained on.\n", collected.size());
  return text;
}

json stream_json(const StreamEvaluation &e) {
  json j = {{"precision", e.precision},
            {"rule", rule_json(e.rule, e.channels, e.rate_hz)},
            {"judged", e.is_judged},
            {"notes", e.notes},
            {"reading", e.reading}};
  if (e.rate_hz > 0) {
    j["rate_hz"] = e.rate_hz;
    j["hours"] = e.hours;
    j["tolerance_s"] = e.tolerance_s;
  }
  if (e.is_judged) j["scores"] = scores_json(e.scores, e);
  for (const StreamPoint &p : e.curve)
    j["curve"].push_back({{"threshold", p.threshold / 256.0},
                          {"events", p.events},
                          {"missed", p.missed},
                          {"false", p.false_accepts},
                          {"false_accepts_per_hour", p.false_accepts_per_hour}});
  if (e.tuning) {
    const StreamTuning &t = *e.tuning;
    j["tuning"] = {{"on", t.on},
                   {"allowed_per_hour", t.allowed_per_hour},
                   {"met", t.is_met},
                   {"rules", t.rules},
                   {"before", rule_json(t.before, e.channels, e.rate_hz)},
                   {"scores", scores_json(t.scores, e)}};
  }
  j["streams"] = json::array();
  for (const EvaluatedStream &s : e.streams) j["streams"].push_back(stream_of(e, s));
  if (!e.collected.empty() || e.near_misses > 0) {
    j["collected"] = e.collected;
    j["near_misses"] = e.near_misses;
  }
  return j;
}

}  // namespace mote
