// A bundle comes from somebody else: names and sizes are looked at before anything is unpacked, nothing of it
// is run (but for the self-test of its C, on request), and what it claims is computed anew from its own
// files.
//
// Errors are of what is no bundle at all; what a whole one gets wrong is a check that failed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/form.h"
#include "base/version.h"
#include "base/zip.h"
#include "mote/files.h"
#include "mote/report.h"
#include "portfolio/bundle.h"
#include "runs/golden.h"
#include "runs/made_how.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr size_t kLargest = size_t{1} << 29;  // unpacked
constexpr const char *kWhat = "is no bundle of mote:",
                     *kHint = "ask for it again, or `mote export --format bundle` anew";

Form manifest_form() {
  constexpr uint64_t kMostBytes = kLargest;
  return form::object({{"format", form::count(1'000'000)},
                       {"kind", form::text()},
                       {"mote", form::text()},
                       {"run", form::text()},
                       {"model", form::text()},
                       {"int8_model", form::text()},
                       {"data_digest", form::text()},
                       {"files", form::list(form::object({{"path", form::text()},
                                                          {"bytes", form::count(kMostBytes)},
                                                          {"sha256", form::text()}}))}});
}

// A name that stays below the folder it is unpacked into, on every system.
bool is_plain_name(const std::string &name) {
  if (name.empty() || name.front() == '/' || name.back() == '/') return false;
  if (name.find('\\') != std::string::npos || name.find(':') != std::string::npos) return false;
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    return false;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

class Bundle {
 public:
  explicit Bundle(const std::string &path) : path_(path), entries_(read_zip(path, kLargest)) {
    std::string top;
    for (const auto &[name, bytes] : entries_) {
      if (!is_plain_name(name))
        throw refusal(fmt::format("holds the name '{}', which leads elsewhere", name));
      const size_t slash = name.find('/');
      if (slash == std::string::npos) throw refusal(fmt::format("has '{}' beside its folder", name));
      if (!top.empty() && name.substr(0, slash) != top) throw refusal("has more than one folder");
      top = name.substr(0, slash);
      files_[name.substr(slash + 1)] = &bytes;
    }
    if (files_.count(bundle_file::kManifest) == 0) throw refusal("has no manifest.json");
    manifest_ = parse_json(text(bundle_file::kManifest), path, kWhat, kHint);
    check_form(manifest_form(), manifest_, path, kWhat, kHint);
    if (manifest_["kind"] != "bundle") throw refusal("its manifest is of something else");
    if (manifest_["format"].get<int>() > kBundleFormat)
      throw Error(ErrorCode::kVersion, path,
                  fmt::format("has format {}; this mote reads up to {}", manifest_["format"].get<int>(),
                              kBundleFormat),
                  "use a newer mote");
  }

  const json &manifest() const { return manifest_; }
  const std::map<std::string, const std::string *> &files() const { return files_; }
  const std::string &text(const std::string &name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) throw refusal("has no " + name);
    return *found->second;
  }
  void unpack(const fs::path &folder) const {
    for (const auto &[name, bytes] : files_) {
      std::error_code code;
      fs::create_directories((folder / name).parent_path(), code);
      if (code) throw io_error(folder, "create the folder", code.value());
      write_new_file(folder / name, *bytes);
    }
  }

 private:
  Error refusal(const std::string &why) const {
    return Error(ErrorCode::kDataFormat, path_, fmt::format("{} it {}", kWhat, why), kHint);
  }

  std::string path_;
  ZipEntries entries_;
  std::map<std::string, const std::string *> files_;
  json manifest_;
};

class Verification {
 public:
  explicit Verification(const Bundle &bundle) : bundle_(bundle) {
    result_.run = bundle.manifest()["run"].get<std::string>();
  }

  VerifiedBundle run(bool is_compiled) {
    check_files();
    if (!result_.is_whole()) return std::move(result_);  // what follows would be of other files
    const TemporaryFolder folder("mote-verify");
    bundle_.unpack(folder.path());
    attempt("the run can be read", [&] {
      const Run run(RunFolder{folder.path().string(), folder.path().string(), {}});
      check_models(run);
      attempt("data digest", [&] { check_data(run); });
      attempt("figures", [&] { check_figures(run); });
      attempt("golden vectors", [&] { check_golden(run); });
      attempt("tflite", [&] { check_tflite(run); });
      attempt("C", [&] { check_c(run); });
      if (is_compiled)
        attempt("self-test of the C",
                [&] { pass("the C's self-test: " + verify_c((folder.path() / "c").string())); });
    });
    return std::move(result_);
  }

 private:
  void pass(const std::string &text) { result_.checks.push_back({true, text}); }
  void fail(const std::string &text) { result_.checks.push_back({false, text}); }
  void check(bool is_passed, const std::string &good, const std::string &bad) {
    is_passed ? pass(good) : fail(bad);
  }

  template <class Step>
  void attempt(const std::string &what, Step step) {
    try {
      step();
    } catch (const Error &e) {
      // of a file that was unpacked only people elsewhere need the place
      fail(fmt::format("{}: {}: {}", what, fs::path(e.where()).filename().string(), e.message()));
    } catch (const json::exception &e) {
      fail(fmt::format("{}: a record is damaged ({})", what, e.what()));
    }
  }

  void check_files() {
    std::set<std::string> listed = {bundle_file::kManifest};
    size_t good = 0;
    for (const json &f : bundle_.manifest()["files"]) {
      const std::string path = f["path"].get<std::string>();
      if (!listed.insert(path).second) {
        fail(fmt::format("{} is listed twice", path));
        continue;
      }
      const auto found = bundle_.files().find(path);
      if (found == bundle_.files().end())
        fail(fmt::format("{} is missing", path));
      else if (found->second->size() != f["bytes"].get<size_t>() || sha256(*found->second) != f["sha256"])
        fail(fmt::format("{} has changed: its bytes are not those of the manifest", path));
      else
        ++good;
    }
    for (const auto &[name, bytes] : bundle_.files())
      if (listed.count(name) == 0) fail(fmt::format("{} is not in the manifest", name));
    if (result_.checks.empty()) pass(fmt::format("all {} files have the bytes of the manifest", good));
  }

  void check_models(const Run &run) {
    const json &m = bundle_.manifest();
    check(
        run.digest(run_file::kModel) == m["model"] && run.digest(run_file::kIntegerModel) == m["int8_model"],
        "both models are those that the manifest names", "the models are not those that the manifest names");
    const json summary = summary_json(summarize(run.model()));
    check(summary == run.json(run_file::kSummary), "summary.json is that of model.mote",
          "summary.json is not that of model.mote");
    const json &quantized = run.json(run_file::kQuantize);
    if (quantized.is_object() && quantized.contains("int8_model"))
      check(quantized.at("int8_model") == m["int8_model"], "quantize.json is of model_int8.mote",
            "quantize.json is of another int8 model");
  }

  void check_data(const Run &run) {
    if (!run.knows_its_data()) return fail("run.json does not say which recordings it was trained on");
    const json &recordings = run.json(run_file::kRecord).at("recordings");
    const std::string digest = digest_of_data(recordings);
    check(digest == run.data_digest() && digest == bundle_.manifest()["data_digest"],
          fmt::format("the data digest is that of the {} recordings listed", recordings.size()),
          "the data digest is not that of the recordings listed");
    const json listed =
        parse_json(bundle_.text(bundle_file::kRecordings), bundle_file::kRecordings, kWhat, kHint);
    check(listed == recordings, "recordings.json is the list of run.json",
          "recordings.json is not the list of run.json");
  }

  // A figure is of the models and the data here, and is what its own confusion matrix says.
  void check_figures(const Run &run) {
    const json &list = run.json(run_file::kEvaluation);
    if (!list.is_array() || list.empty()) return pass("no figures of a test part are claimed");
    for (const json &e : list) {
      const std::string precision = e.at("precision").get<std::string>();
      const char *model = precision == "int8" ? run_file::kIntegerModel : run_file::kModel;
      if (e.value("model", "") != run.digest(model) || e.value("data", "") != run.data_digest()) {
        fail(fmt::format("the {} figures are of another model or of other recordings", precision));
        continue;
      }
      if (!e.contains("confusion")) {
        pass(fmt::format("the {} figures are of these files", precision));
        continue;
      }
      size_t right = 0, all = 0;
      const json &confusion = e.at("confusion");
      for (size_t t = 0; t < confusion.size(); ++t)
        for (size_t p = 0; p < confusion.at(t).size(); ++p) {
          const auto count = confusion.at(t).at(p).get<size_t>();
          all += count;
          if (t == p) right += count;
        }
      const double accuracy = all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
      check(all == e.at("examples").get<size_t>() &&
                std::fabs(accuracy - e.at("accuracy").get<double>()) < 1e-9,
            fmt::format(
                "the {} accuracy, {:.2f} % of {} windows, is of these files and of its confusion matrix",
                precision, 100 * accuracy, all),
            fmt::format("the {} accuracy is {:.4f}, its confusion matrix gives {:.4f}", precision,
                        e.at("accuracy").get<double>(), accuracy));
    }
  }

  void check_golden(const Run &run) {
    const Dataset golden = golden_windows(run);
    const Preprocessing &p = run.integer_model().front_end;
    if (p.is_set() && (golden.window != p.window || golden.channels != p.channels))
      return fail("the golden windows are not of the model's size");
    const json recorded =
        parse_json(bundle_.text(bundle_file::kAnswers), bundle_file::kAnswers, kWhat, kHint);
    check(
        recorded == answers_of(run, golden),
        fmt::format("the int8 model answers all {} golden windows as recorded, byte for byte", golden.size()),
        "the int8 model answers golden windows otherwise than recorded");
  }

  void check_tflite(const Run &run) {
    if (bundle_.files().count(bundle_file::kTflite) == 0) return;
    const std::string &bytes = bundle_.text(bundle_file::kTflite);
    parse_tflite(bytes, bundle_file::kTflite);
    compare_made(bytes == format_tflite(run.integer_model()), "model.tflite");
  }

  void check_c(const Run &run) {
    std::map<std::string, std::string> made = bundle_c(run);
    bool is_same = true;
    for (const auto &[name, bytes] : bundle_.files())
      if (name.starts_with("c/")) {
        const auto found = made.find(name);
        is_same = is_same && found != made.end() && found->second == *bytes;
        if (found != made.end()) made.erase(found);
      }
    compare_made(is_same && made.empty(), "the C");
  }

  // What another version writes may be right and have other bytes.
  void compare_made(bool is_same, const std::string &what) {
    const std::string by = bundle_.manifest()["mote"].get<std::string>();
    if (is_same)
      pass(what + " is what this mote writes for the int8 model");
    else if (by != kVersion)
      pass(fmt::format("{} was written by mote {} and is not compared by {}", what, by, kVersion));
    else
      fail(what + " is not what mote writes for the int8 model");
  }

  const Bundle &bundle_;
  VerifiedBundle result_;
};

}  // namespace

bool VerifiedBundle::is_whole() const {
  return std::all_of(checks.begin(), checks.end(), [](const Check &c) { return c.is_passed; });
}

std::string VerifiedBundle::text() const {
  std::string text;
  for (const Check &c : checks) text += fmt::format("{}  {}\n", c.is_passed ? "ok    " : "FAILED", c.text);
  return text;
}

json VerifiedBundle::record() const {
  json list = json::array();
  for (const Check &c : checks) list.push_back({{"passed", c.is_passed}, {"what", c.text}});
  return {{"run", run}, {"passed", is_whole()}, {"checks", list}};
}

VerifiedBundle verify_bundle(const std::string &path, bool is_compiled) {
  const Bundle bundle(path);
  return Verification(bundle).run(is_compiled);
}

}  // namespace mote
