// The one door for records: what is read back of a run passes here first, so that those who read need not
// expect a field of another type, a list that is too short or a count that no memory has.
//
// Fields that only newer motes write are optional; those of format 1 of run.json all are. What has no form
// here is never read back (folds.json, seeds.json). Numbers that may be NaN (a loss) are null in JSON. What
// each record says: docs/formats.md.
#include "runs/records.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/form.h"
#include "mote/runs.h"

namespace mote {

using nlohmann::json;

namespace {

using form::anything;
using form::count;
using form::flag;
using form::integer;
using form::list;
using form::map_of;
using form::number;
using form::object;
using form::optional;
using form::or_null;
using form::text;

constexpr uint64_t kMostSeed = UINT64_MAX, kMostRecordings = 10'000'000, kMostWindows = 100'000'000;
constexpr size_t kLongestAssignment = size_t{1} << 17;  // of one word of a command line

Form file_form() {
  return object({{"path", text()},
                 {"sha256", text()},
                 {"bytes", count()},
                 {"recordings", count(kMostRecordings)},
                 optional("part", text()),
                 optional("parts", text(kMostRecordings))});
}

Form settings_form() {
  constexpr uint64_t kMostEpochs = 1'000'000, kMostThreads = 4096;
  return object({{"seed", count(kMostSeed)},
                 {"split", object({{"seed", or_null(count(kMostSeed))}, optional("by", text())})},
                 {"train", object({{"epochs", count(kMostEpochs)}, {"threads", count(kMostThreads)}})}});
}

// run.json since format 2; before, nothing could be relied on.
Form run_form(bool is_needed) {
  return object({{"format", count(1'000'000), is_needed},
                 {"name", text(), is_needed},
                 {"created", text(), is_needed},
                 {"seed", count(kMostSeed), is_needed},
                 {"settings", settings_form(), is_needed},
                 {"data", text(), is_needed},
                 {"data_digest", text(), is_needed},
                 {"recordings", list(file_form()), is_needed},
                 optional("kind", text()),
                 optional("set", list(text(kLongestAssignment))),
                 optional("class_labels", list(text())),
                 optional("parent", text()),
                 optional("series", text())});
}

Form data_form() {
  return object(
      {{"channels", list(text())},
       {"rate_hz", number()},
       {"window", count()},
       {"stride", count()},
       {"classes", list(object({{"label", text()},
                                {"recordings", count()},
                                {"windows", count()},
                                {"seconds", number()},
                                optional("min", list(number())),
                                optional("max", list(number())),
                                optional("mean", list(number()))}))},
       {"findings", list(object({{"where", text()}, {"message", text()}, optional("remedy", text())}))},
       optional("reading", list(text())),
       optional("groups", object({{"kind", text()},
                                  {"count", count()},
                                  {"names", list(object({{"name", text()}, {"recordings", count()}}))}})),
       optional("image", list(count(), 2, 2)),
       optional("split", object({{"train", count()}, {"val", count()}, {"test", count()}}))});
}

Form summary_form() {
  return object({{"layers", list(object({{"name", text()},
                                         {"type", text()},
                                         {"output", list(count(), 0, 16)},
                                         {"parameters", count()},
                                         {"macs", count()}}))},
                 {"parameters", count()},
                 {"macs", count()},
                 {"float32_bytes", count()},
                 {"int8_bytes", count()}});
}

Form history_form() {
  return object(
      {{"epochs",
        list(object(
            {{"epoch", count()},
             {"seconds", number()},
             optional("loss", number()),
             optional("learning_rate", number()),
             optional("score", number()),
             optional("val_score", number()),
             optional("accuracy", number()),
             optional("val_loss", number()),
             optional("val_accuracy", number()),
             optional("mae", number()),
             optional("val_mae", number()),
             optional("val_stream", number()),
             optional("ranges", list(object({{"layer", text()}, {"min", number()}, {"max", number()}})))}))},
       {"best_epoch", count()},
       {"stopped_early", flag()},
       {"judgement", text()},
       optional("never_found", list(text())),
       optional("baseline", list(object({{"part", text()},
                                         {"network", number()},
                                         optional("nearest_mean", number()),
                                         optional("mean_target", number()),
                                         optional("linear", number())}),
                                 0, 2)),
       optional("baseline_finding", text()),
       optional("int8", object({optional("val_accuracy", number()), optional("val_mae", number())})),
       optional("detector", object({{"threshold", number()}, {"text", text()}, optional("finding", text())})),
       optional("rest_finding", text())});
}

Form score_form() {
  return object({{"precision", number()}, {"recall", number()}, {"f1", number()}, {"support", count()}});
}

std::optional<Misfit> check_replay(const json &value) {
  constexpr uint64_t kMostEvents = 10'000'000;
  constexpr double kMost = 1e15;  // of minutes, seconds and rates
  static const Form kCounts = object({{"events", count(kMostEvents, 1)},
                                      {"found", count(kMostEvents)},
                                      {"wrong", count(kMostEvents)},
                                      {"missed", count(kMostEvents)},
                                      optional("interval", list(number(0, 1), 2, 2))});
  static const Form kReplay = object({{"classes", map_of(kCounts)},
                                      {"false", count(kMostWindows)},
                                      {"rest", text()},
                                      optional("rest_minutes", number(0, kMost)),
                                      optional("false_per_minute", number(0, kMost)),
                                      optional("most_false_per_minute", number(0, kMost)),
                                      optional("delay_s", number(0, kMost))});
  if (std::optional<Misfit> misfit = kCounts(value)) return misfit;
  if (std::optional<Misfit> misfit = kReplay(value)) return misfit;
  if (value.contains("rest_minutes") !=
      (value.contains("false_per_minute") && value.contains("most_false_per_minute")))
    return Misfit{"rest_minutes", "must stand beside false_per_minute and most_false_per_minute"};
  return {};
}

// Of a detector of anomalies.
Form detection_form() {
  return object({{"threshold", number()},
                 {"score", text()},
                 {"max_fpr", number(0, 1)},
                 {"normal", count()},
                 {"false_alarms", count()},
                 {"precision", number(0, 1)},
                 {"recall", number(0, 1)},
                 {"f1", number(0, 1)},
                 optional("roc", list(list(number(0, 1), 2, 2), 0, 10000)),
                 optional("auc", number(0, 1)),
                 optional("partial_auc", number(0, 1)),
                 optional("false_alarm_interval_95", list(number(0, 1), 2, 2)),
                 optional("over", text())});
}

// A regression or a classification, each with what the other has not.
std::optional<Misfit> check_evaluation(const json &value) {
  static const Form kRegression = object({{"precision", text()},
                                          {"examples", count()},
                                          {"mse", number()},
                                          {"mae", number()},
                                          optional("model", text()),
                                          optional("data", text())});
  static const Form kClassification =
      object({{"precision", text()},
              {"examples", count()},
              {"accuracy", number(0, 1)},
              optional("interval_95", list(number(0, 1), 2, 2)),
              optional("interval", object({{"text", text()}, {"method", text()}, optional("over", text())})),
              optional("groups",
                       list(object({{"name", text()}, {"examples", count()}, {"accuracy", number(0, 1)}}))),
              {"classes", map_of(score_form())},
              {"labels", list(text())},
              {"macro_avg", score_form()},
              {"weighted_avg", score_form()},
              {"worst_pair", text()},
              optional("confusion", list(list(count(kMostWindows)))),
              optional("wrong_count", count(kMostWindows)),
              optional("wrong", list(object({{"place", text()},
                                             {"label", text()},
                                             {"predicted", text()},
                                             {"probability", number(0, 1)}}))),
              optional("detection", detection_form()),
              optional("replay", check_replay),
              optional("model", text()),
              optional("data", text())});
  if (value.is_object() && value.contains("mae")) return kRegression(value);
  if (std::optional<Misfit> misfit = kClassification(value)) return misfit;
  for (const json &label : value["labels"])
    if (!value["classes"].contains(label.get_ref<const std::string &>()))
      return Misfit{"classes", fmt::format("must have each of the {} labels", value["labels"].size())};
  if (!value.contains("confusion")) return {};
  const size_t classes = value["labels"].size();
  bool is_square = value["confusion"].size() == classes;
  for (const json &row : value["confusion"]) is_square = is_square && row.size() == classes;
  if (!is_square) return Misfit{"confusion", fmt::format("must have {} rows of {} counts", classes, classes)};
  return {};
}

Form evaluations_form() {
  constexpr size_t kMostModels = 16;
  return list(check_evaluation, 0, kMostModels);
}

Form exports_form() {
  constexpr size_t kMostExports = 1000;
  return list(object({{"format", text()},
                      {"path", text()},
                      {"verified", text()},
                      optional("int8_model", text()),
                      optional("forms", object({{"core", text()}, {"slowdown", number(0, 1e9)}}))}),
              0, kMostExports);
}

// A method's name, or the range itself.
std::optional<Misfit> check_range(const json &value) {
  static const Form kName = text(), kRange = list(number(-3e38, 3e38), 2, 2);
  if (value.is_string()) return kName(value);
  if (std::optional<Misfit> misfit = kRange(value)) return misfit;
  if (!(value[0].get<double>() < value[1].get<double>()))
    return Misfit{"", "must be a low end and a higher one"};
  return {};
}

Form quantize_form() {
  constexpr uint64_t kHighestProbability = 256;
  return object(
      {{"settings", object({{"int16", list(text())},
                            {"calibration", text()},
                            {"percentile", number(0, 100)},
                            {"ranges", map_of(check_range)},
                            {"examples", count(kMostWindows)},
                            {"drop_outliers", flag()},
                            {"equalize", flag()},
                            {"bias_correction", flag()},
                            {"dense", text()}})},
       optional("detector", object({{"threshold", number()}, {"text", text()}, optional("finding", text())})),
       optional("int8_model", text()),
       optional("model", text()),
       optional("data", text()),
       optional("method", text()),
       optional("calibrate_on", text()),
       optional("findings", list(text())),
       optional("tried", list(object({{"method", text()},
                                      {"calibration", text()},
                                      optional("int8_model", text()),
                                      {"weight_bytes", count()},
                                      {"buffer_bytes", count()},
                                      optional("val_accuracy", number(0, 1))}),
                              0, 1000)),
       optional("confidence",
                object({{"windows", count(kMostWindows)},
                        {"right", list(list(count(kMostWindows), 2, 2), 0, kHighestProbability + 1)}}))});
}

// A file, its line, the row in it.
std::optional<Misfit> check_source(const json &value) {
  static const Form kThree = list(anything(), 3, 3), kFile = text(), kPlace = count();
  if (std::optional<Misfit> misfit = kThree(value)) return misfit;
  if (std::optional<Misfit> misfit = kFile(value[0])) return misfit;
  std::optional<Misfit> misfit = kPlace(value[1]);
  return misfit ? misfit : kPlace(value[2]);
}

Form golden_form() {
  constexpr uint64_t kMostRows = 1 << 24, kMostChannels = 1 << 20, kMostGolden = 4096;
  return object({{"window", count(kMostRows, 1)},
                 {"channels", count(kMostChannels, 1)},
                 {"rate_hz", number(0, 1e12)},
                 {"labels", list(text())},
                 {"channel_names", list(text())},
                 {"classes", list(count(INT32_MAX), 0, kMostGolden)},
                 {"sources", list(check_source, 0, kMostGolden)}});
}

// Windows that were answered wrongly: each with an answer.
std::optional<Misfit> check_wrong(const json &value) {
  static const Form kWindows = golden_form(),
                    kAnswers = object({{"predicted", list(count(INT32_MAX), 0, 4096)},
                                       {"probability", list(number(0, 1), 0, 4096)},
                                       optional("precision", text()),
                                       optional("model", text()),
                                       optional("data", text())});
  if (std::optional<Misfit> misfit = kWindows(value)) return misfit;
  if (std::optional<Misfit> misfit = kAnswers(value)) return misfit;
  const size_t windows = value["classes"].size();
  if (value["predicted"].size() != windows || value["probability"].size() != windows)
    return Misfit{"predicted", fmt::format("must be {} answers, one for each window", windows)};
  return {};
}

// A number, or "inf".
std::optional<Misfit> check_decibel(const json &value) {
  static const Form kNumber = number(), kText = text();
  return value.is_string() ? kText(value) : kNumber(value);
}

Form explain_form() {
  const Form signed_bytes = integer(-(int64_t{1} << 40), int64_t{1} << 40);
  return object({{"findings", list(text())},
                 {"layers", list(object({{"name", text()},
                                         {"op", text()},
                                         {"sqnr_alone_db", check_decibel},
                                         {"sqnr_accumulated_db", check_decibel},
                                         {"range", list(number(), 2, 2)},
                                         {"values", count()},
                                         {"saturated_low", count()},
                                         {"saturated_high", count()}}))},
                 {"remedies", list(object({{"what", text()},
                                           {"setting", text()},
                                           optional("accuracy", number(0, 1)),
                                           {"weight_bytes", signed_bytes},
                                           {"buffer_bytes", signed_bytes}}))},
                 optional("int8_accuracy", number(0, 1)),
                 optional("int8_model", text())});
}

Form compress_form() {
  return object(
      {{"settings", object({optional("prune", or_null(text())), optional("cluster", or_null(count(1 << 16))),
                            optional("bits", or_null(count(64))), optional("teachers", list(text()))})},
       {"kernels", list(object({{"name", text()},
                                {"weights", count()},
                                {"zeros", count()},
                                {"bits", count()},
                                optional("values", count()),
                                optional("left", text())}))},
       {"notes", list(text())}});
}

Form robustness_form() {
  const Form level = object({{"level", number(-1e9, 1e9)},
                             {"accuracy", number(0, 1)},
                             {"correct", count(kMostWindows)},
                             optional("interval_95", list(number(0, 1), 2, 2))});
  return object({{"seed", count(kMostSeed)},
                 {"windows", count(kMostWindows)},
                 {"accuracy", number(0, 1)},
                 {"sweeps", list(object({{"title", text()},
                                         {"axis", text()},
                                         {"unit", text()},
                                         {"text", text()},
                                         {"levels", list(level, 1, 1000)}}),
                                 0, 100)},
                 {"not_applicable", list(object({{"title", text()}, {"why", text()}}))},
                 optional("int8_model", text())});
}

Form devices_form() {
  return list(object({{"title", text()},
                      {"core", text()},
                      {"is_measured", flag()},
                      {"code_bytes", count()},
                      {"weight_bytes", count()},
                      {"flash_bytes", count()},
                      {"ram_bytes", count()},
                      {"stack_bytes", count()},
                      {"stream_bytes", count()},
                      {"problems", list(text())},
                      optional("target", text()),
                      optional("emulator", text()),
                      optional("instructions", number(0, 1e18)),
                      optional("latency_ms", number(0, 1e18)),
                      optional("latency_ms_low", number(0, 1e18)),
                      optional("latency_ms_high", number(0, 1e18)),
                      optional("latency_basis", text()),
                      optional("why_no_latency", text()),
                      optional("energy_mj", number(0, 1e18)),
                      optional("power_mw", number(0, 1e18)),
                      optional("power_source", text()),
                      optional("measured", object({{"ms", number(0, 1e18)}})),
                      optional("int8_model", text())}),
              0, 1000);
}

struct Record {
  std::string name;
  Form form;
  std::string hint;
};

const std::vector<Record> &all_records() {
  static const std::string kRestore = "restore it, or train anew";
  static const std::vector<Record> kRecords = {
      {run_file::kData, data_form(), kRestore},
      {run_file::kSummary, summary_form(), kRestore},
      {run_file::kHistory, history_form(), kRestore},
      {run_file::kGolden, golden_form(), kRestore},
      {run_file::kWrong, check_wrong, "`mote evaluate` writes it anew"},
      {run_file::kExplain, explain_form(), "`mote explain` writes it anew"},
      {run_file::kCompress, compress_form(), kRestore},
      {run_file::kRobustness, robustness_form(), "`mote evaluate --robustness` writes it anew"},
      {run_file::kDevices, devices_form(), "remove it: the next `mote profile --emulate` writes it anew"},
      {run_file::kEvaluation, evaluations_form(), "`mote evaluate` writes it anew"},
      {run_file::kResplit, evaluations_form(), "`mote evaluate --resplit` writes it anew"},
      {run_file::kExports, exports_form(), "remove it: the next `mote export` writes it anew"},
      {run_file::kQuantize, quantize_form(), "run `mote quantize` anew"}};
  return kRecords;
}

}  // namespace

json read_record(const std::string &name, const std::string &bytes, const std::string &where) {
  static const Form kBefore = run_form(false), kSince2 = run_form(true);
  static const std::string kWhat = "is damaged:",
                           kHint = "restore it from where the run was made, or train anew";
  if (name == run_file::kRecord) {
    json record = parse_json(bytes, where, kWhat, kHint);
    check_form(kBefore, record, where, kWhat, kHint);
    const bool is_current = record.value("format", 1) == Run::kFormat;  // a newer one is refused as such
    if (is_current) check_form(kSince2, record, where, kWhat, kHint);
    return record;
  }
  for (const Record &known : all_records())
    if (known.name == name) {
      json record = parse_json(bytes, where, kWhat, known.hint);
      check_form(known.form, record, where, kWhat, known.hint);
      return record;
    }
  return parse_json(bytes, where, kWhat, kHint);
}

}  // namespace mote
