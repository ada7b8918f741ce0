// The names, and what the records of a run say for each. Only figures of the models that are in the folder
// count, as in a report: an evaluation names the digests of model and data that it is of.
//
// Flash and RAM are those of `mote profile`: measured where the run has that, else estimated here. Records:
// docs/formats.md.
#include "portfolio/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/terminal_lines.h"
#include "base/text.h"
#include "mote/device.h"
#include "mote/settings.h"
#include "mote/workflow.h"
#include "portfolio/marks.h"

namespace mote {

using nlohmann::json;

namespace {

using enum FactKind;

std::vector<FactDef> make_facts() {
  std::vector<FactDef> list = {{"run", kText, "the name of its folder"},
                               {"kind", kText, "training, compression or cross-validation"},
                               {"created", kText, "when, as 2026-11-22 13:40:00"},
                               {"tags", kTags, "of `mote tag`; tag = 'x' asks for one of them"},
                               {"note", kText, "the last of `mote note`"},
                               {"parent", kText, "the run whose weights it began with"},
                               {"series", kText, "of `mote train --seeds`"},
                               {"teachers", kText, "that it was distilled from"},
                               {"val.accuracy", kShare, "of the kept epoch, float, on validation windows", 1},
                               {"val.mae", kNumber, "the same of a regression: mean absolute error", -1},
                               {"val.loss", kNumber, "the same: loss", -1},
                               {"val.int8", kShare, "of the kept epoch after post-training quantization", 1},
                               {"val.int8_mae", kNumber, "the same of a regression", -1}};
  for (const char *precision : {"float", "int8"}) {
    const std::string p = precision;
    const std::string of = ", " + p + " model on the test windows";
    list.push_back({p + ".accuracy", kShare, "accuracy" + of, 1});
    list.push_back({p + ".low", kShare, "low end of its 95 % interval", 1});
    list.push_back({p + ".high", kShare, "high end of it", 1});
    list.push_back({p + ".f1", kShare, "F1, mean over the classes" + of, 1});
    list.push_back({p + ".mae", kNumber, "mean absolute error of a regression" + of, -1});
    list.push_back({p + ".mse", kNumber, "mean squared error of a regression" + of, -1});
    list.push_back({p + ".auc", kShare, "area under the ROC curve of a detector" + of, 1});
    list.push_back({p + ".found", kShare, "events found in the replay of the test recordings", 1});
    list.push_back({p + ".false_per_minute", kNumber, "false events in that replay's rest", -1});
  }
  const std::vector<FactDef> rest = {
      {"int8.method", kText, "ptq or qat"},
      {"flash", kBytes, "of the int8 model: weights and code, as `mote profile` has it", -1},
      {"ram", kBytes, "of the int8 model: static, with what push() keeps", -1},
      {"instructions", kCount, "of one call of the int8 model", -1},
      {"ms", kNumber, "milliseconds of one call, on a board", -1},
      {"target", kText, "the board or core of these"},
      {"known_by", kText, "how these are known: measured or estimated"},
      {"weights", kBytes, "of the network as int8", -1},
      {"parameters", kCount, "of the network", -1},
      {"macs", kCount, "multiply-adds of one call", -1},
      {"epochs", kCount, "that it was trained"},
      {"kept_epoch", kCount, "of these"},
      {"seconds", kSeconds, "that these epochs took", -1},
      {"classes", kCount, "that it tells apart"},
      {"windows.train", kCount, "windows of the training part"},
      {"windows.val", kCount, "of the validation part"},
      {"windows.test", kCount, "of the test part"},
      {"data", kDigest, "SHA-256 of its recordings and their parts"},
      {"model", kDigest, "SHA-256 of model.mote"},
      {"int8_model", kDigest, "SHA-256 of model_int8.mote"},
      {"mote", kText, "the version that made it"},
      {"compiler", kText, "that made mote"},
      {"tier", kText, "instructions of the processor that trained it"},
      {"problem", kText, "a record that cannot be read"}};
  list.insert(list.end(), rest.begin(), rest.end());
  return list;
}

// Short names that stand for what a run has of several.
const std::map<std::string, std::string> &short_names() {
  static const std::map<std::string, std::string> kNames = {
      {"val", "val.accuracy"}, {"float", "float.accuracy"}, {"int8", "int8.accuracy"}, {"tag", "tags"}};
  return kNames;
}

FactKind kind_of(SettingKind kind) {
  switch (kind) {
    case SettingKind::kInteger:
      return kCount;
    case SettingKind::kNumber:
      return kNumber;
    case SettingKind::kBytes:
      return kBytes;
    case SettingKind::kSwitch:
    case SettingKind::kSection:
      return kSwitch;
    default:
      return kText;
  }
}

// A leaf as a fact: numbers as they are while a double has them whole, lists as JSON.
json leaf(const json &value) {
  if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
  if (value.is_number_integer() && std::fabs(value.get<double>()) > kLargestWhole) return value.dump();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value;
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void flatten(const json &record, const std::string &prefix, Facts &facts) {
  for (const auto &[key, value] : record.items()) {
    if (value.is_null()) continue;
    if (value.is_object())
      flatten(value, prefix + key + ".", facts);
    else
      facts[prefix + key] = leaf(value);
  }
}

void put_number(Facts &facts, const std::string &name, const json &record, const char *key) {
  if (record.contains(key) && record.at(key).is_number()) facts[name] = record.at(key).get<double>();
}
void put_text(Facts &facts, const std::string &name, const json &record, const char *key) {
  if (record.contains(key) && record.at(key).is_string() && record.at(key) != "")
    facts[name] = record.at(key);
}

void add_record(const Run &run, Facts &facts) {
  const json &record = run.json(run_file::kRecord);
  if (record.contains("settings")) facts = flattened(record.at("settings"));
  if (record.contains("seed")) facts["seed"] = leaf(record.at("seed"));
  for (const char *key : {"name", "created", "series", "mote", "compiler", "tier"})
    put_text(facts, key, record, key);
  put_text(facts, "kind", record, "kind");
  put_text(facts, "data", record, "data_digest");
  if (record.contains("parent"))
    facts["parent"] = std::filesystem::path(record.at("parent").get<std::string>()).filename().string();
}

void add_history(const Run &run, Facts &facts) {
  const json &history = run.json(run_file::kHistory);
  if (!history.is_object()) return;
  const json &epochs = history.at("epochs");
  double seconds = 0;
  for (const json &e : epochs)
    if (e.at("seconds").is_number()) seconds += e.at("seconds").get<double>();
  facts["epochs"] = static_cast<double>(epochs.size());
  facts["seconds"] = seconds;
  const size_t best = history.at("best_epoch").get<size_t>();
  facts["kept_epoch"] = static_cast<double>(best);
  if (best >= 1 && best <= epochs.size()) {
    const json &kept = epochs.at(best - 1);
    put_number(facts, "val.accuracy", kept, "val_accuracy");
    put_number(facts, "val.mae", kept, "val_mae");
    put_number(facts, "val.loss", kept, "val_loss");
  }
  if (history.contains("int8")) {
    put_number(facts, "val.int8", history.at("int8"), "val_accuracy");
    put_number(facts, "val.int8_mae", history.at("int8"), "val_mae");
  }
}

void add_evaluation(const Run &run, Facts &facts) {
  const json &list = run.json(run_file::kEvaluation);
  if (!list.is_array()) return;
  const bool has_model = run.has(run_file::kModel);  // a cross-validation keeps none
  for (const json &e : list) {
    const std::string p = e.at("precision").get<std::string>();
    if (p != "float" && p != "int8") continue;
    const std::string &digest = run.digest(p == "int8" ? run_file::kIntegerModel : run_file::kModel);
    if (has_model &&
        (digest.empty() || e.value("model", "") != digest || e.value("data", "") != run.data_digest()))
      continue;
    put_number(facts, p + ".accuracy", e, "accuracy");
    put_number(facts, p + ".mae", e, "mae");
    put_number(facts, p + ".mse", e, "mse");
    if (e.contains("interval_95")) {
      facts[p + ".low"] = e.at("interval_95").at(0).get<double>();
      facts[p + ".high"] = e.at("interval_95").at(1).get<double>();
    }
    if (e.contains("macro_avg")) put_number(facts, p + ".f1", e.at("macro_avg"), "f1");
    if (e.contains("detection")) put_number(facts, p + ".auc", e.at("detection"), "auc");
    if (!e.contains("replay")) continue;
    const json &replay = e.at("replay");
    facts[p + ".found"] = replay.at("found").get<double>() / replay.at("events").get<double>();
    put_number(facts, p + ".false_per_minute", replay, "false_per_minute");
  }
}

void add_sizes(const Run &run, Facts &facts) {
  const json &summary = run.json(run_file::kSummary);
  if (summary.is_object()) {
    put_number(facts, "parameters", summary, "parameters");
    put_number(facts, "macs", summary, "macs");
    put_number(facts, "weights", summary, "int8_bytes");
  }
  const json &data = run.json(run_file::kData);
  if (!data.is_object()) return;
  facts["classes"] = static_cast<double>(data.at("classes").size());
  if (!data.contains("split")) return;
  for (const char *part : {"train", "val", "test"})
    put_number(facts, std::string("windows.") + part, data.at("split"), part);
}

// The newest measurement of the int8 model that is there, else an estimate of what an export would take.
void add_target(const Run &run, Facts &facts) {
  if (!run.has_integer_model()) return;
  facts["int8_model"] = run.digest(run_file::kIntegerModel);
  if (const json &quantized = run.json(run_file::kQuantize); quantized.is_object())
    if (quantized.value("int8_model", "") == run.digest(run_file::kIntegerModel))
      put_text(facts, "int8.method", quantized, "method");
  json figures = kept_profile(run);
  facts["known_by"] = figures.is_null() ? "estimated" : "measured";
  if (figures.is_null()) {
    ProfileOptions options;
    try {
      options.board = target_board(run.project());
    } catch (const Error &) {  // its file of boards is elsewhere: the core that stands for all
    }
    FormOptions forms;
    if (options.board) forms.core = options.board->core;
    options.c.is_streaming = run.project().is_streaming;
    figures = target_figures(profile(choose_forms(run.integer_model(), forms).program, options));
  }
  put_number(facts, "flash", figures, "flash_bytes");
  put_number(facts, "ram", figures, "ram_bytes");
  put_number(facts, "instructions", figures, "instructions");
  put_number(facts, "ms", figures, "ms");
  put_text(facts, "target", figures, "target");
}

void add_compression(const Run &run, Facts &facts) {
  const json &record = run.json(run_file::kCompress);
  if (!record.is_object() || !record.contains("settings")) return;
  const json &settings = record.at("settings");
  if (!settings.contains("distill")) return;
  std::string teachers;
  for (const json &t : settings.at("distill").at("teachers")) {
    const std::string path = t.is_string() ? t.get<std::string>() : t.at("run").get<std::string>();
    teachers += (teachers.empty() ? "" : ", ") + std::filesystem::path(path).filename().string();
  }
  facts["teachers"] = teachers;
}

void add_marks(const std::string &path, Facts &facts) {
  if (const std::vector<std::string> tags = tags_of(path); !tags.empty())
    facts["tags"] = fmt::format("{}", fmt::join(tags, ", "));
  if (const std::vector<std::string> notes = notes_of(path); !notes.empty())
    facts["note"] = note_text(notes.back());
}

}  // namespace

const std::vector<FactDef> &run_facts() {
  static const std::vector<FactDef> kFacts = make_facts();
  return kFacts;
}

std::optional<FactDef> find_fact(const std::string &given) {
  const auto meant = short_names().find(given);
  const std::string &name = meant == short_names().end() ? given : meant->second;
  for (const FactDef &f : run_facts())
    if (f.name == name) return f;
  if (const Setting *s = find_setting(name)) return FactDef{s->name, kind_of(s->kind), s->doc};
  return {};
}

std::string nearest_fact(const std::string &name) {
  std::vector<std::string> names;
  for (const FactDef &f : run_facts()) names.push_back(f.name);
  for (const Setting &s : all_settings()) names.push_back(s.name);
  return nearest(name, names);
}

Facts flattened(const json &record) {
  Facts facts;
  if (record.is_object()) flatten(record, "", facts);
  return facts;
}

const std::vector<const char *> &files_of_facts() {
  static const std::vector<const char *> kFiles = {
      run_file::kRecord,   run_file::kHistory,    run_file::kModel, run_file::kIntegerModel,
      run_file::kQuantize, run_file::kEvaluation, run_file::kTags,  run_file::kNotes};
  return kFiles;
}

Facts facts_of(const RunFolder &folder) {
  Facts facts;
  const auto attempt = [&](auto step) {
    try {
      step();
    } catch (const Error &e) {
      facts.emplace("problem", e.what());
    } catch (const json::exception &e) {  // of a record that has no form (compress.json)
      facts.emplace("problem", "a record is damaged: " + reason_of(e));
    }
  };
  attempt([&] {
    const Run run(folder);
    attempt([&] { add_record(run, facts); });
    attempt([&] { add_history(run, facts); });
    attempt([&] { add_evaluation(run, facts); });
    attempt([&] { add_sizes(run, facts); });
    attempt([&] {
      if (run.has(run_file::kModel)) facts["model"] = run.digest(run_file::kModel);
    });
    attempt([&] { add_target(run, facts); });
    attempt([&] { add_compression(run, facts); });
  });
  attempt([&] { add_marks(folder.path, facts); });
  facts["run"] = std::filesystem::path(folder.path).filename().string();
  return facts;
}

std::string shown_fact(FactKind kind, const json &value) {
  if (value.is_null()) return "-";
  if (value.is_string()) {
    constexpr size_t kShownDigest = 12;
    const std::string &text = value.get_ref<const std::string &>();
    return kind == kDigest ? text.substr(0, kShownDigest) : text;
  }
  const double number = value.get<double>();
  switch (kind) {
    case kShare:
      return fmt::format("{:.1f} %", 100 * number);
    case kBytes:
      return human_bytes(static_cast<size_t>(std::clamp(number, 0.0, kLargestWhole)));
    case kCount:
      return std::fabs(number) < kLargestWhole ? with_commas(std::llround(number))
                                               : fmt::format("{:g}", number);
    case kSeconds:
      return number < 10 ? fmt::format("{:.1f} s", number) : duration_text(number);
    case kSwitch:
      return number != 0 ? "true" : "false";
    default:
      return fmt::format("{:.4g}", number);
  }
}

}  // namespace mote
