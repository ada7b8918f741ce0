// What readers make of files: values, lines, rates, classes and their order, one number after the other.
#include <cmath>

#include "base/files.h"
#include "data/csv.h"
#include "data/npy.h"
#include "mote/synth.h"
#include "test_support.h"

namespace mote {
namespace {

using test::TempFolder;
using Texts = std::vector<std::string>;

struct Rows {
  std::vector<long> lines, problem_lines;
  std::vector<std::vector<double>> values;
  std::vector<bool> starts;
};
Rows rows_of(const std::string &text) {
  std::vector<Finding> problems;
  Rows r;
  for (const Table::Row &row : parse_csv(text, "f", {}, problems).rows) {
    r.lines.push_back(row.line);
    r.values.push_back(row.values);
    r.starts.push_back(row.starts_recording);
  }
  for (const Finding &p : problems) r.problem_lines.push_back(std::stol(p.where.substr(2)));
  return r;
}

TEST(CsvLines, are_counted_alike_for_every_line_end) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    std::string text;
    for (const char *line : {"x,y", "1,2", "oops,2", "3,4", "", "5,6", "7", "8,9"}) text += line + end;
    const Rows r = rows_of(text);
    EXPECT_EQ(r.lines, (std::vector<long>{2, 4, 6, 8}));
    EXPECT_EQ(r.problem_lines, (std::vector<long>{3, 7}));
    EXPECT_EQ(r.starts, (std::vector<bool>{true, false, true, false}));
    EXPECT_EQ(r.values, (std::vector<std::vector<double>>{{1, 2}, {3, 4}, {5, 6}, {8, 9}}));
  }
  EXPECT_EQ(rows_of("1,2\r\n\r\n\n3,4").lines, (std::vector<long>{1, 4}));  // mixed; a last line without end
  EXPECT_EQ(rows_of("\n\n1,2\n").lines, std::vector<long>{3});
}

TEST(CsvLines, with_quotes_signs_and_blanks_are_numbers) {
  EXPECT_EQ(rows_of(" 1 , \"-2.5\" \n+3,1e-2\n").values,
            (std::vector<std::vector<double>>{{1, -2.5}, {3, 0.01}}));
  EXPECT_EQ(rows_of("-1;.5\n").values, (std::vector<std::vector<double>>{{-1, 0.5}}));  // no header
  std::vector<Finding> problems;
  const Table t = parse_csv("who,x\nann,1\nbob,2\n", "f", {"who"}, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(t.has_header);
  EXPECT_EQ(t.columns, (Texts{"who", "x"}));
  EXPECT_EQ(t.rows[1].texts[0], "bob");
  EXPECT_EQ(t.rows[1].values[1], 2);
  const std::string long_cell(41, 'a');
  parse_csv("x,y\n1," + long_cell + "\n2,\x01\n", "f", {}, problems);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].message, "'" + std::string(40, 'a') + "...' in column y is not a number");
  EXPECT_EQ(problems[1].message, "'?' in column y is not a number");
}

TEST(Labels, are_sorted_as_numbers_or_as_text_or_as_given) {
  const auto labels_of = [](const Texts &names, const LoadOptions &o = {}) {
    TempFolder folder;
    for (const std::string &name : names) {
      fs::create_directories(folder / name);
      write_file(folder / name / "rec_1.csv", "1,2\n3,4\n");
    }
    return load_recordings(folder.text(), o).labels;
  };
  EXPECT_EQ(labels_of({"2", "10", "9"}), (Texts{"2", "9", "10"}));
  EXPECT_EQ(labels_of({"2", "10", "nine"}), (Texts{"10", "2", "nine"}));
  EXPECT_EQ(labels_of({"2", "10", "9"}, {.labels = {"9", "2"}}), (Texts{"9", "2"}));
  EXPECT_ERROR(labels_of({"2", "10"}, {.labels = {"3"}}), "has no recordings of class '3'; its classes are");
  TempFolder arrays;
  const std::vector<float> x(6, 1.0f), y = {10, 2, 9};
  write_file(arrays / "X.npy", format_npy_f32({3, 2}, x.data()));
  write_file(arrays / "y.npy", format_npy_f32({3}, y.data()));
  const Recordings set = load_recordings(arrays.text());
  EXPECT_EQ(set.labels, (Texts{"2", "9", "10"}));
  EXPECT_EQ(set.all().classes, (std::vector<int>{2, 0, 1}));  // an example's class is an index into them
  EXPECT_EQ(set.items[2].first_line, 3);
}

TEST(Rates, are_one_over_the_median_step_in_the_columns_unit) {
  const auto rate_of = [](const std::string &header, const Texts &times, const LoadOptions &o = {}) {
    TempFolder folder;
    std::string text = header + ",x\n";
    for (const std::string &t : times) text += t + ",1\n";
    for (const char *name : {"a.csv", "b.csv"}) write_file(folder / name, text);
    return load_recordings(folder.text(), o).rate_hz;
  };
  EXPECT_NEAR(rate_of("time", {"0", "0.01", "0.02", "0.5"}), 100, 1e-9);  // seconds; one gap
  EXPECT_NEAR(rate_of("t", {"5", "5.5", "6"}), 2, 1e-9);
  EXPECT_NEAR(rate_of("time_ms", {"0", "20", "40", "100"}), 50, 1e-9);
  EXPECT_NEAR(rate_of("timestamp", {"0", "20", "40", "100"}), 50, 1e-9);
  EXPECT_NEAR(rate_of("time [us]", {"0", "4000", "8000"}), 250, 1e-9);
  EXPECT_NEAR(rate_of("when", {"0", "4", "8"}, {.time_column = "when"}), 0.25, 1e-9);
  EXPECT_EQ(rate_of("when", {"0", "4", "8"}), 0);  // a channel like any other
}

TEST(Rates, that_differ_by_more_than_a_twentieth_are_reported) {
  const auto findings_of = [](double second) {
    TempFolder folder;
    const auto times = [](double step) {
      std::string text = "time,x\n";
      for (int i = 0; i < 5; ++i) text += std::to_string(i * step) + ",1\n";
      return text;
    };
    write_file(folder / "a.csv", times(0.1));
    write_file(folder / "b.csv", times(second));
    return load_recordings(folder.text()).findings;
  };
  EXPECT_TRUE(findings_of(0.104).empty());  // 4 % faster and slower
  EXPECT_TRUE(findings_of(0.0965).empty());
  for (double step : {0.107, 0.094}) {
    const auto findings = findings_of(step);
    ASSERT_EQ(findings.size(), 1u) << step;
    EXPECT_NE(findings[0].message.find("the files before at 10.0 Hz"), std::string::npos);
    EXPECT_NE(findings[0].where.find("b.csv"), std::string::npos);
  }
  const auto still = findings_of(0);
  ASSERT_EQ(still.size(), 1u);
  EXPECT_EQ(still[0].message, "the time column does not increase, so it gives no rate");
}

TEST(Recordings, keep_first_lines_values_and_groups) {
  TempFolder folder;
  fs::create_directories(folder / "ann");
  fs::create_directories(folder / "bob");
  write_file(folder / "ann/up.csv", "x,y,z\n1,2,3\n4,5,6\n\n7,8,9\n10,11,12\n");
  write_file(folder / "bob/up.csv", "x,y,z\n0,0,1\n0,0,2\n");
  write_file(folder / "bob/down.csv", "x,y,z\n5,5,5\n5,5,6\n");
  const Recordings set = load_recordings(folder.text(), {.channels = {"z", "x"}});
  ASSERT_EQ(set.items.size(), 4u);
  EXPECT_EQ(set.items[0].first_line, 2);
  EXPECT_EQ(set.items[1].first_line, 5);
  EXPECT_EQ(set.items[1].values, (SensorValues{9, 7, 12, 10}));  // columns as they were asked for
  EXPECT_EQ(set.items[1].group, "ann");
  EXPECT_EQ(set.items[2].label, "down");
  EXPECT_EQ(set.items[3].group, "bob");
  EXPECT_EQ(set.items[0].rows, 2);
  EXPECT_EQ(set.channels, (Texts{"z", "x"}));
}

// Fortran's order runs through the first index first, whatever the number of dimensions.
TEST(NpyOrder, of_three_dimensions_is_turned_round) {
  std::string header = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3, 2), }";
  header.append(64 - (10 + header.size()) % 64, ' ');
  std::string bytes = std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0' + header;
  for (int c = 0; c < 2; ++c)
    for (int b = 0; b < 3; ++b)
      for (int a = 0; a < 2; ++a) bytes += std::string{static_cast<char>(a * 100 + b * 10 + c), 0};
  const NpyArray array = parse_npy(bytes, "x");
  EXPECT_EQ(array.values, (std::vector<double>{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}));
  EXPECT_EQ(array.rows(), 2u);
  EXPECT_EQ(array.row_size(), 6u);
  const float one = 1.5f;
  const std::string written = format_npy_f32({1}, &one);
  EXPECT_EQ((written.size() - 4) % 64, 0u);  // the format's alignment of the data
  EXPECT_NE(written.find("'shape': (1,)"), std::string::npos);
}

// What the generator promises: rows, units, limits, and gestures that can be told apart by their motion.
TEST(Synth, gestures_have_the_size_and_motion_of_their_names) {
  const auto files = synth_gestures({.seed = 5, .persons = 3, .recordings = 4});
  ASSERT_EQ(files.size(), 9u);
  EXPECT_EQ(files[0].path, "person_1/flex.csv");
  EXPECT_EQ(files[8].path, "person_3/punch.csv");
  EXPECT_NE(files[0].content, files[3].content);  // of another person
  for (const SynthFile &f : files) {
    std::vector<Finding> problems;
    const Table t = parse_csv(f.content, f.path, {}, problems);
    ASSERT_TRUE(problems.empty());
    EXPECT_EQ(t.columns, (Texts{"aX", "aY", "aZ", "gX", "gY", "gZ"}));
    ASSERT_EQ(t.rows.size(), 4u * 119);
    double highest[6] = {}, gravity = 0;
    size_t starts = 0;
    for (size_t r = 0; r < t.rows.size(); ++r) {
      starts += t.rows[r].starts_recording;
      for (size_t c = 0; c < 6; ++c) {
        highest[c] = std::fmax(highest[c], std::fabs(t.rows[r].values[c]));
        ASSERT_LE(std::fabs(t.rows[r].values[c]), c < 3 ? 4 : 2000);
      }
      const auto &v = t.rows[r].values;
      if (r % 119 == 0) gravity += std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]) / 4;
    }
    EXPECT_EQ(starts, 4u);
    EXPECT_NEAR(gravity, 1, 0.1) << f.path;  // at rest in the first row
    const bool is_punch = f.path.find("punch") != std::string::npos,
               is_idle = f.path.find("idle") != std::string::npos;
    if (is_punch) EXPECT_GT(highest[0], 1.8) << f.path;  // thrust along the forearm
    if (is_idle) EXPECT_LT(highest[4], 20) << f.path;
    if (!is_idle) EXPECT_GT(highest[4], 60) << f.path;  // turns about the elbow
  }
  EXPECT_ERROR(synth_gestures({.persons = 0}), "persons must be 1 .. 1000");
  EXPECT_ERROR(synth_gestures({.persons = 1001}), "persons must be 1 .. 1000");
  EXPECT_ERROR(synth_gestures({.recordings = 0}), "recordings 1 .. 10000");
  EXPECT_ERROR(synth_gestures({.persons = 1, .recordings = 10001}), "recordings 1 .. 10000");
}

TEST(Recordings, have_the_channel_names_of_the_first_file_that_has_any) {
  const auto channels = [](const std::string &first, const std::string &second) {
    TempFolder folder;
    write_file(folder / "a.csv", first + "1,2\n3,4\n");
    write_file(folder / "b.csv", second + "5,6\n7,8\n");
    return load_recordings(folder.text()).channels;
  };
  EXPECT_EQ(channels("aX,aY\n", "aX,aY\n"), (Texts{"aX", "aY"}));
  EXPECT_EQ(channels("aX,aY\n", ""), (Texts{"aX", "aY"}));
  EXPECT_EQ(channels("", "aX,aY\n"), (Texts{"aX", "aY"}));
  EXPECT_EQ(channels("", "").size(), 2u);
  EXPECT_ERROR(channels("aX,aY\n", "aX,aZ\n"), "b.csv: has the columns aX, aZ");
}

TEST(Recordings, take_columns_by_name_within_a_set) {
  TempFolder folder;
  write_file(folder / "a.csv", "x,y,z\n1,2,3\n4,5,6\n");
  write_file(folder / "b.csv", "z,x,y\n3,1,2\n6,4,5\n");
  const Recordings set = load_recordings(folder.text());
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.channels, (Texts{"x", "y", "z"}));
  EXPECT_TRUE(
      std::equal(set.items[0].values.begin(), set.items[0].values.end(), set.items[1].values.begin()));
  ASSERT_EQ(set.findings.size(), 1u);
  EXPECT_EQ(set.findings[0].severity, Severity::kNote);
  EXPECT_EQ(set.findings[0].message, "has its columns in another order (z, x, y); they are taken by name");
}

}  // namespace
}  // namespace mote
