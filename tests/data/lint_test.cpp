// lint() on either side of each of its limits.
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <limits>

#include "test_support.h"

namespace mote {
namespace {

Recording recording(const std::string &label, const std::vector<float> &values, long line = 1) {
  Recording r{label, "f.csv", "", line, static_cast<int>(values.size()), {}};
  r.values.assign(values.begin(), values.end());
  return r;
}
std::vector<float> ramp(size_t rows, float start = 0) {
  std::vector<float> v;
  for (size_t i = 0; i < rows; ++i) v.push_back(start + static_cast<float>(i));
  return v;
}

// Of channel x, with a second class so that nothing is said of classes but their size.
std::string found(std::vector<Recording> items, const LoadOptions &o = {.window = 1}) {
  Recordings set;
  set.channels = {"x"};
  set.labels = {"a", "b"};
  set.options = o;
  set.items = std::move(items);
  std::string text;
  for (const Finding &f : lint(set))
    text += (f.severity == Severity::kError ? "error " : "warning ") + f.where + ": " + f.message + "\n";
  return text;
}
bool says(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

TEST(Lint, counts_values_that_are_no_numbers) {
  std::vector<float> v = ramp(30);
  v[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(says(found({recording("a", v, 7)}), "error f.csv:7: column x has 1 NaN or infinite value\n"));
  v[9] = -std::numeric_limits<float>::infinity();
  EXPECT_TRUE(says(found({recording("a", v)}), "column x has 2 NaN or infinite values\n"));
}

TEST(Lint, calls_a_channel_constant_from_ten_rows_on) {
  EXPECT_FALSE(says(found({recording("a", std::vector<float>(9, 7))}), "constant"));
  EXPECT_TRUE(
      says(found({recording("a", std::vector<float>(10, 7))}), "warning f.csv:1: column x is constant (7)"));
  std::vector<float> almost(10, 7);
  almost[4] = 7.5f;
  EXPECT_FALSE(says(found({recording("a", almost)}), "constant"));
}

TEST(Lint, calls_a_channel_clipped_that_stays_at_its_extreme) {
  // `rows` values, `stuck` of them at the top (or bottom)
  const auto clipped = [](size_t rows, size_t stuck, float sign = 1, float size = 1) {
    std::vector<float> v = ramp(rows);
    for (size_t i = rows - stuck; i < rows; ++i) v[i] = static_cast<float>(rows - stuck);
    for (float &x : v) x *= sign * size;
    return found({recording("a", v)});
  };
  EXPECT_TRUE(says(clipped(20, 5), "warning f.csv:1: column x seems clipped: 5 of 20 rows are 15"));
  EXPECT_TRUE(says(clipped(20, 5, -1), "column x seems clipped: 5 of 20 rows are -15"));
  EXPECT_FALSE(says(clipped(20, 4), "clipped"));
  EXPECT_FALSE(says(clipped(19, 5), "clipped"));   // too short to tell
  EXPECT_TRUE(says(clipped(200, 10), "clipped"));  // a twentieth of the rows
  EXPECT_FALSE(says(clipped(200, 9), "clipped"));
  for (const float unit : {1e-12f, 1e-9f, 1e-3f, 1e9f}) EXPECT_TRUE(says(clipped(20, 5, 1, unit), "clipped"));
  EXPECT_TRUE(says(clipped(20, 11), "clipped"));   // ten values
  EXPECT_FALSE(says(clipped(20, 12), "clipped"));  // the steps of a converter at rest
  std::vector<float> at_rest = ramp(20);           // stays at the end that is near zero
  for (size_t i = 0; i < 6; ++i) at_rest[i] = 0;
  EXPECT_FALSE(says(found({recording("a", at_rest)}), "clipped"));
}

TEST(Lint, says_once_what_many_recordings_share) {
  std::vector<Recording> many;
  for (long line = 1; line <= 17; ++line) many.push_back(recording("a", std::vector<float>(10, 7), line));
  EXPECT_TRUE(says(found(many),
                   "f.csv:1: column x is constant (7): is the sensor connected?; the column is constant "
                   "in 17 recordings in all, f.csv:17 the last\n"));
  EXPECT_FALSE(says(found(many), "f.csv:2: column"));
  many.resize(3);
  EXPECT_TRUE(says(found(many), "f.csv:3: column x is constant (7): is the sensor connected?\n"));
}

// Recordings of a class lie along an axis of their own; the scale of each is its file's.
Recordings in_units(const std::function<float(const std::string &label, int file)> &unit) {
  Recordings set;
  set.channels = {"x", "y", "z"};
  set.labels = {"rest", "shake"};
  set.options.window = 40;
  for (const std::string &label : set.labels)
    for (int file = 0; file < 6; ++file) {
      Recording r{label, fmt::format("{}.{}.csv", label, file), "", 1, 40, {}};
      for (int row = 0; row < 40; ++row) {
        const float swing =
            std::sin(0.7f * static_cast<float>(row * (file + 2))) * (label == "rest" ? 0.03f : 1.2f);
        for (const float v : {swing + 0.1f, 0.5f * swing - 0.2f, 1 + 0.3f * swing})
          r.values.push_back(v * unit(label, file));
      }
      set.items.push_back(std::move(r));
    }
  return set;
}
std::string unit_finding(const Recordings &set) {
  std::string text;
  for (const Finding &f : lint(set))
    if (says(f.message, "by a factor of")) text += f.where + ": " + f.message + "\n";
  return text;
}

TEST(Lint, names_files_in_another_unit_once) {
  for (const float own : {1e-9f, 1.0f, 1e3f}) {
    EXPECT_EQ(unit_finding(in_units([&](auto &, int) { return own; })), "");
    const std::string milli =
        unit_finding(in_units([&](auto &, int file) { return file >= 4 ? 1000 * own : own; }));
    EXPECT_TRUE(says(
        milli,
        "rest.4.csv: 4 files (rest.4.csv, rest.5.csv, shake.4.csv, ...) hold values that are larger than "
        "the 8 other files, in every column by a factor of about 1000, as between g and milli-g"))
        << milli;
    EXPECT_EQ(std::count(milli.begin(), milli.end(), '\n'), 1);
  }
  const std::string gravity =
      unit_finding(in_units([](auto &, int file) { return file == 0 ? 1 / 9.80665f : 1.0f; }));
  EXPECT_TRUE(says(gravity, "smaller than the 10 other files, in every column by a factor of about 9.81"))
      << gravity;
}

TEST(Lint, names_a_class_in_another_unit_but_not_one_at_rest) {
  const std::string milli =
      unit_finding(in_units([](const std::string &label, int) { return label == "rest" ? 1.0f : 1000; }));
  EXPECT_TRUE(says(milli, "about 1000, as between g and milli-g")) << milli;
  EXPECT_TRUE(says(milli, "class 'shake': this class holds values that are larger than the other class"))
      << milli;
}

// Gravity is the same in a class at rest and in a lively one.
TEST(Lint, names_a_class_whose_gravity_is_in_another_unit) {
  const std::string metric =
      unit_finding(in_units([](const std::string &label, int) { return label == "rest" ? 1.0f : 9.80665f; }));
  EXPECT_TRUE(
      says(metric,
           "than the other class, in the columns x, y, z by a factor of about 9.81, as between g and m/s2"))
      << metric;
  // a factor that is no unit's, and a quantity without gravity
  EXPECT_EQ(unit_finding(in_units([](const std::string &label, int) { return label == "rest" ? 1.0f : 6; })),
            "");
  EXPECT_EQ(unit_finding(in_units([](const std::string &label, int) { return label == "rest" ? 3.0f : 29; })),
            "");
}

TEST(Lint, finds_recordings_that_are_there_twice) {
  const std::string same = found({recording("a", ramp(30), 3), recording("a", ramp(30), 50)});
  EXPECT_TRUE(says(same, "warning f.csv:50: the same recording as f.csv:3\n"));
  const std::string conflict = found({recording("a", ramp(30), 3), recording("b", ramp(30), 50)});
  EXPECT_TRUE(says(conflict, "warning f.csv:50: the same recording as f.csv:3, but of another class"));
  EXPECT_FALSE(says(found({recording("a", ramp(30)), recording("a", ramp(30, 1))}), "the same"));
  Recording test = recording("a", ramp(30), 3);  // of two arrays of one file
  test.group = "test";
  Recording train = recording("a", ramp(30), 3);
  train.group = "train";
  EXPECT_TRUE(says(found({train, test}), "f.csv:3: of 'test': the same recording as f.csv:3 of 'train'"));
}

TEST(Lint, judges_the_number_of_recordings) {
  const auto counts = [](size_t a, size_t b) {
    std::vector<Recording> items;
    for (size_t n = 0; n < a; ++n) items.push_back(recording("a", ramp(5, static_cast<float>(n))));
    for (size_t n = 0; n < b; ++n) items.push_back(recording("b", ramp(5, static_cast<float>(100 + n))));
    return found(items);
  };
  EXPECT_EQ(counts(10, 30), "");
  EXPECT_EQ(counts(10, 31),
            "warning class 'a': has 10 recordings, the largest class 31; use class_weights or record more\n");
  EXPECT_EQ(counts(9, 10), "warning class 'a': has 9 recordings; below ten, scores say little\n");
  EXPECT_TRUE(says(counts(1, 10), "has 1 recording; below ten"));
  EXPECT_TRUE(says(counts(10, 0), "error data: there is only one class"));
  EXPECT_FALSE(says(counts(10, 10), "only one class"));
}

TEST(Lint, tells_what_becomes_of_short_recordings) {
  LoadOptions o{.window = 6};
  const auto short_ones = [&](size_t count) {
    std::vector<Recording> items;
    for (size_t n = 0; n < 10; ++n)
      items.push_back(recording("a", ramp(n < count ? 5 : 6, static_cast<float>(n))));
    return found(items, o);
  };
  EXPECT_FALSE(says(short_ones(0), "shorter"));
  EXPECT_TRUE(says(short_ones(1), "class 'a': 1 recording is shorter than the window of 6 rows: skipped"));
  o.short_recordings = ShortRecordings::kZero;
  EXPECT_TRUE(says(short_ones(2), "2 recordings are shorter than the window of 6 rows: padded"));
}

TEST(Lint, a_recording_of_one_row_must_not_make_every_window_so_short) {
  std::vector<Recording> items;
  for (int i = 0; i < 12; ++i) items.push_back(recording(i % 2 ? "a" : "b", ramp(40, static_cast<float>(i))));
  EXPECT_FALSE(says(found(items, {}), "makes every window so short"));
  items.push_back(recording("a", {1}, 7));
  EXPECT_TRUE(says(found(items, {}), "f.csv:7: has 1 row, the median recording 40"));
  EXPECT_FALSE(says(found(items, {.window = 40}), "makes every window so short"));
}

}  // namespace
}  // namespace mote
