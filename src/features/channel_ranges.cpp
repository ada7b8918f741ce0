// Mean, deviation and extremes of each channel, in two passes: the deviation of a large offset would be lost
// in a sum of squares.
#include "features/channel_ranges.h"

#include <algorithm>
#include <cmath>

namespace mote {

// visit(channel, value) for every value that is finite, in order.
template <class Visit>
static void each_finite(const std::vector<std::span<const float>> &parts, size_t channels, Visit visit) {
  for (const std::span<const float> part : parts)
    for (size_t r = 0; r < part.size() / channels; ++r)
      for (size_t c = 0; c < channels; ++c)
        if (const float v = part[r * channels + c]; std::isfinite(v)) visit(c, v);
}

std::vector<ChannelRange> channel_ranges(const std::vector<std::span<const float>> &parts, size_t channels) {
  std::vector<ChannelRange> all(channels);
  std::vector<double> sum(channels), squares(channels), count(channels);
  each_finite(parts, channels, [&](size_t c, float v) {
    ChannelRange &s = all[c];
    s.low = count[c] == 0 ? v : std::min(s.low, v);
    s.high = count[c] == 0 ? v : std::max(s.high, v);
    sum[c] += v;
    ++count[c];
  });
  for (size_t c = 0; c < channels; ++c) sum[c] /= std::max(count[c], 1.0);
  each_finite(parts, channels, [&](size_t c, float v) {
    const double d = v - sum[c];
    squares[c] += d * d;
  });
  for (size_t c = 0; c < channels; ++c) {
    all[c].mean = sum[c];
    all[c].deviation = __builtin_sqrt(squares[c] / std::max(count[c], 1.0));
  }
  return all;
}

ChannelRange joined(const ChannelRange &a, size_t rows_of_a, const ChannelRange &b, size_t rows_of_b) {
  const double all = rows_of_a + rows_of_b;
  const double share_a = rows_of_a / all, share_b = rows_of_b / all;
  const double apart = double{b.mean} - double{a.mean};
  ChannelRange both = a;
  both.low = std::min(a.low, b.low);
  both.high = std::max(a.high, b.high);
  both.mean = a.mean + apart * share_b;
  // the mean square within each, and of the distance between the two (Chan, Golub, LeVeque)
  both.deviation = std::sqrt(share_a * a.deviation * a.deviation + share_b * b.deviation * b.deviation +
                             share_a * share_b * apart * apart);
  return both;
}

double root_mean_square(const ChannelRange &channel) {
  return std::hypot(double{channel.mean}, double{channel.deviation});
}

double magnitude(const ChannelRange &channel) {
  return std::max(std::fabs(channel.low), std::fabs(channel.high));
}

}  // namespace mote
