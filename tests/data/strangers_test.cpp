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
#include "strangers.h"
#include "test_support.h"

namespace mote::test {
namespace {

// Walking and running by turns.
std::string of_two_classes(int person, const char *first = "walk", const char *second = "run") {
  std::string text = "x,y,activity\n";
  for (int r = 0; r < 240; ++r)
    text += fmt::format("{:.4f},{:.4f},{}\n", std::sin(r * 0.2 + person), std::cos(r * 0.3),
                        r / 40 % 2 ? second : first);
  return text;
}

// Names of classes stay classes where the column does not change within a file.

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
}  // namespace mote::test
