// Windows of recordings that come in parts: the same as of the whole, whatever the parts are.
#include "workflow/file_windows.h"

#include <random>

#include "test_support.h"

namespace mote {
namespace {

struct Cut {
  std::vector<PredictedRecording> list;
  struct Window {
    long line, row;
    bool is_first, is_due;
    std::vector<float> values;
    bool operator==(const Window &) const = default;
  };
  std::vector<Window> windows;
  int drops = 0;
};

// `borders`: rows of all recordings, one behind the other, at which parts begin.
Cut cut(const Recordings &set, const DecisionRule &rule, const std::vector<long> &borders) {
  Cut c;
  size_t first_of_last = 0;
  FileWindows windows(Preprocessing{}, rule, c.list,
                      {[&](const WindowsOfFile &some) {
                         for (size_t i = 0; i < some.windows.size(); ++i) {
                           const float *v = some.windows.example(i);
                           if (some.is_first[i]) first_of_last = c.windows.size();
                           c.windows.push_back({some.windows.sources[i].line,
                                                some.windows.sources[i].row,
                                                some.is_first[i] != 0,
                                                some.is_due[i] != 0,
                                                {v, v + some.windows.example_floats()}});
                         }
                       },
                       [&] {
                         c.windows.resize(first_of_last);
                         ++c.drops;
                       }});
  Recordings part = set;
  part.items.clear();
  bool goes_on = false;
  long row = 0;
  const auto hand_over = [&](bool is_within) {
    windows.add(part, goes_on);
    goes_on = part.items.empty() ? goes_on : is_within;
    part.items.clear();
  };
  for (const Recording &r : set.items) {
    int from = 0;
    for (int to = 1; to <= r.rows; ++to, ++row) {
      const bool is_border = std::count(borders.begin(), borders.end(), row + 1) > 0;
      if (!is_border && to < r.rows) continue;
      part.items.push_back({r.label,
                            r.file,
                            r.group,
                            r.first_line,
                            to - from,
                            {r.values.begin() + from * 2, r.values.begin() + to * 2}});
      from = to;
      if (is_border) hand_over(to < r.rows);
    }
  }
  windows.add(part, goes_on);
  windows.finish();
  return c;
}

Recordings quiet_with_events(std::mt19937 &random, int recordings) {
  Recordings set;
  set.labels = {"a"};
  set.channels = {"x", "y"};
  set.options.window = 16;
  set.options.short_recordings = ShortRecordings::kEdge;
  for (int k = 0; k < recordings; ++k) {
    Recording r{"a", "f.csv", "", 1 + 1000 * k, 0, {}};
    r.rows = k % 4 == 3 ? 5 : 40 + int(random() % 200);
    const int event = k % 3 == 0 ? -1 : int(random() % r.rows);
    for (int row = 0; row < r.rows; ++row) {
      const bool is_loud = event >= 0 && row >= event && row < event + 12;
      for (int c = 0; c < 2; ++c)
        r.values.push_back((is_loud ? 50.f : 1.f) * float(int(random() % 200) - 100));
    }
    set.items.push_back(std::move(r));
  }
  return set;
}

DecisionRule rule_of(DecisionPolicy policy) {
  DecisionRule rule;
  rule.policy = policy;
  rule.stride = 7;
  rule.smoothing = 1;
  rule.onset.weights = {1, 1};
  rule.onset.threshold = 1200;
  rule.pre_roll = 4;
  rule.refractory = 4;
  return rule;
}

void expect_same_for_any_parts(const Recordings &set, const DecisionRule &rule) {
  std::mt19937 random(11);
  const Cut whole = cut(set, rule, {});
  EXPECT_EQ(whole.drops, 0);
  EXPECT_GT(whole.windows.size(), 10u);
  long rows = 0;
  for (const Recording &r : set.items) rows += r.rows;
  int drops = 0;
  for (int times = 0; times < 30; ++times) {
    std::vector<long> borders;
    for (int k = 0; k < 1 + times; ++k) borders.push_back(1 + long(random() % (rows - 1)));
    const Cut parts = cut(set, rule, borders);
    drops += parts.drops;
    EXPECT_TRUE(parts.windows == whole.windows) << times;
    ASSERT_EQ(parts.list.size(), whole.list.size());
    for (size_t i = 0; i < whole.list.size(); ++i) {
      EXPECT_EQ(parts.list[i].line, whole.list[i].line);
      EXPECT_EQ(parts.list[i].start, whole.list[i].start);
      EXPECT_EQ(parts.list[i].rows, whole.list[i].rows);
    }
  }
  if (rule.policy == DecisionPolicy::kTrigger) EXPECT_GT(drops, 0);  // or that is not tested
}

TEST(FileWindows, by_hop_do_not_depend_on_parts) {
  std::mt19937 random(5);
  Recordings set = quiet_with_events(random, 12);
  set.options.stride = 7;
  expect_same_for_any_parts(set, rule_of(DecisionPolicy::kStream));
  set.options.stride = 23;  // longer than the window
  expect_same_for_any_parts(set, rule_of(DecisionPolicy::kStream));
}

TEST(FileWindows, that_a_trigger_opens_do_not_depend_on_parts) {
  std::mt19937 random(6);
  const Recordings set = quiet_with_events(random, 12);
  const DecisionRule rule = rule_of(DecisionPolicy::kTrigger);
  const Cut whole = cut(set, rule, {});
  EXPECT_GT(std::count_if(whole.windows.begin(), whole.windows.end(), [](auto &w) { return w.is_due; }), 3);
  EXPECT_GT(std::count_if(whole.windows.begin(), whole.windows.end(), [](auto &w) { return !w.is_due; }), 3);
  expect_same_for_any_parts(set, rule);
}

// What is too short for a window is filled up as in training, whatever the policy; a trigger tells nothing of
// it.
TEST(FileWindows, of_short_recordings_are_filled_up) {
  Recordings set;
  set.labels = {"a"};
  set.channels = {"x", "y"};
  set.options.window = 16;
  set.items.push_back({"a", "f.csv", "", 1, 3, {1, 2, 900, 800, 5, 6}});
  std::vector<float> filled = {1, 2, 900, 800};
  while (filled.size() < 32) filled.insert(filled.end(), {5, 6});
  for (const DecisionPolicy policy : {DecisionPolicy::kStream, DecisionPolicy::kTrigger}) {
    set.options.short_recordings = ShortRecordings::kEdge;
    const Cut padded = cut(set, rule_of(policy), {1});
    ASSERT_EQ(padded.windows.size(), 1u);
    EXPECT_EQ(padded.windows[0].values, filled);
    EXPECT_EQ(padded.windows[0].is_due, policy == DecisionPolicy::kStream);
    set.options.short_recordings = ShortRecordings::kSkip;
    EXPECT_EQ(cut(set, rule_of(policy), {1}).windows.size(), 0u);
  }
}

// The windows by hop are those that training cuts.
TEST(FileWindows, by_hop_are_those_of_recordings) {
  std::mt19937 random(7);
  Recordings set = quiet_with_events(random, 9);
  set.options.stride = 7;
  const Cut whole = cut(set, rule_of(DecisionPolicy::kStream), {});
  const Dataset all = set.all();
  ASSERT_EQ(whole.windows.size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(whole.windows[i].row, all.sources[i].row);
    EXPECT_TRUE(std::equal(whole.windows[i].values.begin(), whole.windows[i].values.end(), all.example(i)));
  }
}

}  // namespace
}  // namespace mote
