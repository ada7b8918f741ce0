// The decision over windows, against averages in double. Against the compiled C: tests/codegen/push_test.cpp.
#include "mote/decision.h"

#include <cmath>

#include "small_program.h"

namespace mote::test {
namespace {

constexpr int kUnknown = StreamDecision::kUnknown;

// Probabilities in steps of 1/256.
std::vector<int8_t> scores(const std::vector<int> &of_256) {
  std::vector<int8_t> s;
  for (int p : of_256) s.push_back(static_cast<int8_t>(p - 128));
  return s;
}
int told(StreamDecision &decision, const std::vector<int> &of_256) {
  return decision.next(scores(of_256).data());
}

TEST(StreamDecision, tells_the_class_with_the_largest_average) {
  StreamDecision d(3, {.smoothing = 3});
  EXPECT_EQ(told(d, {200, 30, 26}), 0);
  EXPECT_EQ(told(d, {0, 220, 36}), 1);  // 100, 125, 31
  EXPECT_EQ(told(d, {0, 0, 255}), 2);   // 67, 83, 106
  EXPECT_EQ(told(d, {0, 0, 255}), 2);   // the first is forgotten
}

TEST(StreamDecision, is_unknown_below_the_threshold_and_not_at_it) {
  StreamDecision at(2, {.smoothing = 2, .threshold = 150}), above(2, {.smoothing = 2, .threshold = 151});
  told(at, {100, 156});
  told(above, {100, 156});
  EXPECT_EQ(told(at, {112, 144}), 1);  // 150 on average
  EXPECT_EQ(told(above, {112, 144}), kUnknown);
}

TEST(StreamDecision, the_first_of_equal_ones_is_told) {
  StreamDecision d(3, {.smoothing = 1});
  EXPECT_EQ(told(d, {10, 120, 120}), 1);
}

TEST(StreamDecision, one_output_stands_for_two_classes) {
  StreamDecision d(1, {.smoothing = 1, .threshold = 140});
  EXPECT_EQ(told(d, {200}), 1);
  EXPECT_EQ(told(d, {50}), 0);          // 206 for the first
  EXPECT_EQ(told(d, {130}), kUnknown);  // 130 for the second
  EXPECT_EQ(told(d, {120}), kUnknown);  // 136 for the first
  EXPECT_EQ(told(d, {116}), 0);
  StreamDecision half(1, {.smoothing = 1});
  EXPECT_EQ(told(half, {128}), 0);  // exactly one half is not more
  EXPECT_EQ(told(half, {129}), 1);
}

TEST(StreamDecision, forgets_at_a_reset) {
  StreamDecision d(2, {.smoothing = 5});
  for (int i = 0; i < 7; ++i) EXPECT_EQ(told(d, {255, 0}), 0);
  d.reset();
  EXPECT_EQ(told(d, {100, 156}), 1);
}

// The first largest of the averages over the last `smoothing` since the last reset.
int by_averages(const std::vector<std::vector<int>> &all, size_t smoothing, int threshold) {
  const size_t count = std::min(all.size(), smoothing);
  int best = 0;
  double most = -1;
  for (size_t c = 0; c < all[0].size(); ++c) {
    double mean = 0;
    for (size_t i = all.size() - count; i < all.size(); ++i) mean += all[i][c] / static_cast<double>(count);
    if (mean > most + 1e-9) {
      most = mean;
      best = static_cast<int>(c);
    }
  }
  return most < threshold - 1e-9 ? kUnknown : best;
}

TEST(StreamDecision, is_that_of_averages_in_double) {
  Random random(3);
  int unknown = 0, known = 0;
  for (int smoothing : {1, 2, 3, 7})
    for (int threshold : {0, 100, 128, 170}) {
      StreamDecision d(4, {.smoothing = smoothing, .threshold = threshold});
      std::vector<std::vector<int>> since;
      for (int i = 0; i < 200; ++i) {
        if (i % 61 == 60) {
          d.reset();
          since.clear();
        }
        since.push_back({});
        for (int c = 0; c < 4; ++c) since.back().push_back(static_cast<int>(random.below(256)));
        const int got = told(d, since.back());
        ASSERT_EQ(got, by_averages(since, static_cast<size_t>(smoothing), threshold)) << i;
        got == kUnknown ? ++unknown : ++known;
      }
    }
  EXPECT_GT(unknown, 200);
  EXPECT_GT(known, 800);
}

TEST(StreamDecision, asks_a_program_for_its_outputs) {
  EXPECT_TRUE(has_probabilities(SmallProgram(6, 2, 4, Last::kSoftmax).p));
  EXPECT_TRUE(has_probabilities(SmallProgram(6, 2, 2, Last::kLogistic).p));
  EXPECT_FALSE(has_probabilities(SmallProgram(6, 2, 4, Last::kLogits).p));
  IntegerProgram values = SmallProgram(6, 2, 4, Last::kSoftmax).p;
  values.labels.clear();
  EXPECT_FALSE(has_probabilities(values));
  EXPECT_EQ(decision_rule(values, {.threshold = 0.5}).threshold, 0);
  const DecisionRule rule = decision_rule(SmallProgram(7, 2, 4, Last::kSoftmax).p, {.threshold = 0.6});
  EXPECT_EQ(rule.threshold, 154);
  EXPECT_EQ(rule.stride, 3);
  EXPECT_EQ(rule.smoothing, 3);
}

}  // namespace
}  // namespace mote::test
