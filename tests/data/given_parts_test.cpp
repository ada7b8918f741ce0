// Names that divide a set into parts, and tables whose classes stand in a file beside them.
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "said.h"
#include "strangers.h"
#include "test_support.h"

namespace mote::test {
namespace {

TEST(Parts, that_folders_are_named_after_stay_what_they_are) {
  struct Case {
    const char *train, *other;
    char side;
    const char *between, *behind;  // of the class, around the part
  };
  for (const Case &c : {Case{"train", "test", 'x', "", "/{}"},
                        {"Training", "Testing", 'x', "", "/{}"},
                        {"train_set", "test-data", 'x', "", "/{}"},
                        {"train", "validation", 'v', "", "/{}"},
                        {"train", "test", 'x', "{}/", ""},
                        {"train", "val", 'v', "all/", "/{}"}}) {
    TempFolder folder;
    for (const char *label : {"walk", "run"})
      for (int i = 0; i < 9; ++i) {
        const std::string part = i < 6 ? c.train : c.other;
        put(folder,
            fmt::format(fmt::runtime(c.between), label) + part + fmt::format(fmt::runtime(c.behind), label) +
                fmt::format("/rec{}.csv", i),
            waves(label[0] == 'w' ? 1 : 3));
      }
    const Proposal p = propose_project({folder.text()}, "p");
    EXPECT_EQ(p.labels, (Texts{"run", "walk"})) << c.train << joined(p);
    EXPECT_NE(joined(p).find("split as the names of files and folders have it"), std::string::npos);
    auto sides = sides_of(folder, p);
    for (const char side : {'t', 'v', 'x'})
      for (const std::string &file : sides[side])
        EXPECT_EQ(file.find(c.other) != std::string::npos, side == c.side) << file << p.toml;
    EXPECT_EQ(sides[c.side].size(), 6u);
  }
}

TEST(Parts, that_files_are_named_after_are_no_classes) {
  TempFolder folder, tables;
  for (int i = 0; i < 9; ++i)
    for (const char *label : {"walk", "run"})
      put(folder, fmt::format("{}_{}_{}.csv", label, i, i < 6 ? "train" : "test"),
          waves(label[0] == 'w' ? 1 : 3));
  const Proposal p = propose_project({folder.text()}, "p");
  EXPECT_EQ(p.labels, (Texts{"run", "walk"})) << joined(p);
  EXPECT_EQ(sides_of(folder, p)['x'].size(), 6u);
  for (const char *part : {"train", "test"}) {
    std::string text = "x,y,activity\n";
    for (int r = 0; r < 400; ++r)
      text += fmt::format("{:.4f},{:.4f},{}\n", std::sin(r * 0.2), std::cos(r * 0.3),
                          r / 40 % 2 ? "walk" : "run");
    put(tables, std::string(part) + ".csv", text);
  }
  const Proposal t = propose_project({tables.text()}, "p");
  EXPECT_EQ(t.labels, (Texts{"run", "walk"})) << joined(t);
  EXPECT_EQ(sides_of(tables, t)['x'], (std::set<std::string>{"test.csv"})) << joined(t);
}

// A class may be called so.
TEST(Parts, are_named_by_two_words_at_least) {
  TempFolder vehicles, tests;
  for (const char *name : {"train/1.csv", "train/2.csv", "bus/1.csv", "bus/2.csv"})
    put(vehicles, name, waves(1));
  EXPECT_EQ(load_recordings(vehicles.text()).labels, (Texts{"bus", "train"}));
  for (const char *name : {"test_1.csv", "test_2.csv", "walk_1.csv", "walk_2.csv"})
    put(tests, name, waves(1));
  const Recordings set = load_recordings(tests.text());
  EXPECT_EQ(set.labels, (Texts{"test", "walk"}));
  EXPECT_EQ(set.items[0].part, "");
}

TEST(Parts, beside_files_that_are_in_none_are_asked_for) {
  for (const char *form : {"{1}{0}_{2}.csv", "{1}{0}/{2}.csv"}) {
    TempFolder folder;
    for (const char *label : {"walk", "run"})
      for (int i = 0; i < 9; ++i)
        put(folder, fmt::format(fmt::runtime(form), label, i < 6 ? "" : "test/", i),
            waves(label[0] == 'w' ? 1 : 3));
    const Proposal p = propose_project({folder.text()}, "p");
    EXPECT_EQ(p.labels, (Texts{"run", "walk"})) << joined(p);
    EXPECT_NE(joined(p).find("12 recordings are in none of these parts"), std::string::npos) << joined(p);
    EXPECT_EQ(sides_of(folder, p)['x'].size(), 6u);
  }
  TempFolder classes;
  for (const char *name : {"test/1.csv", "test/2.csv", "walk/1.csv", "walk/2.csv"})
    put(classes, name, waves(1));
  EXPECT_EQ(load_recordings(classes.text()).labels, (Texts{"test", "walk"}));
}

TEST(Parts, stand_before_the_number_of_a_file_too) {
  TempFolder folder;
  for (int i = 0; i < 9; ++i)
    for (const char *label : {"walk", "run"})
      put(folder, fmt::format("{}_{}_{}.csv", label, i < 6 ? "train" : "test", i),
          waves(label[0] == 'w' ? 1 : 3));
  const Proposal p = propose_project({folder.text()}, "p");
  EXPECT_EQ(p.labels, (Texts{"run", "walk"})) << joined(p);
  EXPECT_EQ(sides_of(folder, p)['x'].size(), 6u);
}

TEST(Parts, may_hold_or_stand_beside_classes_of_these_names) {
  TempFolder vehicles, sports;
  for (const char *part : {"train", "test"})
    for (const char *label : {"train", "bus"})
      for (int i = 0; i < 3; ++i) put(vehicles, fmt::format("{}/{}/{}.csv", part, label, i), waves(1));
  const Recordings set = load_recordings(vehicles.text());
  EXPECT_EQ(set.labels, (Texts{"bus", "train"})) << said(set);
  EXPECT_EQ(set.items[0].part, "test");
  for (const char *label : {"training", "test", "match"})
    for (int i = 0; i < 3; ++i) put(sports, fmt::format("{}/{}.csv", label, i), waves(1));
  EXPECT_EQ(load_recordings(sports.text()).labels, (Texts{"match", "test", "training"}));
}

TEST(Parts, with_persons_of_both_are_said) {
  TempFolder folder;
  for (const char *part : {"train", "test"})
    for (const char *person : {"ann", "bob", "cid"})
      for (const char *label : {"walk", "run"})
        if (part[1] == 'r' || person[0] == 'b')
          put(folder, fmt::format("{}/{}/{}_1.csv", part, person, label), waves(label[0] == 'w' ? 1 : 3));
  const Recordings set = load_recordings(folder.text());
  const std::vector<Finding> found = split_findings(set, {.test_groups = {"test"}});
  ASSERT_EQ(found.size(), 1u) << said(set);
  EXPECT_TRUE(
      found[0].message.starts_with("1 of 1 groups (bob) have recordings in the test part and outside"))
      << found[0].message;
}

// Rows of eight numbers, of class i % 2.
std::string features(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    for (int c = 0; c < 8; ++c) text += fmt::format("{:.3f} ", i % 2 + 0.1 * std::sin(i * 8.0 + c));
    text += "\n";
  }
  return text;
}

TEST(TextExamples, have_a_class_a_line_in_any_form) {
  struct Case {
    const char *even, *odd, *heading;
    Texts labels;
    bool is_numbered = false;
  };
  for (const Case &c :
       {Case{"stairs up", "stairs down", "", {"stairs down", "stairs up"}}, Case{"1", "2", "", {"1", "2"}},
        Case{"1,", "2,", "", {"1", "2"}}, Case{"sit", "stand", "activity", {"sit", "stand"}},
        Case{"0 1 0", "1 0 0", "", {"0", "1"}}, Case{"0,1", "1,0", "", {"0", "1"}},
        Case{"sit", "stand", ",label", {"sit", "stand"}, true}}) {
    TempFolder folder;
    put(folder, "X_train.txt", features(20));
    std::string y = *c.heading ? std::string(c.heading) + "\n" : "";
    for (int i = 0; i < 20; ++i)
      y += (c.is_numbered ? std::to_string(i) + "," : "") + (i % 2 ? c.odd : c.even) + "\n";
    put(folder, "y_train.txt", y);
    const Recordings set = load_recordings(folder.text());
    EXPECT_EQ(set.labels, c.labels) << c.even << said(set);
    EXPECT_EQ(set.items.size(), 20u);
  }
}

TEST(TextExamples, with_another_number_of_lines_are_refused) {
  struct Case {
    std::string first, each, why;
  };
  for (const Case &c :
       {Case{"1\n", "1\n", "y has 21 labels for 20 examples"},
        Case{"sit\n", "sit\n", "y has 21 labels for 20 examples"}, Case{"", "sit,3\n", "has 2 cells"}}) {
    TempFolder folder;
    put(folder, "X_train.txt", features(20));
    std::string y = c.first;
    for (int i = 0; i < 20; ++i) y += c.each;
    put(folder, "y_train.txt", y);
    EXPECT_ERROR(load_recordings(folder.text()), c.why);
  }
  TempFolder folder;
  put(folder, "X_train.txt", features(20));
  put(folder, "y_train.txt", "");
  EXPECT_ERROR(load_recordings(folder.text()), "y has 0 labels for 20 examples");
}

TEST(ClassNames, of_a_training_hold_for_files_that_lack_a_class) {
  TempFolder folder;
  for (const char *label : {"1", "2"}) put(folder, std::string(label) + "/a.csv", waves(1));
  LoadOptions options{.class_names = {"sit", "walk", "run"}, .class_labels = {"1", "2", "3"}};
  EXPECT_EQ(load_recordings(folder.text(), options).labels, (Texts{"sit", "walk"}));
  options.class_labels.clear();
  put(folder, "3/a.csv", waves(1));
  EXPECT_EQ(load_recordings(folder.text(), options).options.class_labels, (Texts{"1", "2", "3"}));
}

TEST(Decimals, are_no_thousands_beside_hundreds) {
  TempFolder thousands, decimals;
  put(thousands, "a.csv", "x;y\n1,040;860\n908;1,950\n815;720\n");
  EXPECT_ERROR(load_recordings(thousands.text()), "a.csv");
  for (const char *rows : {"1,040;860\n10,540;1,950\n-815;720\n",
                           "\"10,000\";\"1,677\"\n\"0\";\"894\"\n\"1,677\";\"10,000\"\n"}) {
    put(thousands, "a.csv", std::string("x;y\n") + rows);  // "0," of "10,000" is no decimal of less than one
    EXPECT_ERROR(load_recordings(thousands.text()), "a.csv");
  }
  put(decimals, "a.csv", "t;x\n100;1,040\n110;1,250\n120;1,115\n");
  EXPECT_EQ(load_recordings(decimals.text(), {.channels = {"x"}}).items[0].values[0], 1.04f);
}

TEST(Decimals, are_no_thousands_beside_larger_whole_numbers) {
  const auto table = [](const std::string &far) {
    std::string text = "x;y\n";
    for (int row = 0; row < 200; ++row) text += fmt::format("{};{}\n", row % 7 ? row * 4 : -row, row % 5);
    return text + far;
  };
  TempFolder folder;
  // behind the rows by which the form of a table is chosen
  put(folder, "a.csv", table("1.677;1\n-3.270;2\n11.677;3\n"));
  EXPECT_ERROR(load_recordings(folder.text()), "seems to have a '.' between thousands");
  EXPECT_ERROR(load_recordings(folder.text(), {.skip_bad_rows = true}), "between thousands");
  put(folder, "a.csv", table("1,677;1\n-3,270;2\n11,677;3\n"));
  EXPECT_ERROR(load_recordings(folder.text()), "'1,677' in column x is not a number");
  for (const char *far : {"1.677;1\n-3.27;2\n11.677;3\n", "0.677;1\n-3.270;2\n11.677;3\n"}) {
    put(folder, "a.csv", table(far));
    EXPECT_EQ(load_recordings(folder.text()).items[0].values.size(), 2u * 203) << far;
  }
  std::string small = "x,y\n";  // whole numbers of the size of the others
  for (int row = 0; row < 50; ++row)
    small += row % 5 ? fmt::format("{}.125,2\n", row) : fmt::format("{},1\n", row);
  put(folder, "a.csv", small);
  EXPECT_EQ(load_recordings(folder.text()).items.size(), 1u);
}

TEST(Classes, are_the_folders_where_files_are_numbered_within_their_names) {
  TempFolder folder;
  for (const char *label : {"walk", "run", "jump"})
    for (int n = 0; n < 4; ++n) put(folder, fmt::format("{}/unit {} left.csv", label, n), waves(n + 1));
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.labels, (Texts{"jump", "run", "walk"}));
  EXPECT_EQ(questions(set, "are the classes jump, run, walk (the folders, as taken) or"), 1u);
}

TEST(Parts, that_a_split_mixes_are_said) {
  TempFolder folder;
  for (const char *label : {"walk", "run"})
    for (int i = 0; i < 9; ++i)
      put(folder, fmt::format("{}/{}_{}.csv", i < 6 ? "train" : "test", label, i), waves(i));
  const Recordings set = load_recordings(folder.text());
  EXPECT_TRUE(says(
      set, "names divide the recordings: 12 train, 6 test (split.test_groups = [\"test\"] keeps them so)"))
      << said(set);
  ASSERT_EQ(split_findings(set, {}).size(), 1u);
  EXPECT_TRUE(split_findings(set, {.test_groups = {"test"}}).empty());
  EXPECT_ERROR(set.split({.val_groups = {"val"}}), "there is no group 'val'");
  // a person of both parts is divided as the names say
  Recordings persons = set;
  for (Recording &r : persons.items) r.group = r.label;
  const Parts parts =
      persons.split({.val = 0, .test = 0.3, .by = GroupBy::kRecording, .test_groups = {"test"}}).parts;
  for (size_t i = 0; i < parts.size(); ++i) EXPECT_EQ(parts[i] == 'x', set.items[i].part == "test");
}

// Rows of `features`, in the class of each row.
std::string feature_rows(int rows, int features, int first) {
  std::string text;
  for (int r = 0; r < rows; ++r) {
    for (int f = 0; f < features; ++f) text += fmt::format("  {:.7e}", std::sin((r + first) % 3 + f));
    text += "\n";
  }
  return text;
}

TEST(TextExamples, have_classes_persons_and_parts_beside_them) {
  for (const bool has_folders : {false, true}) {
    TempFolder folder;
    for (const std::string part : {"train", "test"}) {
      const int n = part == "train" ? 60 : 18;
      std::string y, persons;
      for (int r = 0; r < n; ++r) {
        y += fmt::format("{}\n", r % 3 + 1);
        persons += fmt::format("{}\n", (part == "train" ? 1 : 11) + r / 12);
      }
      const std::string to = has_folders ? part + "/" : "";
      put(folder, to + "X_" + part + ".txt", feature_rows(n, 30, 0));
      put(folder, to + "y_" + part + ".txt", y);
      put(folder, to + "subject_" + part + ".txt", persons);
    }
    if (has_folders) {
      put(folder, "activity_labels.txt", "1 WALK\n2 SIT\n3 LIE\n");
      put(folder, "train/signals/acc_train.txt", feature_rows(60, 40, 1));
    }
    const Proposal p = propose_project({folder.text()}, "p");
    EXPECT_EQ(p.labels, has_folders ? (Texts{"WALK", "SIT", "LIE"}) : (Texts{"1", "2", "3"})) << joined(p);
    EXPECT_EQ(p.recordings, 78u);
    EXPECT_EQ(asks(p, "left out: train/signals/acc_train.txt?"), has_folders) << joined(p);
    const Project project = parse_project(p.toml, "mote.toml", folder.text());
    const Recordings set = load_recordings(p.data_path, project.load);
    EXPECT_TRUE(set.is_features);
    EXPECT_EQ(set.items[0].rows, 30);
    EXPECT_TRUE(says(set, "groups come from subject_test.txt")) << said(set);
    const Parts parts = set.split(project.split).parts;
    std::map<std::string, std::set<char>> of_person;
    for (size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ(parts[i] == 'x', set.items[i].part == "test");
      of_person[set.items[i].group].insert(parts[i]);
    }
    for (const auto &[person, letters] : of_person) EXPECT_EQ(letters.size(), 1u) << person << p.toml;
    EXPECT_EQ(of_person.size(), 7u);
  }
}

TEST(TextExamples, need_a_class_for_each_row) {
  TempFolder folder, gestures, numbered;
  put(folder, "X.csv", feature_rows(5, 6, 0));
  put(folder, "y.csv", "up\ndown\nup\ndown\n");
  EXPECT_ERROR(load_recordings(folder.text()), "y has 4 labels for 5 examples");
  put(folder, "y.csv", "move\nup\ndown\n3.0\n4e0\n-\n");
  EXPECT_EQ(load_recordings(folder.text()).items[2].label, "3");
  // gestures along two axes
  put(gestures, "x.csv", waves(1));
  put(gestures, "y.csv", waves(2));
  EXPECT_EQ(load_recordings(gestures.text()).labels, (Texts{"x", "y"}));
  put(numbered, "X.csv", feature_rows(3, 6, 0));
  put(numbered, "y.csv", ",label\n0,up\n1,down\n2,up\n");
  EXPECT_EQ(load_recordings(numbered.text()).labels, (Texts{"down", "up"}));
}

}  // namespace
}  // namespace mote::test
