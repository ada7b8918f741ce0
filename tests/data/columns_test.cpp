// What a column means: judged by its values in every recording and by its name, and said.
#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "base/files.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/columns.h"
#include "data/intake.h"
#include "data/moment.h"
#include "mote/project.h"
#include "said.h"
#include "test_support.h"

namespace mote {
namespace {

using test::said;
using test::says;
using test::TempFolder;
using Texts = std::vector<std::string>;

// Three files of 20 rows: `first` gives the first column, then a and b.
Recordings with_column(const std::string &name, const std::function<std::string(int file, int row)> &first,
                       const LoadOptions &o = {}) {
  TempFolder folder;
  int file = 0;
  for (const char *label : {"down", "shake", "up"}) {
    std::string text = name + ",a,b\n";
    for (int r = 0; r < 20; ++r)
      text += fmt::format("{},{},{}\n", first(file, r), std::sin(r + file), std::cos(r * 2));
    write_file(folder / (std::string(label) + ".csv"), text);
    ++file;
  }
  return load_recordings(folder.text(), o, true);
}
TEST(Columns, that_count_time_are_no_channels_whatever_they_are_called) {
  struct Case {
    const char *name;
    double step;
    double rate_hz;
  };
  for (const Case &c : {Case{"\"Time (s)\"", 0.02, 50},
                        {"time (ms)", 20, 50},
                        {"t_us", 20000, 50},
                        {"millis", 20, 50},
                        {"micros", 4000, 250},
                        {"seconds_elapsed", 0.01, 100},
                        {"epoch (ns)", 1e7, 100},
                        {"ts", 10, 100},
                        {"timeStamp", 5, 200}}) {
    const Recordings set =
        with_column(c.name, [&](int, int r) { return fmt::format("{}", 1000 + r * c.step); });
    EXPECT_EQ(set.channels, (Texts{"a", "b"})) << c.name;
    EXPECT_NEAR(set.rate_hz, c.rate_hz, 1e-6 * c.rate_hz) << c.name;
    EXPECT_TRUE(says(set, "not as a channel")) << c.name << said(set);
  }
  for (const char *name : {"", "index", "sample", "Unnamed: 0", "frame_no"}) {
    const Recordings set = with_column(name, [](int, int r) { return std::to_string(r); });
    EXPECT_EQ(set.channels, (Texts{"a", "b"})) << name;
    EXPECT_TRUE(says(set, "index, not as a channel")) << name << said(set);
  }
}

TEST(Columns, that_count_are_found_by_their_steps_alone) {
  const Recordings set = with_column("wert", [](int f, int r) { return std::to_string(7 + 100 * f + r); });
  EXPECT_EQ(set.channels, (Texts{"a", "b"}));
  EXPECT_TRUE(says(set, "column 'wert' counts by 1"));
  const Recordings overruled =
      with_column("wert", [](int, int r) { return std::to_string(r); }, {.channels = {"wert", "a"}});
  EXPECT_EQ(overruled.channels, (Texts{"wert", "a"}));
  EXPECT_EQ(overruled.items[0].values[2], 1);  // row 1 of the column
  // in one file of three it jumps: a channel
  const Recordings once =
      with_column("wert", [](int f, int r) { return std::to_string(f == 1 ? r * r % 7 : r); });
  EXPECT_EQ(once.channels, (Texts{"wert", "a", "b"}));
}

// Where samples were dropped a clock steps by multiples of its step.
TEST(Columns, that_count_with_rows_missing_are_clocks) {
  const auto dropped = [](int r) { return r + r / 7 + r / 13; };
  for (const double start : {1000., 1.7e12, 4.9e13})
    for (const double step : {20., 5e7}) {
      const Recordings set = with_column("foo", [&](int f, int r) {
        return fmt::format("{:.0f}", start + f * 1e6 * step + dropped(r) * step);
      });
      EXPECT_EQ(set.channels, (Texts{"a", "b"})) << start << " " << step << said(set);
      EXPECT_TRUE(says(set, "is taken as time, not as a channel"));
    }
  EXPECT_NEAR(with_column("ms", [&](int, int r) { return std::to_string(20 * dropped(r)); }).rate_hz, 50,
              1e-9);
  // two sessions, each at its own rate
  EXPECT_EQ(with_column("foo", [&](int f, int r) { return std::to_string(1000 + r * (f == 0 ? 10 : 20)); })
                .channels,
            (Texts{"a", "b"}));
  const auto warming = [](int f, int r) {
    return fmt::format("{:.4f}", 20 + f + 0.01 * r + 0.005 * (r * r % 9));
  };
  EXPECT_EQ(with_column("foo", warming).channels, (Texts{"foo", "a", "b"}));
}

TEST(Columns, of_two_clocks_the_finer_one_is_the_time) {
  for (const bool is_first : {true, false}) {
    const Recordings set =
        with_column(is_first ? "Timestamp,elapsed_ms" : "elapsed_ms,Timestamp", [&](int, int r) {
          const std::string moment = fmt::format("2024-01-01 00:00:{:02}", r / 5),
                            ms = std::to_string(200 * r);
          return is_first ? moment + "," + ms : ms + "," + moment;
        });
    EXPECT_EQ(set.channels, (Texts{"a", "b"}));
    EXPECT_NEAR(set.rate_hz, 5, 1e-9) << said(set);
    EXPECT_FALSE(says(set, "does not increase"));
  }
}

// A clock of whole seconds moves every few rows.
TEST(Clock, that_is_coarse_gives_the_rate_between_its_ticks) {
  const Recordings set =
      with_column("timestamp", [](int, int r) { return std::to_string(1700000000 + (r + 2) / 5); });
  EXPECT_NEAR(set.rate_hz, 5, 1e-9) << said(set);
  EXPECT_FALSE(says(set, "steps of 0 "));
  EXPECT_FALSE(says(set, "gap"));
  EXPECT_TRUE(says(with_column("timestamp", [](int, int r) { return std::to_string(1700000000 + r / 15); }),
                   "too coarse for a rate"));
}

TEST(Clock, that_jitters_has_the_rate_of_its_mean) {
  const auto jittered = [](int f, int r) { return std::to_string(20 * r + (f * 31 + r * r * 7) % 17 - 8); };
  const Recordings set = with_column("millis", jittered);
  EXPECT_NEAR(set.rate_hz, 50, 1.5) << said(set);
  EXPECT_FALSE(says(set, "the files before"));
  EXPECT_TRUE(says(set, "the time between rows varies"));
}

// What a finding says to set is a project that reads.
TEST(Clock, of_which_rows_are_missing_says_all_that_resampling_needs) {
  const auto gap = [](int, int r) { return std::to_string(20 * r + (r >= 10 ? 3000 : 0)); };
  EXPECT_TRUE(says(with_column("millis", gap), "set data.resample = true and data.rate_hz = 50"));
  EXPECT_EQ(with_column("millis", gap, {.rate_hz = 50, .is_resampled = true}).items.size(), 6u);
}

TEST(Columns, that_only_count_are_no_silent_channel) {
  TempFolder folder;
  for (const std::string label : {"up", "down"}) {
    std::string text = "value\n";
    for (int r = 0; r < 20; ++r) text += std::to_string(r) + "\n";
    write_file(folder / (label + ".csv"), text);
  }
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.channels, Texts{"value"});
  EXPECT_TRUE(says(set, "looks like a clock or a count"));
}

// What is wrong with rows of many files for one cause is said once, and its number.
TEST(Rows, that_are_skipped_in_many_files_are_one_finding) {
  TempFolder folder;
  for (int file = 0; file < 6; ++file) {
    std::string text = "a,b\n";
    for (int r = 0; r < 20; ++r) text += fmt::format("{},{}\n", r * r % 7, r == 3 + file ? "" : "1");
    write_file(folder / fmt::format("{}_{}.csv", file % 2 ? "up" : "down", file), text);
  }
  const Recordings set = load_recordings(folder.text(), {.skip_bad_rows = true});
  size_t skipped = 0;
  for (const Finding &f : set.findings) skipped += f.message.find("the row was skipped") != std::string::npos;
  EXPECT_EQ(skipped, 1u);
  EXPECT_TRUE(says(set, "and so in 5 more files"));
  EXPECT_TRUE(propose_project({folder.text()}, "p").load.skip_bad_rows);
}

TEST(Columns, that_only_rise_stay_and_are_named) {
  const Recordings set =
      with_column("temperature", [](int f, int r) { return fmt::format("{}", 20 + f + std::sqrt(r) * r); });
  EXPECT_EQ(set.channels, (Texts{"temperature", "a", "b"}));
  EXPECT_TRUE(says(set, "column 'temperature' only rises in every recording; it stays a channel"));
  EXPECT_EQ(with_column("temperature", [](int, int r) { return fmt::format("{}", r * r); },
                        {.drop_columns = {"temperature"}})
                .channels,
            (Texts{"a", "b"}));
}

TEST(Columns, of_dates_and_times_give_the_rate) {
  const auto clock = [](int, int r) { return fmt::format("2024-05-01T23:59:59.{:03}Z", r * 20); };
  EXPECT_NEAR(with_column("when", clock).rate_hz, 50, 1e-3);
  // date and time in two columns, over midnight
  const Recordings set = with_column("date,time", [](int, int r) {
    return r < 10 ? fmt::format("2024-12-31,23:59:{:02}", 50 + r)
                  : fmt::format("2025-01-01,00:00:{:02}", r - 10);
  });
  EXPECT_EQ(set.channels, (Texts{"a", "b"}));
  EXPECT_NEAR(set.rate_hz, 1, 1e-9);
  EXPECT_FALSE(says(set, "gap"));
  EXPECT_EQ(set.items.size(), 3u);
  EXPECT_EQ(parse_moment("1970-01-02 00:00:01.5").seconds, 86401.5);
  EXPECT_EQ(parse_moment("2024-02-29").seconds, 1709164800);  // date -u -d 2024-02-29 +%s
  EXPECT_EQ(parse_moment("2024-05-01T12:00:00+02:00").seconds, 1714557600);
  EXPECT_EQ(parse_moment("2024-05-01 12:00:00.000 +0200").seconds, 1714557600);  // SensorLog
  EXPECT_EQ(parse_moment("31.12.2024").seconds, parse_moment("12/31/2024").seconds);
  EXPECT_EQ(parse_moment("12:30").kind, MomentKind::kClock);
  for (const char *text : {"1.5", "12", "2024-13-01", "25:00:00", "1:2", "", "2024-05-01x", "-1:30"})
    EXPECT_EQ(parse_moment(text).kind, MomentKind::kNone) << text;
}

TEST(Columns, whose_time_restarts_cut_a_recording) {
  const Recordings set = with_column("time_ms", [](int, int r) { return std::to_string(r % 5 * 10); });
  EXPECT_EQ(set.items.size(), 12u);
  for (const Recording &r : set.items) EXPECT_EQ(r.rows, 5);
  EXPECT_TRUE(says(set, "time starts anew 3 times: 4 recordings"));
  EXPECT_NEAR(set.rate_hz, 100, 1e-9);
}

TEST(Clock, names_gaps_jitter_and_rates_that_cannot_be) {
  EXPECT_TRUE(
      says(with_column("time", [](int, int r) { return fmt::format("{}", r * 0.01 + (r >= 10 ? 3 : 0)); }),
           "1 gap in time, the longest here of 3.01 s at 100 Hz"));
  EXPECT_TRUE(
      says(with_column("time", [](int, int r) { return fmt::format("{}", r * 0.01 + (r % 2) * 0.004); }),
           "the time between rows varies: 20 of 19") == false);
  EXPECT_TRUE(
      says(with_column("time", [](int, int r) { return fmt::format("{}", r * 0.01 + (r % 2) * 0.004); }),
           "the time between rows varies"));
  EXPECT_TRUE(says(with_column("time (s)", [](int, int r) { return fmt::format("{}", r * 20); }),
                   "0.05 Hz, which is no usual rate"));
  EXPECT_TRUE(says(with_column("time_us", [](int, int r) { return fmt::format("{}", r * 20); }),
                   "50000 Hz, which is no usual rate"));
  EXPECT_TRUE(
      says(with_column("time_ms", [](int, int r) { return fmt::format("{}", r * 10); }, {.rate_hz = 50}),
           "gives 100 Hz, data.rate_hz says 50"));
  const Recordings fine =
      with_column("time_ms", [](int, int r) { return fmt::format("{}", r * 10); }, {.rate_hz = 100});
  EXPECT_TRUE(fine.findings.empty()) << said(fine);
  // whole milliseconds at 119 Hz step by 8 and 9: 19 steps in 160 ms
  EXPECT_NEAR(
      with_column("millis", [](int, int r) { return fmt::format("{:.0f}", std::floor(r * 1000 / 119.0)); })
          .rate_hz,
      119, 1);
}

TEST(Clock, resamples_linearly_and_invents_nothing_in_a_gap) {
  // at 0, 10, 30, 40 ms the values are 0, 1, 3, 4; then a second is missing
  TempFolder folder;
  const std::string text = "time_ms,x\n0,0\n10,1\n25,2.5\n40,4\n1040,7\n1050,8\n1060,9\n";
  for (const char *name : {"a.csv", "b.csv"}) write_file(folder / name, text);
  const Recordings set = load_recordings(folder.text(), {.rate_hz = 100, .is_resampled = true});
  ASSERT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.items[0].values, (SensorValues{0, 1, 2, 3, 4}));
  EXPECT_EQ(set.items[1].values, (SensorValues{7, 8, 9}));
  EXPECT_EQ(set.items[1].first_line, 6);
  EXPECT_EQ(load_recordings(folder.text(), {.rate_hz = 200, .is_resampled = true}).items[1].values,
            (SensorValues{7, 7.5f, 8, 8.5f, 9}));
}

TEST(Columns, of_labels_persons_and_recordings) {
  TempFolder folder;
  std::string text = "user,activity,trial,x,y\n";
  for (int person : {3, 4})
    for (const char *activity : {"walk", "sit"})
      for (int trial : {1, 2})
        for (int r = 0; r < 5; ++r)
          text += fmt::format("{},{},{},{},{}\n", person, activity, trial, r * r % 5 + person, 0.5 * r * r);
  write_file(folder / "all.csv", text);
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.labels, (Texts{"sit", "walk"}));
  EXPECT_EQ(set.channels, (Texts{"x", "y"}));
  ASSERT_EQ(set.items.size(), 8u);
  EXPECT_EQ(set.items[0].group, "3");
  EXPECT_EQ(set.items[4].group, "4");
  EXPECT_EQ(set.items[1].first_line, 7);
  EXPECT_TRUE(says(set, "column 'activity' is the label column (sit, walk)"));
  const Recordings named =
      load_recordings(folder.text(), {.label_column = "trial", .drop_columns = {"activity"}});
  EXPECT_EQ(named.labels, (Texts{"1", "2"}));
  EXPECT_ERROR(load_recordings(folder.text(), {.label_column = "class"}), "has no column 'class'");
}

TEST(Columns, of_labels_beside_files_of_classes_are_named_and_not_used) {
  const Recordings set = with_column("phase", [](int, int r) { return r < 10 ? "walk" : "sit"; });
  EXPECT_EQ(set.labels, (Texts{"down", "shake", "up"}));
  EXPECT_TRUE(says(set,
                   "looks like a label column (sit, walk) and is not used; if it holds the classes set "
                   "data.label_column"));
  EXPECT_EQ(with_column("activity", [](int, int r) { return r < 10 ? "walk" : "sit"; },
                        {.label_column = "activity"})
                .labels,
            (Texts{"sit", "walk"}));
  // numbers named like labels, as the anomaly column of SKAB
  const Recordings anomaly = with_column("anomaly", [](int, int r) { return r < 10 ? "0.0" : "1.0"; });
  EXPECT_EQ(anomaly.channels, (Texts{"a", "b"}));
  // text in a column that is not used does not matter
  EXPECT_EQ(with_column("note", [](int, int r) { return r % 2 ? "ok" : "3"; }, {.channels = {"a", "b"}})
                .items.size(),
            3u);
}

TEST(Labels, never_merge_and_are_text) {
  EXPECT_EQ(class_of_stem("hand.left"), "hand.left");
  EXPECT_EQ(class_of_stem("speed_0.5"), "speed_0.5");
  EXPECT_EQ(class_of_stem("speed_1.0"), "speed_1.0");
  EXPECT_EQ(class_of_stem("punch (1)"), "punch");
  EXPECT_EQ(class_of_stem("punch_01"), "punch");
  EXPECT_EQ(class_of_stem("punch.3"), "punch");
  EXPECT_EQ(class_of_stem("ring.1a2b"), "ring");
  EXPECT_EQ(class_of_stem("idle"), "idle");
  EXPECT_EQ(class_of_stem("hand.left.0"), "hand.left");
  EXPECT_EQ(class_of_stem("hand.left_0"), "hand.left");
  EXPECT_EQ(class_of_stem("hand.left.2024-05-01"), "hand.left");
  EXPECT_EQ(class_of_stem("hand.left2"), "hand.left2");
  EXPECT_EQ(class_of_stem("hand.left-2b"), "hand.left-2b");
  EXPECT_EQ(class_of_stem("speed_0.5_3"), "speed_0.5");
  EXPECT_EQ(class_of_stem("wave.1.2"), "wave");
  EXPECT_EQ(class_of_stem("idle.4.cbor.3d8nhs3k"), "idle");
  for (const char *name : {"gr\xfc\xdf"
                           "e",
                           "a\xe0\x80\x80", "a\xed\xa0\x80", "a\xf5\x80\x80\x80", "a\nb", "a\x1b[31m"}) {
    TempFolder folder;
    write_file(folder / (std::string(name) + ".csv"), "x,y\n1,2\n3,4\n");
    write_file(folder / "b.csv", "x,y\n1,2\n3,4\n");
    EXPECT_ERROR(load_recordings(folder.text()), "has a name that is not UTF-8 text");
    EXPECT_EQ(load_recordings(folder.text(), {}, true).findings.at(0).severity, Severity::kError);
    EXPECT_ERROR(propose_project({folder.text()}, "p"), "has a name that is not UTF-8 text");
  }
  EXPECT_ERROR(load_recordings("x", {.labels = {"up", "down", "up"}}), "'up' is given twice");
}

Recordings labelled(const TempFolder &folder, const Texts &names) {
  for (const std::string &name : names) {
    fs::create_directories((folder / name).parent_path());
    write_file(folder / name, "x,y\n1,2\n3,4\n");
  }
  return load_recordings(folder.text());
}

size_t unclear_labels(const Recordings &set) {
  return std::count_if(set.findings.begin(), set.findings.end(), [](const Finding &f) {
    return f.message.find("Set data.label_from") != std::string::npos;
  });
}

// A comment ends between two letters, not within one.
TEST(Labels, of_long_names_leave_the_proposal_text) {
  for (int more = 0; more < 3; ++more) {
    TempFolder folder;
    std::string name(more, 'x');
    for (int i = 0; i < 70; ++i) name += "\u20ac";
    labelled(folder, {name + "_1.csv", name + "_2.csv", "b_1.csv", "b" + name + "_1.csv"});
    EXPECT_TRUE(is_utf8(propose_project({folder.text()}, "p").toml));
  }
}

// Names that only number the recordings of a folder are no classes, whatever word they have.
TEST(Labels, are_not_what_numbers_the_recordings) {
  for (const std::string word : {"recording0", "sample", "P", "r", "x-", "2024-05-0", "data_"}) {
    TempFolder folder;
    const Recordings set = labelled(folder, {"walk/" + word + "1.csv", "walk/" + word + "2.csv",
                                             "hand.left/" + word + "1.csv", "hand.left/" + word + "2.csv"});
    EXPECT_EQ(set.labels, (Texts{"hand.left", "walk"})) << word;
    EXPECT_EQ(unclear_labels(set), 0u);
  }
  TempFolder persons, sessions;
  EXPECT_EQ(
      unclear_labels(labelled(persons, {"p1/walk_1.csv", "p1/run_1.csv", "p2/walk_1.csv", "p2/run_1.csv"})),
      0u);
  EXPECT_EQ(load_recordings(persons.text()).labels, (Texts{"run", "walk"}));
  EXPECT_EQ(labelled(sessions, {"walk/s1/1.csv", "walk/s2/1.csv", "run/s1/1.csv", "run/s2/1.csv"}).labels,
            (Texts{"run", "walk"}));
}

TEST(Labels, of_one_folder_are_those_of_its_files) {
  TempFolder folder, normal, several;
  EXPECT_EQ(
      labelled(folder, {"recordings/walk_0.csv", "recordings/walk_1.csv", "recordings/run_0.csv"}).labels,
      (Texts{"run", "walk"}));
  EXPECT_EQ(labelled(normal, {"normal/rec1.csv", "normal/rec2.csv"}).labels, (Texts{"normal"}));
  // some names in several folders are only numbers
  EXPECT_EQ(labelled(several, {"calm/calm.csv", "valve/0.csv", "valve/1.csv", "other/1.csv"}).labels,
            (Texts{"calm", "other", "valve"}));
}

TEST(Labels, that_folders_and_names_could_give_are_asked_for) {
  TempFolder crossed, persons, parts;
  const Recordings set =
      labelled(crossed, {"walk/ann/0.csv", "walk/bob/0.csv", "run/ann/0.csv", "run/bob/0.csv"});
  EXPECT_EQ(unclear_labels(set), 1u);
  const Proposal p = propose_project({crossed.text()}, "p");
  EXPECT_EQ(std::count_if(p.questions.begin(), p.questions.end(),
                          [](auto &q) {
                            return q.find("are the classes ann, bob (the folders, as taken) or run, walk") !=
                                   std::string::npos;
                          }),
            1);
  EXPECT_EQ(unclear_labels(load_recordings(crossed.text(), {.label_from = LabelFrom::kTopFolder})), 0u);
  EXPECT_EQ(unclear_labels(labelled(persons, {"ann/walk.csv", "ann/run.csv", "bob/walk.csv", "bob/run.csv"})),
            1u);
  EXPECT_EQ(unclear_labels(labelled(
                parts, {"train/walk/0.csv", "train/run/0.csv", "test/walk/0.csv", "test/run/0.csv"})),
            0u);
}

TEST(Labels, say_where_they_come_from) {
  TempFolder folder;
  for (const char *name : {"walk/ann.csv", "walk/bob.csv", "run/ann.csv", "run/bob.csv"}) {
    fs::create_directories((folder / name).parent_path());
    write_file(folder / name, "x,y\n1,2\n3,4\n");
  }
  const Recordings set = load_recordings(folder.text());
  EXPECT_TRUE(says(set,
                   "classes come from the file names (ann, bob); data.label_from = \"stem\", \"folder\" "
                   "would give run, walk"));
  EXPECT_EQ(load_recordings(folder.text(), {.label_from = LabelFrom::kFolder}).labels,
            (Texts{"run", "walk"}));
  TempFolder nested;
  for (const char *name : {"walk/s1/a.csv", "run/s2/b.csv"}) {
    fs::create_directories((nested / name).parent_path());
    write_file(nested / name, "x,y\n1,2\n3,4\n");
  }
  EXPECT_TRUE(says(load_recordings(nested.text()), "\"folder\" would give s1, s2"));
  EXPECT_EQ(load_recordings(nested.text(), {.label_from = LabelFrom::kTopFolder}).labels,
            (Texts{"run", "walk"}));
  EXPECT_EQ(load_recordings(nested.text(), {.exclude = {"s1/a.csv"}}).items.size(), 1u);
  EXPECT_EQ(load_recordings(nested.text(), {.exclude = {"a.csv:2"}}).items.size(), 1u);
  EXPECT_FALSE(
      says(load_recordings(nested.text(), {.exclude = {"a.csv:2", "s2/b.csv"}}, true), "leaves nothing out"));
  EXPECT_TRUE(says(load_recordings(nested.text(), {.exclude = {"s1/a.csv", "nosuch.csv"}}),
                   "'nosuch.csv' leaves nothing out"));
}

// A sensor whose numbers are written in a form that is not read must not vanish among the texts.
TEST(Columns, of_numbers_in_another_form_are_refused) {
  for (const char *form : {"\"1,{}00.5\"", "0x{}f", "{}%", "{}.5 g", "1.{}D+00", "[0.{}"}) {
    TempFolder folder;
    for (const std::string label : {"up", "down"}) {
      std::string text = "a,b\n";
      for (int r = 0; r < 30; ++r)
        text += fmt::format("{},{}\n", fmt::format(fmt::runtime(form), r + 10), std::sin(r));
      write_file(folder / (label + ".csv"), text);
    }
    EXPECT_ERROR(load_recordings(folder.text()), "column 'a' holds numbers in a form that is not read");
    EXPECT_EQ(load_recordings(folder.text(), {.drop_columns = {"a"}}).channels, (Texts{"b"})) << form;
  }
  // names of files and a few numbered classes are texts
  const Recordings named =
      with_column("file", [](int f, int r) { return fmt::format("{:04}.png", 100 * f + r); });
  EXPECT_EQ(named.channels, (Texts{"a", "b"}));
  const Recordings classes = with_column("load", [](int, int r) { return fmt::format("{}%", r / 7); });
  EXPECT_TRUE(says(classes, "looks like a label column"));
}

TEST(Columns, of_few_integers_that_stay_are_named_as_possible_labels) {
  const auto file = [](bool is_last) {
    TempFolder folder;
    std::string text;
    for (int r = 0; r < 120; ++r) {
      const std::string sensors = fmt::format("{:.4f},{:.4f}", std::sin(r * 1.3), std::cos(r * 0.9));
      text += is_last ? fmt::format("{},{}\n", sensors, r / 40) : fmt::format("{},{}\n", r / 40, sensors);
    }
    write_file(folder / "log.csv", text);
    return load_recordings(folder.text(), {.needs_classes = false}, true);
  };
  EXPECT_TRUE(says(file(true), "set data.label_column = \"c2\""));
  EXPECT_TRUE(says(file(false), "set data.label_column = \"c0\""));
  EXPECT_EQ(file(true).channels.size(), 3u);  // never taken without a word from its owner
}

TEST(Moments, know_the_halves_of_a_day) {
  EXPECT_EQ(parse_moment("12:00:01 AM").seconds, 1);
  EXPECT_EQ(parse_moment("12:00:01 PM").seconds, 43201);
  EXPECT_EQ(parse_moment("1:00:00.5pm").seconds, 46800.5);
  EXPECT_EQ(parse_moment("13:00 PM").kind, MomentKind::kNone);
  EXPECT_EQ(parse_moment("1970-01-01 02:00:00 PM").seconds, 50400);
}

TEST(Columns, of_a_warming_sensor_stay_channels_by_their_name) {
  const auto value = [](int, int r) {
    return fmt::format("{:.4f}", 20 + 0.01 * r + 0.004 * std::sin(r * 7));
  };
  const Recordings warm = with_column("temp", value);
  EXPECT_EQ(warm.channels, (Texts{"temp", "a", "b"}));
  EXPECT_TRUE(says(warm, "by its name it stays a channel"));
  EXPECT_EQ(with_column("wert", value).channels, (Texts{"a", "b"}));
}

TEST(Columns, that_overflow_go_on_and_those_that_fall_are_refused) {
  TempFolder folder;
  const auto written = [&](const std::function<long(int)> &count) {
    for (const std::string label : {"up", "down"}) {
      std::string text = "millis,a,b\n";
      for (int r = 0; r < 300; ++r) text += fmt::format("{},{},{}\n", count(r), std::sin(r), std::cos(r * 2));
      write_file(folder / (label + ".csv"), text);
    }
    return load_recordings(folder.text());
  };
  const Recordings wrapped = written([](int r) { return (60000 + 20l * r) % 65536; });
  EXPECT_EQ(wrapped.items.size(), 2u);
  EXPECT_EQ(wrapped.rate_hz, 50);
  EXPECT_EQ(written([](int r) { return 20l * (r % 100); }).items.size(), 6u);   // starts anew
  EXPECT_EQ(written([](int r) { return (250l + r) % 256; }).items.size(), 2u);  // 8 bits
  EXPECT_ERROR(written([](int r) { return 20l * (300 - r); }), "time falls in nearly every row");
}

// Seconds and what is left of them: one clock, one recording of each file, an even rate.
TEST(SplitClocks, are_one_clock) {
  struct Split {
    const char *header;
    std::string (*clock)(int row);  // of 100 rows a second
  };
  const Split splits[] = {
      {"sec,usec",
       [](int r) {
         return std::to_string(1700000000 + (37 + r) / 100) + "," + std::to_string((37 + r) % 100 * 10000);
       }},
      {"seconds,milliseconds",
       [](int r) { return std::to_string((37 + r) / 100) + "," + std::to_string((37 + r) % 100 * 10); }},
      {".header.stamp.secs,.header.stamp.nsecs",
       [](int r) {
         return std::to_string(1700000000 + (37 + r) / 100) + "," + std::to_string((37 + r) % 100 * 10000000);
       }},
      {"minute,second",
       [](int r) {
         return std::to_string((5900 + r) / 6000) + "," + std::to_string((5900 + r) % 6000 / 100) + "." +
                std::to_string(100 + (5900 + r) % 100).substr(1);
       }},
  };
  for (const Split &s : splits) {
    test::TempFolder folder;
    for (const char *name : {"walk_0.csv", "run_0.csv"}) {
      std::string text = std::string(s.header) + ",ax,ay\n";
      const int rows = s.header[0] == 'm' ? 13000 : 450;
      for (int r = 0; r < rows; ++r)
        text += s.clock(r) + "," + std::to_string(r * 7 % 23) + "," + std::to_string(r * 13 % 31) + "\n";
      write_file(folder / name, text);
    }
    const Recordings set = load_recordings(folder.text());
    EXPECT_EQ(set.items.size(), 2u) << s.header;
    EXPECT_EQ(set.channels, (std::vector<std::string>{"ax", "ay"})) << s.header;
    EXPECT_NEAR(set.rate_hz, 100, 0.1) << s.header;
    EXPECT_TRUE(set.findings.empty()) << s.header << ": " << set.findings[0].message;
  }
}

// A time that starts anew in each trial is no part of a second.
TEST(SplitClocks, are_not_trials) {
  for (const char *header : {"trial,time", "session_time,t_ms"}) {
    test::TempFolder folder;
    for (const char *name : {"walk.csv", "run.csv"}) {
      std::string text = std::string(header) + ",ax,ay\n";
      for (int r = 0; r < 400; ++r)
        text += std::to_string(1 + r / 80) + "," + std::to_string(r % 80 * 10) + "," +
                std::to_string(r * 7 % 23) + "," + std::to_string(r * 13 % 31) + "\n";
      write_file(folder / name, text);
    }
    EXPECT_EQ(load_recordings(folder.text()).items.size(), 10u) << header;
  }
}

TEST(Columns, that_only_fall_are_warned_of) {
  for (const std::string name : {"remaining", "battery"}) {
    test::TempFolder folder;
    for (const char *file : {"walk.csv", "run.csv"}) {
      std::string text = name + ",ax\n";
      for (int r = 0; r < 200; ++r)
        text += (name == "remaining" ? std::to_string(200 - r) : std::to_string(100 - 0.01 * r)) + "," +
                std::to_string(r * 7 % 23) + "\n";
      write_file(folder / file, text);
    }
    const Recordings set = load_recordings(folder.text());
    EXPECT_EQ(set.items.size(), 2u) << name;
    ASSERT_EQ(set.findings.size(), 1u) << name;
    EXPECT_NE(set.findings[0].message.find("column '" + name + "' falls in nearly every row"),
              std::string::npos)
        << set.findings[0].message;
  }
}

TEST(DecimalCommas, of_one_column_are_one_channel) {
  for (const std::string header : {"wert\n", ""}) {
    test::TempFolder folder;
    for (const char *file : {"walk.csv", "run.csv"})
      write_file(folder / file, header + "0,234\n-0,066\n1,5\n-0,25\n2\n0,125\n");
    const Recordings set = load_recordings(folder.text());
    ASSERT_EQ(set.channels.size(), 1u) << header;
    EXPECT_EQ((std::vector<float>(set.items[0].values.begin(), set.items[0].values.end())),
              (std::vector<float>{0.234f, -0.066f, 1.5f, -0.25f, 2, 0.125f}));
  }
  // pairs of integers stay pairs
  test::TempFolder folder;
  for (const char *file : {"walk.csv", "run.csv"}) write_file(folder / file, "0,5\n1,7\n-3,9\n2,4\n0,1\n");
  EXPECT_EQ(load_recordings(folder.text()).channels.size(), 2u);
}

TEST(Labels, keep_their_numbers_where_the_settings_say_so) {
  test::TempFolder folder;
  for (const char *name : {"angle_30.csv", "angle_60.csv", "rest.csv"})
    write_file(folder / name, "x,y\n1,2\n3,5\n\n2,1\n4,4\n");
  EXPECT_EQ(load_recordings(folder.text()).labels, (std::vector<std::string>{"angle", "rest"}));
  EXPECT_EQ(load_recordings(folder.text(), {.label_from = LabelFrom::kName}).labels,
            (std::vector<std::string>{"angle_30", "angle_60", "rest"}));
  LoadOptions o;
  o.model = ForModel{2, 2, {"angle_30", "angle_60", "rest"}, true};  // a model that has them
  EXPECT_EQ(load_recordings(folder.text(), o).labels, o.model->labels);
}

// 30 numbers side by side without a word of what they are.
TEST(WideTables, without_header_and_classes_are_asked_about) {
  test::TempFolder folder;
  std::string rows;
  for (int r = 0; r < 40; ++r)
    for (int c = 0; c < 30; ++c)
      rows += std::to_string((r * 31 + c * 17) % 97) + ".5" + (c < 29 ? "," : "\n");
  for (const char *name : {"good.csv", "bad.csv"}) write_file(folder / name, rows);
  const auto questions = [&](RowsAre are) {
    LoadOptions options;
    options.rows = are;
    std::vector<std::string> asked;
    const Recordings set = load_recordings(folder.text(), options);
    for (const Finding &f : set.findings)
      if (f.is_question) asked.push_back(f.message);
    EXPECT_EQ(set.items.size(), are == RowsAre::kExamples ? 80u : 2u);
    return asked;
  };
  const std::vector<std::string> asked = questions(RowsAre::kAuto);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_NE(asked[0].find("40 rows an example of 30 values, or a moment of 30 sensors"), std::string::npos)
      << asked[0];
  EXPECT_TRUE(questions(RowsAre::kSamples).empty());
  EXPECT_TRUE(questions(RowsAre::kExamples).empty());
}

}  // namespace
}  // namespace mote
