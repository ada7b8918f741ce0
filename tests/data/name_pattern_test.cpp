// Patterns of file names beside std::regex, which reads the same pattern in its own words; and what a set
// makes of them.
#include "data/name_pattern.h"

#include <fmt/format.h>

#include <map>
#include <regex>

#include "test_support.h"

namespace mote {
namespace {

struct ByRegex {
  std::regex regex;
  std::string fields;  // 'l' and 'g' in order

  explicit ByRegex(const std::string &pattern) {
    std::string text;
    for (size_t i = 0; i < pattern.size(); ++i) {
      const char c = pattern[i];
      if (c == '*')
        text += "[^/]*?";
      else if (c == '?')
        text += "[^/]";
      else if (c == '{') {
        fields += pattern[i + 1];
        text += "([^/]+?)";
        i = pattern.find('}', i);
      } else {
        text += c;
      }
    }
    regex.assign(text);
  }
  std::map<char, std::string> match(const std::string &name) const {
    std::smatch found;
    if (!std::regex_match(name, found, regex)) return {{'-', ""}};
    std::map<char, std::string> out;
    for (size_t i = 0; i < fields.size(); ++i) out[fields[i]] = found[i + 1].str();
    return out;
  }
};

TEST(NamePattern, takes_what_a_regular_expression_takes) {
  size_t fits = 0;
  for (const char *pattern :
       {"*", "?", "a*b", "{label}", "{group}a{label}", "{label}_*", "*_{group}", "a?{label}b", "*{group}??",
        "{label}_*_{group}", "**a", "_{group}_{label}_", "{label}{group}"}) {
    const NamePattern ours(pattern);
    const ByRegex theirs(pattern);
    Random random(5);
    for (int n = 0; n < 1500; ++n) {
      std::string name;
      for (uint64_t left = 1 + random.below(7); left > 0; --left) name += "ab_"[random.below(3)];
      std::map<char, std::string> made = {{'-', ""}};
      if (const auto parts = ours.match("some/folder/" + name)) {
        made.clear();
        if (parts->label) made['l'] = *parts->label;
        if (parts->group) made['g'] = *parts->group;
        ++fits;
      }
      ASSERT_EQ(made, theirs.match(name)) << pattern << " of " << name;
    }
  }
  EXPECT_GT(fits, 3000u);
}

TEST(NamePattern, with_a_slash_is_of_the_folders_too) {
  const NamePattern pattern("{group}/{label}_*");
  EXPECT_EQ(pattern.match("set/ann/walk_1.csv")->group, "ann");
  EXPECT_EQ(pattern.match("ann/walk_1.csv")->label, "walk");
  EXPECT_FALSE(pattern.match("walk_1.csv"));
  EXPECT_FALSE(NamePattern("{group}x").match("a/b"));  // none takes a '/'
}

TEST(NamePattern, takes_no_longer_than_pattern_times_name) {
  std::string many;
  for (int n = 0; n < 200; ++n) many += "*a";
  EXPECT_FALSE(NamePattern(many + "b").match(std::string(2000, 'a')));
  EXPECT_TRUE(NamePattern(many).match(std::string(2000, 'a')));
}

TEST(NamePattern, that_is_none_is_refused) {
  for (const auto &[pattern, why] :
       std::map<std::string, std::string>{{"", "is empty"},
                                          {"{label", "has a { without a }"},
                                          {"{person}_*", "has {person}; there are"},
                                          {"{group}{group}", "has {group} twice"}})
    EXPECT_NE(test::error_of([&text = pattern] { NamePattern{text}; }).find(why), std::string::npos)
        << pattern;
}

class FileNamesOfASet : public testing::Test {
 protected:
  void SetUp() override {
    for (const char *name : {"3_ann_0", "3_ben_0", "4_ann_0", "4_ben_1"})
      write_file(folder_ / (std::string(name) + ".csv"), "x,y\n1,2\n3,4\n2,5\n");
  }
  Recordings load(std::vector<std::string> patterns) {
    LoadOptions options;
    options.file_names = std::move(patterns);
    return load_recordings(folder_.text(), options);
  }
  test::TempFolder folder_;
};

TEST_F(FileNamesOfASet, give_class_and_group) {
  const Recordings set = load({"{label}_{group}_*"});
  EXPECT_EQ(set.labels, (std::vector<std::string>{"3", "4"}));
  ASSERT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.items[3].group, "ben");
  const std::vector<Splits> folds = set.leave_one_group_out({.train = 1, .val = 0, .test = 0});
  ASSERT_EQ(folds.size(), 2u);
  EXPECT_EQ(folds[0].name, "without ann");
  EXPECT_EQ(load({"*_ann_{group}.csv", "{label}_ben_*"}).items[0].group, "0");  // the first that fits
}

TEST_F(FileNamesOfASet, are_divided_in_their_order) {
  for (const char *name : {"3_cid_0", "4_cid_0", "3_dan_0", "4_dan_0"})
    write_file(folder_ / (std::string(name) + ".csv"), "x,y\n1,2\n3,4\n2,5\n");
  const Recordings set = load({"{label}_{group}_*"});
  const Splits s =
      set.split({.train = 0.5, .val = 0.25, .test = 0.25, .by = GroupBy::kColumn, .in_order = true});
  for (size_t i = 0; i < set.items.size(); ++i)
    EXPECT_EQ(s.parts[i], set.items[i].group == "dan" ? 'x' : set.items[i].group == "cid" ? 'v' : 't');
}

TEST_F(FileNamesOfASet, that_no_pattern_fits_are_refused_in_training_only) {
  EXPECT_NE(
      test::error_of([&] { load({"{label}-{group}"}); }).find("3_ann_0.csv: its name fits no pattern of"),
      std::string::npos);
  LoadOptions options;
  options.file_names = {"{label}-{group}"};
  options.model = ForModel{2, 2, {"3", "4"}};
  EXPECT_EQ(load_recordings(folder_.text(), options).items.size(), 4u);
}

// `mote init --from`: words of which each comes with each.
TEST(FileNamesProposed, where_two_words_go_through_all_pairs) {
  const auto proposed = [](const std::vector<std::string> &classes, const std::vector<std::string> &persons) {
    test::TempFolder folder;
    Random random(1);
    for (const std::string &c : classes)
      for (const std::string &p : persons)
        for (int n = 0; n < 2; ++n) {
          std::string text = "x,y\n";
          for (int row = 0; row < 20; ++row)
            text += fmt::format("{:.3f},{:.3f}\n", random.normal(), random.normal());
          write_file(folder / fmt::format("{}_{}_{}.csv", c, p, n), text);
        }
    return propose_project({folder.text()}, "words");
  };
  const Proposal three = proposed({"walk", "run", "sit"}, {"ann", "ben", "cid"});
  EXPECT_EQ(three.labels, (std::vector<std::string>{"run", "sit", "walk"}));
  EXPECT_NE(three.toml.find("file_names = [\"{label}_{group}_*\"]\n"), std::string::npos) << three.toml;
  EXPECT_NE(three.toml.find("by = \"group\""), std::string::npos);
  EXPECT_NE(three.toml.find("QUESTION: are the classes run, sit, walk and the second words persons"),
            std::string::npos);
  EXPECT_EQ(proposed({"left", "right"}, {"up", "down"}).labels.size(), 4u);  // may be four classes
  EXPECT_EQ(proposed({"walk", "run", "sit"}, {"2024", "2025", "2026"}).load.file_names.size(), 0u);  // years
}

}  // namespace
}  // namespace mote
