// Elementary functions that give the same bits on every machine.
//
// libm differs between systems, so nothing that reaches a weight may call it. These use only IEEE +, -, *, /
// in a fixed order and are built with -ffp-contract=off. Accuracy: below 2 ulp of double over the ranges
// stated. Method: argument reduction and Taylor or atanh series; see any numerical analysis text.
#pragma once

#include <cstdint>

namespace mote {

double exact_exp(double x);                                 // any x; overflows to inf, underflows to 0
double exact_log(double x);                                 // x > 0 and normal
void exact_sincos(double x, double *sine, double *cosine);  // |x| < 1e6
double exact_tanh(double x);

// Correctly rounded a*b+c in float without an FMA instruction: the product is exact in double, the sum is
// rounded to odd there, so that the final rounding to float is the only one that counts.
float exact_fma(float a, float b, float c);

}  // namespace mote
