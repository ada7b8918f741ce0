// Elementary functions that give the same bits on every machine.
//
// libm differs between systems, so nothing that reaches a weight may call it. These use only IEEE +, -, *, /
// in a fixed order and are built with -ffp-contract=off. Accuracy: below 2 ulp of double over the ranges
// stated. Method: argument reduction and Taylor or atanh series; see any numerical analysis text.
#pragma once

#include <bit>
#include <cstdint>

#include <cstdint>

namespace mote {

double exact_exp(double x);                                 // any x; overflows to inf, underflows to 0
double exact_log(double x);                                 // x > 0 and normal
void exact_sincos(double x, double *sine, double *cosine);  // |x| < 1e6
double exact_tanh(double x);

// Correctly rounded a*b+c in float without an FMA instruction: the product is exact in double, the sum is
// rounded to odd there, so that the final rounding to float is the only one that counts.
float exact_fma(float a, float b, float c);

// Single precision for training: within 2 units in the last place (sigmoid_float, tanh_float: 1e-7).
// Additions and multiplications only, so that loops over them become vectors and give the same bits
// everywhere. Source of the polynomial: Cephes, expf.
inline float exp_float(float given) {
  float x = given > -87.0f ? given : -87.0f;  // NaN too, so that it can become an integer below
  x = x < 88.0f ? x : 88.0f;
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it leaves an integer
  const float n = (x * 1.44269504f + kRound) - kRound;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  p *= std::bit_cast<float>((static_cast<int32_t>(n) + 127) << 23);
  return given == given ? p : given;  // NaN stays NaN
}
inline float sigmoid_float(float x) { return 1.0f / (1.0f + exp_float(-x)); }
inline float tanh_float(float x) { return 1.0f - 2.0f / (1.0f + exp_float(2.0f * x)); }

}  // namespace mote
