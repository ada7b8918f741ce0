// push() of either policy: the compiled C against an implementation that keeps everything
// (tests/trigger_oracle.h, and below for what is told of a stream).
#include "codegen/c_package.h"
#include "host/trigger_gains.h"
#include "mote/decision.h"
#include "small_program.h"
#include "trigger_oracle.h"

namespace mote::test {
namespace {

// Bursts on a drifting ground; some of them shorter than a window, some that follow at once.
std::vector<float> bursts(int channels, int rows, uint64_t seed) {
  Random random(seed);
  std::vector<float> values;
  int left = 0, wait = 25;
  for (int row = 0; row < rows; ++row) {
    if (left == 0 && --wait <= 0) {
      left = 3 + static_cast<int>(random.below(14));
      wait = 1 + static_cast<int>(random.below(40));
    }
    const float height = left > 0 ? 4.0f : 0.0f;
    left -= left > 0;
    for (int c = 0; c < channels; ++c)
      values.push_back(0.5f * static_cast<float>(c) + 0.001f * static_cast<float>(row) +
                       height * (random.uniform(0.0f, 1.0f) + (c == 1 ? -0.3f : 0.5f)) +
                       0.05f * random.uniform(-1.0f, 1.0f));
  }
  return values;
}

std::string pushed(const std::vector<float> &values, int channels) {
  std::string commands;
  for (auto row = values.begin(); row != values.end(); row += channels)
    commands += "p" + words(std::vector<float>(row, row + channels)) + "\n";
  return commands;
}

class TriggerPush : public ::testing::TestWithParam<DecisionRule> {};

TEST_P(TriggerPush, answers_each_event_once_and_from_its_own_window) {
  constexpr int kWindow = 12, kChannels = 3, kRows = 1500;
  SmallProgram small(kWindow, kChannels, 4, Last::kSoftmax);
  small.p.front_end.decision = GetParam();
  CPackage package(small.p, {.golden_count = 1}, {"TRIGGER"});
  const std::vector<float> values = bursts(kChannels, kRows, 3);
  const std::vector<OpenedWindow> opened = opened_windows(GetParam(), kWindow, values);
  ASSERT_GT(opened.size(), 20u);

  std::string commands;
  for (const OpenedWindow &w : opened)
    commands += "w" +
                words(std::vector<float>(values.begin() + w.first * kChannels,
                                         values.begin() + (w.last + 1) * kChannels)) +
                "\n";
  const std::vector<std::string> lines = package.run(commands + pushed(values, kChannels));
  ASSERT_EQ(lines.size(), opened.size() + kRows);
  size_t next = 0;
  std::set<int> seen;
  for (int row = 0; row < kRows; ++row) {
    const int told = std::stoi(lines[opened.size() + static_cast<size_t>(row)]);
    if (next == opened.size() || row != opened[next].last) {
      ASSERT_EQ(told, StreamDecision::kNothing) << "row " << row;
      continue;
    }
    const std::vector<int> scores = numbers(lines[next++]);  // the class, then the scores
    const int probability = scores[1 + static_cast<size_t>(scores[0])] + 128;
    EXPECT_EQ(told, probability < GetParam().threshold ? -1 : scores[0]) << "row " << row;
    seen.insert(told);
  }
  EXPECT_EQ(next, opened.size());
  EXPECT_GE(seen.size(), 2u);

  // the same windows on the desk
  StreamWindows windows(GetParam(), kWindow, kChannels);
  std::vector<long> firsts;
  for (int row = 0; row < kRows; ++row)
    if (const auto first = windows.next(values.data() + row * kChannels)) firsts.push_back(*first);
  ASSERT_EQ(firsts.size(), opened.size());
  for (size_t i = 0; i < firsts.size(); ++i) EXPECT_EQ(firsts[i], opened[i].first);
}

DecisionRule rule(int pre_roll, int refractory, int level_shift, std::vector<float> weights,
                  int threshold = 0) {
  DecisionRule r;
  r.policy = DecisionPolicy::kTrigger;
  r.stride = 12;
  r.threshold = threshold;
  r.pre_roll = pre_roll;
  r.refractory = refractory;
  r.onset = {std::move(weights), level_shift == OnsetRule::kFixedLevel ? 4.5f : 2.0f, level_shift};
  return r;
}

INSTANTIATE_TEST_SUITE_P(Rules, TriggerPush,
                         ::testing::Values(rule(0, 0, OnsetRule::kFixedLevel, {1, 1, 1}),
                                           rule(5, 3, OnsetRule::kFixedLevel, {1, 1, 1}, 120),
                                           rule(0, 7, 4, {1, 0, 0.5f}), rule(11, 0, 5, {0, 0, 1}),
                                           rule(4, 20, 3, {1, 1, 1}, 150)));

TEST(TriggerPush, what_is_no_number_opens_nothing) {
  const DecisionRule r = rule(2, 0, 4, {1, 1, 1});
  StreamWindows windows(r, 12, 3);
  const std::vector<float> quiet = {0.1f, 0.2f, 0.3f}, odd = {NAN, 0.2f, 0.3f};
  for (int row = 0; row < 60; ++row) EXPECT_FALSE(windows.next(row == 20 ? odd.data() : quiet.data()));
}

class StreamPush : public ::testing::TestWithParam<DecisionRule> {};

// What is told of windows, all of which are known.
std::vector<int> told_of(const DecisionRule &rule, const std::vector<int> &answers) {
  std::vector<int> told;
  int last_event = -1;  // the window in which one was told
  for (int k = 0; k < std::ssize(answers); ++k) {
    const int answer = answers[static_cast<size_t>(k)];
    bool is_steady = k + 1 >= rule.debounce;
    for (int back = 0; is_steady && back < rule.debounce; ++back)
      is_steady = answers[static_cast<size_t>(k - back)] == answer;
    if (last_event >= 0 && (k - last_event) * rule.stride <= rule.refractory) {
      told.push_back(StreamDecision::kNothing);
    } else if (!is_steady) {
      told.push_back(StreamDecision::kUnknown);
    } else {
      told.push_back(answer);
      if (answer >= 0 && answer != rule.rest) last_event = k;
    }
  }
  return told;
}

TEST_P(StreamPush, tells_what_lasts_and_then_nothing_for_a_while) {
  constexpr int kWindow = 12, kChannels = 3, kRows = 1500;
  const DecisionRule &rule = GetParam();
  SmallProgram small(kWindow, kChannels, 4, Last::kSoftmax);
  small.p.front_end.decision = rule;
  CPackage package(small.p, {.golden_count = 1}, {"STREAM"});
  const std::vector<float> values = bursts(kChannels, kRows, 3);
  std::string commands;
  for (int first = 0; first + kWindow <= kRows; first += rule.stride)
    commands += "w" +
                words(std::vector<float>(values.begin() + first * kChannels,
                                         values.begin() + (first + kWindow) * kChannels)) +
                "\n";
  const std::vector<std::string> lines = package.run(commands + pushed(values, kChannels));
  std::vector<int> answers;
  for (size_t k = 0; k + kRows < lines.size(); ++k) {
    const std::vector<int> scores = numbers(lines[k]);
    const int probability = scores[1 + static_cast<size_t>(scores[0])] + 128;
    answers.push_back(probability < rule.threshold ? StreamDecision::kUnknown : scores[0]);
  }
  const std::vector<int> told = told_of(rule, answers);
  std::set<int> seen;
  for (int row = 0; row < kRows; ++row) {
    const int said = std::stoi(lines[answers.size() + static_cast<size_t>(row)]);
    const int due = row - (kWindow - 1);
    if (due < 0 || due % rule.stride != 0) {
      ASSERT_EQ(said, StreamDecision::kNothing) << "row " << row;
      continue;
    }
    const int expected = told[static_cast<size_t>(due / rule.stride)];
    EXPECT_EQ(said, expected) << "row " << row;
    seen.insert(expected);
  }
  EXPECT_GE(seen.size(), 3u);  // classes, and what is not one
}

DecisionRule stream(int stride, int threshold, int debounce, int refractory, int rest = -1) {
  DecisionRule r;
  r.stride = stride;
  r.smoothing = 1;
  r.threshold = threshold;
  r.debounce = debounce;
  r.refractory = refractory;
  r.rest = rest;
  return r;
}

INSTANTIATE_TEST_SUITE_P(Rules, StreamPush,
                         ::testing::Values(stream(1, 90, 1, 0), stream(3, 90, 2, 0), stream(2, 0, 3, 0),
                                           stream(3, 80, 1, 17), stream(5, 80, 1, 5), stream(4, 80, 2, 30, 1),
                                           stream(1, 0, 4, 11, 2), stream(12, 70, 1, 24, 0)));

}  // namespace
}  // namespace mote::test
