// A run made once more in a folder of its own, and its bytes beside those of the run. What is known to differ
// before any training (settings, recordings, version) is told in this order, because it explains the rest.
//
// The training: workflow/retrain.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "base/cpu.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/version.h"
#include "mote/portfolio.h"
#include "mote/settings.h"
#include "portfolio/facts.h"
#include "runs/claim.h"
#include "workflow/import.h"
#include "workflow/retrain.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr size_t kShownDigest = 12;

class Reproduction {
 public:
  Reproduction(const RunFolder &folder, const ReproduceRequest &request)
      : original_(folder), request_(request), run_(moved(folder, request.in)) {}

  Reproduced make() {
    if (!run_.knows_its_data())
      throw Error(ErrorCode::kDataFormat, run_.path(),
                  "was made by an older mote and does not say which recordings it was trained on",
                  "train anew: `mote train`");
    if (run_.is_imported()) return import_again();
    if (!run_.has(run_file::kModel))
      throw Error(ErrorCode::kUnsupported, run_.path(), "keeps no model that could be made again",
                  run_.has(run_file::kSeeds) ? "name one of its runs"
                                             : "`mote train --folds` makes its figures again");
    compare_settings();
    compare_programs();
    if (find_parent() && compare_data()) retrain_and_compare();
    result_.is_identical = is_identical_;
    tell();
    return std::move(result_);
  }

 private:
  // The same run, whose recordings are looked for in another project.
  static RunFolder moved(RunFolder folder, const std::string &in) {
    if (in.empty()) return folder;
    std::error_code code;
    if (!fs::is_directory(in, code))
      throw Error(ErrorCode::kNotFound, in, "is no folder", "--in takes the project that has the recordings");
    folder.project = fs::absolute(in).lexically_normal().string();
    return folder;
  }

  void differs(const std::string &kind, const std::string &sentence) {
    result_.differences.emplace_back(kind, sentence);
  }

  // Of a model that others trained: the same file behind the same front end.
  Reproduced import_again() {
    compare_settings();
    compare_programs();
    ImportedModel made = imported_model(run_.project());
    const json &then = run_.json(run_file::kRecord).at("imported");
    if (then == made.record)
      result_.same.push_back(fmt::format("model.tflite: {} has the bytes it had", run_.project().tflite));
    else
      differs("data",
              fmt::format("model.tflite: {} has other bytes than were imported", run_.project().tflite));
    DecisionRule &rule = made.program.front_end.decision;
    const DecisionRule &kept = run_.integer_model().front_end.decision;
    if (kept.reason != rule.reason) {
      rule = kept;
      result_.notes.push_back("its decision rule was chosen on streams afterwards, and is taken as it is");
    }
    result_.is_identical =
        is_same_model(run_file::kIntegerModel, sha256(format_mote(made.program)), "int8 model");
    tell();
    return std::move(result_);
  }

  // What this mote reads from the run's mote.toml, beside what was in force.
  void compare_settings() {
    const json &record = run_.json(run_file::kRecord);
    const bool is_training = record.value("kind", "training") == "training";
    Facts then = flattened(record.at("settings"));
    const Facts now = flattened(settings_json(run_.project()));
    std::vector<std::string> names;
    for (const auto &[name, value] : now) {
      if (!is_training && name.starts_with("compress.")) continue;  // these are read from the record
      if (name == "train.threads" || name == "train.checkpoints" || name == "train.save_seconds") continue;
      const auto found = then.find(name);
      if (found == then.end() && default_is(name, value)) continue;  // a setting that came later
      if (found == then.end() || found->second != value) names.push_back(name);
    }
    if (names.empty()) {
      result_.same.push_back("settings: as in the record");
      return;
    }
    const std::string &first = names[0];
    differs("settings", fmt::format("{} is {} and was {}{}", first, text_of(now, first), text_of(then, first),
                                    names.size() > 1 ? fmt::format(" (and {} more)", names.size() - 1) : ""));
  }

  static bool default_is(const std::string &name, const json &value) {
    const Setting *s = find_setting(name);
    if (s == nullptr) return false;
    const Facts wanted = flattened({{name, default_of(*s)}});
    const auto found = wanted.find(name);
    return found != wanted.end() && found->second == value;
  }

  static std::string text_of(const Facts &facts, const std::string &name) {
    const auto found = facts.find(name);
    const auto fact = find_fact(name);
    return found == facts.end() ? "not there"
                                : shown_fact(fact ? fact->kind : FactKind::kText, found->second);
  }

  void compare_programs() {
    const json &record = run_.json(run_file::kRecord);
    const std::string mote = record.value("mote", "");
    if (mote != kVersion)
      differs("version",
              fmt::format("this is mote {}, it was made by mote {}", kVersion, mote.empty() ? "?" : mote));
    else
      result_.same.push_back(fmt::format("version: mote {}", kVersion));
    // neither may change a bit (law 4), so that they are no difference but a hint where one is found
    if (record.value("compiler", __VERSION__) != std::string(__VERSION__))
      hints_.push_back(fmt::format("compiled by {}, then by {}", __VERSION__, record.value("compiler", "?")));
    const std::string tier(tier_name(active_tier()));
    if (record.value("tier", tier) != tier)
      hints_.push_back(fmt::format("instructions of {}, then of {}", tier, record.value("tier", "?")));
    if (run_.project().train.augment.sound.background.empty()) return;
    hints_.push_back("the background of augment.sound is in no record, so it may have changed");
  }

  bool find_parent() {
    const json &record = run_.json(run_file::kRecord);
    const std::string parent = record.value("parent", "");
    if (parent.empty()) return true;
    for (const std::string &project : {run_.folder().project, original_.folder().project}) {
      std::error_code code;
      const fs::path path = (fs::path(project) / parent).lexically_normal();
      if (!fs::exists(path / run_file::kModel, code)) continue;
      RunFolder folder = find_run(path.string());
      folder.project = run_.folder().project;
      Run found(folder);
      if (found.digest(run_file::kModel) != record.value("parent_model", "")) {
        differs("parent", fmt::format("{} is not the model that this run began with",
                                      found.file(run_file::kModel).string()));
        return false;
      }
      result_.same.push_back("parent: " + parent);
      parent_.emplace(std::move(found));
      return true;
    }
    differs("parent", fmt::format("{} is missing, which this run was made of", parent));
    return false;
  }

  bool compare_data() {
    try {
      const RunData data = load_own_data(run_);
      for (const std::string &note : data.notes) result_.notes.push_back(note);
      result_.same.push_back(fmt::format("recordings: {} files, each with the bytes it had",
                                         run_.json(run_file::kRecord).at("recordings").size()));
      return true;
    } catch (const Error &e) {
      differs("data", fmt::format("{}: {}", e.where(), e.message()));
      return false;
    }
  }

  void retrain_and_compare() {
    std::optional<TemporaryFolder> temporary;
    std::optional<RunClaim> claim;
    RetrainRequest again;
    if (request_.is_kept) {
      again.into = RunClaim::next(run_.project()).path();
    } else {
      temporary.emplace("mote-reproduce");
      again.into = (temporary->path() / "runs" / fs::path(original_.path()).filename()).string();
    }
    again.parent = parent_;
    again.callbacks = request_.callbacks;
    again.on_step = request_.on_step;
    again.before = request_.before;
    retrain(run_, again);
    RunFolder folder = find_run(again.into);
    if (request_.is_kept) result_.folder = folder.path;
    folder.project = run_.folder().project;
    const Run made(folder);
    is_identical_ = is_same_model(run_file::kModel, made.digest(run_file::kModel), "float model");
    if (!is_identical_) tell_first_epoch(made);
    if (run_.has_integer_model()) compare_int8(made);
    if (is_identical_) compare_figures(made);
  }

  void compare_int8(const Run &made) {
    if (!is_identical_) return;  // of another float model it is another
    if (!requantize(run_, made, request_.on_step)) {
      result_.notes.push_back(
          "the int8 model was not made again: quantize.json does not say that it is of this float model and "
          "these "
          "recordings");
      return;
    }
    const Run quantized(made.folder());
    is_identical_ =
        is_same_model(run_file::kIntegerModel, quantized.digest(run_file::kIntegerModel), "int8 model");
  }

  bool is_same_model(const char *name, const std::string &now, const std::string &what) {
    const std::string &then = run_.digest(name);
    result_.record["models"].push_back({{"file", name}, {"was", then}, {"is", now}});
    if (then == now) {
      result_.same.push_back(
          fmt::format("{}: the same bits (SHA-256 {}...)", what, now.substr(0, kShownDigest)));
      return true;
    }
    differs("model", fmt::format("the {} has other bits: {}..., was {}...{}", what,
                                 now.substr(0, kShownDigest), then.substr(0, kShownDigest),
                                 hints_.empty() ? "" : fmt::format(" ({})", fmt::join(hints_, "; "))));
    return false;
  }

  void tell_first_epoch(const Run &made) {
    const json &then = run_.json(run_file::kHistory), &now = made.json(run_file::kHistory);
    if (!then.is_object() || !now.is_object()) return;
    const json &a = then.at("epochs"), &b = now.at("epochs");
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
      if (a[i].at("loss") != b[i].at("loss")) {
        differs("model", fmt::format("the loss is another one from epoch {} on: {}, was {}", i + 1,
                                     b[i].at("loss").dump(), a[i].at("loss").dump()));
        return;
      }
    if (a.size() != b.size())
      differs("model", fmt::format("the training ended after {} epochs, then after {}", b.size(), a.size()));
  }

  // Scores of the models as they are now, beside those that the run recorded.
  void compare_figures(const Run &made) {
    const json &then = run_.json(run_file::kEvaluation);
    if (!then.is_array() || then.empty()) return;
    evaluate_run(made);
    const Run scored(made.folder());
    const json &now = scored.json(run_file::kEvaluation);
    for (const json &e : then) {
      const std::string precision = e.at("precision").get<std::string>();
      const char *model = precision == "int8" ? run_file::kIntegerModel : run_file::kModel;
      if (e.value("model", "") != run_.digest(model)) continue;  // of an older model
      for (const json &f : now) {
        if (f.at("precision") != precision) continue;
        const char *figure = e.contains("accuracy") ? "accuracy" : "mae";
        if (e.at(figure) != f.at(figure)) {
          is_identical_ = false;
          differs("figures", fmt::format("{} {} on the test windows is {}, was {}", precision, figure,
                                         f.at(figure).dump(), e.at(figure).dump()));
        } else {
          result_.same.push_back(fmt::format(
              "{} {} on the test windows: {}", precision, figure,
              shown_fact(e.contains("accuracy") ? FactKind::kShare : FactKind::kNumber, e.at(figure))));
        }
      }
    }
  }

  void tell() {
    for (const std::string &same : result_.same) result_.text += "same      " + same + "\n";
    for (const auto &[kind, sentence] : result_.differences)
      result_.text += "differs   " + kind + ": " + sentence + "\n";
    if (result_.is_identical)
      result_.text += fmt::format("{} is reproduced, bit for bit.\n", run_.path());
    else
      result_.text +=
          fmt::format("{} is not reproduced; what differs first: {}.\n", run_.path(),
                      result_.differences.empty() ? "nothing that is known" : result_.differences[0].first);
    if (!result_.folder.empty()) result_.text += fmt::format("Kept as {}.\n", result_.folder);
    json &r = result_.record;
    r["run"] = run_.path();
    r["identical"] = result_.is_identical;
    r["same"] = result_.same;
    r["differences"] = json::array();
    for (const auto &[kind, sentence] : result_.differences)
      r["differences"].push_back({{"kind", kind}, {"what", sentence}});
    if (!result_.folder.empty()) r["folder"] = result_.folder;
  }

  Run original_;
  const ReproduceRequest &request_;
  Run run_;
  std::optional<Run> parent_;
  std::vector<std::string> hints_;
  bool is_identical_ = false;
  Reproduced result_;
};

}  // namespace

Reproduced reproduce_run(const RunFolder &run, const ReproduceRequest &request) {
  return Reproduction(run, request).make();
}

}  // namespace mote
