// collect(): finds out what comes, gives it to the recorder, and waits for a port that went away.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

#include "base/error.h"
#include "base/escape.h"
#include "collect/microphone.h"
#include "collect/recorder.h"
#include "collect/serial_port.h"

namespace mote {

size_t CollectedSession::whole() const {
  size_t count = 0;
  for (const CollectedFile &file : files) count += file.is_whole;
  return count;
}

namespace {

constexpr int kTurn_ms = 20;
constexpr double kBetweenViews_s = 0.05;
constexpr auto kBetweenTries = std::chrono::milliseconds(200);
// At a wrong rate something comes, and none of it makes sense. A picture of 96 x 96 takes 0.8 s at 115,200
// baud, and a description comes before each.
constexpr double kPerBaud_s = 2.5;
constexpr size_t kPerBaudBytes = size_t{1} << 15;

void check(const CollectOptions &o, const CollectCallbacks &callbacks) {
  const auto refuse = [](const char *where, const std::string &message) {
    throw Error(ErrorCode::kInvalidArgument, where, message);
  };
  check_label(o.label);
  if (o.port.empty() != o.is_microphone) refuse("port", "either a port or the microphone is needed");
  if (o.baud != 0 && !is_baud(o.baud)) refuse("baud", fmt::format("{} is no rate of serial ports", o.baud));
  if (o.count < 1) refuse("count", "must be at least 1");
  if (!(o.seconds > 0 && o.seconds <= 86400)) refuse("seconds", "must be above 0 and at most a day");
  if (!(o.countdown_s >= 0 && o.countdown_s <= 3600)) refuse("countdown", "must be from 0 to 3600");
  if (!(o.level >= 0 && std::isfinite(o.level))) refuse("level", "must be 0 or more");
  if (o.start == CollectStart::kLevel && !(o.before_s >= 0 && o.before_s < o.seconds))
    refuse("before", "must be from 0 to below the seconds of a recording");
  if (!(o.patience_s > 0 && o.patience_s <= 86400)) refuse("patience", "must be above 0 and at most a day");
  if (!(o.microphone_hz >= 1000 && o.microphone_hz <= 192000))
    refuse("microphone_hz", "must be from 1000 to 192000");
  if (o.start == CollectStart::kKey && !callbacks.is_key_pressed) refuse("start", "nobody presses a key");
}

class Session {
 public:
  Session(const CollectOptions &options, const CollectCallbacks &callbacks)
      : options_(options), callbacks_(callbacks), recorder_(options, callbacks, result_), stream_(recorder_) {
    recorder_.watch(stream_);
  }

  CollectedSession run() {
    if (options_.is_microphone) {
      source_ = open_microphone(options_.microphone_hz,
                                [&](const StreamDescription &d) { stream_.begin_samples(d); });
    } else {
      find();
    }
    if (stream_.is_known() && !result_.is_asked_to_end) record();
    describe();
    return std::move(result_);
  }

 private:
  std::string place() const { return options_.is_microphone ? "the microphone" : options_.port; }
  bool is_end_asked() {
    if (!callbacks_.is_end_asked || !callbacks_.is_end_asked()) return false;
    result_.is_asked_to_end = true;
    return true;
  }

  void find();
  bool listen(SerialPort &port);
  [[noreturn]] void refuse_text() const;
  void record();
  bool go_on();
  bool reopen();
  std::string silence(double now) const;
  void describe();

  const CollectOptions &options_;
  const CollectCallbacks &callbacks_;
  CollectedSession result_;
  Recorder recorder_;
  SampleStream stream_;
  std::unique_ptr<ByteSource> source_;
  double shown_s_ = 0, bytes_s_ = 0, sample_s_ = 0;
  uint64_t samples_ = 0, breaks_ = 0;
};

// --- what is it that comes? -------------------------------------------------------------------------------

void Session::find() {
  const std::vector<int> bauds = options_.baud > 0 ? std::vector<int>{options_.baud} : usual_bauds();
  auto port = std::make_unique<SerialPort>(options_.port, bauds[0]);
  for (const int baud : bauds) {
    if (baud != bauds[0]) port->set_baud(baud);
    result_.baud = baud;
    stream_.forget();
    if (!listen(*port)) continue;
    source_ = std::move(port);
    return;
  }
  throw Error(
      ErrorCode::kDataFormat, options_.port,
      fmt::format("what comes is neither frames nor rows of numbers at {} baud", fmt::join(bauds, ", ")),
      "is another sketch on the board? `mote collect --sketch NAME` writes one; --baud gives a rate");
}

// true: it is known what comes, or somebody asked for the end.
bool Session::listen(SerialPort &port) {
  const double begin = steady_seconds();
  double first = 0;
  size_t count = 0;
  while (!stream_.is_known() && !is_end_asked()) {
    std::string bytes;
    if (!port.read(bytes, kTurn_ms))
      throw Error(ErrorCode::kIo, options_.port, "the port went away before anything was recorded",
                  "plug it in and run again");
    const double now = steady_seconds();
    count += bytes.size();
    if (!bytes.empty() && first == 0) first = now;
    stream_.add(bytes, now);
    if (now - shown_s_ >= kBetweenViews_s) {
      shown_s_ = now;
      recorder_.show(CollectView::State::kMeasuring, 0);
    }
    const bool is_late = now - (first == 0 ? begin : first) >= options_.patience_s;
    if (first == 0 && is_late)
      throw Error(ErrorCode::kIo, options_.port,
                  fmt::format("nothing came in {:g} s (0 Hz)", options_.patience_s),
                  "is a sketch that sends running? A reset of the board may help");
    if (stream_.form() == WireForm::kFrames) {
      if (is_late)
        throw Error(
            ErrorCode::kDataFormat, options_.port,
            stream_.problem().empty()
                ? "frames came, and none that describes them"
                : "frames came, and the board's description of them does not do: " + stream_.problem(),
            "docs/collect.md says what a board must send");
    } else if (first > 0 && stream_.is_text() && stream_.beginning().size() > 0) {
      if (is_late) refuse_text();
    } else if (first > 0 && (now - first >= kPerBaud_s || count >= kPerBaudBytes)) {
      return false;
    }
  }
  return true;
}

void Session::refuse_text() const {
  const std::string &text = stream_.beginning();
  std::string line = text.substr(text.find('\n') == std::string::npos ? 0 : text.find('\n') + 1);
  line = line.substr(0, std::min<size_t>(line.find_first_of("\r\n"), 60));
  throw Error(ErrorCode::kDataFormat, options_.port,
              fmt::format("text came, and no two rows of as many numbers: '{}'", line),
              "is another sketch on the board? `mote collect --sketch NAME` writes one");
}

// --- recording --------------------------------------------------------------------------------------------

void Session::record() {
  bytes_s_ = sample_s_ = steady_seconds();
  while (!recorder_.is_done() && go_on()) {
  }
}

bool Session::go_on() {
  if (is_end_asked()) {
    if (recorder_.is_recording()) recorder_.note("the recording that had begun is not kept");
    return false;
  }
  std::string bytes;
  const bool is_there = source_->read(bytes, kTurn_ms);
  const double now = steady_seconds();
  if (source_->has_broken()) {
    ++breaks_;
    recorder_.broke("samples were lost");
  }
  if (!bytes.empty()) bytes_s_ = now;
  stream_.add(bytes, now);
  if (recorder_.samples() != samples_) {
    samples_ = recorder_.samples();
    sample_s_ = now;
  }
  recorder_.tick();
  if (now - shown_s_ >= kBetweenViews_s && !recorder_.is_done()) {
    shown_s_ = now;
    recorder_.show();
  }
  if (!is_there) return recorder_.is_done() || reopen();
  result_.why_ended = silence(now);
  return result_.why_ended.empty();
}

std::string Session::silence(double now) const {
  if (now - sample_s_ < options_.patience_s) return "";
  return now - bytes_s_ < options_.patience_s
             ? fmt::format("what comes has held no row for {:g} s; has another sketch begun?",
                           options_.patience_s)
             : fmt::format("nothing has come for {:g} s", options_.patience_s);
}

// Waits until the port is back. false: it is not, or somebody asked for the end.
bool Session::reopen() {
  source_.reset();
  recorder_.broke("the port went away");
  const double gone = steady_seconds();
  while (!is_end_asked()) {
    const double since = steady_seconds() - gone;
    recorder_.show(CollectView::State::kGone, options_.patience_s - since);
    if (since >= options_.patience_s || options_.is_microphone) {
      result_.why_ended = fmt::format("went away, and was not back in {:g} s", options_.patience_s);
      return false;
    }
    try {
      source_ = std::make_unique<SerialPort>(options_.port, result_.baud);
      break;
    } catch (const Error &) {
      std::this_thread::sleep_for(kBetweenTries);
    }
  }
  if (!source_) return false;
  ++result_.reconnections;
  recorder_.note("the port is back");
  stream_.reconnect();
  bytes_s_ = sample_s_ = steady_seconds();
  return true;
}

void Session::describe() {
  const StreamCounts counts = stream_.counts();
  result_.lost_rows = counts.lost_rows;
  result_.damaged = counts.damaged + breaks_;
  result_.skipped_bytes = counts.skipped_bytes;
  result_.restarts = counts.restarts;
  if (options_.is_microphone) result_.baud = 0;
  if (!stream_.is_known()) return;
  const StreamDescription &d = stream_.description();
  result_.source = wire_name(stream_.form());
  result_.board = d.board;
  result_.sketch = d.sketch;
  result_.channels = d.channels;
  result_.stated_rate_hz = d.rate_hz;
  result_.measured_rate_hz = stream_.measured_rate_hz();
}

}  // namespace

CollectedSession collect(const CollectOptions &options, const CollectCallbacks &callbacks) {
  check(options, callbacks);
  return Session(options, callbacks).run();
}

}  // namespace mote
