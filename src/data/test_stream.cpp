// Recordings strung together with rest between them, as a device would meet them.
//
// Rest is recorded rest where there is some, else the quietest stretch of the recording before, and always
// that of the recording behind at its end, so that nothing jumps but what jumped when it was recorded.
#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/ramp.h"
#include "base/random.h"
#include "data/onset.h"
#include "data/subjects.h"
#include "mote/names.h"
#include "mote/test_stream.h"

namespace mote {

const std::vector<std::string> &rest_class_names() {
  static const std::vector<std::string> kNames = {
      "rest",  "resting", "idle",    "still",      "nothing",          "none",    "negative",
      "noise", "quiet",   "silence", "background", "background_noise", "unknown", "no_gesture"};
  return kNames;
}

bool is_rest_class(const std::string &label) {
  return std::any_of(rest_class_names().begin(), rest_class_names().end(),
                     [&](const std::string &name) { return is_same_name(label, name); });
}

bool is_rest_of(bool is_detector, const std::string &label) {
  return is_detector ? label == detector_labels()[0] : is_rest_class(label);
}

namespace {

constexpr uint64_t kOrderStream = 0x5245504C;  // "REPL"

// A stretch of rows that goes on for ever, back and forth.
struct Stretch {
  const float *values;
  long rows, width;
  float at(long row, long channel) const {
    const long period = std::max(1L, 2 * rows - 2), place = row % period;
    return values[(place < rows ? place : period - place) * width + channel];
  }
};

class Stringing {
 public:
  Stringing(const Recordings &set, const std::vector<size_t> &which, uint64_t seed)
      : set_(set), random_(seed, {kOrderStream}), window_(set.window()), width_(std::ssize(set.channels)) {
    stream_.labels = set.labels;
    stream_.channels = set.channels;
    stream_.rate_hz = set.rate_hz;
    for (const std::string &label : set.labels)
      stream_.is_rest.push_back(is_rest_of(set.is_of_detector(), label));
    for (size_t i : which) {
      const Recording &r = set.items[i];
      if (r.rows < 2) continue;
      (is_rest_of(set.is_of_detector(), r.label) ? rest_ : events_).push_back(i);
    }
    const Subjects subjects = subjects_of(set);
    stream_.group_kind = subjects.kind.empty() ? "recording" : subjects.kind;
    // what nothing is said of stands for itself
    for (size_t i = 0; i < set.items.size(); ++i)
      group_of_.push_back(subjects.of[i] >= 0 ? subjects.of[i] : static_cast<int>(subjects.count() + i));
    deviation_ = deviation_of(set, events_);
    random_.shuffle(events_);
  }

  TestStream make(size_t most_events) {
    if (events_.empty()) return {};
    events_.resize(std::min(events_.size(), most_events));
    stream_.rest_from = rest_.empty() ? "the quiet parts of the recordings"
                                      : "recorded rest ('" + set_.items[rest_[0]].label + "')";
    add_rest(nullptr, &set_.items[events_[0]]);
    constexpr size_t kMost = size_t{16} << 20;  // values: a longer stream tells nothing more
    for (size_t k = 0; k < events_.size() && stream_.values.size() < kMost; ++k) {
      const Recording &r = set_.items[events_[k]];
      const long first = stream_.rows;
      stream_.values.insert(stream_.values.end(), r.values.begin(), r.values.end());
      stream_.rows += r.rows;
      stream_.events.push_back({class_of(r), first, stream_.rows, group_of_[events_[k]]});
      add_rest(&r, k + 1 < events_.size() ? &set_.items[events_[k + 1]] : nullptr);
    }
    return std::move(stream_);
  }

 private:
  int class_of(const Recording &r) const {
    const auto &labels = set_.labels;
    return static_cast<int>(std::find(labels.begin(), labels.end(), r.label) - labels.begin());
  }

  Stretch quiet(const Recording &r) const {
    const int count = std::min(r.rows, std::max(3, window_ / 12));
    return {r.values.data() + quietest(r, count, deviation_) * width_, count, width_};
  }

  Stretch any_rest(const Recording &fallback) {
    if (rest_.empty()) return quiet(fallback);
    const Recording &r = set_.items[rest_[random_.below(rest_.size())]];
    return {r.values.data(), r.rows, width_};
  }

  // One to two windows between `before` and `behind`, either of which may be missing.
  void add_rest(const Recording *before, const Recording *behind) {
    const long rows = window_ + static_cast<long>(random_.below(static_cast<uint64_t>(window_) + 1));
    const Stretch first = any_rest(before ? *before : *behind), last = quiet(behind ? *behind : *before);
    const double settle = std::max(1L, rows / 6);
    for (long row = 0; row < rows; ++row) {
      const double to_last = ramp((static_cast<double>(row) / static_cast<double>(rows) - 0.5) * 4);
      for (long c = 0; c < width_; ++c) {
        double value = double{first.at(row, c)};
        if (behind) value += (double{last.at(rows - row, c)} - value) * to_last;
        if (before) {
          const double end =
              double{before->values[before->values.size() - set_.channels.size() + static_cast<size_t>(c)]};
          value += (end - value) * (1 - ramp(static_cast<double>(row + 1) / settle));
        }
        stream_.values.push_back(static_cast<float>(value));
      }
    }
    stream_.rows += rows;
    stream_.rest_rows += rows;
  }

  const Recordings &set_;
  Random random_;
  int window_;
  long width_;
  std::vector<size_t> events_, rest_;
  std::vector<int> group_of_;  // of each recording
  std::vector<float> deviation_;
  TestStream stream_;
};

}  // namespace

TestStream string_together(const Recordings &recordings, const std::vector<size_t> &which, uint64_t seed,
                           size_t most_events) {
  return Stringing(recordings, which, seed).make(most_events);
}

}  // namespace mote
