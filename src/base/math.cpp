// Series and argument reductions behind math.h, in double precision, with IEEE operations in a fixed
// order only.
//
// Not for loops over many values in training: those use the float versions in the header. Constants: the
// usual splits of ln 2 and pi / 2 into a high and a low part.
#include "base/math.h"

#include <bit>
#include <limits>

namespace mote {

static double power_of_two(int exponent) {  // -1022 <= exponent <= 1023
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

double exact_exp(double x) {
  constexpr double kLog2e = 1.44269504088896338700, kLn2Hi = 6.93147180369123816490e-01,
                   kLn2Lo = 1.90821492927058770002e-10;
  if (x != x) return x;
  if (x > 709.78) return std::numeric_limits<double>::infinity();
  if (x < -708.0) return 0.0;
  const int k = static_cast<int>(x * kLog2e + (x < 0 ? -0.5 : 0.5));
  const double r = (x - k * kLn2Hi) - k * kLn2Lo;  // |r| <= ln(2)/2
  double sum = 1.0;
  for (int i = 14; i >= 1; --i) sum = 1.0 + sum * r / i;
  return k > 1023 ? sum * 2.0 * power_of_two(k - 1) : sum * power_of_two(k);
}

double exact_log(double x) {
  constexpr double kLn2Hi = 6.93147180369123816490e-01, kLn2Lo = 1.90821492927058770002e-10;
  uint64_t bits = std::bit_cast<uint64_t>(x);
  int e = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);  // [1, 2)
  if (m > 1.41421356237309504880) {
    m *= 0.5;
    ++e;
  }
  const double s = (m - 1.0) / (m + 1.0), s2 = s * s;
  double sum = 0.0;
  for (int i = 23; i >= 3; i -= 2) sum = (sum + 1.0 / i) * s2;
  return e * kLn2Hi + (e * kLn2Lo + 2.0 * s * (1.0 + sum));
}

void exact_sincos(double x, double *sine, double *cosine) {
  constexpr double kTwoOverPi = 6.36619772367581382433e-01, kPio2Hi = 1.57079632673412561417e+00,
                   kPio2Lo = 6.07710050650619224932e-11;
  const long quadrant = static_cast<long>(x * kTwoOverPi + (x < 0 ? -0.5 : 0.5));
  const double r = (x - quadrant * kPio2Hi) - quadrant * kPio2Lo;
  const double r2 = r * r;
  double s = 1.0, c = 1.0;
  for (int i = 8; i >= 1; --i) {
    s = 1.0 - s * r2 / ((2 * i) * (2 * i + 1));
    c = 1.0 - c * r2 / ((2 * i - 1) * (2 * i));
  }
  s *= r;
  switch (quadrant & 3) {
    case 0:
      *sine = s;
      *cosine = c;
      break;
    case 1:
      *sine = c;
      *cosine = -s;
      break;
    case 2:
      *sine = -s;
      *cosine = -c;
      break;
    default:
      *sine = -c;
      *cosine = s;
      break;
  }
}

double exact_tanh(double x) {
  if (x > 22.0) return 1.0;
  if (x < -22.0) return -1.0;
  if (x > -1e-4 && x < 1e-4) return x - x * x * x / 3.0;
  const double e = exact_exp(2.0 * x);
  return (e - 1.0) / (e + 1.0);
}

float exact_fma(float a, float b, float c) {
  const double p = double{a} * b;  // exact: 24 + 24 bits
  const double cd = c, s = p + cd;
  const double bb = s - p, error = (p - (s - bb)) + (cd - bb);  // two-sum: s + error == p + c exactly
  uint64_t bits = std::bit_cast<uint64_t>(s);
  const bool is_finite = ((bits >> 52) & 0x7FF) != 0x7FF;
  if (error != 0.0 && is_finite && (bits & 1) == 0) {  // round to odd
    const bool away = (error > 0) == (s > 0);
    bits += away ? 1 : -1;
  }
  return std::bit_cast<double>(bits);
}

}  // namespace mote
