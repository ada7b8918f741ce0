// Sets of strangers whose names, shapes or clocks can be read in two ways: what is decided is right or asked.
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "base/files.h"
#include "base/random.h"
#include "data/csv.h"
#include "data/moment.h"
#include "data/npy.h"
#include "mote/project.h"
#include "said.h"
#include "test_support.h"

namespace mote {
namespace {

using test::said;
using test::says;
using test::TempFolder;
using Texts = std::vector<std::string>;

void put(const TempFolder &folder, const std::string &name, const std::string &text) {
  fs::create_directories((folder / name).parent_path());
  write_file(folder / name, text);
}

// Three axes that wave at a rate of their own.
std::string waves(int rate, int rows = 40) {
  std::string text = "x,y,z\n";
  for (int r = 0; r < rows; ++r)
    text += fmt::format("{:.4f},{:.4f},{:.4f}\n", std::sin(0.1 * rate * r), std::cos(0.13 * rate * r),
                        std::sin(0.07 * r * r));
  return text;
}

size_t questions(const Recordings &set, const std::string &part) {
  return std::count_if(set.findings.begin(), set.findings.end(), [&](const Finding &f) {
    return f.is_question && f.message.find(part) != std::string::npos;
  });
}
bool asks(const Proposal &p, const std::string &part) {
  return std::any_of(p.questions.begin(), p.questions.end(),
                     [&](const std::string &q) { return q.find(part) != std::string::npos; });
}
std::string joined(const Proposal &p) {
  return fmt::format("{}\n{}\n{}", fmt::join(p.decisions, "\n"), fmt::join(p.questions, "\n"), p.toml);
}

// The files of each side, as the proposal divides them.
std::map<char, std::set<std::string>> sides_of(const TempFolder &folder, const Proposal &p) {
  const Project project = parse_project(p.toml, "mote.toml", folder.text());
  const Recordings set = load_recordings(p.data_path, project.load);
  const Parts parts = set.split(project.split).parts;
  std::map<char, std::set<std::string>> sides;
  for (size_t i = 0; i < parts.size(); ++i)
    sides[parts[i]].insert(fs::path(set.items[i].file).lexically_relative(folder.text()).string());
  return sides;
}

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

// Walking and running by turns.
std::string of_two_classes(int person, const char *first = "walk", const char *second = "run") {
  std::string text = "x,y,activity\n";
  for (int r = 0; r < 240; ++r)
    text += fmt::format("{:.4f},{:.4f},{}\n", std::sin(r * 0.2 + person), std::cos(r * 0.3),
                        r / 40 % 2 ? second : first);
  return text;
}

TEST(Persons, that_have_a_file_each_are_groups_of_the_classes_in_a_column) {
  struct Case {
    Texts names;
    const char *first, *second;
    bool is_asked;
  };
  for (const Case &c : {Case{{"P1", "P2", "P3", "P4"}, "walk", "run", false},
                        {{"S01", "S02", "S03", "S04"}, "1", "2", false},
                        {{"ann", "bob", "cat", "dan"}, "walk", "run", true}}) {
    TempFolder folder;
    for (size_t i = 0; i < c.names.size(); ++i)
      put(folder, c.names[i] + ".csv", of_two_classes(i, c.first, c.second));
    const Recordings set = load_recordings(folder.text());
    EXPECT_EQ(std::set<std::string>(set.labels.begin(), set.labels.end()),
              (std::set<std::string>{c.first, c.second}));
    EXPECT_EQ(set.items[0].group, c.names[0]);
    EXPECT_EQ(questions(set, "Set data.label_column = \"activity\""), c.is_asked ? 1u : 0u) << said(set);
    EXPECT_NE(propose_project({folder.text()}, "p").toml.find("by = \"group\""), std::string::npos);
  }
}

// Names of classes stay classes where the column does not change within a file.
TEST(Persons, are_none_where_a_file_has_one_class) {
  TempFolder folder;
  put(folder, "walk.csv", of_two_classes(1, "a", "a"));
  put(folder, "run.csv", of_two_classes(1, "b", "b"));
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.labels, (Texts{"run", "walk"}));
  EXPECT_TRUE(says(set, "looks like a label column"));
}

TEST(Labels, of_one_recording_each_are_asked_for) {
  TempFolder persons, numbered, gestures;
  for (const char *name : {"ann", "bob", "cat"}) put(persons, std::string(name) + ".csv", waves(1, 600));
  EXPECT_TRUE(asks(propose_project({persons.text()}, "p"),
                   "each file gives a class of its own, of one recording (ann, bob, cat)"));
  for (const char *name : {"P1", "P2", "P3"}) put(numbered, std::string(name) + ".csv", waves(1, 600));
  EXPECT_EQ(questions(load_recordings(numbered.text()),
                      "the file names differ in what numbers them only (P1, P2, P3): is each a class"),
            1u);
  EXPECT_EQ(questions(load_recordings(numbered.text(), {.label_from = LabelFrom::kStem}), "is each a class"),
            0u);
  // of several files each they may be classes, but persons
  for (const auto &[word, count] : {std::pair("class", 0u), {"P", 1u}, {"subject", 1u}}) {
    TempFolder folder;
    for (int i = 0; i < 6; ++i) put(folder, fmt::format("{}{}_{}.csv", word, i % 3, i), waves(i));
    EXPECT_EQ(questions(load_recordings(folder.text()), "is each a class"), count) << word;
  }
  for (const char *name : {"punch", "flex"})
    put(gestures, std::string(name) + ".csv", waves(1) + "\n" + waves(2) + "\n" + waves(3) + "\n" + waves(4));
  EXPECT_FALSE(asks(propose_project({gestures.text()}, "p"), "class of its own"));
}

TEST(Decimals, stand_beside_words_with_commas_and_begin_late) {
  const auto read = [](const std::string &text) {
    std::vector<Finding> problems;
    Table table = parse_table(text, "f.csv", {}, problems);
    EXPECT_TRUE(problems.empty()) << (problems.empty() ? "" : problems[0].message);
    return table;
  };
  for (const char *cell : {"\"a, b\"", "a, b", "hand, left"}) {
    std::string text = "note;x;y\n";
    for (int r = 0; r < 5; ++r) text += fmt::format("{};0,5;1,{}\n", cell, r);
    const Table table = read(text);
    ASSERT_EQ(table.columns.size(), 3u) << text;
    EXPECT_EQ(table.rows[4].values[1], 0.5);
    EXPECT_EQ(table.rows[4].values[2], 1.4);
  }
  for (const char delimiter : {';', '\t', ','}) {
    std::string text = fmt::format("x{}y\n", delimiter);
    const char *quote = delimiter == ',' ? "\"" : "";
    for (int r = 0; r < 130; ++r)
      text += r < 70 ? fmt::format("0{}{}\n", delimiter, r)
                     : fmt::format("{0}0,25{0}{1}{2}\n", quote, delimiter, r);
    const Table table = read(text);
    EXPECT_EQ(table.rows.back().values, (std::vector<double>{0.25, 129})) << delimiter;
  }
  // points in later rows are none
  std::string points = "x;y\n";
  for (int r = 0; r < 100; ++r) points += r < 70 ? "0;1\n" : "0.5;1.25\n";
  EXPECT_EQ(read(points).rows.back().values, (std::vector<double>{0.5, 1.25}));
}

TEST(Clock, of_minutes_and_seconds_goes_on_behind_the_hour) {
  EXPECT_EQ(parse_moment("12:03.25").seconds, 723.25);
  EXPECT_EQ(parse_moment("59:59,5").seconds, 3599.5);
  EXPECT_EQ(parse_moment("12:03").seconds, 12 * 3600 + 180);  // hours and minutes
  EXPECT_EQ(parse_moment("12:03.").kind, MomentKind::kNone);
  EXPECT_EQ(parse_moment("72:03.5").kind, MomentKind::kNone);
  TempFolder folder;
  for (const char *label : {"walk", "run"}) {
    std::string text = "time,x,y\n";
    for (int r = 0; r < 200; ++r) {
      const int ms = (59 * 60 + 50) * 1000 + r * 100;
      text += fmt::format("{:02}:{:02}.{:01},{:.3f},{:.3f}\n", ms / 60000 % 60, ms / 1000 % 60, ms / 100 % 10,
                          std::sin(r), std::cos(r * 0.3));
    }
    put(folder, std::string(label) + ".csv", text);
  }
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.items.size(), 2u) << said(set);
  EXPECT_NEAR(set.rate_hz, 10, 1e-6);
  EXPECT_EQ(set.channels, (Texts{"x", "y"}));
}

// Two files of 300 rows whose columns before x are made by `cells`.
Recordings clocked(const std::string &header, const std::function<std::string(int file, int row)> &cells,
                   int rows = 300) {
  TempFolder folder;
  int file = 0;
  for (const char *label : {"walk", "run"}) {
    std::string text = header + ",x,y\n";
    for (int r = 0; r < rows; ++r)
      text += fmt::format("{},{:.3f},{:.3f}\n", cells(file, r), std::sin(r), std::cos(r * 0.3));
    put(folder, std::string(label) + ".csv", text);
    ++file;
  }
  return load_recordings(folder.text());
}

TEST(Clock, in_hours_minutes_and_seconds_is_one_wherever_the_hour_changes) {
  for (const int start : {14 * 3600 + 30 * 60, 14 * 3600 + 58 * 60, 23 * 3600 + 58 * 60, 14 * 3600}) {
    const Recordings set = clocked("hour,minute,second", [&](int, int r) {
      const int t = start + r;
      return fmt::format("{},{},{}", t / 3600 % 24, t / 60 % 60, t % 60);
    });
    EXPECT_EQ(set.channels, (Texts{"x", "y"})) << start << said(set);
    EXPECT_EQ(set.items.size(), 2u) << start << said(set);
    EXPECT_NEAR(set.rate_hz, 1, 1e-9) << start << said(set);
  }
}

TEST(Clock, may_be_in_hours) {
  for (const char *name : {"time_h", "hours", "elapsed (hours)", "t_hours"}) {
    const Recordings set = clocked(name, [](int, int r) { return fmt::format("{:.9f}", r * 0.02 / 3600); });
    EXPECT_EQ(set.channels, (Texts{"x", "y"})) << name;
    EXPECT_NEAR(set.rate_hz, 50, 0.01) << name << said(set);
  }
}

TEST(Counter, of_8_bits_is_an_index_that_goes_on) {
  for (const int start : {0, 77}) {
    const Recordings set = clocked(
        "a", [&](int, int r) { return std::to_string((start + r) % 256); }, 700);
    EXPECT_EQ(set.channels, (Texts{"x", "y"})) << said(set);
    EXPECT_EQ(set.items.size(), 2u) << start << said(set);
  }
  // in files of whole rounds it may number the rows of recordings
  const Recordings whole = clocked(
      "a", [](int, int r) { return std::to_string(r % 256); }, 768);
  EXPECT_EQ(whole.items.size(), 6u);
  EXPECT_EQ(questions(whole, "recordings of 256 rows each"), 1u) << said(whole);
  EXPECT_EQ(clocked(
                "a", [](int, int r) { return std::to_string(r % 100); }, 750)
                .items.size(),
            16u);
}

// Examples [count, axes...] of three channels and 40 rows; smooth along `time`, the last axis or the one
// before.
void put_array(const TempFolder &folder, bool is_time_last, double noise) {
  constexpr int kCount = 30, kRows = 40, kChannels = 3;
  std::vector<float> values, labels;
  Random random(5);
  for (int i = 0; i < kCount; ++i) {
    std::vector<float> signal;  // [channels, rows]
    for (int c = 0; c < kChannels; ++c)
      for (int t = 0; t < kRows; ++t)
        signal.push_back(c + (1 - noise) * std::sin(0.2 * (1 + i % 2) * t + 2 * c) + noise * random.normal());
    for (int a = 0; a < kRows * kChannels; ++a)
      values.push_back(is_time_last ? signal[a] : signal[a % kChannels * kRows + a / kChannels]);
    labels.push_back(i % 2);
  }
  const auto shape = is_time_last ? std::vector<size_t>{kCount, kChannels, kRows}
                                  : std::vector<size_t>{kCount, kRows, kChannels};
  put(folder, "X.npy", format_npy_f32(shape, values.data()));
  put(folder, "y.npy", format_npy_f32({kCount}, labels.data()));
}

TEST(Axes, are_known_by_how_the_values_run) {
  TempFolder last, first, noise;
  put_array(last, true, 0.05);
  put_array(first, false, 0.05);
  put_array(noise, true, 1);
  const Recordings a = load_recordings(last.text()), b = load_recordings(first.text());
  EXPECT_EQ(a.input_shape(), (Shape{40, 3}));
  EXPECT_EQ(a.items[4].values, b.items[4].values);
  EXPECT_TRUE(says(a, "X is [examples, channels, rows]: 3 channels of 40 rows")) << said(a);
  EXPECT_FALSE(says(b, "channels, rows]"));
  EXPECT_EQ(questions(a, "data.axes") + questions(b, "data.axes"), 0u);
  EXPECT_EQ(load_recordings(last.text(), {.axes = ArrayAxes::kRowsChannels}).input_shape(), (Shape{3, 40}));
  const Recordings unsure = load_recordings(noise.text());
  EXPECT_EQ(unsure.input_shape(), (Shape{3, 40}));
  EXPECT_EQ(questions(unsure, "is an example 3 rows of 40 channels, as taken, or 3 channels of 40 rows?"), 1u)
      << said(unsure);
  EXPECT_EQ(load_recordings(noise.text(), {.axes = ArrayAxes::kChannelsRows}).input_shape(), (Shape{40, 3}));
  // a model knows
  LoadOptions of_model;
  of_model.model = ForModel{40, 3, {"0", "1"}};
  EXPECT_EQ(load_recordings(noise.text(), of_model).input_shape(), (Shape{40, 3}));
}

TEST(Files, that_are_not_read_say_what_to_do) {
  for (const auto &[name, what] : {std::pair("a.csv.gz", "a packed file: unpack it first (gunzip FILE)"),
                                   {"a.zip", "an archive: unpack it first (unzip FILE)"},
                                   {"a.xlsx", "a spreadsheet: save each of its sheets as CSV"},
                                   {"a.mat", "save its arrays"},
                                   {"a.parquet", "save it as CSV"},
                                   {"a.h5", "save its tables as CSV"}}) {
    TempFolder folder;
    put(folder, name, "PK");
    try {
      load_recordings(folder.text());
      FAIL() << name;
    } catch (const Error &e) {
      EXPECT_NE(e.hint().find(what), std::string::npos) << e.hint();
    }
    put(folder, "walk_1.csv", waves(1));
    EXPECT_TRUE(says(load_recordings(folder.text()), what)) << name;
  }
}

TEST(Files, that_are_logs_are_tables_where_there_is_nothing_else) {
  TempFolder folder;
  for (const char *name : {"walk_1.log", "run_1.log"}) put(folder, name, waves(1));
  EXPECT_EQ(load_recordings(folder.text()).labels, (Texts{"run", "walk"}));
  put(folder, "walk_2.csv", waves(1));
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.items.size(), 1u);
  EXPECT_TRUE(says(set, "a log beside other recordings"));
}

}  // namespace
}  // namespace mote
