// Windows of a stream to train on: each label against what can be counted in the window itself.
#include "data/stream_windows.h"

#include "test_support.h"

namespace mote::test {
namespace {

constexpr int kEventWindow = 100, kMotion = 40;

// One channel that is 0, and for kMotion rows of each event 2 ("low") or 5 ("high").
Recordings bursts(int count, bool has_rest) {
  Recordings set;
  set.channels = {"aX"};
  set.labels = {"high", "low"};
  if (has_rest) set.labels.push_back("rest");
  set.options.window = kEventWindow;
  const auto add = [&](const std::string &label, float height, int first) {
    Recording r;
    r.label = label;
    r.rows = kEventWindow;
    for (int row = 0; row < kEventWindow; ++row)
      r.values.push_back(row >= first && row < first + kMotion ? height : 0);
    set.items.push_back(std::move(r));
  };
  for (int i = 0; i < count; ++i) {
    add("low", 2, 20 + i);
    add("high", 5, 30);
    if (has_rest) add("rest", 0, 0);
  }
  return set;
}

std::vector<size_t> all_of_them(const Recordings &set) {
  std::vector<size_t> list;
  for (size_t i = 0; i < set.items.size(); ++i) list.push_back(i);
  return list;
}

// Events are at least a window apart, so a window holds motion of one of them at most.
int counted(const float *window, int none) {
  int low = 0, high = 0;
  for (int row = 0; row < kEventWindow; ++row) {
    low += window[row] == 2;
    high += window[row] == 5;
  }
  return high >= kMotion / 2 ? 0 : low >= kMotion / 2 ? 1 : none;
}

TEST(StreamWindows, belong_to_the_event_whose_motion_they_hold_half_of) {
  for (const bool has_rest : {false, true}) {
    const Recordings set = bursts(10, has_rest);
    const Dataset windows = stream_windows(set, all_of_them(set), 500, 3);
    ASSERT_EQ(windows.size(), 500u);
    ASSERT_EQ(windows.values.size(), 500u * kEventWindow);
    std::map<int, int> seen;
    for (size_t i = 0; i < windows.size(); ++i) {
      EXPECT_EQ(windows.classes[i], counted(windows.example(i), has_rest ? 2 : kNoClass)) << i;
      ++seen[windows.classes[i]];
    }
    EXPECT_EQ(seen.size(), 3u);  // both classes, and rest or none
    for (const auto &[label, count] : seen) EXPECT_GT(count, 50) << label;
  }
}

TEST(StreamWindows, of_an_event_longer_than_a_window_count_the_rows) {
  constexpr int kQuiet = 10;  // rows at either end of the long ones
  Recordings set = bursts(2, true);
  for (Recording &r : set.items)
    if (r.label == "high") {
      r.rows = 5 * kEventWindow;
      r.values.assign(5 * kEventWindow, 5);
      std::fill_n(r.values.begin(), kQuiet, 0.0f);
      std::fill_n(r.values.end() - kQuiet, kQuiet, 0.0f);
    }
  const Dataset windows = stream_windows(set, all_of_them(set), 500, 3);
  int seen = 0;
  for (size_t i = 0; i < windows.size(); ++i) {
    const float *x = windows.example(i);
    const auto rows = std::count(x, x + kEventWindow, 5.0f);
    if (rows < kEventWindow / 2 - kQuiet) EXPECT_NE(windows.classes[i], 0) << rows;
    if (rows >= kEventWindow / 2) EXPECT_EQ(windows.classes[i], 0) << rows;
    seen += windows.classes[i] == 0;
  }
  EXPECT_GT(seen, 100);
}

TEST(StreamWindows, are_drawn_from_the_seed_and_only_from_what_is_asked_for) {
  const Recordings set = bursts(10, true);
  const Dataset a = stream_windows(set, all_of_them(set), 50, 3),
                b = stream_windows(set, all_of_them(set), 50, 3);
  EXPECT_TRUE(std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end()));
  EXPECT_EQ(a.classes, b.classes);
  EXPECT_NE(a.classes, stream_windows(set, all_of_them(set), 50, 4).classes);
  const Dataset low = stream_windows(set, {0, 3, 6}, 200, 3);
  EXPECT_EQ(std::count(low.classes.begin(), low.classes.end(), 0), 0);
  EXPECT_GT(std::count(low.classes.begin(), low.classes.end(), 1), 0);
  EXPECT_EQ(stream_windows(set, {2, 5}, 50, 3).size(), 0u);  // rest alone has no events
  EXPECT_EQ(stream_windows(set, {}, 50, 3).size(), 0u);
}

TEST(QuietWindows, rest_at_levels_of_the_recordings_or_go_from_one_to_another) {
  const Recordings set = bursts(10, false);
  Dataset windows = set.windows_of({});
  add_quiet_windows(windows, set, all_of_them(set), 300, 3);
  ASSERT_EQ(windows.size(), 300u);
  ASSERT_EQ(windows.values.size(), 300u * kEventWindow);
  int resting = 0, high = 0;
  for (size_t i = 0; i < windows.size(); ++i) {
    EXPECT_EQ(windows.classes[i], kNoClass);
    const float *first = windows.example(i), *last = first + kEventWindow - 1;
    // the quiet rows of these recordings do not tremble, so a way back would be motion
    EXPECT_TRUE(std::is_sorted(first, last + 1) || std::is_sorted(first, last + 1, std::greater<>())) << i;
    EXPECT_GE(std::min(*first, *last), 0);
    EXPECT_LE(std::max(*first, *last), 5);
    resting += *first == *last;
    high += std::max(*first, *last) > 1;
  }
  EXPECT_GT(resting, 60);
  EXPECT_LT(resting, 240);
  EXPECT_GT(high, 30);
  Dataset again = set.windows_of({});
  add_quiet_windows(again, set, all_of_them(set), 300, 3);
  EXPECT_TRUE(
      std::equal(windows.values.begin(), windows.values.end(), again.values.begin(), again.values.end()));
}

TEST(QuietWindows, tremble_as_the_recordings_do) {
  Recordings set = bursts(3, false);
  for (Recording &r : set.items)
    for (int row = 0; row < r.rows; row += 2) r.values[static_cast<size_t>(row)] += 0.01f;
  Dataset windows = set.windows_of({});
  add_quiet_windows(windows, set, all_of_them(set), 50, 3);
  for (size_t i = 0; i < windows.size(); ++i) {
    int turns = 0;
    const float *x = windows.example(i);
    for (int row = 1; row + 1 < kEventWindow; ++row)
      turns += (x[row] - x[row - 1]) * (x[row + 1] - x[row]) < 0;
    EXPECT_GT(turns, 0) << i;
  }
}

TEST(QuietWindows, there_are_none_without_recordings) {
  const Recordings set = bursts(3, false);
  Dataset windows = set.windows_of({});
  add_quiet_windows(windows, set, {}, 50, 3);
  EXPECT_EQ(windows.size(), 0u);
}

}  // namespace
}  // namespace mote::test
