// A simulated forearm with an accelerometer and a gyroscope, row after row.
//
// For trying the tools; results on it say nothing about people.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/random.h"

namespace mote {

constexpr double kForearmRate = 119.0;  // rows a second

// What differs between persons; angles in rad, of how the sensor is worn.
struct ForearmOwner {
  double reach_m, forearm_m, speed, tremor_g, tremor_hz, pitch, roll, yaw;
};

// Rest, one movement, and rest for ever.
class ForearmMotion {
 public:
  ForearmMotion(const ForearmOwner &owner, std::string label, double rest_s, double vigour, Random random);
  std::array<double, 6> next();  // aX, aY, aZ in g, gX, gY, gZ in degrees per second

 private:
  ForearmOwner owner_;
  std::string label_;
  Random random_;
  double start_, effort_, angle_, pitch_, roll_, yaw_, phase_;
  std::array<double, 3> bias_dps_, bias_g_;
  long row_ = 0;
};

class Forearm {
 public:
  Forearm(uint64_t seed, int person);
  // "punch" or "flex" after about `rest_s` seconds; any other label is rest all the time. vigour: a factor on
  // how fast it goes out.
  ForearmMotion begin(const std::string &label, double rest_s, double vigour, Random random) const;

 private:
  ForearmOwner owner_;
};

}  // namespace mote
