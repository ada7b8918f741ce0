#include "collect/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/error.h"

namespace mote {

namespace {

constexpr double kClockError = 0.02;    // a clock of a microcontroller, and one of a sensor, are no better
constexpr double kMeasuredFor_s = 1;    // before a measured rate is a rate
constexpr double kTracePerSecond = 20;  // moments
constexpr size_t kTraceMoments = 64;
constexpr double kRest_s = 1;
constexpr size_t kLeastRestRows = 10;

std::string rows_text(size_t rows) { return fmt::format("{} row{}", rows, rows == 1 ? "" : "s"); }

}  // namespace

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Recorder::Recorder(const CollectOptions &options, const CollectCallbacks &callbacks,
                   CollectedSession &session)
    : options_(options),
      callbacks_(callbacks),
      session_(session),
      folder_(fs::path(options.folder) / options.label) {}

void Recorder::make_folder() const {
  std::error_code code;
  fs::create_directories(folder_, code);
  if (code) throw io_error(folder_, "make this folder", code.value());
}

// --- what comes -------------------------------------------------------------------------------------------

void Recorder::row(const float *values) {
  ++samples_;
  begin_if_measured();
  trace(values);
  if (state_ == State::kArmed && trigger_->is_reached(values)) begin_recording();
  if (state_ == State::kRecording) {
    keep(values);
  } else {
    remember(values);
    if (state_ == State::kRest) learn(values);
  }
  ++now_;
  if (state_ == State::kRecording && now_ - begun_at_ >= wanted_) finish(true, "");
}

void Recorder::picture(std::string_view pixels) {
  ++samples_;
  if (state_ == State::kMeasuring) wait_for_next();
  if (state_ != State::kRecording) return;
  rows_ = {};
  write(".png", picture_bytes(pixels, stream_->description(), head(true, "")), {"", 1, 0, true});
}

void Recorder::lost(uint64_t rows) {
  now_ += rows;
  if (state_ == State::kRecording) rows_.lost += rows;
  if (is_recording() && now_ - begun_at_ >= wanted_) finish(true, "");
}

void Recorder::damaged() {
  if (state_ == State::kRecording) ++rows_.damaged;
}

void Recorder::broke(const char *why) {
  before_.clear();
  trigger_.reset();  // where it rests may be another place now
  if (is_recording() && rows_.rows() > 0) {
    finish(false, why);
  } else {
    note(fmt::format("{}; nothing was being recorded", why));
    if (state_ != State::kMeasuring) wait_for_next();
  }
}

// --- when a recording begins ------------------------------------------------------------------------------

double Recorder::rate_hz() const {
  const double stated = stream_->description().rate_hz, measured = stream_->measured_rate_hz();
  if (stream_->form() == WireForm::kSamples) return stated;  // the sound device's own clock
  const bool is_measured = measured > 0 && stream_->measured_s() >= kMeasuredFor_s;
  if (stated > 0) return is_measured && std::abs(measured / stated - 1) > kClockError ? measured : stated;
  return is_measured ? measured : 0;
}

void Recorder::begin_if_measured() {
  if (state_ != State::kMeasuring) return;
  rate_ = rate_hz();
  if (rate_ > 0) wait_for_next();
}

void Recorder::wait_for_next() {
  rows_ = {};
  state_since_s_ = steady_seconds();
  if (session_.whole() >= static_cast<size_t>(options_.count)) {
    is_done_ = true;
    state_ = State::kGone;
  } else if (options_.start == CollectStart::kKey) {
    state_ = State::kKey;
  } else if (options_.start == CollectStart::kLevel && trigger_) {
    state_ = State::kArmed;
  } else {
    begin_countdown();
  }
}

void Recorder::begin_countdown() {
  state_ = State::kCountdown;
  state_since_s_ = steady_seconds();
  if (options_.countdown_s <= 0) end_countdown();
}

void Recorder::end_countdown() {
  if (options_.start != CollectStart::kLevel) return begin_recording();
  state_ = State::kRest;
  state_since_s_ = steady_seconds();
  trigger_.emplace(stream_->description().channels.size(), options_.level);
  rest_rows_ = 0;
}

void Recorder::learn(const float *values) {
  trigger_->learn(values);
  if (++rest_rows_ < std::max(kLeastRestRows, static_cast<size_t>(std::lround(kRest_s * rate_)))) return;
  trigger_->end_of_rest();
  note(fmt::format("a recording begins at a level of {:.4g}", trigger_->level()));
  state_ = State::kArmed;
}

void Recorder::begin_recording() {
  make_folder();
  state_ = State::kRecording;
  state_since_s_ = steady_seconds();
  begun_time_ = utc_time();
  rows_ = {};
  if (is_picture()) return;
  rate_ = rate_hz() > 0 ? rate_hz() : rate_;
  wanted_ = std::max<size_t>(1, static_cast<size_t>(std::lround(options_.seconds * rate_)));
  begun_at_ = now_;
  if (options_.start != CollectStart::kLevel) return;
  const auto before = std::min(static_cast<uint64_t>(std::lround(options_.before_s * rate_)), now_);
  begun_at_ = now_ - before;
  for (const auto &[place, values] : before_)
    if (place >= begun_at_) {
      rows_.values.insert(rows_.values.end(), values.begin(), values.end());
      rows_.places.push_back(place - begun_at_);
    }
  rows_.lost = before - rows_.rows();
}

void Recorder::remember(const float *values) {
  if (options_.start != CollectStart::kLevel || rate_ <= 0) return;
  const size_t most = static_cast<size_t>(std::lround(options_.before_s * rate_)) + 1;
  before_.emplace_back(now_, std::vector<float>(values, values + stream_->description().channels.size()));
  while (before_.size() > most) before_.pop_front();
}

void Recorder::keep(const float *values) {
  rows_.values.insert(rows_.values.end(), values, values + stream_->description().channels.size());
  rows_.places.push_back(now_ - begun_at_);
}

void Recorder::tick() {
  if (!stream_->is_known() || is_done_) return;
  if (state_ == State::kKey && callbacks_.is_key_pressed()) begin_countdown();
  if (state_ == State::kCountdown && steady_seconds() - state_since_s_ >= options_.countdown_s)
    end_countdown();
}

// --- files ------------------------------------------------------------------------------------------------

RecordingHead Recorder::head(bool is_whole, const char *why) const {
  const StreamDescription &d = stream_->description();
  RecordingHead head = {{"recorded by", "mote collect"}, {"label", options_.label}, {"time", begun_time_}};
  const auto add = [&](const char *key, const std::string &value) {
    if (!value.empty()) head.emplace_back(key, value);
  };
  add("board", d.board);
  add("sketch", d.sketch);
  add("source", options_.is_microphone ? "microphone" : options_.port);
  add("form", wire_name(stream_->form()));
  if (session_.baud > 0) add("baud", std::to_string(session_.baud));
  if (d.rate_hz > 0) add("stated_rate_hz", fmt::format("{:.6g}", d.rate_hz));
  if (const double hz = stream_->measured_rate_hz(); hz > 0)
    add("measured_rate_hz", fmt::format("{:.6g}", hz));
  add("damaged", std::to_string(rows_.damaged));
  add("lost_rows", std::to_string(rows_.lost));
  if (!is_whole) add("broke off", why);
  return head;
}

void Recorder::finish(bool is_whole, const char *why) {
  const StreamDescription &d = stream_->description();
  const bool is_sound = d.kind == SampleKind::kSound;
  if (is_whole) compare_rates();
  if (is_whole && rows_.rows() == 0) {
    note("all rows of a recording were lost; it begins again");
    return wait_for_next();
  }
  // a sound has no column of time in which a gap would be seen
  if (is_whole && is_sound && rows_.lost > 0) {
    is_whole = false;
    why = "samples were lost";
  }
  if (!is_whole)
    note(fmt::format("{}; {} of the recording are kept as incomplete", why, rows_text(rows_.rows())));
  const RecordingHead all = head(is_whole, why);
  const CollectedFile file = {"", rows_.rows(), rows_.lost, is_whole};
  if (is_sound)
    write(".wav", sound_bytes(rows_, d, all, rate_), file);
  else
    write(".csv", table_text(rows_, d, all, rate_), file);
}

void Recorder::write(const std::string &ending, const std::string &bytes, CollectedFile file) {
  file.path = free_name(folder_, ending).string() + (file.is_whole ? "" : ".incomplete");
  write_file(file.path, bytes);
  session_.files.push_back(file);
  if (file.lost > 0 && file.is_whole)
    note(fmt::format("{} lost in {}: a gap in its time", rows_text(file.lost), file.path));
  if (callbacks_.collected) callbacks_.collected(file);
  wait_for_next();
}

void Recorder::compare_rates() {
  const double stated = stream_->description().rate_hz, measured = stream_->measured_rate_hz();
  if (has_compared_ || stated <= 0 || stream_->form() == WireForm::kSamples ||
      stream_->measured_s() < kMeasuredFor_s)
    return;
  has_compared_ = true;
  if (std::abs(measured / stated - 1) > kClockError)
    note(fmt::format("the board says {:.4g} Hz, and {:.4g} Hz were measured, which recordings are given",
                     stated, measured));
}

// --- for people -------------------------------------------------------------------------------------------

void Recorder::note(const std::string &sentence) const {
  if (callbacks_.note) callbacks_.note(sentence);
}

void Recorder::trace(const float *values) {
  const size_t width = stream_->description().channels.size();
  trace_.resize(width);
  const bool is_due = static_cast<double>(now_) >= trace_due_;
  if (is_due) trace_due_ = static_cast<double>(now_) + std::max(1.0, rate_ / kTracePerSecond);
  const bool is_sound = stream_->description().kind == SampleKind::kSound;
  for (size_t c = 0; c < width; ++c) {
    std::vector<float> &moments = trace_[c];
    const float value = is_sound ? std::abs(values[c]) : values[c];
    if (is_due || moments.empty())
      moments.push_back(value);
    else if (!is_sound || value > moments.back())
      moments.back() = value;
    if (moments.size() > kTraceMoments) moments.erase(moments.begin());
  }
}

void Recorder::show(State state, double seconds) const {
  if (!callbacks_.show) return;
  CollectView view = {state, seconds, session_.whole(), rate_, nullptr, &trace_};
  if (stream_->is_known()) view.channels = &stream_->description().channels;
  callbacks_.show(view);
}

void Recorder::show() const {
  const double since = steady_seconds() - state_since_s_;
  double seconds = 0;
  if (state_ == State::kCountdown) seconds = std::max(0.0, options_.countdown_s - since);
  if (state_ == State::kRecording && rate_ > 0) seconds = static_cast<double>(now_ - begun_at_) / rate_;
  show(state_, seconds);
}

}  // namespace mote
