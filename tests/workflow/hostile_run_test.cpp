// Runs of somebody else: each field of each record is left out, of another type, out of range, too long; each
// file is cut off, nested, not UTF-8. All that reads a run either works or ends with a sentence that names
// the file.
#include <fstream>

#include "base/files.h"
#include "base/staged_folder.h"
#include "mote/report.h"
#include "mote/synth.h"
#include "mote/workflow.h"
#include "runs/unfinished.h"
#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;

// Not synced, as write_file() would be thousands of times.
void put(const fs::path &file, const std::string &text) { std::ofstream(file, std::ios::binary) << text; }

const std::string kEvil = "<script>alert(1)</script>\x1b[31m";

std::vector<json> values_of_others() {
  json deep = 1;
  for (int i = 0; i < 40; ++i) deep = json::array({deep});
  return {nullptr, kEvil, -1, 1e300, json::array(), deep};
}

class HostileRun : public ::testing::Test {
 protected:
  void SetUp() override {
    StagedFolder staged(folder_ / "data");
    for (const SynthFile &f : synth_gestures({.seed = 1, .persons = 2, .recordings = 4}))
      staged.write(f.path, f.content);
    staged.commit();
    write_file(folder_ / "mote.toml", project_toml("gesture", "wave"));
    project_ = read_project(folder_.text());
    project_.train.epochs = 1;
    run_ = train_run(project_).folder;
    quantize_run(run_);
    evaluate_run(run_);
    evaluate_run(run_, {.on = {.is_resplit = true}});
    note_export(run_, "c", "out", "no");
    explain_run(run_, false);
    robustness_of(run_, 7);
    ProfileOptions on_board;
    on_board.board = board_by_name(known_boards(), "nano33ble");
    note_profile(run_, profile(mote::Run(run_).integer_model(), on_board));
  }

  // One way to read the run: it works, or there is a sentence.
  template <class Step>
  void step(const char *name, const std::string &change, Step step) {
    ++tried_;
    try {
      step();
      ++read_;
    } catch (const Error &e) {
      const std::string said = e.what();
      EXPECT_LT(said.size(), 1200u) << name << ", " << change;
      EXPECT_EQ(said.find("json.exception"), std::string::npos) << name << ", " << change << ": " << said;
      EXPECT_EQ(said.find(", but is "), std::string::npos) << name << ", " << change << ": " << said;
      EXPECT_NE(said.find(' '), std::string::npos);
    } catch (const std::exception &e) {
      ADD_FAILURE() << name << ", " << change << ": " << e.what();
    }
  }

  // What reads this record.
  void read_all(const std::string &record, const std::string &change) {
    const auto open = [&] { return mote::Run(run_); };
    const bool is_run = record == run_file::kRecord;
    // of some the page with its pictures too, which take longer
    constexpr size_t kPages = 40;
    if (record != run_file::kGolden)
      step("report", change, [&] {
        const std::string page =
            tried_ % kPages == 0 ? report_page(open()) : report_text(open());  // not written: a sync each
        if (page.starts_with("<!doctype")) EXPECT_EQ(page.find("<script"), std::string::npos) << change;
        EXPECT_EQ(page.find('\x1b'), std::string::npos) << change;
      });
    if (record == run_file::kExports) step("note", change, [&] { note_export(open(), "c", "out", "no"); });
    if (record == run_file::kWrong) step("page", change, [&] { report_page(open()); });
    if (record == run_file::kGolden || record == run_file::kQuantize || is_run)
      step("export", change, [&] {
        const mote::Run run = open();
        const RunExport made = export_options(run);
        if (record != run_file::kGolden) return;
        const test::TempFolder out;
        export_c(run.integer_model(), (out / "c").string(), made.with_golden());
      });
    if (record == run_file::kQuantize)
      step("settings", change, [&] {
        open().reading(run_file::kQuantize, [](const json &j) { return settings_from(j.at("settings")); });
      });
    if (!is_run) return;
    step("data", change, [&] { load_run_data(open()); });
  }

  // Each value within `record`, of lists the first two, is replaced by each of those above.
  template <class Try>
  void each_change(json &whole, json &at, const std::string &place, const Try &attempt) {
    static const std::vector<json> kValues = values_of_others();
    size_t n = 0;
    for (auto item = at.begin(); item != at.end() && n < (at.is_array() ? 2 : 1000); ++item, ++n) {
      const std::string where =
          at.is_object() ? place + "." + item.key() : place + "[" + std::to_string(n) + "]";
      const json before = *item;
      if (place == ".settings" && !item->is_object()) continue;  // kept for people to read
      for (const json &value : kValues) {
        if (++changes_ % kEvery != kTried) continue;
        *item = value;
        attempt(whole, where + " = " + value.dump().substr(0, 30));
      }
      *item = before;
      const bool is_read = place != ".settings" || where == ".settings.train" || where == ".settings.split";
      if (item->is_structured() && is_read) each_change(whole, *item, where, attempt);
    }
    if (!at.is_object()) return;
    const json object = at;
    for (const auto &[key, value] : object.items()) {
      at.erase(key);
      attempt(whole, place + " without " + key);
      at = object;
    }
  }

  const test::TempFolder folder_;
  Project project_;
  RunFolder run_;
  size_t tried_ = 0, read_ = 0, changes_ = 0;
  // A seventh of the changes is tried in a release build, a part of the others under sanitizers.
#ifdef MOTE_SANITIZED
  static constexpr size_t kEvery = 56, kTried = 1;
#else
  static constexpr size_t kEvery = 7, kTried = 0;
#endif
};

TEST_F(HostileRun, every_field_of_every_record_is_looked_at) {
  for (const char *name :
       {run_file::kRecord, run_file::kData, run_file::kSummary, run_file::kHistory, run_file::kEvaluation,
        run_file::kResplit, run_file::kExports, run_file::kQuantize, run_file::kGolden, run_file::kWrong,
        run_file::kExplain, run_file::kRobustness, run_file::kDevices}) {
    const fs::path file = fs::path(run_.path) / name;
    const std::string before = read_file(file);
    const auto attempt = [&](const json &record, const std::string &change) {
      put(file, record.dump());
      read_all(name, name + (" " + change));
    };
    json record = json::parse(before);
    each_change(record, record, "", attempt);
    for (const json &value : values_of_others()) attempt(value, "as a whole " + value.dump().substr(0, 30));
    std::string huge = before, not_utf8 = before;
    huge.insert(huge.find(": ") + 2, "1e400, \"x\": ");
    not_utf8.insert(not_utf8.find('"') + 1, "\xff");
    std::string nested(200000, '[');
    for (const std::string &text : {std::string(), before.substr(0, before.size() / 2), huge, not_utf8,
                                    nested, std::string("NaN"), std::string(100, '\0'), before + before}) {
      put(file, text);
      read_all(name, name + (": " + text.substr(0, 20)));
    }
    put(file, before);
  }
  EXPECT_GT(tried_, 4000u / kEvery);
  const size_t read = read_;
  read_all(run_file::kRecord, "unchanged");
  read_all(run_file::kGolden, "unchanged");
  EXPECT_EQ(read_, read + 4);
}

TEST_F(HostileRun, a_sentence_names_file_field_and_what_to_do) {
  const fs::path file = fs::path(run_.path) / run_file::kEvaluation;
  const json before = json::parse(read_file(file));
  const auto said = [&](auto change) {
    json record = before;
    change(record);
    put(file, record.dump());
    return test::error_of([&] { write_report(run_); });
  };
  EXPECT_NE(
      said([](json &j) { j[0]["interval_95"] = json::array(); })
          .find("evaluation.json: is damaged: [0].interval_95 must be a list of 2, and is a list of 0; `mote "
                "evaluate` writes it anew"),
      std::string::npos);
  EXPECT_NE(said([](json &j) { j[1]["macro_avg"].erase("f1"); }).find("[1].macro_avg.f1 is missing"),
            std::string::npos);
  EXPECT_NE(said([](json &j) { j[0]["classes"] = json::object(); }).find("[0].classes must have each"),
            std::string::npos);
  EXPECT_NE(said([](json &j) { j[0]["accuracy"] = -3; }).find("must be a number from 0 to 1, and is -3"),
            std::string::npos);
  put(file, "[\n {,");
  EXPECT_ERROR(write_report(run_), "is damaged: it is not JSON from line 2, column 3 on");
}

TEST_F(HostileRun, a_count_does_not_take_all_memory) {
  const fs::path file = fs::path(run_.path) / run_file::kRecord;
  json record = json::parse(read_file(file));
  for (json &r : record["recordings"]) {
    r.erase("parts");
    r["recordings"] = 10000000;
  }
  while (record["recordings"].size() < 20) record["recordings"].push_back(record["recordings"][0]);
  put(file, record.dump());
  EXPECT_ERROR(load_run_data(run_), "run.json: is damaged: it counts more than");
}

TEST_F(HostileRun, findings_are_kept_up_to_a_number) {
  for (int i = 0; i < 700; ++i) put(folder_ / "data" / ("odd" + std::to_string(i) + ".xyz"), "x");
  const json data = mote::Run(train_run(project_).folder).json(run_file::kData);
  ASSERT_EQ(data.at("findings").size(), 501u);
  const std::string last = data.at("findings").back().at("message");
  EXPECT_TRUE(last.starts_with("and 2") && last.ends_with(" more findings; `mote data` lists them")) << last;
}

}  // namespace
}  // namespace mote
