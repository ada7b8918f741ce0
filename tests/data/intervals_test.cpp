// Tables that say which rows of which recording are of which class: how they are read, what they cut, and
// what is proposed where one lies beside the recordings.
#include <fmt/format.h>

#include <map>
#include <set>

#include "data/said.h"
#include "mote/project.h"
#include "test_support.h"

namespace mote {
namespace {

using Names = std::vector<std::string>;

// Recordings whose row n has the value of_row(n) in their first channel: no two near rows have the same.
int of_row(int n) { return n * 37 % 101; }

class IntervalsTest : public ::testing::Test {
 protected:
  void recording(const std::string &name, int rows, int offset = 0) const {
    std::string text;
    for (int r = 0; r < rows; ++r)
      text += fmt::format("{} {} {}\n", of_row(r) + offset, 0.5 * ((r * 7) % 5), 0.25 * ((r * 3) % 7));
    write_file(folder_ / name, text);
  }
  Recordings load(LoadOptions options = {}) const {
    options.intervals = "labels.txt";
    return load_recordings(folder_.text(), options);
  }
  const test::TempFolder folder_;
};

TEST_F(IntervalsTest, cut_recordings_by_number_with_class_and_group) {
  recording("exp01_user07.txt", 100);
  recording("exp02_user07.txt", 80);
  recording("exp03_user09.txt", 60);
  write_file(folder_ / "labels.txt",
             "1 7 5 1 20\n1 7 4 31 60\n2 7 5 11 80\n3 9 4 1 60\n44 9 4 1 1000\n");  // of 44 there is no file
  const Recordings set = load();
  ASSERT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.labels, (Names{"4", "5"}));
  const auto &r = set.items;
  EXPECT_EQ(r[0].label, "5");
  EXPECT_EQ(r[0].rows, 20);
  EXPECT_EQ(r[0].values[0], of_row(0));
  EXPECT_EQ(r[0].first_line, 1);
  EXPECT_EQ(r[1].label, "4");
  EXPECT_EQ(r[1].rows, 30);
  EXPECT_EQ(r[1].values[0], of_row(30));
  EXPECT_EQ(r[1].first_line, 31);
  EXPECT_EQ(r[2].rows, 70);
  EXPECT_EQ(r[2].values[0], of_row(10));
  EXPECT_EQ(r[2].group, "7");
  EXPECT_EQ(r[3].group, "9");
  EXPECT_TRUE(test::says(set, "60 of 240 rows are in no interval and left out"));
  EXPECT_TRUE(test::says(set,
                         "classes come from labels.txt: 5 intervals, recordings by column 1 and column 2, "
                         "groups by column 2; rows are counted from 1"));
  EXPECT_FALSE(test::says(set, "file names"));
  // the table is one of the files that a run is made of
  EXPECT_EQ(set.files.size(), 4u);
  EXPECT_EQ(load({.class_names = {"sit", "stand"}}).labels, (Names{"sit", "stand"}));
}

TEST_F(IntervalsTest, columns_are_known_by_their_names_in_any_order) {
  recording("walk one.csv", 50);
  recording("b.csv", 50);
  write_file(
      folder_ / "labels.txt",
      "end,start,recording,activity,subject\n9,0,walk one,go,ann\n49,40,walk one,stop,ann\n49,0,b,go,bob\n");
  const Recordings set = load();
  ASSERT_EQ(set.items.size(), 3u);
  EXPECT_EQ(set.items[0].label, "go");
  EXPECT_EQ(set.items[0].group, "bob");
  EXPECT_EQ(set.items[0].rows, 50);
  EXPECT_EQ(set.items[1].rows, 10);  // counted from 0, the last one included
  EXPECT_EQ(set.items[1].values[0], of_row(0));
  EXPECT_EQ(set.items[2].label, "stop");
  EXPECT_EQ(set.items[2].values[0], of_row(40));
}

TEST_F(IntervalsTest, what_does_not_fit_is_refused_or_said) {
  recording("exp1.txt", 50);
  recording("exp2.txt", 50);
  const auto table = [&](const std::string &text) {
    write_file(folder_ / "labels.txt", text);
    return [this] { load(); };
  };
  const auto error = [&](const std::string &text) { return test::error_of(table(text)); };
  EXPECT_NE(error("1 a 1 20\n1 b 21 52\n2 a 1 9\n").find("labels.txt:2: ends at row 52 of"),
            std::string::npos);
  EXPECT_NE(error("1 a 1 20\n1 b 21 20\n").find("labels.txt:2: '21' to '20' is no interval of rows"),
            std::string::npos);
  EXPECT_NE(error("1 a 1.5 20\n1 b 21 30\n").find("labels.txt:1: '1.5' to '20'"), std::string::npos);
  EXPECT_NE(error("1 1 20\n2 1 20\n").find("is no table of intervals"), std::string::npos);
  EXPECT_NE(error("a,b,c,d\nx,y,1,2\nx,z,3,4\n").find("its columns are a, b, c, d"), std::string::npos);
  table("1 a 1 20\n1 b 21 30\n");
  EXPECT_TRUE(test::says(load(), "is left out: no row of"));  // exp2
  fs::remove(folder_ / "labels.txt");
  EXPECT_ERROR(load(), "has no file 'labels.txt' (data.intervals)");
}

TEST_F(IntervalsTest, are_proposed_with_the_names_of_classes_and_groups_on_one_side) {
  for (int e = 1; e <= 6; ++e)
    for (const std::string sensor : {"acc", "gyro"})
      recording(fmt::format("{}_exp{:02}_user{:02}.txt", sensor, e, (e + 1) / 2), 900, e);
  std::string labels;
  for (int e = 1; e <= 8; ++e)  // of 7 and 8 there are no files
    labels += fmt::format("{0} {1} 1 1 420\n{0} {1} 2 430 880\n", e, (e + 1) / 2);
  write_file(folder_ / "labels.txt", labels);
  write_file(folder_ / "activity_labels.txt", "1 WALKING   \n2 SITTING   \n3 LYING   \n");
  const Proposal p = propose_project({folder_.text()}, "p");
  EXPECT_EQ(p.load.intervals, "labels.txt");
  EXPECT_EQ(p.load.join, (Names{"acc", "gyro"}));
  EXPECT_EQ(p.load.exclude, Names{"activity_labels.txt"});
  EXPECT_EQ(p.labels, (Names{"WALKING", "SITTING"}));
  EXPECT_EQ(p.recordings, 12u);
  EXPECT_EQ(p.questions.size(), 1u);  // the rate
  const Project project = parse_project(p.toml, "mote.toml", folder_.text());
  EXPECT_EQ(project.load.intervals, "labels.txt");
  EXPECT_EQ(project.split.by, GroupBy::kColumn);
  const Splits splits = load_recordings(folder_.text(), project.load).split(project.split);
  EXPECT_EQ(splits.train.labels, (Names{"WALKING", "SITTING"}));
  const Recordings set = load_recordings(folder_.text(), project.load);
  std::map<std::string, std::set<char>> parts_of;  // of each person
  for (size_t i = 0; i < set.items.size(); ++i) parts_of[set.items[i].group].insert(splits.parts[i]);
  EXPECT_EQ(parts_of.size(), 3u);
  for (const auto &[person, parts] : parts_of) EXPECT_EQ(parts.size(), 1u) << person;
}

}  // namespace
}  // namespace mote
