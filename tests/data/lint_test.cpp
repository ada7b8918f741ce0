// lint() on either side of each of its limits.
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
  set.channels = {"x"}, set.labels = {"a", "b"}, set.options = o;
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
  EXPECT_TRUE(says(clipped(20, 5, 1, 0.07f), "clipped"));  // over a range of 1.05
  EXPECT_FALSE(says(clipped(20, 5, 1, 0.06f), "clipped"));
  std::vector<float> at_rest = ramp(20);  // stays at the end that is near zero
  for (size_t i = 0; i < 6; ++i) at_rest[i] = 0;
  EXPECT_FALSE(says(found({recording("a", at_rest)}), "clipped"));
}

TEST(Lint, finds_recordings_that_are_there_twice) {
  const std::string same = found({recording("a", ramp(30), 3), recording("a", ramp(30), 50)});
  EXPECT_TRUE(says(same, "warning f.csv:50: the same recording as f.csv:3\n"));
  const std::string conflict = found({recording("a", ramp(30), 3), recording("b", ramp(30), 50)});
  EXPECT_TRUE(says(conflict, "warning f.csv:50: the same recording as f.csv:3, but of another class"));
  EXPECT_FALSE(says(found({recording("a", ramp(30)), recording("a", ramp(30, 1))}), "the same"));
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
