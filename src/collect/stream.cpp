// Frames are known by one whole frame, lines by a few rows of the same width.
#include "collect/stream.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <set>

#include "base/text.h"

namespace mote {

namespace {

constexpr size_t kRowsToKnow = 2;       // of one width, that tell lines from a text
constexpr size_t kBeginning = 1 << 12;  // bytes that are kept to say what came
constexpr size_t kMostChannels = 1024, kLongestName = 200;

// What a board says of itself goes into files, on lines of their own.
std::string plain(std::string_view text, size_t longest = kLongestName) {
  std::string kept;
  for (const char c : trim(text).substr(0, longest)) kept += std::isprint(byte_of(c)) ? c : '?';
  return kept;
}

std::vector<std::string> list_of(const std::string &text) {
  std::vector<std::string> items;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    items.emplace_back(trim(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return items;
}

double positive(const std::string &text) {
  const double value = parse_number(text).value_or(0);
  return std::isfinite(value) && value > 0 ? value : 0;
}

void set_kind(StreamDescription &d, const std::string &value) {
  d.kind = value == "sound"     ? SampleKind::kSound
           : value == "picture" ? SampleKind::kPicture
                                : SampleKind::kRows;
}

void set_scale(StreamDescription &d, const std::string &value) {
  d.scale.clear();
  for (const std::string &item : list_of(value))
    d.scale.push_back(static_cast<float>(parse_number(item).value_or(NAN)));
}

// "key: value"; false: it is none of these.
bool set(StreamDescription &d, std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string key(trim(line.substr(0, colon)));
  const bool is_list = key == "channels" || key == "scale";
  const std::string value = plain(line.substr(colon + 1), is_list ? line.size() : kLongestName);
  if (key == "board")
    d.board = value;
  else if (key == "sketch")
    d.sketch = value;
  else if (key == "rate_hz")
    d.rate_hz = positive(value);
  else if (key == "kind")
    set_kind(d, value);
  else if (key == "channels")
    d.channels = list_of(value);
  else if (key == "scale")
    set_scale(d, value);
  else if (key == "width")
    d.width = static_cast<int>(std::min(positive(value), 1e4));
  else if (key == "height")
    d.height = static_cast<int>(std::min(positive(value), 1e4));
  else
    return false;
  return true;
}

// Every channel has a name of its own, and a scale.
void complete(StreamDescription &d, size_t width) {
  d.channels.resize(width);
  std::set<std::string> taken;
  for (size_t c = 0; c < width; ++c) {
    if (d.channels[c].empty()) d.channels[c] = "c" + std::to_string(c);
    const std::string name = d.channels[c];
    for (int n = 2; !taken.insert(d.channels[c]).second; ++n) d.channels[c] = name + "_" + std::to_string(n);
  }
  d.scale.resize(width, d.scale.size() == 1 ? d.scale[0] : 1);
}

// Why samples cannot be understood by it; "": they can.
std::string problem_of(const StreamDescription &d) {
  if (d.kind == SampleKind::kPicture)
    return d.width > 0 && d.height > 0 ? "" : "a picture needs width and height";
  if (d.channels.empty()) return "it names no channels";
  if (d.channels.size() > kMostChannels) return "it names more than 1024 channels";
  const size_t scales = d.scale.size();
  if (scales > 1 && scales != d.channels.size())
    return "it has a scale for " + std::to_string(scales) + " of " + std::to_string(d.channels.size()) +
           " channels";
  const bool is_scale =
      std::all_of(d.scale.begin(), d.scale.end(), [](float s) { return std::isfinite(s) && s != 0; });
  return is_scale ? "" : "a scale must be a number and not 0";
}

int16_t little_endian_16(const char *bytes) {
  return static_cast<int16_t>(byte_of(bytes[0]) | byte_of(bytes[1]) << 8);
}

float little_endian_float(const char *bytes) {
  uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) bits |= static_cast<uint32_t>(byte_of(bytes[i])) << (8 * i);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

const char *wire_name(WireForm form) {
  return form == WireForm::kFrames ? "frames" : form == WireForm::kLines ? "lines" : "microphone";
}

void SampleStream::begin_samples(const StreamDescription &description) {
  form_ = WireForm::kSamples;
  description_ = description;
}

void SampleStream::add(std::string_view bytes, double seconds) {
  if (!is_known()) look(bytes);
  if (form_ == WireForm::kUnknown || form_ == WireForm::kFrames) {
    frames_.add(bytes);
    take_frames(seconds);
  }
  if (form_ == WireForm::kUnknown || form_ == WireForm::kLines) {
    lines_.add(bytes);
    while (const auto line = lines_.next()) take(*line);
  }
  if (form_ == WireForm::kSamples)
    for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
      const float value = little_endian_16(&bytes[at]);
      taker_.row(&value);
      ++given_rows_;
    }
  if (form_ == WireForm::kLines || form_ == WireForm::kSamples)
    if (is_known()) rate_.add(static_cast<double>(given_rows_), seconds);
}

void SampleStream::look(std::string_view bytes) {
  beginning_ += bytes.substr(0, kBeginning - std::min(kBeginning, beginning_.size()));
}

bool SampleStream::is_text() const {
  return std::all_of(beginning_.begin(), beginning_.end(),
                     [](char c) { return std::isprint(byte_of(c)) != 0 || std::isspace(byte_of(c)) != 0; });
}

void SampleStream::reconnect() {
  frames_.give_up();
  lines_.give_up();
  is_following_ = false;
  rate_ = {};
}

void SampleStream::forget() {
  reconnect();
  beginning_.clear();
  form_ = WireForm::kUnknown;
  description_.reset();
  said_ = {};
  names_.clear();
  first_rows_.clear();
  alike_ = width_ = 0;
  counts_ = {};
  skipped_before_ = frames_.skipped_bytes();
}

StreamCounts SampleStream::counts() const {
  StreamCounts counts = counts_;
  if (form_ == WireForm::kFrames) counts.skipped_bytes = frames_.skipped_bytes() - skipped_before_;
  return counts;
}

void SampleStream::damage() {
  ++counts_.damaged;
  taker_.damaged();
}

// --- frames -----------------------------------------------------------------------------------------------

void SampleStream::take_frames(double seconds) {
  while (true) {
    const std::optional<Frame> frame = frames_.next();
    // what was damaged lies before it
    for (; damaged_frames_ < frames_.damaged_frames(); ++damaged_frames_)
      if (is_known()) damage();
    if (!frame) return;
    take(*frame, seconds);
  }
}

void SampleStream::take(const Frame &frame, double seconds) {
  if (form_ == WireForm::kUnknown) {
    form_ = WireForm::kFrames;
    skipped_before_ = frames_.skipped_bytes();
  }
  if (frame.type == FrameType::kDescription) return describe(frame.payload);
  if (!is_known()) return;  // the next description comes within a second
  if (frame.type == FrameType::kPicture) {
    const auto &d = *description_;
    if (d.kind != SampleKind::kPicture ||
        frame.payload.size() != static_cast<size_t>(d.width) * static_cast<size_t>(d.height))
      return damage();
    follow(frame, 1);
    taker_.picture(frame.payload);
  } else {
    take_rows(frame);
  }
  if (frame.time_us == 0) rate_.add(static_cast<double>(given_rows_), seconds);
}

void SampleStream::describe(const std::string &text) {
  StreamDescription now;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    set(now, std::string_view(text).substr(at, end - at));
    at = end + 1;
  }
  problem_ = problem_of(now);
  if (!problem_.empty()) {
    if (is_known()) damage();
    return;
  }
  complete(now, now.channels.size());
  if (is_known() && !description_->is_like(now)) {
    taker_.broke("the board sends something else now");
    ++counts_.restarts;
    is_following_ = false;
    rate_ = {};
  }
  description_ = now;
}

// Numbers and times of rows: what is missing, and whether the board started anew.
void SampleStream::follow(const Frame &frame, uint64_t rows) {
  const auto apart = static_cast<int32_t>(frame.first - static_cast<uint32_t>(expected_));
  if (is_following_ && apart < 0) {
    ++counts_.restarts;
    taker_.broke("the board started anew");
    is_following_ = false;
    rate_ = {};
  } else if (is_following_ && apart > 0) {
    counts_.lost_rows += static_cast<uint64_t>(apart);
    given_rows_ += static_cast<uint64_t>(apart);
    taker_.lost(static_cast<uint64_t>(apart));
  }
  if (frame.time_us != 0) {
    board_s_ = is_following_ ? board_s_ + 1e-6 * (frame.time_us - last_time_us_) : 0;
    last_time_us_ = frame.time_us;
    rate_.add(static_cast<double>(given_rows_), board_s_);
  }
  is_following_ = true;
  expected_ = frame.first + rows;
  given_rows_ += rows;
}

void SampleStream::take_rows(const Frame &frame) {
  const bool is_float = frame.type == FrameType::kFloatRows;
  const size_t width = description_->channels.size(), bytes = is_float ? 4 : 2;
  if (description_->kind == SampleKind::kPicture || frame.payload.empty() ||
      frame.payload.size() % (width * bytes) != 0)
    return damage();
  const size_t rows = frame.payload.size() / (width * bytes);
  follow(frame, rows);
  std::vector<float> row(width);
  const char *from = frame.payload.data();
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < width; ++c, from += bytes)
      row[c] = is_float ? little_endian_float(from) : little_endian_16(from) * description_->scale[c];
    taker_.row(row.data());
  }
}

// --- lines ------------------------------------------------------------------------------------------------

void SampleStream::take(const Line &line) {
  switch (line.kind) {
    case Line::Kind::kRemark:
      return remark(line.text);
    case Line::Kind::kNames:
      return take_names(line);
    case Line::Kind::kOther:
      if (is_known()) damage();
      alike_ = 0;
      return;
    case Line::Kind::kRow:
      break;
  }
  if (!is_row(line)) return;
  taker_.row(line.values.data());
  ++given_rows_;
}

// The first rows decide about the width, and are given out when it is known.
bool SampleStream::is_row(const Line &line) {
  if (is_known()) {
    if (line.values.size() != description_->channels.size()) damage();
    return line.values.size() == description_->channels.size();
  }
  if (alike_ == 0 || line.values.size() != width_) {
    alike_ = 0;
    first_rows_.clear();
  }
  width_ = line.values.size();
  first_rows_.push_back(line.values);
  if (++alike_ < kRowsToKnow) return false;
  form_ = WireForm::kLines;
  description_ = said_;
  description_->channels = line.names.size() == width_ ? line.names
                           : names_.size() == width_   ? names_
                                                       : std::vector<std::string>();
  complete(*description_, width_);
  for (const std::vector<float> &row : first_rows_) taker_.row(row.data());
  given_rows_ += first_rows_.size();
  return false;
}

// A line of names stands where a sketch begins.
void SampleStream::take_names(const Line &line) {
  if (is_known() && line.names == description_->channels) {
    ++counts_.restarts;
    taker_.broke("the board started anew");
    rate_ = {};
  } else if (is_known()) {
    damage();
  }
  names_ = line.names;
  alike_ = 0;
}

void SampleStream::remark(const std::string &text) {
  StreamDescription &d = is_known() ? *description_ : said_;
  StreamDescription now = d;
  if (!set(now, text)) return;
  d.board = now.board;
  d.sketch = now.sketch;
  d.rate_hz = now.rate_hz;
}

}  // namespace mote
