// The onset that is found in recordings, against the rule that they were made by.
#include "data/onset.h"

#include "base/random.h"
#include "test_support.h"

namespace mote::test {
namespace {

constexpr int kWindow = 100;

// Recordings of three axes: rest with gravity on z, and behind `start` rows a motion of about `peak`.
Recordings made(int count, double peak, const std::function<int(Random &)> &start) {
  Recordings set;
  set.channels = {"aX", "aY", "aZ"};
  set.labels = {"move"};
  set.options.window = kWindow;
  Random random(5);
  for (int i = 0; i < count; ++i) {
    Recording r;
    r.label = "move";
    r.rows = kWindow;
    const int first = start(random);
    const double height = peak * (0.8 + 0.4 * random.uniform());
    for (int row = 0; row < kWindow; ++row) {
      const bool is_moving = row >= first && row < first + 50;
      const double moving = is_moving ? height * (0.7 + 0.3 * random.uniform()) : 0;
      r.values.push_back(static_cast<float>(0.02 * random.normal() + moving));
      r.values.push_back(static_cast<float>(0.02 * random.normal() - 0.3 * moving));
      r.values.push_back(static_cast<float>(1 + 0.02 * random.normal()));
    }
    set.items.push_back(std::move(r));
  }
  return set;
}

std::vector<size_t> every(const Recordings &set) {
  std::vector<size_t> list;
  for (size_t i = 0; i < set.items.size(); ++i) list.push_back(i);
  return list;
}

TEST(Onset, recordings_that_begin_in_motion_have_it_in_their_first_row) {
  const Recordings set = made(30, 2, [](Random &) { return 0; });
  const auto fit = fit_onset(set, every(set), {});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->pre_roll, 0);
  EXPECT_EQ(fit->missed, 0);
  EXPECT_EQ(fit->far, 0);
  // rest is 1, the weakest motion 1 + 1.3 * 0.8 * 2 * 0.7: the rule is nearer to the motion
  EXPECT_GT(fit->rule.threshold, 2.0f);
  EXPECT_LT(fit->rule.threshold, 3.2f);
  EXPECT_EQ(fit->rule.level_shift, OnsetRule::kFixedLevel);
}

TEST(Onset, rows_before_the_motion_become_the_pre_roll) {
  const Recordings set = made(30, 2, [](Random &random) { return 18 + static_cast<int>(random.below(5)); });
  const auto fit = fit_onset(set, every(set), {});
  ASSERT_TRUE(fit);
  EXPECT_GE(fit->pre_roll, 18);
  EXPECT_LE(fit->pre_roll, 22);
  EXPECT_EQ(fit->far, 0);
}

TEST(Onset, onsets_all_over_the_recordings_are_far_from_each_other) {
  const Recordings set = made(40, 2, [](Random &random) { return static_cast<int>(random.below(60)); });
  const auto fit = fit_onset(set, every(set), {});
  ASSERT_TRUE(fit);
  EXPECT_GT(fit->far, 0.5);
}

// Of recordings of several windows, rest and somewhere one motion of 50 rows, the window around the motion
// counts.
TEST(Onset, of_long_recordings_is_where_they_move) {
  Recordings set = made(30, 2, [](Random &) { return kWindow; });  // rest alone
  Random random(9);
  const Recordings motions = made(30, 2, [](Random &) { return 0; });
  for (size_t i = 0; i < set.items.size(); ++i) {
    Recording &r = set.items[i];
    const std::vector<float> rest(r.values.begin(), r.values.end());
    for (int k = 0; k < 4; ++k) r.values.insert(r.values.end(), rest.begin(), rest.end());
    r.rows = 5 * kWindow;
    const size_t first = 3 * (kWindow + random.below(3 * kWindow));
    std::copy_n(motions.items[i].values.begin(), 3 * 50, r.values.begin() + static_cast<long>(first));
  }
  const auto fit = fit_onset(set, every(set), {});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->missed, 0);
  EXPECT_EQ(fit->alarms, 0);  // rest is not taken for an onset
  EXPECT_EQ(fit->far, 0);
  EXPECT_NEAR(fit->pre_roll, 25, 3);  // the motion lies in the middle
}

TEST(Onset, rest_that_is_louder_than_the_motion_gives_alarms) {
  Recordings set = made(20, 0.5, [](Random &) { return 10; });
  const Recordings loud = made(10, 5, [](Random &) { return 30; });
  std::vector<size_t> rest;
  for (const Recording &r : loud.items) {
    rest.push_back(set.items.size());
    set.items.push_back(r);
  }
  std::vector<size_t> events = every(set);
  events.resize(20);
  const auto fit = fit_onset(set, events, rest);
  ASSERT_TRUE(fit);
  EXPECT_GT(fit->alarms + fit->missed, 0.9);
}

TEST(Onset, what_the_user_says_is_not_chosen) {
  const Recordings set = made(30, 2, [](Random &) { return 10; });
  const auto fit =
      fit_onset(set, every(set), {}, {.channels = {"aX"}, .level = WantedLevel::kResting, .threshold = 0.7});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->rule.weights, (std::vector<float>{1, 0, 0}));
  EXPECT_FLOAT_EQ(fit->rule.threshold, 0.7f);
  EXPECT_GT(fit->rule.level_shift, 0);
}

TEST(Onset, there_is_none_in_what_never_moves_nor_in_two_recordings) {
  const Recordings two = made(2, 2, [](Random &) { return 0; });
  EXPECT_FALSE(fit_onset(two, every(two), {}));
  Recordings still = made(10, 0, [](Random &) { return 0; });
  for (Recording &r : still.items)
    for (size_t i = 0; i < r.values.size(); ++i) r.values[i] = 1;
  EXPECT_FALSE(fit_onset(still, every(still), {}));
}

TEST(Onset, axes_of_one_sensor_are_one_group) {
  EXPECT_EQ(axis_groups({"aX", "gX", "aY", "temp", "aZ", "gY"}),
            (std::vector<std::vector<size_t>>{{0, 2, 4}, {1, 5}, {3}}));
}

}  // namespace
}  // namespace mote::test
