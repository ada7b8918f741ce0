// Rules chosen on scores that are made by hand, and what is collected of them.
#include "workflow/stream_tuning.h"

#include "base/files.h"
#include "base/random.h"
#include "test_support.h"
#include "workflow/hard_negatives.h"

namespace mote::test {
namespace {

constexpr int kTuneWindow = 20, kTuneHop = 5;

// Of two classes, jump and rest, a window every hop: of `of_jump` windows the probability of jump, of 256.
ScoredStream scores_of(const std::vector<int> &of_jump) {
  ScoredStream s;
  s.outputs = 2;
  for (size_t w = 0; w < of_jump.size(); ++w) {
    s.rows.push_back(kTuneWindow - 1 + static_cast<long>(w) * kTuneHop);
    s.scores.push_back(static_cast<int8_t>(std::min(255, of_jump[w]) - 128));
    s.scores.push_back(static_cast<int8_t>(std::min(255, 256 - of_jump[w]) - 128));
  }
  return s;
}
DecisionRule tune_rule() {
  return {.stride = kTuneHop, .smoothing = 1, .threshold = 128, .rest = 1, .reason = "by hand"};
}
// Four windows of each event are of a jump (0.86), and single ones between them nearly certain.
TuningSet spikes_and_events() {
  std::vector<int> jump(400, 5);
  TuningRecording r;
  for (int k = 0; k < 5; ++k) {
    const int w = 20 + 70 * k;
    for (int i = 0; i < 4; ++i) jump[static_cast<size_t>(w + i)] = 220;
    const long first = static_cast<long>(w) * kTuneHop;
    r.events.push_back({0, first, first + kTuneWindow, 0});
    jump[static_cast<size_t>(w + 35)] = 250;
  }
  r.scored = scores_of(jump);
  r.rows = kTuneWindow + 400 * kTuneHop;
  TuningSet set;
  set.recordings = {r};
  set.is_rest = {false, true};
  set.rate_hz = 10;
  set.window = kTuneWindow;
  return set;
}
ChosenRule chosen(const TuningSet &set, const DecisionSettings &settings, double allowed) {
  return choose_by_false_accepts(set, settings, tune_rule(), allowed,
                                 [](const DecisionRule &rule) { return StreamDecision(2, rule); });
}

TEST(StreamTuning, false_accepts_come_first_and_recall_second) {
  const ChosenRule quiet = chosen(spikes_and_events(), {}, 1);
  EXPECT_TRUE(quiet.is_met);
  EXPECT_EQ(quiet.scores.all.false_accepts, 0u);
  EXPECT_EQ(quiet.scores.all.found, 5u);
  EXPECT_TRUE(quiet.rule.smoothing > 1 || quiet.rule.debounce > 1);  // no threshold alone tells them apart
  // one rule for all: the threshold is where it was asked to be
  DecisionSettings one;
  one.smoothing = one.debounce = 1;
  one.refractory = 0;
  const ChosenRule alone = chosen(spikes_and_events(), one, 1);
  EXPECT_EQ(alone.scores.all.false_accepts, 0u);
  EXPECT_EQ(alone.scores.all.found, 0u);  // silence is all that keeps to it
  EXPECT_EQ(alone.rule.smoothing, 1);
  const ChosenRule loud = chosen(spikes_and_events(), one, 1e6);
  EXPECT_EQ(loud.scores.all.found, 5u);
  one.threshold = 0.5;
  const ChosenRule none = chosen(spikes_and_events(), one, 1);
  EXPECT_FALSE(none.is_met);
  EXPECT_EQ(none.rules, 1u);
  EXPECT_EQ(none.rule.threshold, 128);
  EXPECT_EQ(none.scores.all.false_accepts, 5u);
}

TEST(StreamTuning, one_tolerance_is_that_of_all_rules) {
  DecisionSettings late;  // told with the third window, 10 rows behind the first and 9 behind the event
  late.smoothing = 1;
  late.debounce = 3;
  late.refractory = 0;
  late.threshold = 0.5;
  TuningSet set = spikes_and_events();
  set.tolerance = 0;
  const ChosenRule strict = chosen(set, late, 1);
  EXPECT_EQ(strict.scores.all.found, 0u);
  EXPECT_EQ(strict.scores.all.false_accepts, 5u);
  set.tolerance = 10;
  EXPECT_EQ(chosen(set, late, 1).scores.all.found, 5u);
  // and one that is asked for chooses a rule that keeps to it
  set.tolerance = 0;
  DecisionSettings open;
  open.threshold = 0.5;
  const ChosenRule quick = chosen(set, open, 1e6);
  EXPECT_EQ(quick.scores.all.found, 5u);
  EXPECT_EQ(quick.rule.debounce, 1);
}

TEST(StreamTuning, between_events_that_follow_closely_is_background) {
  std::vector<int> jump(400, 5);
  TuningSet set = spikes_and_events();
  TuningRecording &r = set.recordings[0];
  r.events.clear();
  for (int k = 0; k < 5; ++k) {
    const long first = 100 + 40L * k;
    r.events.push_back({0, first, first + 20, 0});
    for (int i = 0; i < 4; ++i) jump[static_cast<size_t>(first / kTuneHop + i)] = 220;
  }
  r.scored = scores_of(jump);
  // rows 19 to 99, ten between two events each, and those from 290 on
  EXPECT_NEAR(chosen(set, {}, 1).scores.background_hours, (81 + 4 * 10 + 2020 - 290) / 10.0 / 3600, 1e-9);
}

// What is averaged once for all thresholds, against the decision itself.
TEST(StreamTuning, rules_that_smooth_tell_what_the_decision_tells) {
  Random random(11);
  size_t detections = 0;
  for (int trial = 0; trial < 20; ++trial) {
    TuningSet set;
    set.is_rest = {false, true, false};
    set.rate_hz = 10;
    set.window = kTuneWindow;
    set.tolerance = 7;
    StreamScores expected;
    DecisionRule rule = tune_rule();
    rule.smoothing = 2 + trial % 5;
    rule.threshold = trial % 2 == 0 ? 96 : 0;
    rule.debounce = 1 + trial % 3;
    for (int recording = 0; recording < 2; ++recording) {
      TuningRecording r;
      r.scored.outputs = 3;
      r.rows = kTuneWindow + 200 * kTuneHop;
      for (int w = 0; w < 200; ++w) {
        r.scored.rows.push_back(kTuneWindow - 1 + long{w} * kTuneHop);
        for (int c = 0; c < 3; ++c)  // few values, so that many are equal
          r.scored.scores.push_back(static_cast<int8_t>(static_cast<int>(random.below(6)) * 40 - 128));
      }
      r.events = {{0, 100, 300, 0}, {2, 400, 700, 0}};
      const ToldStream told = told_of(r.scored, rule, StreamDecision(3, rule));
      expected.classes.resize(3);
      add_scores(expected, judge_stream(told.told, told.scores, r.events, set.is_rest, rule.policy, 7),
                 r.events, {r.rows, 7, 10, kTuneWindow});
      set.recordings.push_back(std::move(r));
    }
    DecisionSettings one;
    one.smoothing = rule.smoothing;
    one.threshold = rule.threshold / 256.0;
    one.debounce = rule.debounce;
    one.refractory = 0;
    const ChosenRule got = choose_by_false_accepts(
        set, one, tune_rule(), 1, [](const DecisionRule &r) { return StreamDecision(3, r); });
    std::sort(expected.delays_s.begin(), expected.delays_s.end());
    EXPECT_EQ(got.rules, 1u);
    EXPECT_EQ(got.rule.smoothing, rule.smoothing);
    EXPECT_EQ(got.scores.all.found, expected.all.found) << trial;
    EXPECT_EQ(got.scores.all.false_accepts, expected.all.false_accepts) << trial;
    EXPECT_EQ(got.scores.all.again, expected.all.again) << trial;
    EXPECT_EQ(got.scores.all.other, expected.all.other) << trial;
    EXPECT_EQ(got.scores.delays_s, expected.delays_s) << trial;
    EXPECT_DOUBLE_EQ(got.scores.background_hours, expected.background_hours);
    detections += expected.all.found + expected.all.false_accepts + expected.all.again + expected.all.other;
  }
  EXPECT_GT(detections, 100u);
}

TEST(StreamTuning, averages_are_those_of_the_decision) {
  const ScoredStream s = scores_of({256, 128, 0, 64, 200, 30});
  DecisionRule rule = tune_rule();
  rule.smoothing = 3;
  rule.threshold = 0;
  const ToldStream t = told_of(s, rule, StreamDecision(2, rule));
  ASSERT_EQ(t.told.size(), 6u);
  EXPECT_EQ(score_at(s, 0, 0, 3), 255);
  EXPECT_EQ(score_at(s, 3, 0, 3), (128 + 0 + 64) / 3);
  EXPECT_EQ(t.told[3].answer, 1);
  EXPECT_EQ(t.scores[3], (128 + 255 + 192) / 3);
  ScoredStream single{{0, 1}, {-128, 127}, 1, ""};
  EXPECT_EQ(score_at(single, 0, 0, 1), 256);
  EXPECT_EQ(score_at(single, 1, 1, 1), 255);
}

TEST(HardNegatives, false_accepts_and_near_misses_become_recordings) {
  const TuningSet set = spikes_and_events();
  const TuningRecording &r = set.recordings[0];
  DecisionRule rule = tune_rule();
  rule.threshold = 230;  // the events of 220 are near it, too, and no negatives; the spikes of 250 are told
  Recordings of;
  of.channels = {"aX", "a,Y"};
  StreamRecording stream{"dir/night 1.csv", 0, &of, {}, r.events, true};
  stream.recording.rows = static_cast<int>(r.rows);
  for (long row = 0; row < r.rows; ++row)
    for (int c = 0; c < 2; ++c)
      stream.recording.values.push_back(static_cast<float>(row) + 0.5f * static_cast<float>(c));
  ScoredStream scored = r.scored;
  scored.scores[2 * 380] = 170 - 128;  // nearly: 0.66 of 230 is 152
  const ToldStream told = told_of(scored, rule, StreamDecision(2, rule));
  const JudgedStream judged = judge_stream(told.told, told.scores, r.events, set.is_rest, rule.policy,
                                           tolerance_of(rule, kTuneWindow));
  HardNegatives found(rule, kTuneWindow, 2, set.is_rest, 0.66);
  found.add(stream, scored, told, judged, tolerance_of(rule, kTuneWindow));
  EXPECT_EQ(found.found(), 6u);
  EXPECT_EQ(found.near_misses(), 1u);
  const TemporaryFolder folder("mote-negatives");
  const std::string to = (folder.path() / "new").string();
  const std::vector<std::string> labels = {"jump/high", "rest"};
  const WrittenNegatives written = write_negatives(found.kept(), labels, of.channels, 10, to);
  EXPECT_EQ(written.files.size(), 6u);
  // 55 windows of 5 rows: rows 275 to 294, of 10 a second
  const fs::path first = fs::path(to) / "night_1_00027.500s_jump_high_0.98.csv";
  ASSERT_TRUE(fs::exists(first)) << written.files[0];
  const std::string text = read_file(first);
  EXPECT_TRUE(text.starts_with("aX,\"a,Y\"\n275,275.5\n")) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + kTuneWindow);
  // again: they are there; and what has other bytes stays
  EXPECT_EQ(write_negatives(found.kept(), labels, of.channels, 10, to).already_there, 6u);
  write_file(first, "mine");
  const WrittenNegatives more = write_negatives(found.kept(), labels, of.channels, 10, to);
  ASSERT_EQ(more.files.size(), 1u);
  EXPECT_TRUE(more.files[0].ends_with("_0.98_2.csv"));
  EXPECT_EQ(read_file(first), "mine");
}

// A flex that is told as a punch is a flex all the same.
TEST(HardNegatives, an_event_told_of_another_class_is_none) {
  DecisionRule rule = tune_rule();
  rule.threshold = 0;
  const std::vector<bool> is_rest = {false, true, false};
  StreamRecording stream;
  stream.file = std::string(300, 'n') + ".csv";
  stream.recording.rows = 400;
  stream.recording.values.assign(400, 1);
  stream.events = {{0, 100, 120, 0}};
  JudgedStream judged;
  judged.detections = {{110, 2, 200, -1, StreamDetection::Kind::kOther},
                       {300, 2, 200, -1, StreamDetection::Kind::kFalse}};
  HardNegatives found(rule, kTuneWindow, 1, is_rest, 0.7);
  found.add(stream, {}, {}, judged, 10);
  ASSERT_EQ(found.kept().size(), 1u);
  EXPECT_EQ(found.kept()[0].row, 300 + 1 - kTuneWindow);
  const TemporaryFolder folder("mote-negatives");
  const WrittenNegatives written =
      write_negatives(found.kept(), {"a", "rest", std::string(300, 'b')}, {"aX"}, 10, folder.path().string());
  ASSERT_EQ(written.files.size(), 1u);  // names of 300 bytes are none
  EXPECT_TRUE(fs::exists(written.files[0]));
}

}  // namespace
}  // namespace mote::test
