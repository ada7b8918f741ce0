// From bytes to rows: what a board says of itself, its rows and pictures, and what is missing between them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/frames.h"
#include "collect/lines.h"
#include "collect/rate_meter.h"

namespace mote {

enum class WireForm { kUnknown, kFrames, kLines, kSamples };  // kSamples: of a microphone, 16 bits
const char *wire_name(WireForm form);                         // "frames", "lines", "microphone"

enum class SampleKind { kRows, kSound, kPicture };

struct StreamDescription {
  std::string board, sketch;
  SampleKind kind = SampleKind::kRows;
  std::vector<std::string> channels;
  std::vector<float> scale;  // of int16 rows, one per channel: value = number * scale
  double rate_hz = 0;        // as the board states it; 0: it does not
  int width = 0, height = 0;
  // Of the same samples, whatever else it says.
  bool is_like(const StreamDescription &other) const {
    return kind == other.kind && channels == other.channels && scale == other.scale && width == other.width &&
           height == other.height;
  }
};

// Who gets what comes.
class SampleTaker {
 public:
  virtual ~SampleTaker() = default;
  virtual void row(const float *values) = 0;
  virtual void picture(std::string_view pixels) = 0;
  virtual void lost(uint64_t rows) = 0;     // or pictures, before what comes next
  virtual void damaged() = 0;               // a frame or a line, which was no row
  virtual void broke(const char *why) = 0;  // what comes next does not follow on what came
};

struct StreamCounts {
  uint64_t lost_rows = 0, damaged = 0, skipped_bytes = 0;
  int restarts = 0;
};

class SampleStream {
 public:
  explicit SampleStream(SampleTaker &taker) : taker_(taker) {}

  // Of a microphone, nothing has to be found out.
  void begin_samples(const StreamDescription &description);
  // `seconds`: when they came, by a clock of this computer.
  void add(std::string_view bytes, double seconds);
  // The line is open anew, or at another rate.
  void reconnect();
  void forget();  // all of it: nothing has come yet

  WireForm form() const { return form_; }
  // What comes is known, so that rows are given out. A lines board describes itself by its first rows.
  bool is_known() const { return description_.has_value(); }
  const StreamDescription &description() const { return *description_; }
  StreamCounts counts() const;
  // By the clock of the board where it sends one, else by that of this computer. 0: not known yet.
  double measured_rate_hz() const { return rate_.points() < 3 ? 0 : rate_.rate_hz(); }
  double measured_s() const { return rate_.seconds(); }
  // Of what came before anything was known: its beginning, and whether it is text.
  const std::string &beginning() const { return beginning_; }
  bool is_text() const;
  // What is wrong with the last description that came; "": nothing.
  const std::string &problem() const { return problem_; }

 private:
  void look(std::string_view bytes);
  void take_frames(double seconds);
  void take(const Frame &frame, double seconds);
  void describe(const std::string &text);
  void take_rows(const Frame &frame);
  void follow(const Frame &frame, uint64_t rows);
  void take(const Line &line);
  bool is_row(const Line &line);
  void take_names(const Line &line);
  void remark(const std::string &text);
  void damage();

  SampleTaker &taker_;
  WireForm form_ = WireForm::kUnknown;
  std::optional<StreamDescription> description_;
  FrameReader frames_;
  LineReader lines_;
  RateMeter rate_;
  StreamCounts counts_;
  size_t skipped_before_ = 0, damaged_frames_ = 0;
  std::string beginning_, problem_;
  uint64_t given_rows_ = 0;  // with those that are lost
  uint64_t expected_ = 0;    // the number of the next row, as frames count
  bool is_following_ = false;
  uint32_t last_time_us_ = 0;
  double board_s_ = 0;
  // Of lines, before they are known: what was said of them.
  StreamDescription said_;
  std::vector<std::string> names_;
  size_t alike_ = 0, width_ = 0;
  std::vector<std::vector<float>> first_rows_;
};

}  // namespace mote
