// Minimum-jerk courses (Flash, Hogan 1985), persons that differ, noise of sensors. Sines are of base/math.h,
// so rows are the same on every machine.
#include "data/forearm.h"

#include <algorithm>

#include "base/math.h"

namespace mote {

namespace {

constexpr double kPi = 3.14159265358979323846, kGravity = 9.81;
using Vector = std::array<double, 3>;

double sine(double x) {
  double s, c;
  exact_sincos(x, &s, &c);
  return s;
}
double cosine(double x) {
  double s, c;
  exact_sincos(x, &s, &c);
  return c;
}

ForearmOwner draw_owner(uint64_t seed, int index) {
  Random r(seed, {0x50455253, static_cast<uint64_t>(index)});
  const auto around = [&](double mean, double spread) {
    return mean + spread * std::clamp(r.normal(), -2.0, 2.0);
  };
  return {around(0.42, 0.05), around(0.26, 0.02), around(1.0, 0.12), around(0.012, 0.004),
          around(9.5, 1.0),   around(0, 0.15),    around(0, 0.15),   around(0, 0.15)};
}

// Minimum-jerk course from 0 to 1 in time 1 (Flash and Hogan 1985): value, first and second derivative.
struct Course {
  double value, rate, acceleration;
};
Course minimum_jerk(double t) {
  if (t <= 0) return {0, 0, 0};
  if (t >= 1) return {1, 0, 0};
  const double t2 = t * t, t3 = t2 * t;
  return {t3 * (10 - 15 * t + 6 * t2), 30 * t2 * (1 - 2 * t + t2), 60 * t * (1 - 3 * t + 2 * t2)};
}
// Out and back: from `start`, out in `out` seconds, a pause, back in `back` seconds.
Course out_and_back(double time, double start, double out, double pause, double back) {
  const Course go = minimum_jerk((time - start) / out),
               come = minimum_jerk((time - start - out - pause) / back);
  return {go.value - come.value, go.rate / out - come.rate / back,
          go.acceleration / (out * out) - come.acceleration / (back * back)};
}

Vector turn(const Vector &v, double pitch, double roll, double yaw) {
  const double cp = cosine(pitch), sp = sine(pitch), cr = cosine(roll), sr = sine(roll), cy = cosine(yaw),
               sy = sine(yaw);
  const Vector a = {cp * v[0] + sp * v[2], v[1], -sp * v[0] + cp * v[2]};
  const Vector b = {a[0], cr * a[1] - sr * a[2], sr * a[1] + cr * a[2]};
  return {cy * b[0] - sy * b[1], sy * b[0] + cy * b[1], b[2]};
}

struct Motion {
  Vector acceleration_g, rate_dps;  // in the forearm's frame, gravity included
};

// x along the forearm, z up when it is level.
Motion move(const std::string &label, double time, const ForearmOwner &p, double start, double effort,
            double angle) {
  if (label == "punch") {
    const double out = 0.29 / (p.speed * effort), back = 0.36 / p.speed;
    const Course c = out_and_back(time, start, out, 0.03, back);
    const double along = p.reach_m * c.acceleration / kGravity,
                 lift = 0.25 * c.value;  // the arm rises a little
    return {{along + sine(lift), 0.08 * along, cosine(lift)},
            {35 * c.rate * 0.1, -0.25 * c.rate * 180 / kPi, 12 * c.rate * 0.1}};
  }
  if (label == "flex") {
    const double out = 0.40 / (p.speed * effort), back = 0.42 / p.speed;
    const Course c = out_and_back(time, start, out, 0.06, back);
    const double theta = angle * c.value, omega = angle * c.rate, alpha = angle * c.acceleration;
    return {{sine(theta) - p.forearm_m * omega * omega / kGravity, 0.05 * sine(theta),
             cosine(theta) + p.forearm_m * alpha / kGravity},
            {0.06 * omega * 180 / kPi, -omega * 180 / kPi, 0.1 * omega * 180 / kPi}};
  }
  const double sway = 0.03 * effort * sine(2 * kPi * 0.4 * time + start * 20);
  return {{sine(sway), 0, cosine(sway)}, {2 * sway, -3 * cosine(2 * kPi * 0.4 * time) * 0.03, sway}};
}

}  // namespace

Forearm::Forearm(uint64_t seed, int person) : owner_(draw_owner(seed, person)) {}

ForearmMotion Forearm::begin(const std::string &label, double rest_s, double vigour, Random random) const {
  return {owner_, label, rest_s, vigour, random};
}

ForearmMotion::ForearmMotion(const ForearmOwner &p, std::string label, double rest_s, double vigour,
                             Random random)
    : owner_(p), label_(std::move(label)), random_(random) {
  Random &r = random_;
  start_ = rest_s + 0.06 + 0.12 * r.uniform();
  effort_ = vigour * (0.85 + 0.3 * r.uniform());
  angle_ = (95 + 35 * r.uniform()) * kPi / 180;
  pitch_ = p.pitch + 0.1 * r.normal();
  roll_ = p.roll + 0.1 * r.normal();
  yaw_ = p.yaw + 0.05 * r.normal();
  phase_ = 2 * kPi * r.uniform();
  for (size_t k = 0; k < 3; ++k) {
    bias_dps_[k] = 1.2 * r.normal();
    bias_g_[k] = 0.015 * r.normal();
  }
}

std::array<double, 6> ForearmMotion::next() {
  const double time = row_++ / kForearmRate;
  const Motion m = move(label_, time, owner_, start_, effort_, angle_);
  const Vector a = turn(m.acceleration_g, pitch_, roll_, yaw_), g = turn(m.rate_dps, pitch_, roll_, yaw_);
  const double tremor = owner_.tremor_g * sine(2 * kPi * owner_.tremor_hz * time + phase_);
  const Vector weight = {0.5, 0.8, 1.0};
  std::array<double, 6> row;
  for (size_t k = 0; k < 3; ++k) {
    row[k] = std::clamp(a[k] + tremor * weight[k] + bias_g_[k] + 0.012 * random_.normal(), -4.0, 4.0);
    row[k + 3] = std::clamp(g[k] + 60 * tremor * weight[2 - k] + bias_dps_[k] + 0.6 * random_.normal(),
                            -2000.0, 2000.0);
  }
  return row;
}

}  // namespace mote
