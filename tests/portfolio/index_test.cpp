// The index is a cache: whatever becomes of its file, a listing says what the folders say. The oracle is the
// list that was written by hand.
#include "portfolio/index.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "portfolio/facts.h"
#include "run_folders.h"

namespace mote {
namespace {

using nlohmann::json;
using test::make_run;

class Index : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int n = 1; n <= 5; ++n)
      make_run(folder_.path(), {.name = "20261122-13400" + std::to_string(n) + "-wave", .val = 0.125 * n});
  }
  IndexedRuns read(const std::vector<std::string> &names = {"val.accuracy", "epochs"}) {
    reads_ = 0;
    return read_index(folder_.text(), {names, false, [&](size_t, size_t of) { reads_ = of; }});
  }
  void expect_five(const IndexedRuns &index) {
    ASSERT_EQ(index.names.size(), 5u);
    for (size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(index.names[i], "20261122-13400" + std::to_string(5 - i) + "-wave");
      EXPECT_EQ(index.columns.at("val.accuracy")[i], 0.125 * static_cast<double>(5 - i));
    }
  }
  // Files are as old as those of a run that was not made this very moment.
  void settle() { ::usleep(120'000); }
  std::string file() const { return (folder_ / ".mote" / "runs.sqlite").string(); }

  test::TempFolder folder_;
  size_t reads_ = 0;
};

TEST_F(Index, runs_are_read_once) {
  settle();
  expect_five(read());
  EXPECT_EQ(reads_, 5u);
  expect_five(read());
  EXPECT_EQ(reads_, 0u);
  EXPECT_TRUE(read().notes.empty());
}

TEST_F(Index, runs_that_are_too_new_to_be_believed_are_read_again) {
  expect_five(read());
  expect_five(read());
  settle();
  read();
  expect_five(read());
  EXPECT_EQ(reads_, 0u);
}

TEST_F(Index, what_changed_came_or_went_is_seen) {
  settle();
  read();
  make_run(folder_.path(), {.name = "20261122-134009-wave", .val = 0.75});
  fs::remove_all(folder_ / "runs" / "20261122-134001-wave");
  fs::rename(folder_ / "runs" / "20261122-134002-wave", folder_ / "runs" / "mine");
  make_run(folder_.path(), {.name = "20261122-134003-wave", .val = 0.0625});
  const IndexedRuns index = read();
  EXPECT_EQ(index.names, (std::vector<std::string>{"20261122-134009-wave", "20261122-134005-wave",
                                                   "20261122-134004-wave", "20261122-134003-wave", "mine"}));
  const std::vector<json> expected = {0.75, 0.625, 0.5, 0.0625, 0.25};
  EXPECT_EQ(index.columns.at("val.accuracy"), expected);
}

// Of the same size, and its time set back: the time of the change itself tells.
TEST_F(Index, a_file_that_hides_its_change_is_seen) {
  settle();
  read();
  const fs::path file = folder_ / "runs" / "20261122-134003-wave" / run_file::kHistory;
  const auto before = fs::last_write_time(file);
  std::string text = read_file(file);
  for (size_t at; (at = text.find("0.375")) != std::string::npos;) text.replace(at, 5, "0.875");
  std::ofstream(file, std::ios::binary) << text;
  fs::last_write_time(file, before);
  EXPECT_EQ(read().columns.at("val.accuracy")[2], 0.875);
}

TEST_F(Index, a_damaged_file_is_made_anew_wherever_it_is_damaged) {
  settle();
  read();
  const std::string whole = read_file(file());
  for (size_t at = 0; at < whole.size(); at += whole.size() / 97 + 1) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x5a);
    std::ofstream(file(), std::ios::binary) << damaged;
    expect_five(read());
  }
  for (const size_t size : {size_t{0}, size_t{1}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    std::ofstream(file(), std::ios::binary) << whole.substr(0, size);
    expect_five(read());
  }
  std::ofstream(file(), std::ios::binary) << std::string(8192, 'x');
  expect_five(read());
}

TEST_F(Index, another_format_is_made_anew) {
  read();
  sqlite3 *db = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
  sqlite3_exec(db, "PRAGMA user_version = 99; DELETE FROM facts", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  expect_five(read());
  ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
  sqlite3_exec(db, "UPDATE made_by SET mote = '0.0.1'; UPDATE facts SET value = 0.5", nullptr, nullptr,
               nullptr);
  sqlite3_close(db);
  expect_five(read());
}

// A column of wrong values that SQLite finds sound.
TEST_F(Index, a_value_that_somebody_changed_is_not_believed) {
  settle();
  read();
  sqlite3 *db = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
  sqlite3_exec(db,
               "UPDATE facts SET value = 0.99 WHERE key = (SELECT id FROM keys WHERE name = 'val.accuracy')",
               nullptr, nullptr, nullptr);
  sqlite3_close(db);
  expect_five(read());
}

TEST_F(Index, without_a_place_for_it_all_works_and_it_is_said) {
  write_file(folder_ / ".mote", "a file where the folder should be");
  const IndexedRuns index = read();
  expect_five(index);
  ASSERT_EQ(index.notes.size(), 1u);
  EXPECT_NE(index.notes[0].find("cannot be kept in"), std::string::npos) << index.notes[0];
}

TEST_F(Index, several_at_once_agree) {
  std::vector<std::thread> threads;
  std::vector<IndexedRuns> results(8);
  for (IndexedRuns &result : results)
    threads.emplace_back([&] { result = read_index(folder_.text(), {{"val.accuracy"}, false, nullptr}); });
  for (std::thread &t : threads) t.join();
  for (const IndexedRuns &result : results) expect_five(result);
  expect_five(read());
}

TEST_F(Index, a_damaged_record_is_named_and_the_run_stays) {
  write_file(folder_ / "runs" / "20261122-134002-wave" / run_file::kHistory, "{\"epochs\": 3}");
  write_file(folder_ / "runs" / "20261122-134004-wave" / run_file::kRecord, "{");
  const IndexedRuns index = read({"problem", "float.accuracy", "val.accuracy"});
  ASSERT_EQ(index.names.size(), 5u);
  EXPECT_NE(index.columns.at("problem")[3].get<std::string>().find("history.json"), std::string::npos);
  EXPECT_EQ(index.columns.at("float.accuracy")[3], 0.5);  // what else it says still counts
  EXPECT_TRUE(index.columns.at("val.accuracy")[3].is_null());
  EXPECT_NE(index.columns.at("problem")[1].get<std::string>().find("run.json"), std::string::npos);
}

TEST_F(Index, runs_is_a_name_of_its_project) {
  EXPECT_EQ(read_index(project_of_runs((folder_ / "runs").string()), {}).names.size(), 5u);
  EXPECT_EQ(project_of_runs(folder_.text()), folder_.text());
  EXPECT_ERROR(project_of_runs((folder_ / "data").string()), "has no folder runs/");
}

// --- what facts are taken from

TEST(Facts, of_a_run_by_hand) {
  const test::TempFolder folder;
  make_run(folder.path(), {.name = "r", .val = 0.75, .test = 0.625, .parent = "older", .epochs = 4});
  const RunFolder run{test::run_path(folder.path(), "r"), folder.text(), {}};
  const Facts facts = facts_of(run);
  const std::map<std::string, json> expected = {{"run", "r"},          {"kind", "training"},
                                                {"parent", "older"},   {"val.accuracy", 0.75},
                                                {"val.loss", 0.25},    {"float.accuracy", 0.625},
                                                {"float.low", 0.25},   {"float.high", 0.875},
                                                {"float.f1", 0.25},    {"parameters", 1200.0},
                                                {"weights", 1300.0},   {"epochs", 4.0},
                                                {"kept_epoch", 4.0},   {"seconds", 2.0},
                                                {"train.epochs", 4.0}, {"model.streaming", 1.0},
                                                {"split.val", 0.15},   {"train.optimizer", "adam"},
                                                {"seed", 7.0},         {"mote", "0.1.0"}};
  for (const auto &[name, value] : expected) {
    ASSERT_TRUE(facts.count(name)) << name;
    EXPECT_EQ(facts.at(name), value) << name;
  }
  EXPECT_EQ(facts.count("problem"), 0u) << facts.at("problem");
  EXPECT_EQ(facts.count("flash"), 0u);       // there is no int8 model
  EXPECT_EQ(facts.count("split.seed"), 0u);  // null
}

TEST(Facts, figures_of_another_model_or_other_data_are_none) {
  const test::TempFolder folder;
  const fs::path run = make_run(folder.path(), {.name = "r"});
  write_file(run / run_file::kModel, "other weights");
  const Facts facts = facts_of({run.string(), folder.text(), {}});
  EXPECT_EQ(facts.count("float.accuracy"), 0u);
  EXPECT_EQ(facts.count("val.accuracy"), 1u);
}

TEST(Facts, an_older_format_says_what_it_can) {
  const test::TempFolder folder;
  const fs::path run = folder / "runs" / "old";
  fs::create_directories(run);
  write_file(run / run_file::kRecord,
             R"({"name": "wave", "seed": 18446744073709551615, "created": "2025-01-01 00:00:00"})");
  const Facts facts = facts_of({run.string(), folder.text(), {}});
  EXPECT_EQ(facts.at("name"), "wave");
  EXPECT_EQ(facts.at("seed"), "18446744073709551615");  // no double has it
  EXPECT_EQ(facts.count("problem"), 0u);
}

TEST(Facts, every_name_is_there_once_and_shows_something) {
  std::set<std::string> names;
  for (const FactDef &fact : run_facts()) {
    EXPECT_TRUE(names.insert(fact.name).second) << fact.name;
    EXPECT_FALSE(fact.doc.empty());
    EXPECT_EQ(find_fact(fact.name)->name, fact.name);
  }
  EXPECT_EQ(find_fact("int8")->name, "int8.accuracy");
  EXPECT_EQ(find_fact("train.epochs")->kind, FactKind::kCount);
  EXPECT_EQ(find_fact("target.flash")->kind, FactKind::kBytes);
  EXPECT_FALSE(find_fact("nonsense"));
  EXPECT_EQ(shown_fact(FactKind::kShare, 0.98765), "98.8 %");
  EXPECT_EQ(shown_fact(FactKind::kBytes, 14950.0), "14.6 KB");
  EXPECT_EQ(shown_fact(FactKind::kCount, 62848.0), "62,848");
  EXPECT_EQ(shown_fact(FactKind::kDigest, "0123456789abcdef"), "0123456789ab");
  EXPECT_EQ(shown_fact(FactKind::kText, nullptr), "-");
}

}  // namespace
}  // namespace mote
