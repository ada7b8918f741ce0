// Gravity on a sensor that hangs a little askew, a wobble with each turn (of a weight on a blade mostly), the
// blades' pushes, the motor's hum, and noise. Sines are of base/math.h.
#include "data/fan_motion.h"

#include "base/math.h"

namespace mote {

namespace {

constexpr double kRadians = 6.28318530717958647692;
constexpr int kBlades = 5;

std::array<double, 2> cosine_and_sine(double cycles) {
  std::array<double, 2> out;
  exact_sincos(kRadians * cycles, &out[1], &out[0]);
  return out;
}

}  // namespace

std::vector<std::array<double, 3>> fan_rows(const FanState &state, uint64_t seed, int day, int rows,
                                            Random random) {
  constexpr uint64_t kFanStream = 0x46414E20;  // "FAN "
  Random of_day(seed, {kFanStream, static_cast<uint64_t>(day)});
  const double tilt_x = 0.01 * of_day.normal(), tilt_y = 0.2 + 0.01 * of_day.normal(),
               own_imbalance = 0.004 + 0.003 * of_day.uniform(), mains = 0.98 + 0.04 * of_day.uniform();
  const double turns = state.turns_per_s * mains * (0.98 + 0.04 * random.uniform());
  const double start = random.uniform(), hum_start = random.uniform();
  const bool is_on = turns > 0;
  const double wobble = is_on ? own_imbalance + state.imbalance_g : 0, push = 0.006 * turns,
               hum = is_on ? 0.012 : 0;
  constexpr double kNoise = 0.002, kHumHz = 41;
  std::vector<std::array<double, 3>> out;
  for (int row = 0; row < rows; ++row) {
    const double time = row / kFanRate;
    const auto turn = cosine_and_sine(start + turns * time), blade = cosine_and_sine(kBlades * turns * time),
               motor = cosine_and_sine(hum_start + kHumHz * mains * time);
    out.push_back({tilt_x + wobble * turn[0] + hum * motor[0] + kNoise * random.normal(),
                   tilt_y + wobble * turn[1] + hum * motor[1] + kNoise * random.normal(),
                   0.975 + push * blade[0] + 0.5 * hum * motor[1] + kNoise * random.normal()});
  }
  return out;
}

}  // namespace mote
