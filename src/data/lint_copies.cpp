// Copies of recordings. Equal ones are found by their bytes. Others have a fingerprint of 64 values that does
// not know level and offset: of images the gradients between 9 x 8 cells, of sounds the envelope, else means
// of stretches. Fingerprints that look alike meet by the signs of random projections (Charikar, STOC 2002),
// and what meets is compared value by value.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "base/random.h"
#include "data/lint_split.h"

namespace mote {

namespace {

constexpr uint64_t kProjectionStream = 0x434F5059;  // "COPY"
constexpr size_t kPrintSize = 64, kTables = 4, kBits = 18, kNeighbours = 16;
constexpr size_t kMostPrints = 200000;             // beyond it every second, third, ... recording has one
constexpr size_t kMostCompared = size_t{1} << 16;  // values of a pair
constexpr double kLeastPrint = 0.995;              // correlation of fingerprints
// Correlation of values: signals of one kind come near without being copies, pictures of digits even nearer.
constexpr double kLeastImage = 0.995, kLeastSound = 0.97, kLeastSignal = 0.9998;
// Of signals also without what stands out: a few spikes at the same place make the correlation of anything.
constexpr double kStandsOut = 0.05, kLeastPlain = 0.99;
constexpr int kLags = 4;  // samples by which resampling may have moved a sound

using Print = std::array<float, kPrintSize>;

uint64_t hash_of_values(const Recording &r) {
  uint64_t h = 0x9E3779B97F4A7C15ull ^ r.values.size();
  for (size_t i = 0; i < r.values.size(); ++i) {
    h = (h ^ std::bit_cast<uint32_t>(r.values[i])) * 0xBF58476D1CE4E5B9ull;
    h ^= h >> 29;
  }
  return h;
}

bool are_equal(const Recording &a, const Recording &b) {
  return a.rows == b.rows && a.values.size() == b.values.size() &&
         std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0;
}

double mean_of_cells(const float *values, size_t from, size_t to, size_t step, bool is_magnitude) {
  double sum = 0;
  for (size_t i = from; i < to; ++i) {
    const double v = double{values[i * step]};
    sum += is_magnitude ? std::fabs(v) : v;
  }
  return to > from ? sum / static_cast<double>(to - from) : 0;
}

void add_image_cells(const DividedSet &d, const Recording &r, std::vector<double> &cells) {
  const size_t height = static_cast<size_t>(d.set.image_height),
               width = static_cast<size_t>(d.set.image_width), channels = d.set.channels.size();
  constexpr size_t kDown = 8, kAcross = 9;
  double grid[kDown][kAcross];
  for (size_t y = 0; y < kDown; ++y)
    for (size_t x = 0; x < kAcross; ++x) {
      double sum = 0;
      size_t count = 0;
      for (size_t row = y * height / kDown; row < std::max((y + 1) * height / kDown, y * height / kDown + 1);
           ++row)
        for (size_t column = x * width / kAcross;
             column < std::max((x + 1) * width / kAcross, x * width / kAcross + 1); ++column, ++count)
          sum += double{r.values[(row * width + column) * channels]};
      grid[y][x] = sum / static_cast<double>(count);
    }
  for (size_t y = 0; y < kDown; ++y)
    for (size_t x = 0; x + 1 < kAcross; ++x) cells.push_back(grid[y][x + 1] - grid[y][x]);
}

// Of unit length and mean 0; false: nothing stands out from its mean.
bool print_of(const DividedSet &d, const Recording &r, Print &print) {
  const size_t channels = d.set.channels.size(), rows = static_cast<size_t>(r.rows);
  std::vector<double> cells;
  if (d.is_image()) {
    add_image_cells(d, r, cells);
  } else {
    const size_t used = std::min<size_t>(channels, kPrintSize / 4), each = kPrintSize / used;
    for (size_t c = 0; c < used; ++c) {
      const double mean = d.is_sound() ? 0 : mean_of_cells(r.values.data() + c, 0, rows, channels, false);
      for (size_t k = 0; k < each; ++k)
        cells.push_back(mean_of_cells(r.values.data() + c, k * rows / each,
                                      std::max((k + 1) * rows / each, k * rows / each + 1), channels,
                                      d.is_sound()) -
                        mean);
    }
  }
  cells.resize(kPrintSize);
  double mean = 0, squares = 0;
  for (double v : cells) mean += v / kPrintSize;
  for (double &v : cells) squares += (v - mean) * (v - mean);
  if (!(squares > 0) || !std::isfinite(squares)) return false;
  for (size_t k = 0; k < kPrintSize; ++k)
    print[k] = static_cast<float>((cells[k] - mean) / std::sqrt(squares));
  return true;
}

// Of values with their mean taken out, `b` so many samples later.
double correlation(const Recording &a, const Recording &b, size_t channels, long lag) {
  const long rows = std::min(a.rows, b.rows) - std::labs(lag);
  const size_t count = std::min(static_cast<size_t>(std::max(0L, rows)) * channels, kMostCompared);
  const float *x = a.values.data() + (lag < 0 ? static_cast<size_t>(-lag) * channels : 0),
              *y = b.values.data() + (lag > 0 ? static_cast<size_t>(lag) * channels : 0);
  std::vector<double> mean_x(channels), mean_y(channels);
  for (size_t i = 0; i < count; ++i) {
    mean_x[i % channels] += double{x[i]};
    mean_y[i % channels] += double{y[i]};
  }
  const double each = static_cast<double>(count) / static_cast<double>(channels);
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < count; ++i) {
    const double u = double{x[i]} - mean_x[i % channels] / each,
                 v = double{y[i]} - mean_y[i % channels] / each;
    xx += u * u;
    yy += v * v;
    xy += u * v;
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

std::vector<double> channel_means(const Recording &r, size_t channels, size_t count) {
  std::vector<double> mean(channels);
  for (size_t i = 0; i < count; ++i)
    mean[i % channels] += double{r.values[i]} * static_cast<double>(channels) / static_cast<double>(count);
  return mean;
}

// Of `a` without the values farthest from its mean, and `b` at the same places.
double plain_correlation(const Recording &a, const Recording &b, size_t channels) {
  const size_t count = std::min({a.values.size(), b.values.size(), kMostCompared}) / channels * channels;
  const std::vector<double> mean_a = channel_means(a, channels, count),
                            mean_b = channel_means(b, channels, count);
  const auto x = [&](size_t i) { return double{a.values[i]} - mean_a[i % channels]; };
  const auto y = [&](size_t i) { return double{b.values[i]} - mean_b[i % channels]; };
  std::vector<size_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = i;
  const auto kept = static_cast<size_t>(static_cast<double>(count) * (1 - kStandsOut));
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                   [&](size_t i, size_t j) { return std::fabs(x(i)) < std::fabs(x(j)); });
  double sum_x = 0, sum_y = 0, xx = 0, yy = 0, xy = 0;
  for (size_t k = 0; k < kept; ++k) {
    const double u = x(order[k]), v = y(order[k]);
    sum_x += u;
    sum_y += v;
    xx += u * u;
    yy += v * v;
    xy += u * v;
  }
  const double n = std::max<double>(1, static_cast<double>(kept));
  xx -= sum_x * sum_x / n;
  yy -= sum_y * sum_y / n;
  xy -= sum_x * sum_y / n;
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

bool are_nearly_equal(const DividedSet &d, const Recording &a, const Recording &b) {
  constexpr double kSameLength = 0.01;
  if (std::abs(a.rows - b.rows) > kSameLength * std::max(a.rows, b.rows)) return false;
  const size_t channels = d.set.channels.size();
  if (d.is_image()) return correlation(a, b, channels, 0) >= kLeastImage;
  if (!d.is_sound())
    return correlation(a, b, channels, 0) >= kLeastSignal && plain_correlation(a, b, channels) >= kLeastPlain;
  for (int lag = -kLags; lag <= kLags; ++lag)
    if (correlation(a, b, channels, lag) >= kLeastSound) return true;
  return false;
}

// The first of each recording's copies, or the recording itself.
class CopyFinder {
 public:
  explicit CopyFinder(const DividedSet &d)
      : d_(d), equal_to_(d.set.items.size()), near_to_(d.set.items.size()) {
    for (size_t i = 0; i < equal_to_.size(); ++i) equal_to_[i] = near_to_[i] = i;
    find_equal();
    find_near();
  }
  const std::vector<size_t> &equal_to() const { return equal_to_; }
  const std::vector<size_t> &near_to() const { return near_to_; }
  size_t step() const { return step_; }

 private:
  void find_equal() {
    std::unordered_map<uint64_t, size_t> first;
    for (size_t i = 0; i < equal_to_.size(); ++i) {
      const Recording &r = d_.set.items[i];
      if (r.values.empty()) continue;
      const auto [it, is_new] = first.try_emplace(hash_of_values(r), i);
      if (!is_new && are_equal(r, d_.set.items[it->second])) equal_to_[i] = it->second;
    }
  }

  void find_near() {
    if (d_.set.is_features) return;  // numbers of few kinds meet by chance
    std::vector<size_t> with_print;
    std::vector<Print> prints;
    step_ = equal_to_.size() / kMostPrints + 1;
    for (size_t i = 0; i < equal_to_.size(); i += step_) {
      Print print;
      if (equal_to_[i] != i || d_.set.items[i].rows < 8 || !print_of(d_, d_.set.items[i], print)) continue;
      with_print.push_back(i);
      prints.push_back(print);
    }
    Random random(0, {kProjectionStream});
    std::vector<Print> planes(kTables * kBits);
    for (Print &plane : planes)
      for (float &v : plane) v = static_cast<float>(random.normal());
    for (size_t t = 0; t < kTables; ++t) {
      std::vector<std::pair<uint32_t, uint32_t>> keys;  // signs, place
      for (size_t p = 0; p < prints.size(); ++p) {
        uint32_t key = 0;
        for (size_t b = 0; b < kBits; ++b) key = key << 1 | (dot(prints[p], planes[t * kBits + b]) > 0);
        keys.emplace_back(key, static_cast<uint32_t>(p));
      }
      std::sort(keys.begin(), keys.end());
      for (size_t k = 0; k < keys.size(); ++k)
        for (size_t back = 1; back <= std::min(k, kNeighbours) && keys[k - back].first == keys[k].first;
             ++back)
          compare(with_print[keys[k - back].second], with_print[keys[k].second],
                  prints[keys[k - back].second], prints[keys[k].second]);
    }
  }

  static float dot(const Print &a, const Print &b) {
    float sum = 0;
    for (size_t k = 0; k < kPrintSize; ++k) sum += a[k] * b[k];
    return sum;
  }

  void compare(size_t i, size_t j, const Print &a, const Print &b) {
    if (near_to_[j] != j || double{dot(a, b)} < kLeastPrint) return;
    if (are_nearly_equal(d_, d_.set.items[i], d_.set.items[j])) near_to_[j] = near_to_[i];
  }

  const DividedSet &d_;
  std::vector<size_t> equal_to_, near_to_;
  size_t step_ = 1;
};

void say_copies(const DividedSet &d, const std::vector<size_t> &first_of, bool are_near, size_t step,
                std::vector<Finding> &findings) {
  std::vector<size_t> copies, apart;
  size_t of_another_class = 0;
  std::unordered_map<size_t, std::string> sides;  // of all copies of one
  for (size_t i = 0; i < first_of.size(); ++i)
    if (first_of[i] != i) {
      copies.push_back(i);
      of_another_class += d.set.items[i].label != d.set.items[first_of[i]].label;
      std::string &s = sides[first_of[i]];
      if (s.empty()) s += d.parts[first_of[i]];
      s += d.parts[i];
    }
  if (copies.empty()) return;
  for (const size_t i : copies) {
    const std::string &s = sides[first_of[i]];
    if (d.is_used(i) && std::any_of(s.begin(), s.end(), [&](char c) { return c != '-' && c != d.parts[i]; }))
      apart.push_back(i);
  }
  std::string message = fmt::format("{} recording{} {} there twice{}", copies.size(),
                                    copies.size() == 1 ? "" : "s", copies.size() == 1 ? "is" : "are",
                                    are_near ? ", but for level, offset or a little noise" : "");
  if (of_another_class > 0) message += fmt::format(", {} of them with another class", of_another_class);
  message += apart.empty() ? ", both on one side of the split"
                           : fmt::format(
                                 ", {} of them on both sides of the split: a model that learns them by heart "
                                 "is right there",
                                 apart.size());
  if (step > 1 && are_near) message += fmt::format("; looked for among every {}th recording", step);
  Finding f = finding_of(d, apart.empty() && of_another_class == 0 ? Severity::kNote : Severity::kWarning,
                         are_near ? "near_copies" : "copies", apart.empty() ? copies : apart, message,
                         "data.exclude leaves out the files listed (--json has all of them)");
  findings.push_back(std::move(f));
}

}  // namespace

void lint_copies(const DividedSet &d, std::vector<Finding> &findings) {
  const CopyFinder found(d);
  say_copies(d, found.equal_to(), false, 1, findings);
  say_copies(d, found.near_to(), true, found.step(), findings);
}

}  // namespace mote
