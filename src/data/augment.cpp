// Windows changed at random for training: noise, scale, turns and flips of three axes, shifts and warps of
// time and magnitude, pieces in another order, channels left out; by one stream of random numbers for each
// example and epoch.
//
// Methods: Um et al. 2017 (jitter, scaling, rotation, permutation, magnitude and time warping). Windows are
// raw here; normalization follows. What kind of data takes which: augmenter.cpp.
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

// A smooth curve through values at even places of the window, the first and the last at its ends.
constexpr int kKnots = 5;
static double between_knots(const double *knots, int t, int window) {
  const double u = window > 1 ? 1.0 * t / (window - 1) * (kKnots - 1) : 0;
  const int k = std::min(static_cast<int>(u), kKnots - 2);
  const double f = u - k, smooth = f * f * (3 - 2 * f);
  return knots[k] * (1 - smooth) + knots[k + 1] * smooth;
}

// Speed 1 + amount * s(t), where s is a smooth random curve; rescaled to cover the window.
static std::vector<double> warped_positions(int window, double amount, double shift, Random &random) {
  double knots[kKnots];
  for (double &k : knots) k = amount * (2 * random.uniform() - 1);
  std::vector<double> position(window);
  double sum = 0;
  for (int t = 0; t < window; ++t) {
    position[t] = sum;
    sum += 1 + between_knots(knots, t, window);
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

static void turn_triads(const double m[3][3], int window, int channels, float *out) {
  for (int t = 0; t < window; ++t)
    for (int c = 0; c + 3 <= channels; c += 3) {
      float *v = out + t * channels + c;
      const double in[3] = {v[0], v[1], v[2]};
      for (int i = 0; i < 3; ++i) v[i] = m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2];
    }
}

// A turn by 90, 180 or 270 degrees about x, y or z.
static void quarter_turns(Random &random, double m[3][3]) {
  const int axis = random.below(3), quarters = 1 + random.below(3);
  const int a = (axis + 1) % 3, b = (axis + 2) % 3;
  constexpr double kCosine[] = {1, 0, -1, 0}, kSine[] = {0, 1, 0, -1};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) m[i][j] = i == axis && j == axis ? 1 : 0;
  m[a][a] = m[b][b] = kCosine[quarters];
  m[b][a] = kSine[quarters];
  m[a][b] = -kSine[quarters];
}

static void turn_axes(const AugmentOptions &o, int window, int channels, Random &random, float *out) {
  double m[3][3];
  if (o.axis_flips > 0) {
    float sign[3];
    for (float &s : sign) s = random.uniform() < o.axis_flips ? -1.0f : 1.0f;
    for (int t = 0; t < window; ++t)
      for (int c = 0; c < channels / 3 * 3; ++c) out[t * channels + c] *= sign[c % 3];
  }
  if (o.axis_turns > 0 && random.uniform() < o.axis_turns) {
    quarter_turns(random, m);
    turn_triads(m, window, channels, out);
  }
  if (o.rotate_deg > 0) {
    random_rotation(o.rotate_deg, random, m);
    turn_triads(m, window, channels, out);
  }
}

// Each channel times its own smooth curve about 1.
static void warp_magnitude(double deviation, int window, int channels, Random &random, float *out) {
  for (int c = 0; c < channels; ++c) {
    double knots[kKnots];
    for (double &k : knots) k = 1 + deviation * random.normal();
    for (int t = 0; t < window; ++t) out[t * channels + c] *= between_knots(knots, t, window);
  }
}

// Cuts at random rows and puts the pieces together in random order.
static void permute(int most, int window, int channels, Random &random, float *out) {
  const int pieces = std::min<int>(2 + random.below(most - 1), window);
  if (pieces < 2) return;
  std::vector<int> cuts(window - 1);
  for (int i = 0; i + 1 < window; ++i) cuts[i] = i + 1;
  for (int i = 0; i + 1 < pieces; ++i) std::swap(cuts[i], cuts[i + random.below(cuts.size() - i)]);
  cuts.resize(pieces - 1);
  cuts.insert(cuts.end(), {0, window});
  std::sort(cuts.begin(), cuts.end());
  std::vector<int> order(pieces);
  for (int i = 0; i < pieces; ++i) order[i] = i;
  random.shuffle(order);
  const std::vector<float> from(out, out + window * channels);
  for (const int piece : order)
    out = std::copy(from.begin() + cuts[piece] * channels, from.begin() + cuts[piece + 1] * channels, out);
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
  if (o.permutation > 1) permute(o.permutation, window, channels, random, out);
  turn_axes(o, window, channels, random, out);
  if (o.magnitude_warp > 0) warp_magnitude(o.magnitude_warp, window, channels, random, out);
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

double random_beta(double alpha, Random &random) {
  // Of two gamma variates of shape alpha (Marsaglia and Tsang 2000), below 1 by the boost U^(1 / alpha).
  const auto log_gamma_variate = [&](double shape) {
    const double more = shape < 1 ? shape + 1 : shape, d = more - 1.0 / 3, c = 1 / __builtin_sqrt(9 * d);
    for (;;) {
      const double x = random.normal(), one = 1 + c * x;
      if (one <= 0) continue;
      const double v = one * one * one, u = 1 - random.uniform();
      if (exact_log(u) >= 0.5 * x * x + d - d * v + d * exact_log(v)) continue;
      const double boost = shape < 1 ? exact_log(1 - random.uniform()) / shape : 0;
      return exact_log(d * v) + boost;
    }
  };
  const double a = log_gamma_variate(alpha), b = log_gamma_variate(alpha);
  return 1 / (1 + exact_exp(b - a));
}

}  // namespace mote
