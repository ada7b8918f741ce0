// Replays on an emulated core against the desk: the same answers, or the first row at which they differ.
#include <nlohmann/json.hpp>

#include "mote/replay.h"
#include "test_support.h"

namespace mote {
namespace {

constexpr int kRows = 400, kSecond = 150;  // where the second stream begins

struct Case {
  IntegerProgram program;
  DecisionRule rule;
  std::vector<float> rows;
  std::vector<Told> desk;
};

// Windows and decisions as the library makes them, one at a time.
std::vector<Told> told_here(const Case &c) {
  const Preprocessing &p = c.program.front_end;
  HostProgram host(c.program);
  std::vector<int8_t> scores(host.predict_bytes());
  StreamWindows windows(c.rule, p.window, p.channels);
  StreamDecision decision(c.program, c.rule);
  std::vector<Told> told;
  long beginning = 0;
  for (long row = 0; row < kRows; ++row) {
    if (row == kSecond) {
      windows.reset();
      decision.reset();
      beginning = row;
    }
    const auto first = windows.next(c.rows.data() + row * p.channels);
    if (!first) continue;
    host.predict(c.rows.data() + (beginning + *first) * p.channels, scores.data());
    const int answer = decision.next(scores.data());
    if (answer != StreamDecision::kNothing) told.push_back({row, answer});
  }
  return told;
}

Case case_of(const DecisionRule &rule) {
  const Splits data = test::toy_splits();
  Case c{quantize(test::toy_run(data, 1).model, {.calibrate_on = data.train}), rule, {}, {}};
  const Dataset &test = data.test;
  const auto channels = static_cast<size_t>(c.program.front_end.channels);
  constexpr int kRest = 15;
  for (size_t i = 0; c.rows.size() < kRows * channels; ++i) {
    const float *example = test.example(i % test.size());
    c.rows.insert(c.rows.end(), example, example + test.example_floats());
    for (int row = 0; row < kRest; ++row) c.rows.insert(c.rows.end(), {0.0f, 5.0f, 10.0f});
  }
  c.rows.resize(kRows * channels);
  c.desk = told_here(c);
  return c;
}

EmulatedReplay emulated(const Case &c, const std::vector<Told> &desk) {
  return replay_on_core(c.program, c.rule, core_by_name("cortex-m4"), c.rows, {0, kSecond}, desk, "long.csv");
}

#define NEED_EMULATOR()                                  \
  if (!missing_tools(core_by_name("cortex-m4")).empty()) \
  GTEST_SKIP() << missing_tools(core_by_name("cortex-m4"))

TEST(EmulatedStream, tells_what_the_desk_tells_row_by_row) {
  NEED_EMULATOR();
  const Case c = case_of({.stride = 7, .smoothing = 2, .threshold = 100, .debounce = 2, .refractory = 9});
  ASSERT_GT(c.desk.size(), 10u);
  const EmulatedReplay found = emulated(c, c.desk);
  EXPECT_EQ(found.told, c.desk);
  EXPECT_EQ(found.rows, kRows);
  EXPECT_EQ(found.core, "Arm Cortex-M4F");
  EXPECT_GT(found.instructions_per_row, 50);
  EXPECT_GT(found.most_instructions, 7 * 0.9 * found.instructions_per_row);
}

TEST(EmulatedTrigger, tells_what_the_desk_tells_row_by_row) {
  NEED_EMULATOR();
  DecisionRule rule{
      .policy = DecisionPolicy::kTrigger, .stride = 20, .smoothing = 1, .refractory = 3, .pre_roll = 4};
  rule.onset = {.weights = {1, 1, 1}, .threshold = 0.5f, .level_shift = 3};
  const Case c = case_of(rule);
  ASSERT_GT(c.desk.size(), 3u);
  EXPECT_EQ(emulated(c, c.desk).told, c.desk);
}

TEST(EmulatedStream, that_differs_is_an_error_with_the_first_row) {
  NEED_EMULATOR();
  const Case c = case_of({.stride = 7, .smoothing = 1});
  ASSERT_GT(c.desk.size(), 5u);
  std::vector<Told> other = c.desk;
  other[2].answer = (other[2].answer + 1) % std::ssize(c.program.labels);
  const auto name = [&](int answer) { return "'" + c.program.labels[static_cast<size_t>(answer)] + "'"; };
  EXPECT_ERROR(emulated(c, other), "long.csv");
  EXPECT_ERROR(emulated(c, other), "row " + std::to_string(other[2].row) + ": the desk tells " +
                                       name(other[2].answer) + ", push() on the emulated Arm Cortex-M4F " +
                                       name(c.desk[2].answer));
  other = c.desk;
  other.pop_back();
  EXPECT_ERROR(emulated(c, other), "row " + std::to_string(c.desk.back().row) + ": the desk tells nothing");
  other = c.desk;
  other.push_back({kRows - 1, StreamDecision::kUnknown});
  EXPECT_ERROR(emulated(c, other), "the desk tells UNKNOWN, push() on the emulated Arm Cortex-M4F nothing");
}

TEST(EmulatedStream, needs_a_push) {
  Case c = case_of({.stride = 7});
  c.program.labels.clear();
  EXPECT_ERROR(emulated(c, {}), "has no push()");
}

TEST(EmulatedStream, is_said_in_a_sentence_and_as_json) {
  const EmulatedReplay r{"Arm Cortex-M4F", 1234, {{19, 1}, {26, StreamDecision::kUnknown}}, 99.6, 45678};
  EXPECT_EQ(r.line(),
            "On the emulated Arm Cortex-M4F push() tells the same: 2 answers in 1,234 rows, 100 instructions "
            "a row, "
            "at most 45,678.");
  EXPECT_EQ(emulated_json(r, {"a", "b"}),
            nlohmann::json::parse(R"({"core": "Arm Cortex-M4F", "rows": 1234, "instructions_per_row": 99.6,
              "most_instructions": 45678,
              "answers": [{"row": 19, "decision": "b"}, {"row": 26, "decision": "UNKNOWN"}]})"));
}

TEST(EmulatedCore, is_the_one_asked_for_or_the_projects_or_a_cortex_m4) {
  EXPECT_EQ(core_to_emulate("", nullptr).name, "cortex-m4");
  EXPECT_EQ(core_to_emulate("cortex-m7", nullptr).name, "cortex-m7");
  EXPECT_ERROR(core_to_emulate("cortex-m9", nullptr), "cannot be emulated");
}

}  // namespace
}  // namespace mote
