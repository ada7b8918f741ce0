// Values are standardized as they are read, and no matrix of them is kept: a set may be larger than memory.
//
// Drawn by report/window_pictures.cpp.
#include "train/window_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace mote {

namespace {

constexpr size_t kMostDirections = 8;
constexpr int kMapIterations = 24;
constexpr uint64_t kMapStream = 0x4D415053;  // "MAPS"

// Windows of standardized values.
class MapRows {
 public:
  MapRows(size_t windows, size_t values, const WindowValues &row, ThreadPool &pool)
      : windows_(windows), values_(values), row_(row), pool_(pool), mean_(values), gain_(values) {
    std::vector<double> sum(values), squares(values);
    each_slice(values, [&](size_t from, size_t to) {
      for (size_t w = 0; w < windows; ++w) {
        const float *x = row(w);
        for (size_t k = from; k < to; ++k) sum[k] += double{x[k]};
      }
      for (size_t k = from; k < to; ++k) sum[k] /= static_cast<double>(windows);
      for (size_t w = 0; w < windows; ++w) {
        const float *x = row(w);
        for (size_t k = from; k < to; ++k) {
          const double d = double{x[k]} - sum[k];
          squares[k] += d * d;
        }
      }
    });
    for (size_t k = 0; k < values; ++k) {
      constexpr double kConstant = 1e-20;
      const double variance = squares[k] / static_cast<double>(windows);
      mean_[k] = static_cast<float>(sum[k]);
      gain_[k] = variance > kConstant ? static_cast<float>(1 / __builtin_sqrt(variance)) : 0.0f;
    }
  }

  // [windows, directions] from [directions, values].
  std::vector<double> onto(const std::vector<double> &directions) const {
    const size_t count = directions.size() / values_;
    std::vector<double> places(windows_ * count);
    each_slice(windows_, [&](size_t from, size_t to) {
      std::vector<double> x(values_);
      for (size_t w = from; w < to; ++w) {
        const float *values = row_(w);
        for (size_t k = 0; k < values_; ++k) x[k] = double{(values[k] - mean_[k]) * gain_[k]};
        for (size_t d = 0; d < count; ++d)
          places[w * count + d] = product(x.data(), directions.data() + d * values_);
      }
    });
    return places;
  }

  // And back; a thread has some of the values of all windows.
  std::vector<double> back(const std::vector<double> &places, size_t count) const {
    std::vector<double> directions(count * values_);
    each_slice(values_, [&](size_t from, size_t to) {
      for (size_t w = 0; w < windows_; ++w) {
        const float *values = row_(w);
        for (size_t d = 0; d < count; ++d) {
          const double factor = places[w * count + d];
          double *sum = directions.data() + d * values_;
          for (size_t k = from; k < to; ++k) sum[k] += factor * double{(values[k] - mean_[k]) * gain_[k]};
        }
      }
    });
    return directions;
  }

  const std::vector<float> &mean() const { return mean_; }
  const std::vector<float> &gain() const { return gain_; }

 private:
  double product(const double *a, const double *b) const {
    double sums[8] = {};
    for (size_t k = 0; k < values_; ++k) sums[k % 8] += a[k] * b[k];
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  }
  void each_slice(size_t count, const std::function<void(size_t from, size_t to)> &work) const {
    const auto slices = static_cast<size_t>(pool_.threads());
    pool_.run(pool_.threads(), [&](int slice) {
      const auto s = static_cast<size_t>(slice);
      work(count * s / slices, count * (s + 1) / slices);
    });
  }

  size_t windows_, values_;
  const WindowValues &row_;
  ThreadPool &pool_;
  std::vector<float> mean_, gain_;
};

// Each at right angles to those before it, of length 1; one that is nothing but those is 0.
void make_orthonormal(std::vector<double> &directions, size_t count) {
  const size_t n = directions.size() / count;
  for (size_t d = 0; d < count; ++d) {
    double *own = directions.data() + d * n;
    const double before = __builtin_sqrt(std::inner_product(own, own + n, own, 0.0));
    for (size_t other = 0; other < d; ++other) {
      const double *o = directions.data() + other * n;
      const double along = std::inner_product(own, own + n, o, 0.0);
      for (size_t k = 0; k < n; ++k) own[k] -= along * o[k];
    }
    constexpr double kNothing = 1e-9;
    const double length = __builtin_sqrt(std::inner_product(own, own + n, own, 0.0));
    const double scale = length > kNothing * before && length > 0 ? 1 / length : 0;
    for (size_t k = 0; k < n; ++k) own[k] *= scale;
  }
}

void turn_to_positive(std::vector<double> &directions, size_t count) {
  const size_t n = directions.size() / count;
  for (size_t d = 0; d < count; ++d) {
    double *own = directions.data() + d * n;
    const double *largest =
        std::max_element(own, own + n, [](double a, double b) { return std::fabs(a) < std::fabs(b); });
    if (*largest < 0)
      for (size_t k = 0; k < n; ++k) own[k] = -own[k];
  }
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Of the windows of one class, in each direction.
struct ClassPlace {
  std::vector<double> median, spread;
};

ClassPlace class_place(const WindowMap &map, const std::vector<size_t> &windows) {
  constexpr double kNormal = 1.4826;  // of a normal distribution: its deviation
  ClassPlace place;
  for (size_t d = 0; d < map.directions; ++d) {
    std::vector<double> values;
    for (const size_t w : windows) values.push_back(map.places[w * map.directions + d]);
    const double median = median_of(values);
    for (double &v : values) v = std::fabs(v - median);
    place.median.push_back(median);
    place.spread.push_back(kNormal * median_of(values));
  }
  return place;
}

// Directions that say little beside the first are mostly noise, and would drown what the others say.
size_t telling_directions(const WindowMap &map) {
  constexpr double kOfTheFirst = 0.25;
  size_t count = 0;
  while (count < map.directions && map.shares[count] >= kOfTheFirst * map.shares[0]) ++count;
  return count;
}

double distance_to(const WindowMap &map, size_t window, const ClassPlace &place) {
  const size_t count = telling_directions(map);
  double sum = 0;
  for (size_t d = 0; d < count; ++d)
    if (place.spread[d] > 0) {
      const double units = (map.places[window * map.directions + d] - place.median[d]) / place.spread[d];
      sum += units * units;
    }
  return std::sqrt(sum / static_cast<double>(std::max<size_t>(1, count)));
}

}  // namespace

WindowMap window_map(size_t windows, size_t values, const WindowValues &row, ThreadPool &pool) {
  WindowMap map;
  map.directions = std::min({kMostDirections, windows, values});
  if (map.directions == 0) return map;
  const MapRows rows(windows, values, row, pool);
  std::vector<double> directions(map.directions * values);
  Random random(kMapStream, {});
  for (double &v : directions) v = random.normal();
  make_orthonormal(directions, map.directions);
  for (int n = 0; n < kMapIterations; ++n) {
    directions = rows.back(rows.onto(directions), map.directions);
    make_orthonormal(directions, map.directions);
  }
  turn_to_positive(directions, map.directions);
  map.places = rows.onto(directions);
  map.mean = rows.mean();
  map.gain = rows.gain();
  const auto varying =
      static_cast<double>(std::count_if(map.gain.begin(), map.gain.end(), [](float g) { return g > 0; }));
  for (size_t d = 0; d < map.directions; ++d) {
    double squares = 0;
    for (size_t w = 0; w < windows; ++w)
      squares += map.places[w * map.directions + d] * map.places[w * map.directions + d];
    map.shares.push_back(varying > 0 ? squares / static_cast<double>(windows) / varying : 0);
  }
  return map;
}

std::vector<WindowDistance> distances_in_class(const WindowMap &map, const std::vector<int> &classes,
                                               size_t count) {
  constexpr size_t kFewest = 8;
  std::vector<std::vector<size_t>> windows(count);
  for (size_t w = 0; w < classes.size(); ++w)
    if (classes[w] >= 0) windows[static_cast<size_t>(classes[w])].push_back(w);
  std::vector<ClassPlace> places(count);
  for (size_t c = 0; c < count; ++c)
    if (!windows[c].empty()) places[c] = class_place(map, windows[c]);
  std::vector<WindowDistance> distances(classes.size());
  for (size_t w = 0; w < classes.size(); ++w) {
    if (classes[w] < 0) continue;
    const auto own = static_cast<size_t>(classes[w]);
    distances[w].nearest = classes[w];
    if (windows[own].size() < kFewest) continue;
    double best = distances[w].distance = distance_to(map, w, places[own]);
    for (size_t c = 0; c < count; ++c) {
      if (c == own || windows[c].size() < kFewest) continue;
      const double other = distance_to(map, w, places[c]);
      if (other < best) {
        best = other;
        distances[w].nearest = static_cast<int>(c);
      }
    }
  }
  return distances;
}

}  // namespace mote
