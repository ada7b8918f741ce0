// What becomes of rows: waits for the beginning of a recording (a countdown, a key, a level), keeps its rows,
// writes its file, and begins again.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "collect/level_trigger.h"
#include "collect/recording_file.h"
#include "collect/stream.h"
#include "mote/collect.h"

namespace mote {

class Recorder : public SampleTaker {
 public:
  Recorder(const CollectOptions &options, const CollectCallbacks &callbacks, CollectedSession &session);
  void watch(const SampleStream &stream) { stream_ = &stream; }

  void row(const float *values) override;
  void picture(std::string_view pixels) override;
  void lost(uint64_t rows) override;
  void damaged() override;
  void broke(const char *why) override;

  void tick();  // time goes on, keys are pressed
  void show(CollectView::State state, double seconds) const;
  void show() const;
  void note(const std::string &sentence) const;
  bool is_done() const { return is_done_; }
  bool is_recording() const { return state_ == State::kRecording && !is_picture(); }
  uint64_t samples() const { return samples_; }  // rows or pictures that came

 private:
  using State = CollectView::State;
  bool is_picture() const { return stream_->description().kind == SampleKind::kPicture; }
  double rate_hz() const;
  void begin_if_measured();
  void wait_for_next();
  void begin_countdown();
  void end_countdown();
  void begin_recording();
  void make_folder() const;
  void keep(const float *values);
  void remember(const float *values);
  void trace(const float *values);
  void learn(const float *values);
  void finish(bool is_whole, const char *why);
  void write(const std::string &ending, const std::string &bytes, CollectedFile file);
  RecordingHead head(bool is_whole, const char *why) const;
  void compare_rates();

  const CollectOptions &options_;
  const CollectCallbacks &callbacks_;
  CollectedSession &session_;
  const SampleStream *stream_ = nullptr;
  fs::path folder_;
  State state_ = State::kMeasuring;
  bool is_done_ = false, has_compared_ = false;
  double rate_ = 0, state_since_s_ = 0;
  uint64_t samples_ = 0, now_ = 0;  // now_: the place of the next row, with those that are lost
  size_t wanted_ = 0;               // places of a recording
  uint64_t begun_at_ = 0;
  RecordedRows rows_;
  std::string begun_time_;
  std::optional<LevelTrigger> trigger_;
  size_t rest_rows_ = 0;
  std::deque<std::pair<uint64_t, std::vector<float>>> before_;
  std::vector<std::vector<float>> trace_;
  double trace_due_ = 0;
};

double steady_seconds();

}  // namespace mote
