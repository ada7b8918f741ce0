// SplitMix64 started from a hash of the stream's name, and normal numbers by Box and Muller with a
// logarithm and a cosine of our own, so that the bits are the same everywhere.
//
// fill_normal() counts its blocks from a key, so that it can become vectors; Random::normal() draws one
// by one. Sources: Steele, Lea, Flood 2014; Box, Muller 1958.
#include "base/random.h"

#include <algorithm>
#include <bit>

#include "base/math.h"
#include "base/mix.h"

namespace mote {

Random::Random(uint64_t seed, std::initializer_list<uint64_t> name) : state_(mix(seed + kGolden)) {
  for (uint64_t part : name) state_ = mix(state_ ^ mix(part + kGolden));
}

double Random::uniform() { return (bits() >> 11) * 0x1p-53; }

float Random::uniform(float low, float high) { return low + (high - low) * ((bits() >> 40) * 0x1p-24f); }

namespace {

constexpr size_t kPairs = 64;  // at once: 64 cosines, then 64 sines

// Of 0 < x <= 1. Source of the polynomial: Cephes, logf.
float log_float(float x) {
  const auto bits = std::bit_cast<int32_t>(x) - 0x3F3504F3;  // of sqrt(1/2)
  const float exponent = bits >> 23;
  const float m = std::bit_cast<float>((bits & 0x007FFFFF) + 0x3F3504F3) - 1.0f, z = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  return m + (p * m * z - 2.12194440e-4f * exponent - 0.5f * z) + 0.693359375f * exponent;
}

// Numbers 2 kPairs block and on.
void normal_block(uint32_t key1, uint32_t key2, uint32_t block, float *out) {
  for (uint32_t i = 0; i < kPairs; ++i) {
    const uint32_t at = (block * static_cast<uint32_t>(kPairs) + i) * 0x9E3779B9u;
    const uint32_t first = mix32(at ^ key1), second = mix32(at ^ key2);
    const float u = static_cast<int32_t>((first >> 8) + 1) * 0x1p-24f;  // 0 < u <= 1
    const float radius = __builtin_sqrtf(-2.0f * log_float(u));
    // an angle in -pi/4 .. pi/4, and which quarter it is in; source of the polynomials: Cephes, sinf
    const float a = (static_cast<int32_t>(second << 2 >> 8) - (1 << 23)) * (1.57079632679f * 0x1p-24f),
                z = a * a;
    const float sine = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * a + a;
    const float cosine =
        ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z +
        1.0f;
    const int32_t quarter = second >> 30;
    const float x = (quarter & 1) != 0 ? sine : cosine, y = (quarter & 1) != 0 ? cosine : sine;
    out[i] = ((quarter + 1) & 2) != 0 ? -(radius * x) : radius * x;
    out[kPairs + i] = (quarter & 2) != 0 ? -(radius * y) : radius * y;
  }
}

}  // namespace

void fill_normal(uint64_t key, float *out, size_t n) {
  const uint64_t bits = Random(key).bits();  // so that keys side by side share nothing
  const uint32_t key1 = bits, key2 = bits >> 32;
  uint32_t block = 0;
  for (; n >= 2 * kPairs; n -= 2 * kPairs, out += 2 * kPairs) normal_block(key1, key2, block++, out);
  if (n == 0) return;
  float rest[2 * kPairs];
  normal_block(key1, key2, block, rest);
  std::copy_n(rest, n, out);
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
