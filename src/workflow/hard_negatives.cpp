// False accepts are the detections where no event is; near misses are stretches in which a class came near
// the threshold and was not told, away from events and detections. Of each such stretch the highest window is
// taken.
#include "workflow/hard_negatives.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "base/escape.h"
#include "base/files.h"
#include "base/staged_folder.h"
#include "base/text.h"
#include "data/sound.h"
#include "data/wav.h"

namespace mote {

namespace {

// Rows in order. Whether they are in an event, or no more than the tolerance behind one.
class EventCover {
 public:
  EventCover(const std::vector<StreamEvent> &events, long tolerance)
      : events_(events), tolerance_(tolerance) {}
  bool has(long row) {
    for (; next_ < events_.size() && events_[next_].first <= row; ++next_)
      reached_ = std::max(reached_, events_[next_].last + tolerance_);
    return row < reached_;
  }

 private:
  const std::vector<StreamEvent> &events_;
  long tolerance_, reached_ = -1;
  size_t next_ = 0;
};

// A name of a file has 255 bytes at most.
constexpr size_t kMostOfStem = 120, kMostOfLabel = 60;

// In ASCII alone, so that it may be cut anywhere.
std::string plain(const std::string &text) {
  std::string name;
  for (const char c : text) name += std::isalnum(byte_of(c)) != 0 || c == '-' || c == '.' ? c : '_';
  return name.empty() ? "_" : name;
}

std::string bytes_of(const HardNegative &n, const std::vector<std::string> &channels, double rate_hz) {
  const size_t width = channels.size(), rows = n.values.size() / width;
  if (rate_hz > 0 && std::all_of(channels.begin(), channels.end(), is_sound_channel))
    return format_wav(n.values.data(), rows, static_cast<int>(width), rate_hz).bytes;
  std::string text;
  for (size_t c = 0; c < width; ++c) text += (c == 0 ? "" : ",") + escaped(Language::kCsv, channels[c]);
  text += '\n';
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < width; ++c)
      text += fmt::format("{}{:.9g}", c == 0 ? "" : ",", n.values[r * width + c]);
    text += '\n';
  }
  return text;
}

}  // namespace

void HardNegatives::keep(const StreamRecording &stream, long row, int label, int score, bool is_near) {
  ++found_;
  near_ += is_near;
  if (kept_.size() == kMost) {
    const auto least =
        std::min_element(kept_.begin(), kept_.end(), [](auto &a, auto &b) { return a.score < b.score; });
    if (least->score >= score) return;
    kept_.erase(least);
  }
  // the windows whose probabilities were averaged
  const int smoothing = rule_.policy == DecisionPolicy::kTrigger ? 1 : std::max(1, rule_.smoothing);
  const long first = std::max(0L, row + 1 - window_ - 1L * rule_.stride * (smoothing - 1));
  const auto begin = stream.recording.values.begin();
  HardNegative n{fs::path(stream.file).stem().string(), first, label, score, is_near, {}};
  n.values.assign(begin + first * channels_, begin + (row + 1) * channels_);
  kept_.push_back(std::move(n));
}

void HardNegatives::add(const StreamRecording &stream, const ScoredStream &scored, const ToldStream &told,
                        const JudgedStream &judged, long tolerance) {
  for (const StreamDetection &d : judged.detections)
    if (d.kind == StreamDetection::Kind::kFalse)  // what is told of another class holds an event
      keep(stream, d.row, d.label, d.score, false);
  if (rule_.threshold <= 0) return;  // every window is told: none is near
  const int smoothing = rule_.policy == DecisionPolicy::kTrigger ? 1 : rule_.smoothing;
  const double near = near_share_ * rule_.threshold;
  EventCover cover(stream.events, tolerance);
  size_t next_told = 0;
  struct {
    long row = -1, last = -1;
    int label = 0, score = 0;
    bool is_none = false;  // it holds a detection or an event
  } stretch;
  const auto end = [&] {
    if (stretch.row >= 0 && !stretch.is_none) keep(stream, stretch.row, stretch.label, stretch.score, true);
    stretch = {};
  };
  for (size_t w = 0; w < scored.rows.size(); ++w) {
    const long row = scored.rows[w];
    if (stretch.row >= 0 && row - stretch.last >= window_) end();
    bool is_told = false;
    for (; next_told < told.told.size() && told.told[next_told].row <= row; ++next_told)
      is_told = told.told[next_told].row == row && told.told[next_told].answer >= 0 &&
                !is_rest_[static_cast<size_t>(told.told[next_told].answer)];
    const bool is_in_event = cover.has(row);
    int label = -1, score = 0;
    for (int c = 0; c < std::ssize(is_rest_); ++c)
      if (const int s = is_rest_[static_cast<size_t>(c)] ? -1 : score_at(scored, w, c, smoothing);
          s > score && s >= near) {
        label = c;
        score = s;
      }
    if (label < 0 && !is_told) continue;
    stretch.last = row;
    stretch.is_none |= is_told || is_in_event;
    if (stretch.row < 0 || score > stretch.score) {
      stretch.row = row;
      stretch.label = label;
      stretch.score = score;
    }
  }
  end();
}

WrittenNegatives write_negatives(const std::vector<HardNegative> &list,
                                 const std::vector<std::string> &labels,
                                 const std::vector<std::string> &channels, double rate_hz,
                                 const std::string &folder) {
  WrittenNegatives written;
  if (list.empty()) return written;
  const bool is_sound = rate_hz > 0 && std::all_of(channels.begin(), channels.end(), is_sound_channel);
  StagedFolder staged(folder);
  std::set<std::string> taken;
  for (const HardNegative &n : list) {
    const std::string time = rate_hz > 0 ? fmt::format("{:09.3f}s", static_cast<double>(n.row) / rate_hz)
                                         : fmt::format("row{}", n.row);
    const std::string stem =
        fmt::format("{}_{}_{}_{:.2f}", plain(n.stem).substr(0, kMostOfStem), time,
                    plain(labels[static_cast<size_t>(n.label)]).substr(0, kMostOfLabel), n.score / 256.0);
    const std::string bytes = bytes_of(n, channels, rate_hz);
    bool is_there = false;
    std::string name;
    for (int number = 1;; ++number) {
      name = stem + (number == 1 ? "" : fmt::format("_{}", number)) + (is_sound ? ".wav" : ".csv");
      if (taken.count(name) > 0) continue;
      std::error_code code;
      const fs::path path = fs::path(folder) / name;
      if (!fs::exists(fs::symlink_status(path, code))) break;
      if (fs::is_regular_file(path, code) && fs::file_size(path, code) == bytes.size() &&
          read_file(path) == bytes) {
        is_there = true;
        break;
      }
    }
    taken.insert(name);
    if (is_there) {
      ++written.already_there;
      continue;
    }
    staged.write(name, bytes);
    written.files.push_back((fs::path(folder) / name).string());
  }
  if (!written.files.empty()) staged.commit();
  return written;
}

}  // namespace mote
