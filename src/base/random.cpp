#include "base/random.h"

#include "base/math.h"

namespace mote {

Random::Random(uint64_t seed, std::initializer_list<uint64_t> name) : state_(mix(seed + kGolden)) {
  for (uint64_t part : name) state_ = mix(state_ ^ mix(part + kGolden));
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

float Random::uniform(float low, float high) {
  return low + (high - low) * (static_cast<float>(bits() >> 40) * 0x1p-24f);
}

double Random::normal() {
  double u;
  do u = uniform();
  while (u < 1e-300);
  const double angle = 6.28318530717958647692 * uniform();
  double sine, cosine;
  exact_sincos(angle, &sine, &cosine);
  return __builtin_sqrt(-2.0 * exact_log(u)) * cosine;
}

uint64_t Random::below(uint64_t n) {
  const uint64_t limit = ~uint64_t{0} - ~uint64_t{0} % n;
  uint64_t x;
  do x = bits();
  while (x >= limit);
  return x % n;
}

}  // namespace mote
