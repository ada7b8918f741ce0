/* What the feature blocks share: strict float arithmetic, logarithm and square root that give the same bits
 * with every compiler and processor, with an FPU and without.
 *
 * A block is one routine, void mote_NAME(const mote_NAME_params *p, const float *x, float *work, float *y):
 * a window of samples to its features. Its tables are data that the trainer wrote; nothing of them is
 * computed here. `work` and its size are the block's, x and y do not overlap.
 *
 * Every operation is rounded to float32, so no two may be fused or reordered. */
#ifndef MOTE_FEATURES_H
#define MOTE_FEATURES_H

#if defined(__FAST_MATH__)
#error "features need IEEE arithmetic: compile without -ffast-math (-Ofast)"
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0 && __FLT_EVAL_METHOD__ != 16
#error "features need float arithmetic that rounds each result to float (on x86: -mfpmath=sse)"
#endif
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#else
#pragma STDC FP_CONTRACT OFF
#endif

#include "mote_runtime.h"

typedef union {
  float value;
  uint32_t bits;
} mote_float_bits;

static inline uint32_t mote_bits_of(float x) {
  mote_float_bits f;
  f.value = x;
  return f.bits;
}

static inline float mote_float_of(uint32_t bits) {
  mote_float_bits f;
  f.bits = bits;
  return f.value;
}

/* The root of x >= 0, rounded to nearest as IEEE 754 wants it; of other x unspecified. */
static inline float mote_sqrt(float x) {
#if defined(__ARM_FP) && (__ARM_FP & 4) && defined(__GNUC__) && !defined(__aarch64__)
  __asm("vsqrt.f32 %0, %1" : "=t"(x) : "t"(x));
  return x;
#elif defined(__SSE2__) && defined(__GNUC__)
  __asm("sqrtss %1, %0" : "=x"(x) : "x"(x));
  return x;
#else
  /* bit by bit, from a significand of 24 bits or 25, so that the exponent is even */
  uint32_t bits = mote_bits_of(x), root = 0, bit;
  int32_t exponent = (int32_t)(bits >> 23);
  uint64_t rest;
  if (bits == 0) return x;
  if (exponent == 0) { /* denormal */
    while (!(bits & 0x800000u)) {
      bits <<= 1;
      --exponent;
    }
    ++exponent;
  }
  bits = (bits & 0x7fffffu) | 0x800000u;
  if (!(exponent & 1)) {
    bits <<= 1;
    --exponent;
  }
  rest = (uint64_t)bits << 25; /* the root has 24 bits and one to round by */
  for (bit = (uint32_t)1 << 24; bit; bit >>= 1) {
    const uint64_t next = root | bit;
    if (next * next <= rest) root |= bit;
  }
  root = (root >> 1) + (root & 1); /* never a tie: a root is exact or irrational */
  return mote_float_of(((uint32_t)((exponent + 127) / 2) << 23) + (root - 0x800000u));
#endif
}

/* The natural logarithm of x > 0, within 2 units of the last place; of other x unspecified. */
static inline float mote_log(float x) {
  const float ln2_high = 0.693359375f,
              ln2_low = -2.12194440e-4f; /* their sum is ln 2; the first has 10 bits */
  const int is_denormal = x < 1.17549435e-38f;
  const uint32_t bits = mote_bits_of(is_denormal ? x * 16777216.0f : x);
  /* x = m 2^k, m from the root of 1/2 to that of 2 */
  const int32_t k = (int32_t)((bits + (0x3f800000u - 0x3f3504f3u)) >> 23) - 127;
  const float m = mote_float_of(bits - ((uint32_t)k << 23)), exponent = (float)(is_denormal ? k - 24 : k);
  float s, z, series;
  /* ln m = 2 artanh s, s = (m - 1) / (m + 1) */
  s = (m - 1.0f) / (m + 1.0f);
  z = s * s;
  series = ((((0.18181818f * z + 0.22222222f) * z + 0.28571429f) * z + 0.4f) * z + 0.66666667f) * z;
  return exponent * ln2_high + (2.0f * s + (s * series + exponent * ln2_low));
}

/* The decimal logarithm, likewise. */
static inline float mote_log10(float x) { return mote_log(x) * 0.43429448f; }

#endif
