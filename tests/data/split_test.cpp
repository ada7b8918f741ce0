// Windows and splits of recordings whose every value names its place: recording, row and channel.
#include <cmath>
#include <map>
#include <set>

#include "test_support.h"

namespace mote {
namespace {

float value_at(size_t recording, int row, int channel) {
  return static_cast<float>(recording * 1000 + static_cast<size_t>(row) * 10 + static_cast<size_t>(channel));
}

struct Kind {
  std::string label, group = "", file = "f";
  int rows = 6;
};

Recordings recordings(const std::vector<Kind> &kinds, const LoadOptions &options = {}) {
  Recordings set;
  set.channels = {"x", "y"};
  set.options = options;
  for (const Kind &k : kinds) {
    if (std::find(set.labels.begin(), set.labels.end(), k.label) == set.labels.end())
      set.labels.push_back(k.label);
    Recording r{k.label, k.file, k.group, static_cast<long>(set.items.size()) + 1, k.rows, {}};
    for (int row = 0; row < k.rows; ++row)
      for (int c = 0; c < 2; ++c) r.values.push_back(value_at(set.items.size(), row, c));
    set.items.push_back(r);
  }
  return set;
}
Recordings of_two_classes(size_t per_class) {
  std::vector<Kind> kinds;
  for (const char *label : {"a", "b"})
    for (size_t n = 0; n < per_class; ++n) kinds.push_back({label});
  return recordings(kinds);
}

std::set<size_t> which(const Dataset &set) {
  std::set<size_t> out;
  for (size_t i = 0; i < set.size(); ++i) out.insert(static_cast<size_t>(set.example(i)[0]) / 1000);
  return out;
}

TEST(Windows, begin_every_stride_and_hold_their_rows) {
  const auto starts = [](int rows, int window, int stride) {
    const Dataset all = recordings({{"a"}, {"b", "", "f", rows}}, {.window = window, .stride = stride}).all();
    std::vector<int> at;
    for (size_t i = 0; i < all.size(); ++i) {
      if (all.classes[i] == 0) continue;
      at.push_back(all.sources[i].row);
      for (int row = 0; row < window; ++row)
        for (int c = 0; c < 2; ++c) EXPECT_EQ(all.example(i)[row * 2 + c], value_at(1, at.back() + row, c));
    }
    return at;
  };
  EXPECT_EQ(starts(10, 4, 3), (std::vector<int>{0, 3, 6}));
  EXPECT_EQ(starts(9, 4, 3), (std::vector<int>{0, 3}));
  EXPECT_EQ(starts(10, 3, 0), (std::vector<int>{0, 3, 6}));
  EXPECT_EQ(starts(10, 2, 5), (std::vector<int>{0, 5}));
  EXPECT_EQ(starts(3, 3, 1), (std::vector<int>{0}));
  EXPECT_EQ(recordings({{"a", "", "f", 9}, {"a", "", "f", 5}, {"b", "", "f", 7}}).window(),
            5);  // the shortest
  EXPECT_EQ(recordings({{"a"}}, {.window = 4}).stride(), 4);
  EXPECT_EQ((ExampleSource{"f.csv", 12, 50}.text()), "f.csv:12+50");
  EXPECT_EQ((ExampleSource{"f.csv", 0, 0}.text()), "f.csv");
}

TEST(Windows, of_short_recordings_are_filled_as_asked) {
  LoadOptions o{.window = 8};
  const auto first = [&](ShortRecordings policy) {
    o.short_recordings = policy;
    const Dataset all = recordings({{"a"}}, o).all();
    return std::vector<float>(all.values.begin(), all.values.end());
  };
  std::vector<float> kept;
  for (int row = 0; row < 6; ++row)
    for (int c = 0; c < 2; ++c) kept.push_back(value_at(0, row, c));
  std::vector<float> zero = kept, edge = kept;
  zero.insert(zero.end(), 4, 0.0f);
  edge.insert(edge.end(), {50, 51, 50, 51});
  EXPECT_EQ(first(ShortRecordings::kZero), zero);
  EXPECT_EQ(first(ShortRecordings::kEdge), edge);
  EXPECT_TRUE(first(ShortRecordings::kSkip).empty());
}

TEST(SplitShares, are_rounded_to_the_nearest_and_at_least_one) {
  const auto sizes = [](size_t per_class, double val, double test) {
    const Splits s = of_two_classes(per_class).split({.train = 1 - val - test, .val = val, .test = test});
    EXPECT_EQ(s.train.size() + s.val.size() + s.test.size(), 2 * per_class);
    return std::pair(s.val.size() / 2, s.test.size() / 2);
  };
  EXPECT_EQ(sizes(11, 0.15, 0.25), (std::pair<size_t, size_t>(2, 3)));  // 1.65 and 2.75
  EXPECT_EQ(sizes(9, 0.15, 0.25), (std::pair<size_t, size_t>(1, 2)));   // 1.35 and 2.25
  EXPECT_EQ(sizes(10, 0.25, 0.05), (std::pair<size_t, size_t>(3, 1)));  // 2.5 and 0.5
  EXPECT_EQ(sizes(20, 0.01, 0), (std::pair<size_t, size_t>(1, 0)));
  EXPECT_EQ(sizes(3, 0.1, 0.1), (std::pair<size_t, size_t>(1, 1)));
  EXPECT_EQ(sizes(20, 0, 0.2), (std::pair<size_t, size_t>(0, 4)));
}

TEST(SplitSeeds, choose_other_recordings_of_each_class_on_their_own) {
  const Recordings set = of_two_classes(12);
  const auto test_of = [&](uint64_t seed) {
    return which(set.split({.train = 0.5, .val = 0.25, .test = 0.25, .seed = seed}).test);
  };
  std::set<std::set<size_t>> all;
  std::map<size_t, int> times;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const auto chosen = test_of(seed);
    EXPECT_EQ(test_of(seed), chosen);
    all.insert(chosen);
    for (size_t r : chosen) ++times[r];
    std::set<size_t> a, b;
    for (size_t r : chosen) r < 12 ? a.insert(r) : b.insert(r - 12);
    EXPECT_EQ(a.size(), 3u);
    EXPECT_EQ(b.size(), 3u);
  }
  EXPECT_GT(all.size(), 55u);
  EXPECT_EQ(times.size(), 24u);
  for (const auto &[recording, count] : times) {  // 15 expected
    EXPECT_GT(count, 4) << recording;
    EXPECT_LT(count, 30) << recording;
  }
  int alike = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    std::set<size_t> a, b;
    for (size_t r : test_of(seed)) r < 12 ? a.insert(r) : b.insert(r - 12);
    alike += a == b;
  }
  EXPECT_LT(alike, 10);  // each class has a shuffle of its own
}

TEST(SplitOrder, puts_the_last_recordings_aside) {
  const Splits s = of_two_classes(10).split({.train = 0.6, .val = 0.2, .test = 0.2, .in_order = true});
  EXPECT_EQ(which(s.train), (std::set<size_t>{0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15}));
  EXPECT_EQ(which(s.val), (std::set<size_t>{6, 7, 16, 17}));
  EXPECT_EQ(which(s.test), (std::set<size_t>{8, 9, 18, 19}));
}

// The first class has none of group 2, which is met behind group 3.
TEST(SplitOrder, of_groups_is_that_of_their_names) {
  const Recordings set = recordings({{"a", "1"}, {"a", "3"}, {"b", "1"}, {"b", "2"}, {"b", "3"}, {"a", "1"}});
  const Splits s =
      set.split({.train = 0.34, .val = 0.33, .test = 0.33, .by = GroupBy::kColumn, .in_order = true});
  EXPECT_EQ(s.parts, "txtvxt");
}

TEST(SplitUnits, are_files_or_groups_and_never_torn_apart) {
  std::vector<Kind> kinds;
  for (int n = 0; n < 24; ++n)
    kinds.push_back({n % 2 ? "a" : "b", "g" + std::to_string(n / 4), "f" + std::to_string(n / 2)});
  const Recordings set = recordings(kinds);
  const auto keys = [&](const Dataset &side, bool by_group) {
    std::set<std::string> out;
    for (size_t r : which(side)) out.insert(by_group ? set.items[r].group : set.items[r].file);
    return out;
  };
  for (const auto &[by, units] :
       {std::pair(GroupBy::kFile, 12u), {GroupBy::kFolder, 6u}, {GroupBy::kColumn, 6u}}) {
    const Splits s = set.split({.train = 0.5, .val = 0.25, .test = 0.25, .by = by});
    std::multiset<std::string> all;
    for (const Dataset *side : {&s.train, &s.val, &s.test})
      for (const std::string &key : keys(*side, by != GroupBy::kFile)) all.insert(key);
    EXPECT_EQ(all.size(), units);  // each on one side only
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), units);
    EXPECT_EQ(keys(s.test, by != GroupBy::kFile).size(), by == GroupBy::kFile ? 3u : 2u);
  }
}

TEST(SplitGroups, that_are_named_are_the_test_set_whatever_its_share) {
  std::vector<Kind> kinds;
  for (int n = 0; n < 24; ++n) kinds.push_back({n % 2 ? "a" : "b", "g" + std::to_string(n / 8)});
  const Recordings set = recordings(kinds);
  const Splits s = set.split({.train = 0.5, .val = 0.25, .test = 0.25, .test_groups = {"g1"}});
  EXPECT_EQ(which(s.test), (std::set<size_t>{8, 9, 10, 11, 12, 13, 14, 15}));
  EXPECT_EQ(s.val.size(), 4u);  // a quarter of what is left
  EXPECT_EQ(s.train.size(), 12u);
  const auto folds = set.leave_one_group_out({.train = 0.75, .val = 0.25, .test = 0});
  ASSERT_EQ(folds.size(), 3u);
  for (size_t f = 0; f < 3; ++f) {
    EXPECT_EQ(folds[f].name, "without g" + std::to_string(f));
    EXPECT_EQ(*which(folds[f].test).begin(), 8 * f);
    EXPECT_EQ(folds[f].test.size(), 8u);
  }
}

TEST(Folds, are_of_equal_size_and_shuffled_by_the_seed) {
  const Recordings set = of_two_classes(10);
  std::set<std::set<size_t>> firsts;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const auto folds = set.k_fold(5, {.train = 0.75, .val = 0.25, .test = 0, .seed = seed});
    ASSERT_EQ(folds.size(), 5u);
    for (const Splits &s : folds) {
      EXPECT_EQ(s.test.size(), 4u);
      EXPECT_EQ(s.val.size(), 4u);  // a quarter of 8, of each class
      EXPECT_EQ(s.train.size(), 12u);
    }
    EXPECT_EQ(folds[1].name, "fold 2 of 5");
    EXPECT_NE(which(folds[0].val), which(folds[1].val));
    firsts.insert(which(folds[0].test));
  }
  EXPECT_GT(firsts.size(), 3u);
  EXPECT_ERROR(set.k_fold(1, {}), "at least 2 are needed");
  EXPECT_NO_THROW(of_two_classes(2).k_fold(2, {.train = 1, .val = 0, .test = 0}));
  EXPECT_ERROR(of_two_classes(2).k_fold(3, {.train = 1, .val = 0, .test = 0}), "at least 3 are needed");
  EXPECT_ERROR(of_two_classes(2).k_fold(2, {.train = 0.5, .val = 0.5, .test = 0}), "at least 3 are needed");
}

TEST(Split, needs_a_recording_of_each_class_for_every_side) {
  EXPECT_NO_THROW(of_two_classes(3).split());
  EXPECT_ERROR(of_two_classes(2).split(), "class 'a' has 2 usable recordings; at least 3 are needed");
  EXPECT_NO_THROW(of_two_classes(2).split({.train = 0.5, .val = 0, .test = 0.5}));
  EXPECT_NO_THROW(of_two_classes(1).split({.train = 1, .val = 0, .test = 0}));
  EXPECT_ERROR(of_two_classes(3).split({.train = 0, .val = 0.5, .test = 0.5}), "must be shares");
  EXPECT_ERROR(of_two_classes(3).split({.train = 1.2, .val = -0.2, .test = 0}), "must be shares");
  EXPECT_ERROR(of_two_classes(3).split({.train = 0.5, .val = 0.25, .test = 0.2}), "must be shares");
}

}  // namespace
}  // namespace mote
