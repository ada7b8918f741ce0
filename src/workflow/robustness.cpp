// Test windows disturbed in their sensor values, before everything that the model does with them, and
// answered by the int8 program: each kind of disturbance at several levels, each window with a random stream
// of its own.
//
// What is disturbed how: disturb.cpp. Shown by report/sections_evaluation.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"
#include "data/augment.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "runs/json_file.h"
#include "workflow/disturb.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr uint64_t kDisturbStream = 0x44495354;  // "DIST"

// Channels as augment.rotate_deg takes them: x, y, z of one sensor after the other.
bool has_triads(const Dataset &d) { return d.channels >= 3 && d.channels % 3 == 0; }

std::string why_not(const DisturbanceKind &k, const Dataset &d) {
  const bool is_signal = !d.image.is_set() && !d.is_features && d.window > 1;
  if (k.name == "rotation" && (!is_signal || !has_triads(d)))
    return is_signal ? fmt::format("{} channel{} no triads of x, y and z", d.channels,
                                   d.channels == 1 ? " is" : "s are")
                     : "windows are no signals of a motion";
  if ((k.name == "rate" || k.name == "dropped") && !is_signal)
    return d.image.is_set() ? "pictures have no rows in time" : "windows have no rows in time";
  return "";
}

DisturbedSignal signal_of(const Dataset &d) {
  DisturbedSignal s{
      d.window, d.channels,
      channel_statistics(d.values.data(), d.size() * static_cast<size_t>(d.window), d.channels).deviation};
  if (d.image.is_set()) {
    s.low = 0;
    const auto [low, high] = std::minmax_element(d.values.data(), d.values.data() + d.values.size());
    s.high = *high > 1.5f ? 255 : 1;
    s.low = std::min(0.0, double{*low});
  }
  return s;
}

Dataset disturbed(const Dataset &from, const DisturbedSignal &signal, const DisturbanceKind &kind,
                  double level, uint64_t seed) {
  Dataset to = from;
  to.features = nullptr;  // these were of the windows as they were
  const auto number = static_cast<uint64_t>(&kind - disturbance_kinds().data());
  for (size_t i = 0; i < from.size(); ++i) {
    Random random(seed, {kDisturbStream, number, i});
    float *out = to.values.data() + i * from.example_floats();
    kind.disturb(signal, level, random, from.example(i), out);
    for (size_t k = 0; k < from.example_floats(); ++k)
      out[k] = static_cast<float>(std::clamp(double{out[k]}, signal.low, signal.high));
  }
  return to;
}

// Up to which level, from 0 on to either side, no more than two points are lost.
std::string sentence(const Disturbance &d, double undisturbed) {
  constexpr double kFew = 0.02;
  double above = 0, below = 0;
  bool is_above = true, is_below = true, has_below = false;
  std::vector<std::pair<double, double>> levels;
  for (const DisturbedLevel &l : d.levels) levels.emplace_back(l.level, l.score.accuracy);
  std::sort(levels.begin(), levels.end(),
            [](const auto &a, const auto &b) { return std::fabs(a.first) < std::fabs(b.first); });
  double worst = undisturbed, worst_level = 0;
  for (const auto &[level, accuracy] : levels) {
    has_below = has_below || level < 0;
    bool &holds = level > 0 ? is_above : is_below;
    holds = holds && accuracy >= undisturbed - kFew - 1e-12;
    if (holds) (level > 0 ? above : below) = level;
    if (accuracy < worst) {
      worst = accuracy;
      worst_level = level;
    }
  }
  const std::string of = fmt::format("of the {:.1f} %", 100 * undisturbed);
  std::string text;
  if (above == 0 && below == 0)
    text = fmt::format("Already {:g} {} cost more than 2 points {}", levels[0].first, d.unit, of);
  else if (has_below)
    text = fmt::format("From {:g} to {:+g} {} no more than 2 points are lost {}", below, above, d.unit, of);
  else
    text = fmt::format("Up to {:g} {} no more than 2 points are lost {}", above, d.unit, of);
  if (worst < undisturbed)
    text += fmt::format("; the least, {:.1f} %, is at {:g} {}", 100 * worst, worst_level, d.unit);
  return text + ".";
}

json level_json(const DisturbedLevel &l) {
  size_t correct = 0;
  for (size_t i = 0; i < l.score.truth.size(); ++i)
    correct += l.score.truth[i] == l.score.predicted[i] ? 1 : 0;
  json j = {{"level", l.level}, {"accuracy", l.score.accuracy}, {"correct", correct}};
  if (l.score.interval_method != IntervalMethod::kNone)
    j["interval_95"] = {l.score.interval.low, l.score.interval.high};
  return j;
}

json record_of(const Robustness &r) {
  json sweeps = json::array(), not_applicable = json::array();
  for (const Disturbance &d : r.sweeps) {
    json levels = json::array();
    for (const DisturbedLevel &l : d.levels) levels.push_back(level_json(l));
    sweeps.push_back({{"kind", d.kind},
                      {"title", d.title},
                      {"axis", d.axis},
                      {"unit", d.unit},
                      {"text", d.text},
                      {"levels", levels}});
  }
  for (const auto &[title, why] : r.not_applicable)
    not_applicable.push_back({{"title", title}, {"why", why}});
  return {{"part", r.part},
          {"windows", r.undisturbed.truth.size()},
          {"accuracy", r.undisturbed.accuracy},
          {"sweeps", sweeps},
          {"not_applicable", not_applicable}};
}

}  // namespace

std::string Robustness::text() const {
  std::string text = fmt::format("Undisturbed: {:.1f} % of {} windows of the {} part (int8)\n",
                                 100 * undisturbed.accuracy, undisturbed.truth.size(), part);
  for (const Disturbance &d : sweeps) {
    text += fmt::format("\n{} ({})\n", d.title, d.axis);
    for (const DisturbedLevel &l : d.levels)
      text += fmt::format("  {:>6g} {:<7}  {:>5.1f} %\n", l.level, d.unit, 100 * l.score.accuracy);
    text += "  " + d.text + "\n";
  }
  for (const auto &[title, why] : not_applicable) text += fmt::format("\n{}: not done, {}.\n", title, why);
  return text;
}

Robustness robustness_of(const Run &run, uint64_t seed) {
  const IntegerProgram &program = run.integer_model();
  if (program.labels.empty() || !program.states.empty() || !program.front_end.is_set())
    throw Error(
        ErrorCode::kUnsupported, "--robustness",
        program.labels.empty() ? "is of models that tell classes" : "is of models that answer whole windows");
  RunData judged = load_run_data(run);
  Robustness r;
  r.notes = judged.notes;
  r.part = judged.splits.test.size() > 0 ? "test" : "validation";
  const Dataset &windows = judged.splits.test.size() > 0 ? judged.splits.test : judged.splits.val;
  if (windows.size() == 0)
    throw Error(ErrorCode::kDataFormat, "--robustness", "the run has neither test nor validation windows");
  r.undisturbed = evaluate(program, windows);
  const DisturbedSignal signal = signal_of(windows);
  for (const DisturbanceKind &k : disturbance_kinds()) {
    if (const std::string why = why_not(k, windows); !why.empty()) {
      r.not_applicable.emplace_back(k.title, why);
      continue;
    }
    Disturbance d{k.name, k.title, k.axis, k.unit, {}, ""};
    for (const double level : k.levels)
      d.levels.push_back({level, evaluate(program, disturbed(windows, signal, k, level, seed))});
    d.text = sentence(d, r.undisturbed.accuracy);
    r.sweeps.push_back(std::move(d));
  }
  r.record = record_of(r);
  r.record["seed"] = seed;
  r.record["int8_model"] = run.digest(run_file::kIntegerModel);
  r.record["data"] = judged.digest;
  if (run.is_writable())
    run.write(run_file::kRobustness, json_text(r.record));
  else
    r.notes.push_back(run.path() + " cannot be written, so these figures are not kept for the report");
  return r;
}

}  // namespace mote
