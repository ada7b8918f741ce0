// Windows changed at random for training: noise, scale, rotation of three axes, shifts and warps of time,
// channels left out; by one stream of random numbers for each example and epoch.
//
// Methods: Um et al. 2017 (jitter, scaling, rotation, time warping). Windows are raw here; normalization
// follows.
#include "data/augment.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace mote {

ChannelStatistics channel_statistics(const float *values, size_t rows, int channels) {
  const size_t width = channels;
  ChannelStatistics s{std::vector<float>(width), std::vector<float>(width)};
  for (size_t c = 0; c < width; ++c) {
    double sum = 0, squares = 0;
    for (size_t r = 0; r < rows; ++r) sum += values[r * width + c];
    const double mean = rows ? sum / rows : 0;
    for (size_t r = 0; r < rows; ++r)
      squares += (values[r * width + c] - mean) * (values[r * width + c] - mean);
    s.mean[c] = mean;
    s.deviation[c] = rows ? __builtin_sqrt(squares / rows) : 0.0;
  }
  return s;
}

// out[t] = x at position(t), linearly interpolated and held at the ends.
static void resample(const float *x, int window, int channels, const std::vector<double> &position,
                     float *out) {
  for (int t = 0; t < window; ++t) {
    const double p = std::clamp(position[t], 0.0, window - 1.0);
    const int i = std::min(static_cast<int>(p), window - 1), j = std::min(i + 1, window - 1);
    const float f = p - i;
    for (int c = 0; c < channels; ++c)
      out[t * channels + c] = x[i * channels + c] * (1.0f - f) + x[j * channels + c] * f;
  }
}

// Speed 1 + amount * s(t), where s is a smooth random curve through a few knots; rescaled to cover the
// window.
static std::vector<double> warped_positions(int window, double amount, double shift, Random &random) {
  constexpr int kKnots = 5;
  double knots[kKnots];
  for (double &k : knots) k = amount * (2 * random.uniform() - 1);
  std::vector<double> position(window);
  double sum = 0;
  for (int t = 0; t < window; ++t) {
    position[t] = sum;
    const double u = window > 1 ? 1.0 * t / (window - 1) * (kKnots - 1) : 0;
    const int k = std::min(static_cast<int>(u), kKnots - 2);
    const double f = u - k, smooth = f * f * (3 - 2 * f);
    sum += 1 + knots[k] * (1 - smooth) + knots[k + 1] * smooth;
  }
  const double last = position.back();
  for (double &p : position) p = (last > 0 ? p / last * (window - 1) : 0) + shift;
  return position;
}

// Rodrigues' rotation matrix for a random axis and an angle up to `limit_deg`.
static void random_rotation(double limit_deg, Random &random, double m[3][3]) {
  double axis[3], length = 0;
  do {
    for (double &a : axis) a = random.normal();
    length = __builtin_sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
  } while (length < 1e-6);
  for (double &a : axis) a /= length;
  double s, c;
  exact_sincos((2 * random.uniform() - 1) * limit_deg * 3.14159265358979323846 / 180, &s, &c);
  const double cross[3][3] = {{0, -axis[2], axis[1]}, {axis[2], 0, -axis[0]}, {-axis[1], axis[0], 0}};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) m[i][j] = (i == j ? c : 0.0) + (1 - c) * axis[i] * axis[j] + s * cross[i][j];
}

// amount * deviation of the value's channel, times a normal number.
static void add_noise(float amount, const std::vector<float> &deviation, uint64_t key, int count,
                      float *out) {
  constexpr int kBlock = 128;
  const size_t channels = deviation.size();
  float normal[kBlock];
  size_t channel = 0;
  for (int from = 0; from < count; from += kBlock) {
    const int n = std::min(kBlock, count - from);
    fill_normal(key + from, normal, n);
    for (int i = 0; i < n; ++i) {
      out[from + i] += normal[i] * amount * deviation[channel];
      channel = channel + 1 == channels ? 0 : channel + 1;
    }
  }
}

void augment(const AugmentOptions &o, const ChannelStatistics &statistics, const float *x, int window,
             int channels, Random random, float *out) {
  const int count = window * channels;
  if (o.shift > 0 || o.time_warp > 0) {
    const double shift = o.shift > 0 ? o.shift * window * (2 * random.uniform() - 1) : 0;
    resample(x, window, channels, warped_positions(window, o.time_warp, shift, random), out);
  } else {
    std::copy(x, x + count, out);
  }
  if (o.rotate_deg > 0) {
    double m[3][3];
    random_rotation(o.rotate_deg, random, m);
    for (int t = 0; t < window; ++t)
      for (int c = 0; c + 3 <= channels; c += 3) {
        float *v = out + t * channels + c;
        const double in[3] = {v[0], v[1], v[2]};
        for (int i = 0; i < 3; ++i) v[i] = m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2];
      }
  }
  if (o.scale > 0) {
    const float gain = random.uniform(1 - o.scale, 1 + o.scale);
    for (int i = 0; i < count; ++i) out[i] *= gain;
  }
  if (o.noise > 0) add_noise(o.noise, statistics.deviation, random.bits(), count, out);
  if (o.channel_dropout > 0)
    for (int c = 0; c < channels; ++c)
      if (random.uniform() < o.channel_dropout)
        for (int t = 0; t < window; ++t) out[t * channels + c] = statistics.mean[c];
}

}  // namespace mote
