// A wake word model that others trained, on ten seconds in which the word is said three times: their front
// end is a block of ours, their network their .tflite.
//
// Source: mlcommons/tiny, benchmark/training/streaming_wakeword: str_ww_ref_model.tflite and
// short_wav_easy10s.wav with the windows of sww_short_test.json. Its device tells at an int8 score of 115
// (0.95), which the short third word does not reach here: it has 0.91 at most.
#include "base/files.h"
#include "data/sound.h"
#include "features/preprocessing.h"
#include "mote/files.h"
#include "test_support.h"
#include "train/stream_counts.h"
#include "workflow/stream_tuning.h"

namespace mote::test {
namespace {

IntegerProgram wakeword_program() {
  constexpr int kFrames = 30, kFrame = 1024, kStep = 512;
  const std::string path = shared_data() + "/mlperf_tiny/models/str_ww_ref_model.tflite";
  IntegerProgram program = parse_tflite(read_file(path), path);
  Preprocessing p;
  p.window = kFrame + (kFrames - 1) * kStep;
  p.channels = 1;
  p.rate_hz = 16000;
  p.channel_names = {"sound"};
  p.steps = resolved({{"mlperf_sww", {}, {}}}, p.rate_hz);
  const std::vector<float> silence(static_cast<size_t>(p.window));
  fit(p, silence.data(), 1);
  program.front_end = fixed_form(p, program.tensor(program.inputs[0]).quant);
  program.labels = {"word", "silence", "unknown"};
  program.front_end.decision = {.stride = kStep, .smoothing = 1, .threshold = 230, .rest = 1};
  return program;
}

TEST(WakewordStream, three_words_in_ten_seconds) {
  MOTE_NEED_SHARED_DATA();
  const IntegerProgram program = wakeword_program();
  const std::string path = shared_data() + "/features/streaming_wakeword/short_wav_easy10s.wav";
  const Sound sound = mixed_down(parse_sound(read_file(path), path));
  ASSERT_EQ(sound.rate_hz, 16000);
  const DecisionRule &rule = program.front_end.decision;
  const ScoredStream scored =
      score_rows(program, {sound.samples.data(), static_cast<long>(sound.frames()), sound.rate_hz}, rule);
  const ToldStream told = told_of(scored, rule, StreamDecision(program, rule));
  std::vector<StreamEvent> events;
  for (const auto &[from, to] : {std::pair{1.0, 1.648}, {4.0, 4.762}, {7.0, 7.359}})
    events.push_back({0, std::lround(from * 16000), std::lround(to * 16000), 0});
  const std::vector<bool> is_rest = {false, true, true};
  // the network sees about a second: it may tell until half of that is behind the word
  const JudgedStream judged = judge_stream(told.told, told.scores, events, is_rest, rule.policy,
                                           tolerance_of(rule, program.front_end.window));
  StreamScores s;
  s.classes.resize(is_rest.size());
  add_scores(s, judged, events,
             {static_cast<long>(sound.frames()), tolerance_of(rule, program.front_end.window), 16000});
  EXPECT_EQ(s.all.events, 3u);
  EXPECT_EQ(s.all.found, 3u);
  EXPECT_EQ(s.all.false_accepts, 0u);
  for (const double delay : s.delays_s) EXPECT_LT(delay, 1.3);
}

}  // namespace
}  // namespace mote::test
