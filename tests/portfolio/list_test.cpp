// Lists, trees, marks and what a prune keeps, over runs by hand.
#include <thread>

#include "run_folders.h"

namespace mote {
namespace {

using nlohmann::json;
using test::make_run;
using test::names_of;

class Runs : public ::testing::Test {
 protected:
  void SetUp() override {
    make("1", 0.5, 0.25);
    make("2", 0.75, 0.5, "1");
    make("3", 0.625, 0.75, "1");
    make("4", 0.25, 0.625, "2");
  }
  void make(const std::string &name, double val, double test, const std::string &parent = "") {
    make_run(folder_.path(), {.name = name, .val = val, .test = test, .parent = parent, .model = "m" + name});
  }
  ListedRuns list(const RunsRequest &request) { return list_runs(folder_.text(), request); }
  RunFolder run(const std::string &name) {
    return {test::run_path(folder_.path(), name), folder_.text(), {}};
  }
  using Names = std::vector<std::string>;

  test::TempFolder folder_;
};

TEST_F(Runs, the_newest_are_first_and_sorting_puts_the_best_first) {
  EXPECT_EQ(names_of(list({})), (Names{"4", "3", "2", "1"}));
  EXPECT_EQ(names_of(list({.is_reversed = true})), (Names{"1", "2", "3", "4"}));
  EXPECT_EQ(names_of(list({.sort = "float"})), (Names{"3", "4", "2", "1"}));
  EXPECT_EQ(names_of(list({.sort = "float", .is_reversed = true})), (Names{"1", "2", "4", "3"}));
  EXPECT_EQ(names_of(list({.sort = "val.loss"})), (Names{"4", "3", "2", "1"}));  // all equal: by time
  EXPECT_EQ(names_of(list({.sort = "parent"})), (Names{"3", "2", "4", "1"}));    // those without one last
  EXPECT_EQ(names_of(list({.where = "float >= 0.5 and val > 50 %", .sort = "val"})), (Names{"2", "3"}));
  EXPECT_EQ(names_of(list({.most = 2})), (Names{"4", "3"}));
  EXPECT_TRUE(list({.where = "run = none"}).runs.empty());
  EXPECT_EQ(list({.where = "run = 3"}).of, 4u);
}

TEST_F(Runs, names_that_there_are_none_of_are_refused) {
  EXPECT_ERROR(list({.sort = "falsh"}), "--sort: runs have no 'falsh'; did you mean 'flash'?");
  EXPECT_ERROR(list({.columns = {"val", "nothing"}}), "--columns: runs have no 'nothing'");
  EXPECT_ERROR(list({.where = "x = 1"}), "--where, column 1");
}

TEST_F(Runs, a_table_has_a_row_for_each_and_fits_80_columns) {
  add_tags(run("3"), {"best"});
  const std::string text = runs_text(list({}));
  EXPECT_EQ(text,
            "run     val   float  tags\n"
            "4    25.0 %  62.5 %  -\n"
            "3    62.5 %  75.0 %  best\n"
            "2    75.0 %  50.0 %  -\n"
            "1    50.0 %  25.0 %  -\n"
            "4 runs\n");
  EXPECT_EQ(runs_text(list({.where = "run = 1", .columns = {"parameters", "kind"}})),
            "run  parameters  kind\n1         1,200  training\n1 of 4 runs\n");
}

TEST_F(Runs, a_tree_has_each_run_once_below_its_parent) {
  EXPECT_EQ(runs_tree(list({.is_reversed = true, .columns = {"val"}})),
            "run       val\n"
            "1      50.0 %\n"
            "+-2    75.0 %\n"
            "  +-4  25.0 %\n"
            "+-3    62.5 %\n"
            "4 runs\n");
  const std::string part = runs_tree(list({.where = "run != 2", .columns = {"val"}}));
  EXPECT_NE(part.find("4 (of 2, not in this list)"), std::string::npos) << part;
  make("5", 0.5, 0.5, "6");
  make("6", 0.5, 0.5, "5");  // records that name each other
  const std::string circle = runs_tree(list({.columns = {"val"}}));
  EXPECT_NE(circle.find("+-"), std::string::npos);
  for (const char *name : {"5 ", "6 "}) EXPECT_NE(circle.find(name), std::string::npos) << circle;
}

TEST_F(Runs, json_has_numbers_and_lists) {
  add_tags(run("4"), {"small", "best"});
  const json all = runs_json(list({.where = "run = 4", .has_all = true}));
  ASSERT_EQ(all.at("runs").size(), 1u);
  const json &r = all.at("runs")[0];
  EXPECT_EQ(r.at("run"), "4");
  EXPECT_EQ(r.at("float.accuracy"), 0.625);
  EXPECT_EQ(r.at("model.streaming"), true);
  EXPECT_EQ(r.at("tags"), (json{"small", "best"}));
  EXPECT_EQ(r.at("parent"), "2");
}

// --- marks

TEST_F(Runs, tags_are_added_once_and_taken_away) {
  EXPECT_EQ(add_tags(run("1"), {"best", "a"}), (Names{"best", "a"}));
  EXPECT_EQ(add_tags(run("1"), {"a", "c"}), (Names{"best", "a", "c"}));
  EXPECT_EQ(names_of(list({.where = "tag = c"})), Names{"1"});
  EXPECT_EQ(remove_tags(run("1"), {"a", "best"}), Names{"c"});
  EXPECT_ERROR(remove_tags(run("1"), {"a"}), "has no tag 'a'; it has c");
  EXPECT_TRUE(remove_tags(run("1"), {"c"}).empty());
  EXPECT_FALSE(fs::exists(fs::path(run("1").path) / run_file::kTags));
  for (const char *bad : {"", "two words", "a,b", "it's", "\x01", "\xff"})
    EXPECT_ERROR(add_tags(run("1"), {bad}), "tag");
  EXPECT_TRUE(run_tags(run("1")).empty());
}

TEST_F(Runs, notes_are_kept_with_their_time_and_by_hand) {
  add_note(run("2"), "  first\nof two lines ");
  add_note(run("2"), "second");
  const Names notes = run_notes(run("2"));
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0].substr(16), ": first of two lines");
  EXPECT_EQ(notes[1].substr(16), ": second");
  const fs::path file = fs::path(run("2").path) / run_file::kNotes;
  write_file(file, read_file(file) + "- by hand,\n  going on\n");
  EXPECT_EQ(run_notes(run("2")).back(), "by hand, going on");
  EXPECT_EQ(names_of(list({.where = "note ~ 'going on'"})), Names{"2"});
  EXPECT_ERROR(add_note(run("2"), " \n"), "the text is empty");
  EXPECT_ERROR(add_note(run("2"), std::string(20'000, 'x')), "20000 bytes");
  EXPECT_ERROR(add_note(run("2"), "\xff\xfe"), "not UTF-8");
}

TEST_F(Runs, marks_survive_an_index_that_is_gone) {
  add_tags(run("2"), {"keep"});
  add_note(run("2"), "why");
  list({});
  fs::remove_all(folder_ / ".mote");
  EXPECT_EQ(names_of(list({.where = "tag = keep and note ~ why"})), Names{"2"});
}

TEST_F(Runs, two_writers_of_tags_both_count) {
  std::vector<std::thread> threads;
  for (int n = 0; n < 8; ++n) threads.emplace_back([&, n] { add_tags(run("1"), {"t" + std::to_string(n)}); });
  for (std::thread &t : threads) t.join();
  EXPECT_EQ(run_tags(run("1")).size(), 8u);
}

// --- pruning

TEST_F(Runs, a_prune_keeps_best_newest_marked_and_their_origins) {
  for (const char *name : {"5", "6", "7"})
    make(name, 0.3, 0.99);  // good by the test alone, which does not count
  add_note(run("5"), "a reason");
  const PrunePlan plan = plan_prune(folder_.text());
  Names gone;
  std::map<std::string, std::string> kept(plan.kept.begin(), plan.kept.end());
  for (const PrunedRun &r : plan.runs) gone.push_back(r.name);
  EXPECT_EQ(gone, (Names{"3", "4", "6"}));
  EXPECT_EQ(kept.at("7"), "is the newest");
  EXPECT_EQ(kept.at("2"), "is the best by val.accuracy");
  EXPECT_EQ(kept.at("1"), "is the origin of 2");
  EXPECT_EQ(kept.at("5"), "has a note");
  EXPECT_GT(plan.runs[0].bytes, 500u);
  EXPECT_EQ(list({}).runs.size(), 7u);  // nothing is removed by looking
  EXPECT_EQ(remove_runs(folder_.text(), plan), gone);
  EXPECT_EQ(names_of(list({})), (Names{"7", "5", "2", "1"}));
  for (const auto &entry : fs::directory_iterator(folder_ / "runs"))
    EXPECT_NE(entry.path().filename().string()[0], '.') << entry.path();
}

TEST_F(Runs, the_best_of_each_set_of_recordings_stays) {
  make_run(folder_.path(), {.name = "0", .val = 0.1, .data = "other"});
  const PrunePlan plan = plan_prune(folder_.text());
  for (const PrunedRun &r : plan.runs) EXPECT_NE(r.name, "0");
}

TEST_F(Runs, a_run_that_is_marked_or_in_use_in_between_stays) {
  const PrunePlan plan = plan_prune(folder_.text());
  ASSERT_EQ(plan.runs.size(), 1u);
  add_tags(run(plan.runs[0].name), {"late"});
  EXPECT_TRUE(remove_runs(folder_.text(), plan).empty());
  EXPECT_EQ(list({}).runs.size(), 4u);
}

TEST_F(Runs, what_is_damaged_or_has_no_model_is_not_pruned) {
  write_file(fs::path(run("3").path) / run_file::kHistory, "[");
  fs::remove(fs::path(run("1").path) / run_file::kModel);
  const PrunePlan plan = plan_prune(folder_.text());
  for (const PrunedRun &r : plan.runs) EXPECT_TRUE(r.name != "3" && r.name != "1") << r.name;
}

}  // namespace
}  // namespace mote
