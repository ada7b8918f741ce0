// Rules chosen on scores that are made by hand, and what is collected of them.
#include "workflow/stream_tuning.h"

#include "base/files.h"
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

}  // namespace
}  // namespace mote::test
