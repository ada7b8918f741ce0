// Intervals over groups against closed forms, exact bootstrap distributions, and what they promise: that they
// hold the truth.
#include "train/group_interval.h"

#include <cmath>
#include <random>

#include "test_support.h"

namespace mote {
namespace {

std::vector<GroupSum> groups_of(const std::vector<std::pair<int, int>> &windows_and_right) {
  std::vector<GroupSum> list;
  for (const auto &[windows, right] : windows_and_right)
    list.push_back({static_cast<double>(windows), static_cast<double>(right)});
  return list;
}

TEST(GroupInterval, student_quantiles_are_those_of_the_tables) {
  // Fisher and Yates, two-sided 5 %
  const std::vector<std::pair<size_t, double>> table = {
      {1, 12.7062}, {2, 4.3027},  {3, 3.1824},  {4, 2.7764},   {5, 2.5706},    {9, 2.2622},
      {10, 2.2281}, {29, 2.0452}, {30, 2.0423}, {120, 1.9799}, {1000, 1.9623}, {1000000, 1.9600}};
  for (const auto &[degrees, t] : table) EXPECT_NEAR(student_quantile(0.975, degrees), t, 6e-5) << degrees;
  EXPECT_NEAR(student_quantile(0.95, 4), 2.1318, 6e-5);
}

TEST(GroupInterval, is_wilsons_where_each_window_stands_for_itself) {
  std::vector<GroupSum> list(40, GroupSum{1, 1});
  for (size_t i = 0; i < 9; ++i) list[i].sum = 0;
  const GroupInterval found = share_interval(list);
  EXPECT_EQ(found.method, IntervalMethod::kWilson);
  EXPECT_EQ(found.ends.low, wilson_interval(31, 40).low);
  EXPECT_EQ(found.ends.high, wilson_interval(31, 40).high);
}

TEST(GroupInterval, of_few_groups_is_students_on_the_logit_scale) {
  const auto list = groups_of({{100, 99}, {120, 100}, {90, 88}, {110, 92}, {80, 79}});
  // the formula, written out
  const double n = 500, p = 458 / n;
  double squares = 0;
  for (const auto &g : list) squares += std::pow(g.sum - p * g.windows, 2);
  const double error = std::sqrt(5.0 / 4 * squares) / n, reach = 2.7764451 * error / (p * (1 - p)),
               logit = std::log(p / (1 - p));
  const GroupInterval found = share_interval(list);
  EXPECT_EQ(found.method, IntervalMethod::kStudent);
  EXPECT_NEAR(found.ends.low, 1 / (1 + std::exp(-(logit - reach))), 1e-7);
  EXPECT_NEAR(found.ends.high, 1 / (1 + std::exp(-(logit + reach))), 1e-7);
  EXPECT_LT(found.ends.low, wilson_interval(458, 500).low - 0.05);  // windows would promise far more
}

TEST(GroupInterval, of_groups_that_agree_by_chance_is_no_narrower_than_of_their_windows) {
  const GroupInterval found = share_interval(groups_of({{10, 7}, {10, 7}, {10, 7}}));
  EXPECT_EQ(found.ends.low, wilson_interval(21, 30).low);
  EXPECT_EQ(found.ends.high, wilson_interval(21, 30).high);
  const GroupInterval nearly = share_interval(groups_of({{1000, 701}, {1000, 700}, {1000, 700}}));
  EXPECT_LE(nearly.ends.low, wilson_interval(2101, 3000).low);
  EXPECT_GE(nearly.ends.high, wilson_interval(2101, 3000).high);
}

TEST(GroupInterval, where_all_is_right_or_wrong_counts_each_group_once) {
  const GroupInterval right = share_interval(groups_of({{50, 50}, {70, 70}, {60, 60}, {3, 3}}));
  EXPECT_EQ(right.ends.low, wilson_interval(4, 4).low);
  EXPECT_EQ(right.ends.high, 1);
  const GroupInterval wrong = share_interval(groups_of({{50, 0}, {70, 0}}));
  EXPECT_EQ(wrong.ends.low, 0);
  EXPECT_EQ(wrong.ends.high, wilson_interval(0, 2).high);
}

TEST(GroupInterval, of_one_group_there_is_none) {
  EXPECT_EQ(share_interval(groups_of({{500, 480}})).method, IntervalMethod::kNone);
  EXPECT_EQ(share_interval({}).method, IntervalMethod::kNone);
  EXPECT_EQ(difference_interval(groups_of({{500, 3}})).method, IntervalMethod::kNone);
}

TEST(GroupInterval, of_many_groups_is_a_quantile_of_all_that_can_be_drawn) {
  // Half have 6 of 10 right, half 9 of 10. Drawn anew, 20 of these have K of the better kind, K binomial, so
  // all means that can come and their shares are known: 0.6 + 0.3 K / 20. No bias, no skewness. The expanded
  // level is that of -sqrt(20 / 19) * t(19) = -2.1474, 1.588 %: K <= 4 comes in 0.59 % and K <= 5 in 2.07 %.
  std::vector<std::pair<int, int>> list;
  for (int i = 0; i < 20; ++i) list.emplace_back(10, i % 2 == 0 ? 6 : 9);
  const GroupInterval found = share_interval(groups_of(list));
  EXPECT_EQ(found.method, IntervalMethod::kBootstrap);
  EXPECT_NEAR(found.ends.low, 0.6 + 0.3 * 5 / 20, 1e-12);
  EXPECT_NEAR(found.ends.high, 0.6 + 0.3 * 15 / 20, 1e-12);
  const GroupInterval again = share_interval(groups_of(list));
  EXPECT_EQ(found.ends.low, again.ends.low);
}

TEST(GroupInterval, of_many_groups_leans_to_the_side_that_is_open) {
  std::vector<std::pair<int, int>> list(30, {20, 20});
  list[3].second = 4;
  list[17].second = 12;
  const GroupInterval found = share_interval(groups_of(list));
  const double p = 576.0 / 600;
  EXPECT_EQ(found.method, IntervalMethod::kBootstrap);
  EXPECT_GT(p - found.ends.low, 1.5 * (found.ends.high - p));
  EXPECT_LE(found.ends.high, 1);
}

// How often the interval of groups, and that of windows, holds the share they were drawn from: each group has
// a share of its own (beta), its windows are right with it.
std::pair<double, double> coverage(size_t groups, double mean, double correlation, int trials) {
  std::mt19937 random(7);
  const double sum = 1 / correlation - 1;
  std::gamma_distribution<double> a(mean * sum), b((1 - mean) * sum);
  int by_group = 0, by_window = 0;
  for (int t = 0; t < trials; ++t) {
    std::vector<GroupSum> list;
    size_t windows = 0, right = 0;
    for (size_t g = 0; g < groups; ++g) {
      const auto n = static_cast<int>(20 + random() % 40);
      const double x = a(random), y = b(random);
      const int k = std::binomial_distribution<int>(n, x / (x + y))(random);
      list.push_back({static_cast<double>(n), static_cast<double>(k)});
      windows += static_cast<size_t>(n);
      right += static_cast<size_t>(k);
    }
    const Interval i = share_interval(list).ends, w = wilson_interval(right, windows);
    by_group += i.low <= mean && mean <= i.high;
    by_window += w.low <= mean && mean <= w.high;
  }
  return {1.0 * by_group / trials, 1.0 * by_window / trials};
}

TEST(GroupInterval, holds_the_truth_as_often_as_it_says) {
  struct Case {
    size_t groups;
    double mean, correlation;
    int trials;
  };
  for (const Case &c : {Case{5, 0.8, 0.1, 1000}, Case{10, 0.8, 0.1, 1000}, Case{10, 0.9, 0.05, 1000},
                        Case{15, 0.9, 0.1, 1000}, Case{24, 0.8, 0.1, 300}, Case{40, 0.9, 0.1, 200}}) {
    const auto [by_group, by_window] = coverage(c.groups, c.mean, c.correlation, c.trials);
    EXPECT_GE(by_group, 0.90) << c.groups << " groups, " << c.mean;
    EXPECT_LE(by_group, 0.98) << c.groups << " groups, " << c.mean;
    EXPECT_LT(by_window, 0.80) << c.groups << " groups, " << c.mean;
  }
}

TEST(GroupDifference, is_students_over_groups_and_agresti_and_mins_over_windows) {
  const auto list = groups_of({{100, -2}, {80, 0}, {120, -3}, {100, 1}});
  const double n = 400, mean = -4 / n;
  double squares = 0;
  for (const auto &g : list) squares += std::pow(g.sum - mean * g.windows, 2);
  const double half = 3.1824463 * std::sqrt(4.0 / 3 * squares) / n;
  const GroupInterval found = difference_interval(list);
  EXPECT_NEAR(found.ends.low, mean - half, 1e-7);
  EXPECT_NEAR(found.ends.high, mean + half, 1e-7);

  std::vector<GroupSum> windows(200, GroupSum{1, 0});  // 3 gained, 8 lost
  for (size_t i = 0; i < 11; ++i) windows[i].sum = i < 3 ? 1 : -1;
  const double d = (3.5 - 8.5) / 202, reach = 1.959964 * std::sqrt((12.0 / 202 - d * d) / 202);
  const GroupInterval single = difference_interval(windows);
  EXPECT_EQ(single.method, IntervalMethod::kWilson);
  EXPECT_NEAR(single.ends.low, d - reach, 1e-6);
  EXPECT_NEAR(single.ends.high, d + reach, 1e-6);
}

TEST(GroupDifference, of_answers_that_are_the_same_is_as_wide_as_their_windows) {
  const GroupInterval found = difference_interval(groups_of({{200, 0}, {200, 0}}));
  EXPECT_NEAR(found.ends.low, -found.ends.high, 1e-12);
  EXPECT_NEAR(found.ends.high, 1.959964 * std::sqrt(1.0 / 402 / 402), 1e-6);
}

// Of 40 groups one differs: what windows that stand for themselves would have on both sides is still
// possible.
TEST(GroupDifference, of_one_group_alone_is_no_certainty_of_its_sign) {
  std::vector<GroupSum> list(40, GroupSum{5, 0});
  list[7].sum = -1;
  const GroupInterval found = difference_interval(list);
  EXPECT_EQ(found.method, IntervalMethod::kBootstrap);
  const double d = (0.5 - 1.5) / 202, reach = 1.959964 * std::sqrt((2.0 / 202 - d * d) / 202);
  EXPECT_LE(found.ends.low, d - reach + 1e-6);
  EXPECT_GE(found.ends.high, d + reach - 1e-6);
}

// truth, predicted, groups
Evaluation judged(const WindowGroups &groups) {
  return score("float", {"a", "b"}, {0, 0, 0, 1, 1, 1}, {0, 0, 1, 1, 1, 1}, groups);
}

TEST(GroupScores, are_of_each_group_the_worst_first) {
  const Evaluation e = judged({"group", {"ann", "bob", "cy", "none"}, {0, 0, 1, 1, 2, 2}});
  ASSERT_EQ(e.group_scores.size(), 3u);
  EXPECT_EQ(e.group_scores[0].name, "bob");
  EXPECT_EQ(e.group_scores[0].examples, 2u);
  EXPECT_EQ(e.group_scores[0].correct, 1u);
  EXPECT_EQ(e.group_scores[1].name, "ann");
  EXPECT_EQ(e.groups_text(9),
            "group  windows  accuracy\nbob          2    50.0 %\nann          2   100.0 %\n"
            "cy           2   100.0 %\n");
  EXPECT_EQ(
      e.groups_text(1),
      "group  windows  accuracy\nbob          2    50.0 %\nand 2 more that are better; --json has all\n");
  EXPECT_NE(e.interval_text().find(" over 3 groups, which are few"), std::string::npos);
  EXPECT_EQ(judged({"recording", {"f:1", "f:9"}, {0, 0, 0, 1, 1, 1}}).groups_text(9), "");
}

TEST(GroupScores, of_one_group_say_that_there_is_no_interval) {
  const Evaluation e = judged({"group", {"ann"}, {0, 0, 0, 0, 0, 0}});
  EXPECT_EQ(e.interval_text(), "no interval: all are of one group");
  EXPECT_EQ(evaluation_json(e).count("interval_95"), 0u);
}

TEST(GroupScores, are_refused_where_they_do_not_fit_the_examples) {
  EXPECT_THROW(judged({"group", {"ann"}, {0, 0}}), Error);
  EXPECT_THROW(judged({"group", {"ann"}, {0, 0, 0, 0, 0, 1}}), Error);
  EXPECT_THROW(judged({"group", {"ann"}, {0, 0, 0, 0, 0, -1}}), Error);
}

TEST(GroupScores, of_two_models_are_compared_within_the_same_groups) {
  const WindowGroups groups{"group", {"ann", "bob"}, {0, 0, 0, 1, 1, 1}};
  const Evaluation a = judged(groups), b = score("int8", {"a", "b"}, a.truth, {0, 1, 1, 1, 1, 0}, groups);
  const AccuracyDifference d = accuracy_difference(a, b);
  EXPECT_NEAR(d.difference, -2.0 / 6, 1e-12);
  EXPECT_EQ(d.changed, 2u);
  EXPECT_EQ(d.over, "2 groups, which are few");
  // -1 of 3 in each: no spread between them, so as of windows (Agresti and Min: 0.5 and 2.5 of 8)
  EXPECT_NEAR(d.interval.low, -0.25 - 1.959964 * std::sqrt((3.0 / 8 - 0.0625) / 8), 1e-6);
  EXPECT_EQ(d.text().substr(0, 33), "-33.33 points (95 % interval -63.");
  EXPECT_THROW(accuracy_difference(a, judged({})), Error);
}

}  // namespace
}  // namespace mote
