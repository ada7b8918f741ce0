// Whom recordings are of: groups, speakers in names, and what a split makes of them.
#include "data/subjects.h"

#include "test_support.h"

namespace mote {
namespace {

Recording recorded(const std::string &label, const std::string &file, const std::string &group,
                   int rows = 4) {
  Recording r{label, file, group, 1, rows, {}};
  for (int i = 0; i < rows; ++i) r.values.push_back(static_cast<float>(i));
  return r;
}

Recordings set_of(const std::vector<Recording> &items) {
  Recordings set;
  set.channels = {"x"};
  set.labels = {"a", "b"};
  set.options.window = 2;
  set.items = items;
  return set;
}

TEST(Subjects, are_groups_unless_these_are_only_other_words_for_the_classes) {
  const Recordings persons = set_of({recorded("a", "ann/a.csv", "ann"), recorded("a", "bob/a.csv", "bob"),
                                     recorded("b", "ann/b.csv", "ann"), recorded("b", "b.csv", "")});
  EXPECT_EQ(subjects_of(persons).kind, "group");
  EXPECT_EQ(subjects_of(persons).names, (std::vector<std::string>{"ann", "bob", "(top folder)"}));
  EXPECT_EQ(subjects_of(persons).of, (std::vector<int>{0, 1, 0, 2}));
  const Recordings classes = set_of({recorded("a", "0/a.csv", "0"), recorded("a", "0/c.csv", "0"),
                                     recorded("b", "1/b.csv", "1"), recorded("b", "1/d.csv", "1")});
  EXPECT_EQ(subjects_of(classes).kind, "");
  const Recordings same = set_of({recorded("a", "a/1.csv", "a"), recorded("b", "b/1.csv", "b")});
  EXPECT_EQ(subjects_of(same).kind, "");
  // a person and a class may be called alike
  const Recordings numbers = set_of({recorded("1", "x.csv", "1"), recorded("2", "x.csv", "1"),
                                     recorded("1", "y.csv", "2"), recorded("2", "y.csv", "2")});
  EXPECT_EQ(subjects_of(numbers).of, (std::vector<int>{0, 0, 1, 1}));
}

TEST(Subjects, are_the_speakers_that_names_of_speech_commands_have) {
  const Recordings words = set_of(
      {recorded("a", "a/0a7c2a8d_nohash_0.wav", "a"), recorded("a", "a/bed_1a7c2a8d_nohash_0.wav.wav", "a"),
       recorded("b", "b/0a7c2a8d_nohash_3.wav", "b"), recorded("b", "b/silence_3.wav", "b")});
  EXPECT_EQ(subjects_of(words).kind, "speaker");
  EXPECT_EQ(subjects_of(words).of, (std::vector<int>{0, 1, 0, -1}));
}

TEST(Subjects, may_be_guessed_from_a_word_that_comes_with_several_classes) {
  std::vector<Recording> items;
  for (const char *who : {"jackson", "theo"})
    for (const char *digit : {"7", "8"})
      for (int i = 0; i < 3; ++i)
        items.push_back(
            recorded(digit, std::string(digit) + "_" + who + "_" + std::to_string(i) + ".wav", ""));
  EXPECT_EQ(subjects_of(set_of(items)).kind, "");
  const Subjects s = guessed_subjects(set_of(items));
  EXPECT_EQ(s.kind, "name");
  EXPECT_EQ(s.names, (std::vector<std::string>{"jackson", "theo"}));
  for (Recording &r : items)
    r.label = r.file.find("theo") == std::string::npos ? "7" : "8";  // the class itself
  EXPECT_EQ(guessed_subjects(set_of(items)).kind, "");
}

TEST(WindowGroups, are_persons_or_else_recordings) {
  const Recordings persons =
      set_of({recorded("a", "ann/a.csv", "ann", 4), recorded("a", "bob/a.csv", "bob", 2),
              recorded("b", "ann/b.csv", "ann", 2)});
  const Dataset all = persons.all();
  EXPECT_EQ(all.groups.kind, "group");
  EXPECT_EQ(all.groups.names, (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(all.groups.of, (std::vector<int>{0, 0, 1, 0}));
  EXPECT_EQ(persons.windows_of({1}).groups.names, std::vector<std::string>{"bob"});
  const Dataset alone = set_of({recorded("a", "a.csv", "", 6), recorded("b", "b.csv", "", 4)}).all();
  EXPECT_EQ(alone.groups.kind, "recording");
  EXPECT_EQ(alone.groups.names, (std::vector<std::string>{"a.csv:1", "b.csv:1"}));
  EXPECT_EQ(alone.groups.of, (std::vector<int>{0, 0, 0, 1, 1}));
}

TEST(GroupFindings, name_who_is_on_both_sides) {
  const Recordings set = set_of({recorded("a", "ann/a.csv", "ann"), recorded("a", "bob/a.csv", "bob"),
                                 recorded("b", "ann/b.csv", "ann"), recorded("b", "cy/b.csv", "cy")});
  const std::vector<Finding> found = group_findings(set, {}, "tvxx");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(
      found[0].message.starts_with("1 of 2 groups in the test part (ann) are in the training part too"))
      << found[0].message;
  EXPECT_EQ(found[0].files, std::vector<std::string>{"ann/b.csv"});
  EXPECT_NE(found[0].remedy.find("split.by = \"group\""), std::string::npos);
  EXPECT_TRUE(group_findings(set, {}, "tvtx").empty());
  EXPECT_EQ(group_findings(set, {}, "t-v-").size(), 1u);  // judged by validation where there is no test
  EXPECT_TRUE(group_findings(set, {}, "t--x").empty());
}

}  // namespace
}  // namespace mote
