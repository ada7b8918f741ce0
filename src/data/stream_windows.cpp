// Windows at random places of recordings strung together, labelled by how much of an event they hold.
//
// How much is counted in motion, not in rows: a recording of one gesture has quiet rows at both ends, and a
// window that holds half of its rows may hold none or all of the gesture.
#include "data/stream_windows.h"

#include <algorithm>
#include <cmath>

#include "base/ramp.h"
#include "base/random.h"
#include "data/onset.h"
#include "mote/test_stream.h"

namespace mote {

namespace {

constexpr uint64_t kPlaceStream = 0x504C4143;  // "PLAC"
constexpr size_t kMostValues = size_t{16} << 20;

// The motion up to each row of the stream: how far the channels lie from where they are at rest, each in its
// deviation. Within an event rest is its mean over the quietest rows, which the stream begins and ends with.
class MovedSoFar {
 public:
  MovedSoFar(const TestStream &stream, const std::vector<float> &deviation, int window)
      : stream_(stream), deviation_(deviation), sum_(static_cast<size_t>(stream.rows) + 1) {
    for (const StreamEvent &e : stream.events) add(e, window);
    for (size_t row = 1; row < sum_.size(); ++row) sum_[row] += sum_[row - 1];
  }
  double between(long first, long last) const {
    return first < last ? sum_[static_cast<size_t>(last)] - sum_[static_cast<size_t>(first)] : 0;
  }

 private:
  void add(const StreamEvent &e, int window) {
    const size_t width = deviation_.size();
    const float *values = stream_.values.data() + e.first * std::ssize(deviation_);
    Recording r;
    r.rows = static_cast<int>(e.last - e.first);
    r.values.assign(values, values + static_cast<size_t>(r.rows) * width);
    const std::vector<double> rows = motion_of(r, window, deviation_).rows;
    std::copy(rows.begin(), rows.end(), sum_.begin() + e.first + 1);
  }

  const TestStream &stream_;
  const std::vector<float> &deviation_;
  std::vector<double> sum_;
};

int class_of_window(const TestStream &stream, const MovedSoFar &motion, long first, int window, int none) {
  const long last = first + window;
  const auto begin = std::partition_point(stream.events.begin(), stream.events.end(),
                                          [&](const StreamEvent &e) { return e.last <= first; });
  for (auto at = begin; at != stream.events.end() && at->first < last; ++at) {
    const StreamEvent &e = *at;
    const long from = std::max(first, e.first), to = std::min(last, e.last);
    const double whole = motion.between(e.first, e.last);
    const bool is_long = e.last - e.first > window;
    const double share =
        is_long || whole == 0
            ? static_cast<double>(to - from) / static_cast<double>(std::min<long>(window, e.last - e.first))
            : motion.between(from, to) / whole;
    constexpr double kHalf = 0.5 - 1e-9;  // of sums that are rounded
    if (share >= kHalf) return e.label;
  }
  return none;
}

}  // namespace

Dataset windows_at(const Recordings &recordings, const std::vector<size_t> &which, const TestStream &stream,
                   const std::vector<long> &firsts) {
  Dataset set = recordings.windows_of({});
  std::vector<size_t> events;
  for (size_t i : which)
    if (!is_rest_of(recordings.is_of_detector(), recordings.items[i].label)) events.push_back(i);
  const int window = recordings.window();
  const std::vector<float> deviation = deviation_of(recordings, events);
  const MovedSoFar motion(stream, deviation, window);
  const auto rest = std::find(stream.is_rest.begin(), stream.is_rest.end(), true);
  const int none = rest == stream.is_rest.end() ? kNoClass : static_cast<int>(rest - stream.is_rest.begin());
  for (long first : firsts) {
    const float *values = stream.values.data() + first * set.channels;
    set.values.insert(set.values.end(), values, values + set.example_floats());
    set.classes.push_back(class_of_window(stream, motion, first, window, none));
  }
  return set;
}

Dataset stream_windows(const Recordings &recordings, const std::vector<size_t> &which, size_t most,
                       uint64_t seed) {
  const TestStream stream = string_together(recordings, which, seed);
  const int window = recordings.window();
  std::vector<long> firsts;
  if (!stream.events.empty() && stream.rows >= window) {
    Random random(seed, {kPlaceStream});
    const size_t floats = static_cast<size_t>(window) * recordings.channels.size();
    firsts.resize(std::min(most, kMostValues / floats));
    for (long &first : firsts)
      first = static_cast<long>(random.below(static_cast<uint64_t>(stream.rows - window + 1)));
  }
  return windows_at(recordings, which, stream, firsts);
}

namespace {

constexpr uint64_t kQuietStream = 0x51554945;  // "QUIE"

// The quietest stretch of a recording: where its channels lie, and how they tremble about it.
struct Quiet {
  std::vector<double> level;    // per channel
  std::vector<double> tremble;  // [rows, channels]
  long rows = 0;
};

Quiet quiet_of(const Recording &r, int window, const std::vector<float> &deviation) {
  const size_t width = deviation.size();
  const int count = std::min(r.rows, std::max(3, window / 12));
  const float *first = r.values.data() + quietest(r, count, deviation) * std::ssize(deviation);
  Quiet quiet;
  quiet.rows = count;
  quiet.tremble.assign(first, first + size_t{1} * count * width);
  quiet.level.resize(width);
  for (size_t k = 0; k < quiet.tremble.size(); ++k) quiet.level[k % width] += quiet.tremble[k] / count;
  for (size_t k = 0; k < quiet.tremble.size(); ++k) quiet.tremble[k] -= quiet.level[k % width];
  return quiet;
}

class QuietWindows {
 public:
  QuietWindows(const Recordings &set, const std::vector<size_t> &which, uint64_t seed)
      : set_(set), window_(set.window()), groups_(axis_groups(set.channels)), random_(seed, {kQuietStream}) {
    const std::vector<float> deviation = deviation_of(set, which);
    for (size_t i : which) {
      if (set.items[i].rows < 2) continue;
      recordings_.push_back(i);
      quiets_.push_back(quiet_of(set.items[i], window_, deviation));
    }
  }
  bool is_empty() const { return quiets_.empty(); }

  // A window that rests, or goes from one rest to another in a third of a window to one and a third.
  void add_to(SensorValues &values) {
    const Quiet &quiet = quiets_[random_.below(quiets_.size())];
    const double loud = 0.25 + 1.75 * random_.uniform();
    const std::vector<double> from = level(), to = level();
    const double span = window_ * (1.0 / 3 + random_.uniform());
    const double middle = window_ * (2 * random_.uniform() - 0.5);
    const long period = 2 * quiet.rows - 2;
    const auto begin = static_cast<long>(random_.below(static_cast<uint64_t>(period)));
    for (long row = 0; row < window_; ++row) {
      const long at = (begin + row) % period, place = at < quiet.rows ? at : period - at;
      const double *tremble = quiet.tremble.data() + place * std::ssize(from);
      const double share = ramp((static_cast<double>(row) - middle) / span + 0.5);
      for (size_t c = 0; c < from.size(); ++c)
        values.push_back(static_cast<float>(from[c] + share * (to[c] - from[c]) + loud * tremble[c]));
    }
  }

 private:
  // Where the sensors rest in one recording; half of the time each is drawn towards where it is in a row of
  // any: gravity lies otherwise in every hand.
  std::vector<double> level() {
    std::vector<double> level = quiets_[random_.below(quiets_.size())].level;
    const Recording &other = set_.items[recordings_[random_.below(recordings_.size())]];
    const size_t first = random_.below(static_cast<uint64_t>(other.rows)) * level.size();
    for (const std::vector<size_t> &group : groups_) {
      const double share = std::max(0.0, 2 * random_.uniform() - 1);
      for (size_t c : group) level[c] += share * (double{other.values[first + c]} - level[c]);
    }
    return level;
  }

  const Recordings &set_;
  int window_;
  std::vector<std::vector<size_t>> groups_;
  std::vector<size_t> recordings_;
  std::vector<Quiet> quiets_;
  Random random_;
};

}  // namespace

void add_quiet_windows(Dataset &set, const Recordings &recordings, const std::vector<size_t> &which,
                       size_t count, uint64_t seed) {
  QuietWindows quiet(recordings, which, seed);
  if (quiet.is_empty()) return;
  for (size_t n = 0; n < count; ++n) {
    quiet.add_to(set.values);
    set.classes.push_back(kNoClass);
  }
}

}  // namespace mote
