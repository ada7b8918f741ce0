// Runs that are trained once: compared window by window, made again, and handed on as a bundle that is
// checked. Damage is done to copies; what must be found is known because the test did it.
#include <cmath>

#include "base/zip.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "portfolio/facts.h"
#include "run_folders.h"

namespace mote {
namespace {

using nlohmann::json;
using test::trained_project;

class MadeAgain : public ::testing::Test {
 protected:
  // A copy of the project; its first run.
  RunFolder copied() {
    const fs::path project = trained_project().copy_to(folder_ / "copy");
    return find_run(test::run_path(project, trained_project().name(0)));
  }
  static void edit(const fs::path &file, const std::function<void(json &)> &change) {
    json j = json::parse(read_file(file));
    change(j);
    write_file(file, j.dump(1));
  }
  test::TempFolder folder_;
};

// --- compare

TEST_F(MadeAgain, compare_says_what_differs_and_counts_flips_as_the_models_answer) {
  const auto &runs = trained_project().runs;
  const ComparedRuns compared = compare_runs({runs[0], runs[1]});
  json names = json::array();
  for (const json &s : compared.record.at("settings")) names.push_back(s.at("name"));
  EXPECT_EQ(names, json::array({"seed"}));
  EXPECT_TRUE(compared.record.at("data")[0].at("same"));
  ASSERT_EQ(compared.tests.size(), 2u);
  // the oracle: both models asked one by one
  const mote::Run a(runs[0]), b(runs[1]);
  const Splits splits = splits_of(a);
  const Evaluation x = evaluate(a.integer_model(), splits.test), y = evaluate(b.integer_model(), splits.test);
  size_t only_a = 0, only_b = 0;
  for (size_t i = 0; i < x.truth.size(); ++i) {
    only_a += x.predicted[i] == x.truth[i] && y.predicted[i] != x.truth[i];
    only_b += x.predicted[i] != x.truth[i] && y.predicted[i] == x.truth[i];
  }
  const PairedComparison &t = compared.tests[1];
  EXPECT_EQ(t.precision, "int8");
  EXPECT_EQ(t.windows, splits.test.size());
  EXPECT_EQ(t.only_a, only_a);
  EXPECT_EQ(t.only_b, only_b);
  EXPECT_EQ(t.flipped.size(), only_a + only_b);
  EXPECT_TRUE(t.why_not.empty());
  ASSERT_TRUE(compared.picture);
  EXPECT_NE(compared.picture->svg.find("<svg"), std::string::npos);
}

TEST_F(MadeAgain, other_windows_are_said_and_not_tested) {
  const RunFolder other = copied();
  Project project = read_project(other.project, {"train.epochs=2", "split.seed=4", "seed=1"});
  const RunFolder made = train_run(project).folder;
  const ComparedRuns compared = compare_runs({other, made});
  ASSERT_FALSE(compared.tests.empty());
  EXPECT_NE(compared.tests[0].why_not.find("another split"), std::string::npos) << compared.tests[0].why_not;
  EXPECT_FALSE(compared.record.at("data")[0].at("same"));
  EXPECT_FALSE(compared.record.at("data")[0].at("other_parts").empty());
  EXPECT_ERROR(compare_runs({other}), "needs two runs");
  EXPECT_ERROR(compare_runs({other, other}), "is given twice");
}

TEST_F(MadeAgain, recordings_that_changed_are_no_windows) {
  const RunFolder run = copied();
  for (const auto &file : fs::recursive_directory_iterator(fs::path(run.project) / "data"))
    if (file.is_regular_file()) write_file(file.path(), read_file(file.path()) + "\n");
  const std::string other = test::run_path(run.project, trained_project().name(1));
  const ComparedRuns compared = compare_runs({run, find_run(other)});
  ASSERT_FALSE(compared.tests.empty());
  EXPECT_NE(compared.tests[0].why_not.find("has changed"), std::string::npos) << compared.tests[0].why_not;
}

// --- measurements

TEST_F(MadeAgain, what_was_measured_counts_while_its_model_is_there) {
  const RunFolder run = copied();
  EXPECT_EQ(facts_of(run).at("known_by"), "estimated");
  Profile measured;
  measured.core = "cortex-m7";
  measured.code_bytes = 1000;
  measured.weight_bytes = 234;
  measured.ram_bytes = 77;
  measured.instructions = 5000;
  measured.is_measured = true;
  note_profile(mote::Run(run), measured);
  const Facts facts = facts_of(run);
  EXPECT_EQ(facts.at("known_by"), "measured");
  EXPECT_EQ(facts.at("flash"), 1234.0);
  EXPECT_EQ(facts.at("ram"), 77.0);
  EXPECT_EQ(facts.at("target"), "cortex-m7");
  note_profile(mote::Run(run), measured);  // the same once more: one entry
  EXPECT_EQ(json::parse(read_file(fs::path(run.path) / run_file::kDevices)).size(), 1u);
  fs::copy_file(fs::path(trained_project().runs[1].path) / run_file::kIntegerModel,
                fs::path(run.path) / run_file::kIntegerModel, fs::copy_options::overwrite_existing);
  EXPECT_EQ(facts_of(run).at("known_by"), "estimated");
}

// --- reproduce

TEST_F(MadeAgain, the_same_recordings_elsewhere_give_the_same_bits) {
  const RunFolder run = copied();
  const fs::path elsewhere = folder_ / "elsewhere";
  fs::create_directories(elsewhere);
  fs::rename(fs::path(run.project) / "data", elsewhere / "data");
  const Reproduced made = reproduce_run(run, {.in = elsewhere.string()});
  EXPECT_TRUE(made.is_identical) << made.text;
  EXPECT_TRUE(made.differences.empty()) << made.text;
  const json &models = made.record.at("models");
  ASSERT_EQ(models.size(), 2u) << made.text;
  for (const json &m : models) EXPECT_EQ(m.at("is"), m.at("was"));
  EXPECT_FALSE(fs::exists(elsewhere / "runs"));
  const Reproduced missing = reproduce_run(run, {});
  EXPECT_FALSE(missing.is_identical);
  ASSERT_EQ(missing.differences.size(), 1u);
  EXPECT_EQ(missing.differences[0].first, "data");
  EXPECT_ERROR(reproduce_run(run, {.in = (folder_ / "nowhere").string()}), "is no folder");
}

TEST_F(MadeAgain, what_differs_first_is_named) {
  const RunFolder run = copied();
  const fs::path path = run.path;
  std::string toml = read_file(path / run_file::kProject);
  const size_t at = toml.find("units = 16");
  ASSERT_NE(at, std::string::npos) << toml;
  write_file(path / run_file::kProject, toml.replace(at, 10, "units = 17"));
  edit(path / run_file::kRecord, [](json &j) { j["mote"] = "0.0.1"; });
  const Reproduced made = reproduce_run(run);
  EXPECT_FALSE(made.is_identical);
  ASSERT_GE(made.differences.size(), 3u) << made.text;
  EXPECT_EQ(made.differences[0].first, "settings");
  EXPECT_NE(made.differences[0].second.find("model.layers"), std::string::npos) << made.differences[0].second;
  EXPECT_EQ(made.differences[1].first, "version");
  EXPECT_EQ(made.differences[2].first, "model");
}

TEST_F(MadeAgain, the_run_itself_stays_as_it_was_and_a_kept_one_is_new) {
  const RunFolder run = copied();
  std::map<std::string, std::string> before;
  for (const auto &file : fs::directory_iterator(run.path)) before[file.path()] = read_file(file.path());
  const Reproduced made = reproduce_run(run, {.is_kept = true});
  EXPECT_TRUE(made.is_identical) << made.text;
  for (const auto &file : fs::directory_iterator(run.path)) {
    EXPECT_EQ(before[file.path()], read_file(file.path())) << file.path();
    before.erase(file.path());
  }
  EXPECT_TRUE(before.empty());
  EXPECT_EQ(read_file(fs::path(made.folder) / run_file::kModel),
            read_file(fs::path(run.path) / run_file::kModel));
  EXPECT_NE(made.folder, run.path);
}

TEST_F(MadeAgain, compressions_and_goings_on_are_made_again_from_their_parent) {
  const RunFolder run = copied();
  CompressRequest request;
  request.settings.clusters = 8;
  request.settings.tune.epochs = 1;
  request.is_own_teacher = true;
  const RunFolder small = compress_run(mote::Run(run), request).made.folder;
  const Reproduced again = reproduce_run(small);
  EXPECT_TRUE(again.is_identical) << again.text;
  const mote::Run parent(run);
  const RunFolder further =
      train_run(read_project(run.project, {"train.epochs=1", "split.seed=3"}), &parent).folder;
  const Reproduced second = reproduce_run(further);
  EXPECT_TRUE(second.is_identical) << second.text;
  fs::remove_all(run.path);
  const Reproduced orphan = reproduce_run(further);
  EXPECT_FALSE(orphan.is_identical);
  ASSERT_FALSE(orphan.differences.empty());
  EXPECT_EQ(orphan.differences[0].first, "parent");
}

TEST_F(MadeAgain, an_interrupted_one_leaves_nothing) {
  const RunFolder run = copied();
  ReproduceRequest request;
  request.is_kept = true;
  request.on_step = [](const StepEnd &) { return false; };
  EXPECT_ERROR(reproduce_run(run, request), "");
  size_t entries = 0;
  for (const auto &entry : fs::directory_iterator(fs::path(run.project) / "runs")) {
    ++entries;
    EXPECT_EQ(entry.path().filename().string().find("unfinished"), std::string::npos);
  }
  EXPECT_EQ(entries, 2u);
}

// --- bundles

class Bundles : public MadeAgain {
 protected:
  std::string bundle() {
    const std::string path = (folder_ / "b.zip").string();
    if (!fs::exists(path)) export_bundle(mote::Run(trained_project().runs[0]), path);
    return path;
  }
  // The bundle with a file changed; its manifest follows where `is_listed`.
  std::string changed(const std::string &name, const std::function<void(std::string &)> &change,
                      const std::function<void(json &)> &list = nullptr) {
    ZipEntries entries = read_zip(bundle());
    const std::string top = trained_project().name(0) + "/";
    if (!name.empty()) change(entries[top + name]);
    if (list) {
      json manifest = json::parse(entries[top + "manifest.json"]);
      for (json &f : manifest["files"])
        if (f["path"] == name) {
          f["bytes"] = entries[top + name].size();
          f["sha256"] = sha256(entries[top + name]);
        }
      list(manifest);
      entries[top + "manifest.json"] = manifest.dump(1);
    }
    const std::string path = (folder_ / "changed.zip").string();
    write_file(path, format_zip(entries));
    return path;
  }
  static std::string first_failure(const VerifiedBundle &v) {
    for (const VerifiedBundle::Check &c : v.checks)
      if (!c.is_passed) return c.text;
    return "";
  }
};

TEST_F(Bundles, the_same_run_gives_the_same_bytes_and_is_what_it_says) {
  const std::string first = read_file(bundle());
  const WrittenBundle again =
      export_bundle(mote::Run(trained_project().runs[0]), (folder_ / "again" / "c.zip").string());
  EXPECT_TRUE(first == read_file(again.file));
  const VerifiedBundle verified = verify_bundle(bundle(), true);
  EXPECT_TRUE(verified.is_whole()) << verified.text();
  EXPECT_GE(verified.checks.size(), 9u) << verified.text();
  for (const char *file : {"mote.toml", "run.json", "recordings.json", "model.mote", "model_int8.mote",
                           "model.tflite", "c/model.c", "report.html", "golden.npy", "README.md"})
    EXPECT_EQ(std::count(again.files.begin(), again.files.end(), file), 1) << file;
}

TEST_F(Bundles, an_unpacked_one_is_a_run_that_is_made_again) {
  const std::string name = trained_project().name(0);
  for (const auto &[path, bytes] : read_zip(bundle())) {
    fs::create_directories((folder_ / path).parent_path());
    write_file(folder_ / path, bytes);
  }
  const RunFolder run = find_run((folder_ / name).string());
  const Reproduced made = reproduce_run(run, {.in = trained_project().folder().string()});
  EXPECT_TRUE(made.is_identical) << made.text;
}

TEST_F(Bundles, a_changed_file_is_found_by_its_digest) {
  for (const char *name : {"model.mote", "evaluation.json", "c/model.c", "mote.toml"}) {
    const VerifiedBundle v = verify_bundle(changed(name, [](std::string &b) { b[b.size() / 2] ^= 1; }));
    EXPECT_EQ(first_failure(v), std::string(name) + " has changed: its bytes are not those of the manifest");
  }
}

// Whoever changes the manifest, too, is found by what the files say of each other.
TEST_F(Bundles, figures_that_are_not_those_of_the_files_are_found) {
  const auto none = [](json &) {};
  const VerifiedBundle better = verify_bundle(changed(
      "evaluation.json",
      [](std::string &b) {
        json j = json::parse(b);
        j[1]["accuracy"] = 0.99999;
        b = j.dump(1);
      },
      none));
  EXPECT_NE(first_failure(better).find("int8 accuracy is 1.0000, its confusion matrix gives"),
            std::string::npos)
      << better.text();
  const std::string other_model =
      read_file(fs::path(trained_project().runs[1].path) / run_file::kIntegerModel);
  const VerifiedBundle swapped = verify_bundle(changed(
      "model_int8.mote", [&](std::string &b) { b = other_model; }, none));
  EXPECT_NE(first_failure(swapped).find("not those that the manifest names"), std::string::npos)
      << swapped.text();
  const VerifiedBundle relabelled = verify_bundle(changed(
      "model_int8.mote", [&](std::string &b) { b = other_model; },
      [&](json &m) { m["int8_model"] = sha256(other_model); }));
  EXPECT_NE(first_failure(relabelled).find("quantize.json is of another int8 model"), std::string::npos);
  const std::string text = relabelled.text();
  for (const char *part : {"the int8 figures are of another model", "answers golden windows otherwise",
                           "model.tflite is not what mote writes", "the C is not what mote writes"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  const VerifiedBundle data = verify_bundle(changed(
      "run.json",
      [](std::string &b) {
        json j = json::parse(b);
        j["recordings"][0]["sha256"] = std::string(64, '0');
        b = j.dump(1);
      },
      none));
  EXPECT_NE(first_failure(data).find("the data digest is not that of the recordings"), std::string::npos)
      << data.text();
}

TEST_F(Bundles, what_is_missing_or_unlisted_is_found) {
  const std::string top = trained_project().name(0) + "/";
  ZipEntries entries = read_zip(bundle());
  entries.erase(top + "run.json");
  entries[top + "more.txt"] = "x";
  const std::string path = (folder_ / "x.zip").string();
  write_file(path, format_zip(entries));
  const std::string text = verify_bundle(path).text();
  EXPECT_NE(text.find("run.json is missing"), std::string::npos) << text;
  EXPECT_NE(text.find("more.txt is not in the manifest"), std::string::npos) << text;
}

TEST_F(Bundles, names_that_lead_elsewhere_are_refused) {
  const std::string top = trained_project().name(0) + "/";
  for (const std::string name :
       {"../evil", "/etc/evil", "a/../../evil", "a\\..\\evil", "a//b", "a/./b", "c:evil", "a/"}) {
    ZipEntries entries = read_zip(bundle());
    entries[name[0] == 'a' ? top + name : name] = "x";
    const std::string path = (folder_ / "evil.zip").string();
    write_file(path, format_zip(entries));
    EXPECT_ERROR(verify_bundle(path), "is no bundle of mote");
  }
}

TEST_F(Bundles, what_is_no_bundle_is_refused_in_words) {
  const std::string path = (folder_ / "no.zip").string(), whole = read_file(bundle());
  for (const std::string &bytes : {std::string(), std::string("text"), whole.substr(0, whole.size() / 2)}) {
    write_file(path, bytes);
    EXPECT_ERROR(verify_bundle(path), path);
  }
  write_file(path, format_zip({{"a/b", "x"}}));
  EXPECT_ERROR(verify_bundle(path), "has no manifest.json");
  write_file(path, format_zip({{"a", "x"}}));
  EXPECT_ERROR(verify_bundle(path), "beside its folder");
  write_file(path, format_zip({{"a/manifest.json", "{\"format\": 1}"}}));
  EXPECT_ERROR(verify_bundle(path), "is no bundle of mote");
  EXPECT_ERROR(verify_bundle(changed("", nullptr, [](json &m) { m["format"] = 99; })), "use a newer mote");
  // 600 MB of zeros in half a megabyte
  write_file(path, format_zip({{"a/manifest.json", std::string(size_t{600} << 20, '\0')}}));
  EXPECT_ERROR(verify_bundle(path), "unpacks to more bytes than are accepted");
}

// Bytes changed anywhere: found, or the archive is none; never a crash.
TEST_F(Bundles, no_changed_byte_goes_unnoticed) {
  const std::string whole = read_file(bundle()), path = (folder_ / "bit.zip").string();
  size_t found = 0, tried = 0;
  for (size_t at = 17; at < whole.size(); at += whole.size() / 60) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    write_file(path, bytes);
    ++tried;
    try {
      found += !verify_bundle(path).is_whole();
    } catch (const Error &) {
      ++found;
    }
  }
  // a few bytes of a zip mean nothing (dates, versions)
  EXPECT_GE(found + 3, tried);
}

}  // namespace
}  // namespace mote
