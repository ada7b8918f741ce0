// Streams of recordings, and what is counted of the answers to them.
#include "mote/replay.h"

#include "base/random.h"
#include "test_support.h"
#include "workflow/decide.h"
#include "workflow/replay.h"

namespace mote::test {
namespace {

constexpr int kWindow = 20;

Recordings recordings_of(const std::vector<std::string> &labels) {
  Recordings set;
  set.channels = {"a", "b"};
  set.labels = {"jump", "rest", "turn"};
  set.rate_hz = 10;
  set.options.window = kWindow;
  Random random(3);
  for (const std::string &label : labels) {
    Recording r;
    r.label = label;
    r.rows = kWindow + 3;
    for (int row = 0; row < r.rows; ++row)
      for (int c = 0; c < 2; ++c)
        r.values.push_back(label == "rest" ? 0.5f + 0.01f * random.uniform(-1, 1) : random.uniform(2, 3));
    set.items.push_back(std::move(r));
  }
  return set;
}

TEST(TestStream, holds_every_event_unchanged_with_one_to_two_windows_of_rest_between) {
  const Recordings set = recordings_of({"jump", "turn", "rest", "jump", "turn", "turn"});
  const TestStream s = string_together(set, {0, 1, 2, 3, 4, 5});
  ASSERT_EQ(s.events.size(), 5u);
  EXPECT_EQ(s.values.size(), static_cast<size_t>(2 * s.rows));
  std::vector<size_t> used;
  long before = 0, rest = 0;
  for (const StreamEvent &e : s.events) {
    EXPECT_GE(e.first - before, kWindow);
    EXPECT_LE(e.first - before, 2 * kWindow);
    rest += e.first - before;
    before = e.last;
    for (size_t i = 0; i < set.items.size(); ++i)
      if (std::equal(set.items[i].values.begin(), set.items[i].values.end(),
                     s.values.begin() + 2 * e.first)) {
        used.push_back(i);
        EXPECT_EQ(set.labels[static_cast<size_t>(e.label)], set.items[i].label);
      }
  }
  std::sort(used.begin(), used.end());
  EXPECT_EQ(used, (std::vector<size_t>{0, 1, 3, 4, 5}));
  EXPECT_EQ(s.rest_rows, rest + s.rows - before);
  EXPECT_NE(s.rest_from.find("recorded rest ('rest')"), std::string::npos);
  // rest stays rest: the recorded one has 0.5
  const long middle = (s.events[0].last + s.events[1].first) / 2;
  EXPECT_NEAR(s.values[static_cast<size_t>(2 * middle)], 0.5, 0.9);
}

TEST(TestStream, is_the_same_for_a_seed_and_another_for_another) {
  const Recordings set = recordings_of({"jump", "turn", "jump", "turn", "turn"});
  const std::vector<size_t> all = {0, 1, 2, 3, 4};
  EXPECT_EQ(string_together(set, all, 4).values, string_together(set, all, 4).values);
  EXPECT_NE(string_together(set, all, 4).values, string_together(set, all, 5).values);
  EXPECT_NE(string_together(set, all).rest_from.find("quiet parts"), std::string::npos);
  EXPECT_TRUE(string_together(set, {}).events.empty());
}

// Windows and the answers that a model gave them, each certain.
struct Said {
  long row;
  int label;
};
Replay counted(const TestStream &stream, const DecisionRule &rule, const std::vector<Said> &said) {
  ScoredStream scored;
  scored.outputs = stream.labels.size();
  for (const Said &s : said) {
    scored.rows.push_back(s.row);
    for (int c = 0; c < std::ssize(stream.labels); ++c) scored.scores.push_back(c == s.label ? 127 : -128);
  }
  return replay_of(scored, stream, rule, kWindow, {scored.outputs, rule});
}

TestStream three_events() {
  TestStream s;
  s.labels = {"jump", "rest", "turn"};
  s.is_rest = {false, true, false};
  s.rate_hz = 10;
  s.rows = 600;
  s.rest_rows = 540;
  s.events = {{0, 100, 120}, {2, 300, 320}, {2, 500, 520}};
  return s;
}

TEST(Replay, counts_found_wrong_missed_and_false) {
  const DecisionRule trigger{.policy = DecisionPolicy::kTrigger, .stride = 1, .smoothing = 1};
  const Replay r = counted(three_events(), trigger, {{60, 2}, {119, 0}, {200, 1}, {325, 0}, {590, 0}});
  EXPECT_EQ(r.all.events, 3u);
  EXPECT_EQ(r.all.found, 1u);
  EXPECT_EQ(r.all.wrong, 1u);
  EXPECT_EQ(r.all.missed, 1u);
  EXPECT_EQ(r.false_events, 2u);  // at 60 and 590; rest at 200 is none
  EXPECT_EQ(r.classes[0].found, 1u);
  EXPECT_EQ(r.classes[2].wrong, 1u);
  EXPECT_EQ(r.classes[2].missed, 1u);
  EXPECT_DOUBLE_EQ(r.delay_s, 1.9);
  EXPECT_DOUBLE_EQ(r.rest_minutes, 0.9);
}

TEST(Replay, an_answer_that_goes_on_is_one_false_event_of_a_stream) {
  const DecisionRule stream{.stride = 5, .smoothing = 1};
  const Replay r =
      counted(three_events(), stream,
              {{20, 2}, {25, 2}, {30, 2}, {35, 1}, {40, 2}, {110, 0}, {115, 0}, {135, 0}, {140, 0}});
  EXPECT_EQ(r.false_events, 2u);  // 20 to 30, and 40; what goes on behind the jump is still the jump
  EXPECT_EQ(r.all.found, 1u);
}

TEST(Replay, the_most_told_class_counts) {
  const DecisionRule stream{.stride = 5, .smoothing = 1};
  const Replay r =
      counted(three_events(), stream, {{105, 2}, {110, 0}, {115, 0}, {305, 0}, {310, 0}, {315, 2}});
  EXPECT_EQ(r.classes[0].found, 1u);
  EXPECT_EQ(r.classes[2].wrong, 1u);
}

// The exact upper ends of 95 % intervals of Poisson means: Garwood 1936, as tables of chi-squared give them.
TEST(Replay, the_interval_of_false_events_is_exact) {
  const std::vector<double> upper = {3.6889, 5.5716, 7.2247, 8.7673};
  TestStream s = three_events();
  s.rest_rows = 600;  // one minute
  const DecisionRule trigger{.policy = DecisionPolicy::kTrigger, .stride = 1, .smoothing = 1};
  std::vector<Said> said;
  for (double expected : upper) {
    EXPECT_NEAR(counted(s, trigger, said).most_false_per_minute, expected, 1e-3);
    said.push_back({5 + 10 * std::ssize(said), 0});
  }
}

TEST(Decide, an_event_in_each_recording_asks_for_a_trigger_and_long_ones_for_a_stream) {
  Recordings set = recordings_of({"jump", "turn", "jump", "turn", "jump", "turn", "rest"});
  for (Recording &r : set.items)  // begin at rest
    for (size_t i = 0; i < 8; ++i) r.values[i] = 0.1f;
  const Parts all(set.items.size(), 't');
  const DecisionRule trigger = fitted_windows({}, set, all);
  EXPECT_EQ(trigger.policy, DecisionPolicy::kTrigger) << trigger.reason;
  EXPECT_EQ(trigger.pre_roll, 4);
  EXPECT_EQ(trigger.rest, 1);
  EXPECT_EQ(fitted_windows({.policy = WantedPolicy::kStream}, set, all).policy, DecisionPolicy::kStream);
  set.options.window = 8;
  const DecisionRule stream = fitted_windows({}, set, all);
  EXPECT_EQ(stream.policy, DecisionPolicy::kStream);
  EXPECT_NE(stream.reason.find("longer than one window"), std::string::npos);
}

TEST(Decide, windows_of_a_stream_begin_at_frames_of_the_features) {
  Recordings set = recordings_of({"jump", "turn", "jump", "turn", "rest"});  // windows of 20 rows at 10 Hz
  set.channels = {"a"};
  for (Recording &r : set.items) r.values.resize(static_cast<size_t>(r.rows));
  const Parts all(set.items.size(), 't');
  const auto hop = [&](double step_ms, DecisionSettings settings) {
    settings.policy = WantedPolicy::kStream;
    const PreprocessingStep frames{
        .block = "spectrogram",
        .attrs = {{"frame_ms", 800.0}, {"step_ms", step_ms}, {"fft_length", int64_t{8}}},
        .tables = {}};
    return fitted_windows(settings, set, all, {frames}).stride;
  };
  EXPECT_EQ(fitted_windows({.policy = WantedPolicy::kStream}, set, all).stride, 2);  // an eighth
  EXPECT_EQ(hop(300, {}), 3);
  EXPECT_EQ(hop(100, {}), 2);
  EXPECT_EQ(hop(400, {}), 4);
  EXPECT_EQ(hop(700, {}), 2);          // rather windows computed as a whole than one in seven rows
  EXPECT_EQ(hop(300, {.hop = 5}), 5);  // as the project says
}

TEST(Decide, a_stream_gives_its_training_windows_of_the_stream) {
  Recordings set = recordings_of({"jump", "turn", "jump", "turn", "jump", "turn", "rest"});
  const auto windows_for = [&](const Recordings &from, const DecisionRule &rule) {
    Splits splits = from.parted(Parts(from.items.size(), 't'));
    add_stream_windows(splits, from, rule, 1);
    return splits.stream.size();
  };
  for (Recording &r : set.items)  // events end at rest
    if (r.label != "rest") std::fill_n(r.values.end() - 12, 12, 0.5f);
  const size_t own = set.all().size();
  const DecisionRule stream{.stride = 5, .rest = 1}, without_rest{.stride = 5};
  ASSERT_LT(3 * own, 256u);
  EXPECT_EQ(windows_for(set, stream), 256u);
  EXPECT_EQ(windows_for(set, without_rest), 256u + 128u);  // rest is taken from their quiet parts
  DecisionRule trigger{.policy = DecisionPolicy::kTrigger, .stride = 5};
  trigger.onset = {.weights = {1, 0}, .threshold = 1.5f};  // rest is 0.5, motion 2 to 3
  EXPECT_EQ(windows_for(set, trigger), 6u);                // one for each event
  EXPECT_EQ(windows_for(set, {}), 0u);
  Recordings states = set;  // of several windows each
  states.options.window = 8;
  EXPECT_EQ(windows_for(states, stream), states.all().size());
  EXPECT_EQ(windows_for(states, without_rest), 0u);
  Recordings many = set;
  for (int k = 0; k < 20; ++k) many.items.insert(many.items.end(), set.items.begin(), set.items.end());
  EXPECT_EQ(windows_for(many, stream), 3 * many.all().size());
  // short recordings of states: what would be their rest is they themselves
  Recordings levels = set;
  Random random(8);
  for (Recording &r : levels.items) {
    const float level = random.uniform(-3, 3);
    for (float &value : r.values) value = level + random.uniform(-0.5f, 0.5f);
  }
  EXPECT_EQ(windows_for(levels, without_rest), 0u);
  EXPECT_EQ(windows_for(levels, stream), 256u);
  EXPECT_EQ(judge_rest(stream), "");
  EXPECT_NE(judge_rest(without_rest), "");
}

TEST(Decide, settings_that_do_not_fit_are_refused) {
  const Recordings set = recordings_of({"jump", "turn", "jump", "turn"});
  const DecisionSettings other_channel{.channels = {"c"}}, long_pre_roll{.pre_roll = kWindow};
  const Parts all(set.items.size(), 't');
  EXPECT_ERROR(fitted_windows(other_channel, set, all), "no channel 'c'");
  EXPECT_ERROR(fitted_windows(long_pre_roll, set, all), "pre_roll");
}

}  // namespace
}  // namespace mote::test
