// Tries rules on the recordings: levels, groups of channels, and forty thresholds between rest and motion.
//
// Here loudness is in double precision, as a rule is only compared with others; what the device hears is
// runtime/mote_stream.h, and the replay (workflow/replay.cpp) judges it.
#include "data/onset.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>

#include "base/median.h"

namespace mote {

std::vector<std::vector<size_t>> axis_groups(const std::vector<std::string> &channels) {
  std::map<std::string, std::vector<size_t>> groups;
  std::vector<std::string> order;
  for (size_t c = 0; c < channels.size(); ++c) {
    const std::string &name = channels[c];
    const bool is_axis = name.size() > 1 && std::string("xyzXYZ").find(name.back()) != std::string::npos;
    const std::string key = is_axis ? name.substr(0, name.size() - 1) : name + "\n";
    if (groups[key].empty()) order.push_back(key);
    groups[key].push_back(c);
  }
  std::vector<std::vector<size_t>> list;
  for (const std::string &key : order) list.push_back(groups[key]);
  return list;
}

std::vector<float> deviation_of(const Recordings &set, const std::vector<size_t> &recordings) {
  const size_t width = set.channels.size();
  std::vector<double> sum(width), squares(width);
  double rows = 0;
  for (size_t i : recordings) {
    const Recording &r = set.items[i];
    rows += r.rows;
    for (size_t k = 0; k < r.values.size(); ++k) sum[k % width] += double{r.values[k]};
  }
  for (size_t i : recordings) {
    const Recording &r = set.items[i];
    for (size_t k = 0; k < r.values.size(); ++k) {
      const double from_mean = double{r.values[k]} - sum[k % width] / rows;
      squares[k % width] += from_mean * from_mean;
    }
  }
  // the axes of a sensor share a unit: noise of one that does not move must not count as motion
  std::vector<float> deviation(width);
  for (const std::vector<size_t> &group : axis_groups(set.channels)) {
    double of_group = 0;
    for (size_t c : group) of_group += squares[c] / static_cast<double>(group.size());
    for (size_t c : group) deviation[c] = static_cast<float>(std::sqrt(of_group / std::max(1.0, rows)));
  }
  return deviation;
}

int quietest(const Recording &r, int count, const std::vector<float> &deviation) {
  const size_t width = deviation.size();
  double least = INFINITY;
  int best = 0;
  for (int first = 0; first + count <= r.rows; first += std::max(1, count / 4)) {
    double moved = 0;
    for (size_t c = 0; c < width; ++c) {
      if (deviation[c] == 0) continue;
      const float *x = r.values.data() + first * std::ssize(deviation) + c;
      double sum = 0, away = 0;
      for (int k = 0; k < count; ++k) sum += double{x[k * std::ssize(deviation)]};
      for (int k = 0; k < count; ++k) away += std::fabs(double{x[k * std::ssize(deviation)]} - sum / count);
      moved += away / double{deviation[c]};
    }
    if (moved < least) {
      least = moved;
      best = first;
    }
  }
  return best;
}

RowMotion motion_of(const Recording &r, int window, const std::vector<float> &deviation) {
  const size_t width = deviation.size();
  const int count = std::min(r.rows, std::max(3, window / 12));
  const auto first = static_cast<size_t>(quietest(r, count, deviation));
  std::vector<double> level(width);
  for (size_t k = 0; k < size_t{1} * count * width; ++k)
    level[k % width] += double{r.values[first * width + k]} / count;
  RowMotion motion;
  motion.rows.resize(r.values.size() / width);
  for (size_t k = 0; k < r.values.size(); ++k) {
    const size_t c = k % width;
    if (deviation[c] > 0)
      motion.rows[k / width] += std::fabs(double{r.values[k]} - level[c]) / double{deviation[c]};
  }
  for (int k = 0; k < count; ++k) motion.quiet += motion.rows[first + size_t{1} * k] / count;
  return motion;
}

double RowMotion::contrast() const {
  const double usual = std::accumulate(rows.begin(), rows.end(), 0.0) / std::max(1.0, 1.0 * rows.size());
  return quiet > 0 ? usual / quiet : usual > 0 ? INFINITY : 0;
}

namespace {

constexpr int kThresholds = 40;

struct Listener {
  std::vector<float> weights;
  bool is_fixed = true;
};

Recording rows_of(const Recording &r, size_t first, int rows, size_t width) {
  Recording part;
  part.rows = rows;
  const float *begin = r.values.data() + first * width;
  part.values.assign(begin, begin + size_t{1} * rows * width);
  return part;
}

// The window that moves most, with the motion in its middle.
Recording busiest_window(const Recording &r, int window, const std::vector<float> &deviation) {
  const std::vector<double> rows = motion_of(r, window, deviation).rows;
  std::vector<double> moved(rows.size() + 1);
  std::partial_sum(rows.begin(), rows.end(), moved.begin() + 1);
  const auto within = [&](size_t first) { return moved[first + size_t{1} * window] - moved[first]; };
  const size_t places = size_t{1} * (r.rows - window) + 1;
  double most = 0;
  for (size_t first = 0; first < places; ++first) most = std::max(most, within(first));
  constexpr double kAlike = 0.98;
  size_t first = 0;
  while (within(first) < kAlike * most) ++first;
  size_t last = first;
  while (last + 1 < places && within(last + 1) >= kAlike * most) ++last;
  return rows_of(r, (first + last) / 2, window, deviation.size());
}

// How loud each row is, and how loud the quietest stretch gets.
struct Heard {
  std::vector<double> rows;
  double loudest = 0, rest = 0;
};

// `quiet`: where its quietest stretch begins.
Heard hear(const Recording &r, const Listener &listener, int quiet, int quiet_rows) {
  const size_t width = listener.weights.size();
  const int count = std::min(quiet_rows, r.rows);
  std::vector<double> level(width);
  if (!listener.is_fixed)
    for (int k = 0; k < count; ++k)
      for (size_t c = 0; c < width; ++c)
        level[c] += double{r.values[static_cast<size_t>(quiet + k) * width + c]} / count;
  Heard heard;
  for (int row = 0; row < r.rows; ++row) {
    double loud = 0;
    for (size_t c = 0; c < width; ++c)
      loud += std::fabs(double{r.values[static_cast<size_t>(row) * width + c]} - level[c]) *
              double{listener.weights[c]};
    heard.rows.push_back(loud);
    heard.loudest = std::max(heard.loudest, loud);
    if (row >= quiet && row < quiet + count) heard.rest = std::max(heard.rest, loud);
  }
  return heard;
}

// Where an onset is looked for. Of a recording of more than one and a half windows that is the window that
// moves most, as the others hold rest or other events; and its quietest half a window must have none.
struct Candidates {
  std::vector<const Recording *> events, rest;
  std::deque<Recording> cut;

  void add(const Recording &r, int window, const std::vector<float> &deviation) {
    if (r.rows < window + window / 2) {
      events.push_back(&r);
      return;
    }
    const int half = std::max(1, window / 2);
    events.push_back(&cut.emplace_back(busiest_window(r, window, deviation)));
    const auto quiet = static_cast<size_t>(quietest(r, half, deviation));
    rest.push_back(&cut.emplace_back(rows_of(r, quiet, half, deviation.size())));
  }
};

double quantile(std::vector<double> values, double share) {
  const auto place = values.begin() + std::lround(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

FittedOnset judged(const std::vector<Heard> &events, const std::vector<Heard> &rest, double threshold,
                   int window) {
  FittedOnset fit;
  std::vector<double> onsets;
  for (const Heard &h : events) {
    const auto row = std::find_if(h.rows.begin(), h.rows.end(), [&](double v) { return v >= threshold; });
    if (row != h.rows.end()) onsets.push_back(static_cast<double>(row - h.rows.begin()));
  }
  const auto count = static_cast<double>(events.size());
  fit.missed = 1 - static_cast<double>(onsets.size()) / count;
  if (onsets.empty()) return fit;
  const double usual = std::floor(median(onsets)), near = std::max(2.0, window / 20.0);
  fit.pre_roll = std::min(static_cast<int>(usual), window - 1);
  for (double row : onsets) {
    fit.spread += std::min(std::fabs(row - usual), window / 4.0) / static_cast<double>(onsets.size());
    fit.far += (std::fabs(row - usual) > near) / count;
  }
  for (const Heard &h : rest)
    fit.alarms += (h.loudest >= threshold) / static_cast<double>(std::max<size_t>(1, rest.size()));
  return fit;
}

// The highest threshold that is as good as the best: the rule of who recorded them, if there was one, was not
// lower. A little below it, for recordings to come.
std::optional<FittedOnset> best_threshold(const std::vector<Heard> &events, const std::vector<Heard> &rest,
                                          int window, double wanted) {
  std::vector<double> quiet, peaks;
  for (const Heard &h : events) {
    quiet.push_back(h.rest);
    peaks.push_back(h.loudest);
  }
  if (wanted > 0) {
    FittedOnset fit = judged(events, rest, wanted, window);
    fit.rule.threshold = static_cast<float>(wanted);
    return fit;
  }
  const double high = quantile(peaks, 0.5);
  const double low = std::max(1.2 * quantile(quiet, 0.9), high / 1000);
  if (!(low < high)) return {};
  std::vector<std::pair<double, FittedOnset>> tried;
  double least = INFINITY;
  for (int k = 0; k < kThresholds; ++k) {
    const double threshold = low * std::pow(high / low, k / (kThresholds - 1.0));
    tried.emplace_back(threshold, judged(events, rest, threshold, window));
    least = std::min(least, tried.back().second.cost(window));
  }
  constexpr double kAsGood = 0.01, kBelow = 0.97;
  const auto last = std::find_if(tried.rbegin(), tried.rend(),
                                 [&](const auto &t) { return t.second.cost(window) <= least + kAsGood; });
  const double threshold = std::max(low, kBelow * last->first);
  FittedOnset fit = judged(events, rest, threshold, window);
  fit.rule.threshold = static_cast<float>(threshold);
  return fit;
}

// As many as tell the rule, evenly out of all: loudness is kept for each of their rows.
std::vector<size_t> some_of(const Recordings &set, const std::vector<size_t> &all) {
  constexpr size_t kMost = 400, kMostRows = size_t{4} << 20;
  size_t rows = 0;
  for (size_t i : all) rows += set.items[i].rows;
  const size_t step =
      std::max({size_t{1}, (all.size() + kMost - 1) / kMost, (rows + kMostRows - 1) / kMostRows});
  std::vector<size_t> some;
  for (size_t k = 0; k < all.size(); k += step) some.push_back(all[k]);
  return some;
}

// The simpler ones first. Channels that the user names are taken together, in their own units.
std::vector<Listener> listeners_for(const std::vector<std::string> &channels,
                                    const std::vector<float> &deviation, const WantedOnset &wanted) {
  std::vector<std::vector<size_t>> groups;
  if (wanted.channels.empty()) {
    groups = axis_groups(channels);
  } else {
    groups.emplace_back();
    for (size_t c = 0; c < channels.size(); ++c)
      if (std::count(wanted.channels.begin(), wanted.channels.end(), channels[c]) > 0) groups[0].push_back(c);
  }
  std::vector<Listener> listeners;
  for (const auto &group : groups) {
    std::vector<float> weights(channels.size());
    for (size_t c : group) weights[c] = 1;
    listeners.push_back({weights, true});
    listeners.push_back({weights, false});
  }
  if (wanted.channels.empty()) {  // every channel in its deviation
    std::vector<float> alike;
    for (float d : deviation) alike.push_back(d > 0 ? 1 / d : 0);
    listeners.push_back({alike, false});
  }
  if (wanted.level != WantedLevel::kAuto)
    std::erase_if(listeners,
                  [&](const Listener &l) { return l.is_fixed != (wanted.level == WantedLevel::kFixed); });
  return listeners;
}

}  // namespace

std::optional<FittedOnset> fit_onset(const Recordings &set, const std::vector<size_t> &events,
                                     const std::vector<size_t> &rest, const WantedOnset &wanted) {
  constexpr size_t kFewest = 3;
  if (events.size() < kFewest) return {};
  const int window = set.window();
  const std::vector<float> deviation = deviation_of(set, events);
  const std::vector<Listener> listeners = listeners_for(set.channels, deviation, wanted);
  std::optional<FittedOnset> best;
  const int quiet_rows = std::max(3, window / 12);
  Candidates candidates;
  for (size_t i : some_of(set, events)) candidates.add(set.items[i], window, deviation);
  for (size_t i : some_of(set, rest)) candidates.rest.push_back(&set.items[i]);
  const auto quiet_of = [&](const std::vector<const Recording *> &list) {
    std::vector<int> rows;
    for (const Recording *r : list) rows.push_back(quietest(*r, std::min(quiet_rows, r->rows), deviation));
    return rows;
  };
  const std::vector<int> quiet_events = quiet_of(candidates.events), quiet_rest = quiet_of(candidates.rest);
  for (const Listener &listener : listeners) {
    const auto heard = [&](const std::vector<const Recording *> &list, const std::vector<int> &quiet) {
      std::vector<Heard> all;
      for (size_t k = 0; k < list.size(); ++k) all.push_back(hear(*list[k], listener, quiet[k], quiet_rows));
      return all;
    };
    const std::vector<Heard> moving = heard(candidates.events, quiet_events),
                             resting = heard(candidates.rest, quiet_rest);
    std::optional<FittedOnset> fit = best_threshold(moving, resting, window, wanted.threshold);
    if (!fit) continue;
    fit->rule.weights = listener.weights;
    // half a window is long enough to settle, and shorter than the rest between events
    int shift = 1;
    while (2 << shift <= window / 4 && shift < OnsetRule::kMostLevelShift) ++shift;
    fit->rule.level_shift = listener.is_fixed ? OnsetRule::kFixedLevel : shift;
    constexpr double kClearlyBetter = 0.02;  // the earlier ones are simpler
    if (!best || fit->cost(window) < best->cost(window) - kClearlyBetter) best = fit;
  }
  return best;
}

}  // namespace mote
