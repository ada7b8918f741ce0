// mote evaluate: the scores of a run, the windows that were told wrongly, and windows of classes that it does
// not know, as text and as JSON. What is scored is evaluate_run()'s (src/workflow/evaluate.cpp).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli.h"
#include "interrupt.h"
#include "mote/error.h"
#include "mote/report.h"
#include "mote/stream_evaluation.h"
#include "mote/workflow.h"

namespace mote::cli {

namespace {

// "10", or "all".
size_t most_wrong(const std::string &wanted) {
  if (wanted == "all") return ~size_t{0};
  const auto count = parse_number(wanted);
  if (!count || *count < 0 || *count > 1e9 || *count != static_cast<double>(static_cast<size_t>(*count)))
    throw Error(ErrorCode::kInvalidArgument, "--wrong", fmt::format("'{}' is no number of windows", wanted),
                "give a number, or all");
  return static_cast<size_t>(*count);
}

// The folder that all these files lie in, with its '/'.
std::string shared_folder(const std::vector<WrongWindow> &list) {
  std::string folder = list[0].source.file.substr(0, list[0].source.file.rfind('/') + 1);
  for (const WrongWindow &w : list)
    while (!w.source.file.starts_with(folder))
      folder.resize(folder.size() < 2 ? 0 : folder.rfind('/', folder.size() - 2) + 1);
  return folder;
}

std::string wrong_text(const Evaluation &e, size_t most) {
  if (e.wrong.empty() || most == 0) return "";
  constexpr size_t kColumns = 80;
  const std::vector<WrongWindow> shown(e.wrong.begin(),
                                       e.wrong.begin() + static_cast<long>(std::min(most, e.wrong.size())));
  std::vector<std::string> whats;
  size_t width = 0, longest = 0;
  for (const WrongWindow &w : shown) {
    whats.push_back(e.is_regression ? fmt::format("{:.4g}", w.error)
                                    : fmt::format("{:3.0f} %  {} for {}", 100 * w.probability,
                                                  e.labels[static_cast<size_t>(w.predicted)],
                                                  e.labels[static_cast<size_t>(w.truth)]));
    width = std::max(width, whats.back().size());
    longest = std::max(longest, w.place().size());
  }
  const std::string folder = width + longest + 4 > kColumns ? shared_folder(shown) : "";
  std::string text =
      fmt::format("\n{} ({}){}{}:\n", e.is_regression ? "Largest errors" : "Wrong windows", e.precision,
                  e.is_regression ? "" : ", the surest first", folder.empty() ? "" : ", in " + folder);
  for (size_t i = 0; i < shown.size(); ++i)
    text += fmt::format("  {:<{}}  {}\n", whats[i], width, shown[i].place().substr(folder.size()));
  if (most < e.wrong.size())
    text += fmt::format("  and {} more; --wrong all lists them\n", e.wrong.size() - most);
  return text;
}

nlohmann::json wrong_json(const Evaluation &e) {
  nlohmann::json list = nlohmann::json::array();
  for (const WrongWindow &w : e.wrong) {
    nlohmann::json j = {{"file", w.source.file}, {"line", w.source.line}, {"row", w.source.row}};
    if (w.rows > 0) j["rows"] = w.rows;
    if (e.is_regression) {
      j["error"] = w.error;
    } else {
      j["label"] = e.labels[static_cast<size_t>(w.truth)];
      j["predicted"] = e.labels[static_cast<size_t>(w.predicted)];
      j["probability"] = w.probability;
    }
    list.push_back(std::move(j));
  }
  return list;
}

// As which classes windows were answered, the most frequent first.
std::string unknown_text(const UnknownClass &u, const std::vector<std::string> &labels) {
  std::string text = u.label.empty()
                         ? fmt::format("\nWithout a label: {} windows", u.windows)
                         : fmt::format("\nUnknown to the model: {} windows of '{}'", u.windows, u.label);
  for (const auto &[precision, count] : u.answered) {
    std::vector<size_t> order;
    for (size_t c = 0; c < count.size(); ++c)
      if (count[c] > 0) order.push_back(c);
    std::stable_sort(order.begin(), order.end(),
                     [&counts = count](size_t a, size_t b) { return counts[a] > counts[b]; });
    std::string line = fmt::format(",\n  answered ({}) as", precision);
    for (size_t c : order) line += fmt::format(" '{}' ({}),", labels[c], count[c]);
    line.pop_back();
    text += line;
  }
  return text + ".\n";
}

nlohmann::json unknown_json(const std::vector<UnknownClass> &unknown,
                            const std::vector<std::string> &labels) {
  nlohmann::json list = nlohmann::json::array();
  for (const UnknownClass &u : unknown) {
    nlohmann::json answered = nlohmann::json::object();
    for (const auto &[precision, count] : u.answered)
      for (size_t c = 0; c < count.size(); ++c) answered[precision][labels[c]] = count[c];
    list.push_back({{"label", u.label}, {"windows", u.windows}, {"answered", answered}});
  }
  return list;
}

// --stream and what goes with it.
CLI::Option *add_stream_options(CLI::App *c, StreamRequest &stream, CLI::Option *data) {
  auto *streams =
      c->add_option("--stream", stream.streams,
                    "instead: what the device would tell of these long recordings, files or folders, by the "
                    "decision rule that push() has")
          ->excludes(data);
  const auto add = [&](const char *name, auto &value, const char *text) {
    return c->add_option(name, value, text)->needs(streams);
  };
  auto *labels = add("--labels", stream.labels,
                     "where events are in them: a table with file, start, end and label, or a label track of "
                     "Audacity; default: the track beside a file, or its label column");
  c->add_flag("--background", stream.has_no_events, "there are no events in them: all that is told is false")
      ->needs(streams)
      ->excludes(labels);
  add("--tolerance", stream.tolerance_s,
      "seconds behind an event in which it may still be told; default: half a window and what smoothing "
      "takes")
      ->check(CLI::Range(0.0, 86400.0));
  auto *tune =
      c->add_flag("--tune", stream.is_tuned,
                  "choose smoothing, threshold, debounce and refractory time anew, by false accepts an "
                  "hour first and events found second, and keep them in the run")
          ->needs(streams);
  auto *validation =
      add("--validation", stream.tune_on,
          "of --tune: on these streams; default: the run's validation recordings strung together")
          ->needs(tune);
  add("--validation-labels", stream.tune_labels, "where events are in those")->needs(validation);
  add("--false-accepts", stream.false_accepts_per_hour,
      "of --tune: so many an hour; default: decision.false_accepts_per_hour, or 1")
      ->needs(tune)
      ->check(CLI::Range(0.0, 1e6));
  add("--curve", stream.curve, "write misses against false accepts an hour, .csv, .png or .svg");
  add("--picture", stream.picture,
      "draw the streams with probabilities, events and what was told, .png or .svg");
  auto *collect =
      add("--collect", stream.collect,
          "write what was told falsely, or nearly, as recordings into this folder, to be labelled and "
          "trained on");
  add("--near", stream.near_share,
      "of --collect: the share of the threshold from which on it was nearly told")
      ->needs(collect)
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  return streams;
}

}  // namespace

void add_evaluate(CLI::App &app) {
  struct Options : Common {
    std::string run;
    EvaluateRequest request;
    StreamRequest stream;
    std::vector<std::string> assignments;
    std::string wrong = "10", core;
    bool is_emulated = false, is_disturbed = false;
    uint64_t seed = 7;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("evaluate",
                                   "scores on the test windows or another part, float and int8 side by side");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--precision", o->request.precision, "only one of them")
      ->check(CLI::IsMember({"float", "int8"}));
  auto *data = c->add_option("--data", o->request.on.data, "other recordings than the run's own windows");
  auto *stream = add_stream_options(c, o->stream, data);
  c->add_option(
       "--part", o->request.part,
       "of the run's own windows: train, val, test or all; default: test, or val where there is no test part")
      ->check(CLI::IsMember({"train", "val", "test", "all"}))
      ->excludes(data)
      ->excludes(stream);
  c->add_flag(
       "--resplit", o->request.on.is_resplit,
       "a new split of what is in the data folder now; the figures are marked, as the model may have been "
       "trained on these windows")
      ->excludes(data)
      ->excludes(stream);
  auto *robustness =
      c->add_flag("--robustness", o->is_disturbed,
                  "instead: how the int8 model answers the test windows with noise, another gain, a turned "
                  "sensor, a clock that is off, lost rows; kept for the report")
          ->excludes(data)
          ->excludes(stream);
  c->add_option("--seed", o->seed, "of --robustness: the same seed gives the same disturbances")
      ->needs(robustness)
      ->capture_default_str();
  c->add_option("--dump", o->request.dump, "also write the windows, int8 inputs and outputs into this folder")
      ->excludes(stream);
  c->add_option("--wrong", o->wrong,
                "so many of the windows that were answered wrongly, or all; --json has all")
      ->capture_default_str();
  add_emulate_options(c, o->is_emulated, o->core);
  add_set_option(c, o->assignments);
  for (const char *other : {"--precision", "--part", "--resplit", "--dump", "--emulate"})
    robustness->excludes(c->get_option(other));
  describe(c, *o, "mote evaluate --data recordings_of_monday");
  c->callback([o] {
    check_assignments(o->assignments, {"data"});
    const bool is_stream = !o->stream.streams.empty();
    if (!o->assignments.empty() && o->request.on.data.empty() && !is_stream)
      throw Error(ErrorCode::kInvalidArgument, "--set", "a run is judged on its own windows as they are",
                  "give other recordings with --data, or streams with --stream");
    const Interruptible ends("Ended. Scores are kept when they are whole; the same command begins anew.");
    const size_t most = most_wrong(o->wrong);
    RunFolder folder = find_run(o->run);
    folder.assignments = o->assignments;
    const Run run(folder);
    if (o->is_disturbed) {
      const Robustness r = robustness_of(run, o->seed);
      warn(r.notes);
      nlohmann::json json = r.record;
      json["run"] = run.path();
      std::string text = fmt::format("Run {}\n", run.path()) + r.text();
      text.pop_back();
      return result(*o, json, text);
    }
    if (is_stream) {
      o->stream.precision = o->request.precision;
      if (o->is_emulated) o->stream.core = &core_to_emulate(o->core, &run.project());
      const StreamEvaluation e = evaluate_streams(run, o->stream);
      warn(e.notes);
      nlohmann::json json = stream_json(e);
      json["run"] = run.path();
      std::string text = fmt::format("Run {}\n", run.path());
      if (!e.reading.empty()) text += "\n" + reading_text(e.reading) + "\n";
      text += e.text();
      for (const EmulatedReplay &replay : e.emulated) text += replay.line() + "\n";
      for (const EmulatedReplay &replay : e.emulated)
        json["emulated"].push_back(emulated_json(replay, e.labels));
      text.pop_back();
      result(*o, json, text);
      return;
    }
    if (o->is_emulated) o->request.core = &core_to_emulate(o->core, &run.project());
    const RunScores scores = evaluate_run(run, o->request);
    const auto &evaluations = scores.evaluations;
    warn(scores.notes);
    std::string text = fmt::format("Run {}\n", run.path());
    if (scores.is_resplit)
      text +=
          "Resplit: a new split of what is there now; the model may have been trained on these windows.\n";
    if (!scores.part.empty() && scores.part != "test")
      text +=
          fmt::format("Scored: {}.\n", scores.part == "val"     ? "the validation part"
                                       : scores.part == "train" ? "the training part"
                                                                : "all parts: training, validation and test");
    if (!scores.reading.empty()) text += "\n" + reading_text(scores.reading);
    for (const Evaluation &e : evaluations) {
      if (e.is_regression) {
        text += fmt::format("\n{}, {} windows: {}", e.precision, e.examples, e.report());
        continue;
      }
      text +=
          fmt::format("\n{}: accuracy {:.2f} % of {} windows ({})\n\n{}\n{}", e.precision, 100 * e.accuracy,
                      e.truth.size(), e.interval_text(), e.report(), e.confusion_text());
      constexpr size_t kMostRows = 20;
      if (const std::string groups = e.groups_text(kMostRows); !groups.empty()) text += "\n" + groups + "\n";
      const std::string worst = e.worst_pair();
      if (!worst.empty()) text += worst + "\n";
    }
    for (const Replay &r : scores.replays)
      text += fmt::format("\nReplay ({}), as push() tells it; {}, rest from {}:\n\n{}", r.precision,
                          decision_policy_names().name_of(scores.rule.policy), r.rest_from, r.text());
    if (scores.emulated) text += scores.emulated->line() + "\n";
    if (!scores.replay_advice.empty()) text += fmt::format("{}.\n", scores.replay_advice);
    if (!evaluations.empty()) text += wrong_text(evaluations.back(), most);
    const std::vector<std::string> &labels =
        run.is_imported() ? run.integer_model().labels : run.model().labels;
    for (const UnknownClass &u : scores.unknown) text += unknown_text(u, labels);
    if (evaluations.empty() || evaluations[0].is_regression) {
      text.pop_back();
    } else if (evaluations.size() == 2) {
      const AccuracyDifference d = accuracy_difference(evaluations[0], evaluations[1]);
      if (d.changed > 0) text += fmt::format("\nint8 against float: {}.", d.text());
      text += fmt::format("\nfloat {:.2f} %, int8 {:.2f} %; {} of {} windows change class.",
                          100 * evaluations[0].accuracy, 100 * evaluations[1].accuracy, d.changed,
                          evaluations[0].predicted.size());
    } else if (o->request.precision.empty() && !run.is_imported()) {
      text += "\nThere is no int8 model yet; `mote quantize` makes one.";
    } else {
      text.pop_back();
    }
    nlohmann::json json = {{"run", run.path()}, {"evaluations", scores.records}, {"notes", scores.notes}};
    for (const Evaluation &e : evaluations) json["wrong"][e.precision] = wrong_json(e);
    if (evaluations.size() == 2 && !evaluations[0].is_regression)
      json["difference"] = difference_json(accuracy_difference(evaluations[0], evaluations[1]));
    if (scores.emulated) json["emulated"] = emulated_json(*scores.emulated, labels);
    if (!scores.unknown.empty()) json["unknown"] = unknown_json(scores.unknown, labels);
    if (!scores.reading.empty()) json["reading"] = scores.reading;
    if (scores.is_resplit) json["resplit"] = true;
    if (!scores.part.empty()) json["part"] = scores.part;
    result(*o, json, text);
  });
}

}  // namespace mote::cli
