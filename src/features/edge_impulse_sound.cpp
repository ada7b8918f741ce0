// Frames and mel filters of Edge Impulse's blocks for sound.
//
// Lengths in samples are rounded up unless they are hardly above a whole number; version 1 rounds the frame's
// to nearest. Mel is 1127 ln(1 + f / 700); filters are triangles from edge to edge but one, each edge the bin
// floor((n + 1) f / rate), where n is the transform's length, in versions 1 to 3 half of it and 1.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "features/edge_impulse_support.h"

namespace mote::edge_impulse {

namespace {

double mel_of(double hz) { return 1127 * exact_log(1 + hz / 700); }
double hz_of(double mel) { return 700 * (exact_exp(mel / 1127) - 1); }

double up_to_whole(double samples) {
  const double below = std::floor(samples);
  return samples > below && samples - below < 0.001 ? below : std::ceil(samples);
}

void check_fft_length(const PreprocessingStep &step) {
  if (const int64_t length = step.attrs.integer("fft_length"); !is_power_of_two(length))
    refuse(step, fmt::format("fft_length is {}, which is no power of two", length),
           "use 64, 128, 256, 512 or another one");
}

// The edges of all triangles.
std::vector<int> mel_edges(const PreprocessingStep &step, double low, double high) {
  const double rate = rate_of(step), first = mel_of(low), last = mel_of(high);
  const int filters = step.attrs.integer("num_filters"), length = step.attrs.integer("fft_length");
  const int n = step.attrs.integer("version") >= 4 ? length : length / 2 + 1;
  std::vector<int> edges;
  for (int i = 0; i <= filters + 1; ++i) {
    const bool is_last = i == filters + 1;
    const double hz = hz_of(is_last ? last : first + i * ((last - first) / (filters + 1)));
    edges.push_back(static_cast<int>(std::floor((n + 1) * (is_last ? hz - 0.001 : hz) / rate)));
  }
  return edges;
}

double triangle(int bin, int left, int middle, int right) {
  if (middle <= bin && bin < right) return static_cast<double>(right - bin) / (right - middle);
  if (left < bin && bin <= middle) return static_cast<double>(bin - left) / (middle - left);
  return 0;
}

}  // namespace

std::vector<AttrSpec> sound_attrs(double stride, int64_t fft_length) {
  return {version_attr(),
          features::rows_rate_attr(),
          {"frame_length", 0.02, "seconds of a frame", {}, 0, 1e6},
          {"frame_stride", stride, "seconds from one frame to the next", {}, 0, 1e6},
          {"fft_length", fft_length, "samples of the transform, a power of two", {}, 4, 32768}};
}

Frames frames_of(const PreprocessingStep &step, const Shape &in) {
  check_fft_length(step);
  if (in[1] != 1)
    refuse(step, fmt::format("windows have {} channels, but this block takes one", in[1]),
           "keep one channel of the recordings");
  const double rate = rate_of(step), seconds = step.attrs.number("frame_length");
  const bool is_first = step.attrs.integer("version") == 1;
  const double length = is_first ? std::nearbyint(rate * seconds) : up_to_whole(rate * seconds);
  const double stride = up_to_whole(rate * step.attrs.number("frame_stride"));
  if (length < 1 || stride < 1)
    refuse(step, fmt::format("frames are {} samples long and start every {} samples", length, stride),
           "make frame_length and frame_stride longer");
  const double frames = std::floor((in[0] - length + (is_first ? 0 : stride)) / stride);
  if (frames < 1)
    refuse(step, fmt::format("a frame is {} samples long, and a window only {}", length, in[0]),
           "make frame_length shorter or the window longer");
  if (frames > 500)
    refuse(step, fmt::format("a window has {} frames, but 500 is the most", frames),
           "make frame_stride longer or the window shorter");
  const double heard = std::min<double>(length, step.attrs.integer("fft_length"));
  return {static_cast<int32_t>(in[0]), static_cast<int32_t>(frames), static_cast<int32_t>(stride),
          static_cast<int32_t>(heard), static_cast<int32_t>(length)};
}

std::vector<AttrSpec> mel_attrs(int64_t filters) {
  return {{"num_filters", filters, "mel filters", {}, 2, 4096},
          {"low_frequency", 0.0, "Hz, where the first filter begins", {}, 0, 1e9},
          {"high_frequency", 0.0, "Hz, where the last filter ends; 0: half the rate", {}, 0, 1e9}};
}

MelFilters mel_filters(const PreprocessingStep &step) {
  check_fft_length(step);
  const double half = rate_of(step) / 2, low = step.attrs.number("low_frequency");
  const double wanted = step.attrs.number("high_frequency"), high = wanted == 0 ? half : wanted;
  if (high > half)
    refuse(step, fmt::format("high_frequency is {} Hz, but sound of this rate ends at {} Hz", high, half),
           "choose a lower one, or 0 for the whole range");
  if (low >= high)
    refuse(step, fmt::format("filters from {} Hz to {} Hz have no width", low, high),
           "choose a low_frequency below high_frequency");
  const std::vector<int> edges = mel_edges(step, low, high);
  MelFilters made;
  for (size_t f = 0; f + 2 < edges.size(); ++f) {
    const int left = edges[f], middle = edges[f + 1], right = edges[f + 2];
    int first = left, end = right + 1;
    while (first < end && triangle(first, left, middle, right) == 0) ++first;
    while (end > first && triangle(end - 1, left, middle, right) == 0) --end;
    if (first == end)
      refuse(step,
             fmt::format("the transform of {} samples has no bin for mel filter {} of {}",
                         step.attrs.integer("fft_length"), f + 1, edges.size() - 2),
             "use fewer filters, a wider range or a larger fft_length");
    made.bins.insert(made.bins.end(), {static_cast<float>(first), static_cast<float>(end)});
    for (int bin = first; bin < end; ++bin)
      made.weights.push_back(static_cast<float>(triangle(bin, left, middle, right)));
  }
  return made;
}

}  // namespace mote::edge_impulse
