// The disturbances of windows, each from its definition in a few lines.
#include "workflow/disturb.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace mote {

namespace {

void add_noise(const DisturbedSignal &s, double percent, Random &random, const float *x, float *out) {
  for (int t = 0; t < s.window; ++t)
    for (int c = 0; c < s.channels; ++c) {
      const int i = t * s.channels + c;
      out[i] = x[i] + static_cast<float>(random.normal() * percent / 100 *
                                         double{s.deviation[static_cast<size_t>(c)]});
    }
}

void scale(const DisturbedSignal &s, double percent, Random &, const float *x, float *out) {
  const double gain = 1 + percent / 100;
  for (int i = 0; i < s.window * s.channels; ++i) out[i] = static_cast<float>(double{x[i]} * gain);
}

// All triads of channels (x, y, z) by the angle about one random axis (Rodrigues).
void turn(const DisturbedSignal &s, double degrees, Random &random, const float *x, float *out) {
  double axis[3], length = 0;
  do {
    for (double &a : axis) a = random.normal();
    length = std::sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
  } while (length < 1e-6);
  for (double &a : axis) a /= length;
  constexpr double kPi = 3.14159265358979323846;
  double sine, cosine;
  exact_sincos(degrees * kPi / 180, &sine, &cosine);
  std::copy(x, x + s.window * s.channels, out);
  for (int t = 0; t < s.window; ++t)
    for (int c = 0; c + 3 <= s.channels; c += 3) {
      float *v = out + t * s.channels + c;
      const double in[3] = {double{v[0]}, double{v[1]}, double{v[2]}};
      const double along = axis[0] * in[0] + axis[1] * in[1] + axis[2] * in[2];
      for (int i = 0; i < 3; ++i) {
        const int j = (i + 1) % 3, k = (i + 2) % 3;
        v[i] = static_cast<float>(in[i] * cosine + (axis[j] * in[k] - axis[k] * in[j]) * sine +
                                  axis[i] * along * (1 - cosine));
      }
    }
}

// A sensor whose clock is that much too fast: a row of the window comes earlier, so that what happened takes
// more rows. The middle of the window stays; beyond its ends the first and the last row go on.
void change_rate(const DisturbedSignal &s, double percent, Random &, const float *x, float *out) {
  const double middle = (s.window - 1) / 2.0, speed = 1 / (1 + percent / 100);
  for (int t = 0; t < s.window; ++t) {
    const double at = std::clamp(middle + (t - middle) * speed, 0.0, double(s.window - 1));
    const int from = std::min(static_cast<int>(at), std::max(0, s.window - 2)),
              to = std::min(from + 1, s.window - 1);
    const double share = at - from;
    for (int c = 0; c < s.channels; ++c)
      out[t * s.channels + c] = static_cast<float>((1 - share) * double{x[from * s.channels + c]} +
                                                   share * double{x[to * s.channels + c]});
  }
}

// A row that is lost is the one before it once more, as a driver has it that misses an interrupt.
void drop_rows(const DisturbedSignal &s, double percent, Random &random, const float *x, float *out) {
  for (int t = 0; t < s.window; ++t) {
    const bool is_lost = random.uniform() < percent / 100 && t > 0;
    const float *from = is_lost ? out + (t - 1) * s.channels : x + t * s.channels;
    std::copy(from, from + s.channels, out + t * s.channels);
  }
}

}  // namespace

const std::vector<DisturbanceKind> &disturbance_kinds() {
  static const std::vector<DisturbanceKind> kKinds = {{"noise",
                                                       "Added noise",
                                                       "deviation of the noise, % of the channel's",
                                                       "%",
                                                       {2, 5, 10, 20, 50, 100},
                                                       add_noise},
                                                      {"gain",
                                                       "Gain",
                                                       "gain of the sensor off by, %",
                                                       "%",
                                                       {-50, -30, -20, -10, -5, 5, 10, 20, 30, 50},
                                                       scale},
                                                      {"rotation",
                                                       "Rotated sensor",
                                                       "turn about a random axis, degrees",
                                                       "degrees",
                                                       {5, 10, 20, 30, 45, 90},
                                                       turn},
                                                      {"rate",
                                                       "Rate error",
                                                       "rate of the sensor off by, %",
                                                       "%",
                                                       {-20, -10, -5, -2, 2, 5, 10, 20},
                                                       change_rate},
                                                      {"dropped",
                                                       "Dropped samples",
                                                       "lost rows, each the one before it once more, %",
                                                       "%",
                                                       {1, 2, 5, 10, 20, 50},
                                                       drop_rows}};
  return kKinds;
}

}  // namespace mote
