// A signal goes on from row to row and jumps from channel to channel: von Neumann's ratio of the squared
// steps to the squared deviations is 2 where neighbours have nothing in common, and small where a line is
// smooth.
#include "data/array_axes.h"

#include <algorithm>
#include <cmath>

namespace mote {

namespace {

// Of lines of `count` values that are `step` apart.
struct Lines {
  size_t count, step;
};

double roughness(const NpyArray &x, const Lines &lines, const Lines &across) {
  double steps = 0, deviations = 0;
  const size_t size = x.row_size();
  for (size_t i = 0; i < x.rows(); ++i)
    for (size_t k = 0; k < across.count; ++k) {
      const double *line = x.values.data() + i * size + k * across.step;
      double sum = 0;
      for (size_t t = 0; t < lines.count; ++t) sum += line[t * lines.step];
      const double mean = sum / lines.count;
      if (!std::isfinite(mean)) continue;
      for (size_t t = 0; t < lines.count; ++t) {
        const double value = line[t * lines.step];
        deviations += (value - mean) * (value - mean);
        if (t > 0) steps += (value - line[(t - 1) * lines.step]) * (value - line[(t - 1) * lines.step]);
      }
    }
  return deviations > 0 ? steps / deviations : 2;
}

}  // namespace

FoundAxes axes_of(const NpyArray &x, const LoadOptions &options) {
  if (options.axes != ArrayAxes::kAuto) return {options.axes == ArrayAxes::kChannelsRows};
  const size_t first = x.shape[1], last = x.shape[2];
  if (options.model && options.model->window > 0) {
    const size_t window = options.model->window, channels = options.model->channels;
    return {first == channels && last == window && first != last};
  }
  constexpr double kSmoother = 0.5, kMuchSmoother = 0.25;
  constexpr size_t kMostChannels = 32, kFewestRows = 8, kFewChannels = 9, kMuchLonger = 8;
  const Lines by_first{first, last}, by_last{last, 1};
  const double along_first = roughness(x, by_first, by_last), along_last = roughness(x, by_last, by_first);
  const bool is_short_first = first < last && first <= kMostChannels;
  // ten frames of a picture's 24 pixels are as smooth along the pixels
  const bool is_sure = first <= kFewChannels || last >= kMuchLonger * first;
  if (is_short_first && along_last < kSmoother * along_first) return {is_sure, !is_sure};
  if (is_short_first) return {false, along_first > kSmoother * along_last};
  return {false, last >= kFewestRows && along_last < kMuchSmoother * along_first};
}

}  // namespace mote
