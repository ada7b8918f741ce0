/* What the feature blocks in integers share: the window as int16, products of 32 and 16 bits, logarithms,
 * roots and quotients.
 *
 * A block is one routine, void mote_fixed_NAME(const mote_fixed_NAME_params *p, const int16_t *x, int32_t
 * *work, int32_t *y): a window of samples to its features, each times a power of two that the trainer knows.
 * Every operation is one of integers that no compiler and no core rounds in another way. */
#ifndef MOTE_FIXED_H
#define MOTE_FIXED_H

#include "mote_runtime.h"

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP && defined(__thumb2__) && defined(__GNUC__) && \
    !defined(__ARM_BIG_ENDIAN)
#define MOTE_FIXED_HAS_DSP 1
#else
#define MOTE_FIXED_HAS_DSP 0
#endif
/* Cores that multiply 32 by 32 bits to 32; another one may be told to compute as they do, to the same bits.
 */
#if defined(MOTE_FIXED_IS_NARROW)
#elif defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__) || defined(__AVR__)
#define MOTE_FIXED_IS_NARROW 1
#else
#define MOTE_FIXED_IS_NARROW 0
#endif

/* A routine that a compiler leaves alone, so that it has all registers. */
#if defined(__GNUC__)
#define MOTE_ALONE __attribute__((noinline))
#else
#define MOTE_ALONE
#endif

/* Products ------------------------------------------------------------------------------------------------
 */

/* a w / 2^16, rounded down; w is one of 16 bits. */
static inline int32_t mote_scaled(int32_t a, int32_t w) {
#if MOTE_FIXED_HAS_DSP
  int32_t y;
  __asm("smulwb %0, %1, %2" : "=r"(y) : "r"(a), "r"(w));
  return y;
#elif MOTE_FIXED_IS_NARROW
  return (a >> 16) * w + (((int32_t)(a & 0xffff) * w) >> 16);
#else
  return (int32_t)(((int64_t)a * w) >> 16);
#endif
}

/* Cosine and sine of an angle, in Q15. */
#if MOTE_FIXED_HAS_DSP
typedef uint32_t mote_turn_s16; /* the sine is the upper half */
static inline mote_turn_s16 mote_turn_at(const int16_t *pair) {
  mote_turn_s16 turn;
  __builtin_memcpy(&turn, pair, sizeof turn);
  return turn;
}
/* Half of the real and of the imaginary part of (re + j im) (cos - j sin), each product rounded down: of
 * silence nothing comes. */
static inline int32_t mote_turned_re(int32_t re, int32_t im, mote_turn_s16 turn) {
  int32_t y;
  __asm("smulwb %0, %1, %2" : "=r"(y) : "r"(re), "r"(turn));
  __asm("smlawt %0, %1, %2, %3" : "=r"(y) : "r"(im), "r"(turn), "r"(y));
  return y;
}
static inline int32_t mote_turned_im(int32_t re, int32_t im, mote_turn_s16 turn) {
  int32_t y, less;
  __asm("smulwb %0, %1, %2" : "=r"(y) : "r"(im), "r"(turn));
  __asm("smulwt %0, %1, %2" : "=r"(less) : "r"(re), "r"(turn));
  return y - less;
}
#else
typedef struct {
  int32_t cosine, sine;
} mote_turn_s16;
static inline mote_turn_s16 mote_turn_at(const MOTE_FLASH int16_t *pair) {
  mote_turn_s16 turn;
  turn.cosine = pair[0];
  turn.sine = pair[1];
  return turn;
}
static inline int32_t mote_turned_re(int32_t re, int32_t im, mote_turn_s16 turn) {
  return mote_scaled(re, turn.cosine) + mote_scaled(im, turn.sine);
}
static inline int32_t mote_turned_im(int32_t re, int32_t im, mote_turn_s16 turn) {
  return mote_scaled(im, turn.cosine) - mote_scaled(re, turn.sine);
}
#endif

/* Sums of 64 bits ----------------------------------------------------------------------------------------
 */

typedef struct {
#if MOTE_FIXED_IS_NARROW
  uint32_t low, high; /* a pair of registers that compilers would not let apart */
#else
  uint64_t all;
#endif
} mote_sum_u64;
#if MOTE_FIXED_IS_NARROW
#define MOTE_NO_SUM \
  { 0, 0 }
#else
#define MOTE_NO_SUM \
  { 0 }
#endif

static inline void mote_add_u32(mote_sum_u64 *s, uint32_t v) {
#if MOTE_FIXED_IS_NARROW && defined(__thumb__) && defined(__GNUC__)
  __asm(".syntax unified\nadds %0, %0, %2\nmovs %2, #0\nadcs %1, %1, %2"
        : "+l"(s->low), "+l"(s->high), "+l"(v)
        :
        : "cc");
#elif MOTE_FIXED_IS_NARROW
  s->low += v;
  s->high += s->low < v;
#else
  s->all += v;
#endif
}

static inline void mote_add_s32(mote_sum_u64 *s, int32_t v) {
#if MOTE_FIXED_IS_NARROW && defined(__thumb__) && defined(__GNUC__)
  int32_t sign;
  __asm(".syntax unified\nasrs %2, %3, #31\nadds %0, %0, %3\nadcs %1, %1, %2"
        : "+l"(s->low), "+l"(s->high), "=&l"(sign)
        : "l"(v)
        : "cc");
#elif MOTE_FIXED_IS_NARROW
  s->low += (uint32_t)v;
  s->high += (uint32_t)(s->low < (uint32_t)v) - (v < 0);
#else
  s->all += (uint64_t)(int64_t)v;
#endif
}

static inline uint64_t mote_total_of(const mote_sum_u64 *s) {
#if MOTE_FIXED_IS_NARROW
  return (uint64_t)s->high << 32 | s->low;
#else
  return s->all;
#endif
}

/* The window ----------------------------------------------------------------------------------------------
 */

/* x 2^exponent as int16: rounded, halves away from zero, and saturated; NaN gives 0. */
static inline int16_t mote_sense_s16(float x, int32_t exponent) {
  union {
    float value;
    uint32_t bits;
  } f;
  uint32_t size;
  int32_t right;
  f.value = x;
  right = 150 - exponent - (int32_t)(f.bits >> 23 & 0xff); /* of the significand, to whole units */
  size = (f.bits & 0x7fffffu) | 0x800000u;
  if ((f.bits & 0x7fffffffu) > 0x7f800000u || right > 24 || (f.bits & 0x7f800000u) == 0) return 0;
  size = right <= 8 ? 32768u : (size + ((uint32_t)1 << (right - 1))) >> right;
  if (f.bits >> 31) return size > 32768u ? INT16_MIN : (int16_t) - (int32_t)size;
  return size > 32767u ? INT16_MAX : (int16_t)size;
}

/* Whether x is 2^exponent, for exponents of normal numbers. */
static inline int mote_is_power(float x, int32_t exponent) {
  union {
    float value;
    uint32_t bits;
  } f;
  f.value = x;
  return f.bits == (uint32_t)(exponent + 127) << 23;
}

/* Where another block takes what one gives, it is as int16, rounded and saturated. */
#define MOTE_SIGNAL_BITS 8

/* So many results, in their place. */
static inline void mote_narrow_s16(int32_t *values, int32_t count) {
  int16_t *const samples = (int16_t *)values;
  int32_t i;
  for (i = 0; i < count; ++i) {
    const int32_t v = (values[i] + (1 << (MOTE_SIGNAL_BITS - 1))) >> MOTE_SIGNAL_BITS;
    const int16_t sample = (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
#if defined(__GNUC__)
    __builtin_memcpy(samples + i, &sample, sizeof sample); /* no other type of what is read */
#else
    samples[i] = sample;
#endif
  }
}

/* Logarithms, roots, quotients ----------------------------------------------------------------------------
 */

/* Brings the first bit of x, which is not 0, to the uppermost place; returns by how many bits. */
static inline int32_t mote_normalize_u32(uint32_t *x) {
#if defined(__GNUC__) && defined(__SIZEOF_INT__) && __SIZEOF_INT__ == 4 && !MOTE_FIXED_IS_NARROW
  const int32_t zeros = __builtin_clz(*x);
  *x <<= zeros;
  return zeros;
#else
  uint32_t v = *x;
  int32_t zeros = 0;
  if (v >> 16 == 0) {
    zeros += 16;
    v <<= 16;
  }
  if (v >> 24 == 0) {
    zeros += 8;
    v <<= 8;
  }
  if (v >> 28 == 0) {
    zeros += 4;
    v <<= 4;
  }
  if (v >> 30 == 0) {
    zeros += 2;
    v <<= 2;
  }
  if (v >> 31 == 0) {
    zeros += 1;
    v <<= 1;
  }
  *x = v;
  return zeros;
#endif
}

/* The number of bits that x takes. */
static inline int32_t mote_bits_u32(uint32_t x) { return x ? 32 - mote_normalize_u32(&x) : 0; }
static inline int32_t mote_bits_u64(uint64_t x) {
  const uint32_t high = (uint32_t)(x >> 32);
  return high ? 32 + mote_bits_u32(high) : mote_bits_u32((uint32_t)x);
}

/* log2 x in Q16 for x > 0, within 8e-5; of 0: that of 1. */
static inline int32_t mote_log2_q16(uint64_t x) {
  static const MOTE_FLASH uint16_t log2_q15[65] = {
      0,     733,   1455,  2166,  2866,  3556,  4236,  4907,  5568,  6220,  6863,  7498,  8124,
      8742,  9352,  9954,  10549, 11136, 11716, 12289, 12855, 13415, 13968, 14514, 15055, 15589,
      16117, 16639, 17156, 17667, 18173, 18673, 19168, 19658, 20143, 20623, 21098, 21568, 22034,
      22495, 22952, 23404, 23852, 24296, 24736, 25172, 25604, 26031, 26455, 26876, 27292, 27705,
      28114, 28520, 28922, 29321, 29717, 30109, 30498, 30884, 31267, 31647, 32024, 32397, 32768};
  uint32_t significand = (uint32_t)(x >> 32), low_word = (uint32_t)x;
  int32_t zeros, place, low;
  if (significand) {
    zeros = mote_normalize_u32(&significand);
    significand |= low_word >> 1 >> (31 - zeros);
  } else {
    if (low_word <= 1) return 0;
    significand = low_word;
    zeros = 32 + mote_normalize_u32(&significand);
  }
  place = (int32_t)(significand >> 25 & 63);
  low = log2_q15[place];
  return (63 - zeros) * 65536 + 2 * low +
         (int32_t)(((uint32_t)(log2_q15[place + 1] - low) * (significand >> 9 & 0xffffu)) >> 15);
}

/* The root of x, rounded down. */
static inline uint32_t mote_root_u64(uint64_t x) {
  uint64_t root = 0, bit = (uint64_t)1 << 62;
  while (bit > x) bit >>= 2;
  for (; bit; bit >>= 2) {
    if (x >= root + bit) {
      x -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return (uint32_t)root;
}

#define MOTE_FIXED_MOST 16777215 /* 2^24 - 1: what a float holds exactly, and so what a feature can be */

/* above / below * 2^bits, rounded down, for below > 0 and above < 2^63; what does not fit is unspecified. */
static inline uint64_t mote_quotient(uint64_t above, uint64_t below, int32_t bits) {
  const int32_t room = 63 - mote_bits_u64(above), left = room < bits ? room : bits;
  below >>= bits - left;
  return below == 0 ? UINT64_MAX : (above << left) / below;
}

/* The same as a feature, rounded toward zero and saturated. */
static inline int32_t mote_ratio(int64_t above, int64_t below, int32_t bits) {
  const uint64_t size = mote_quotient((uint64_t)(above < 0 ? -above : above), (uint64_t)below, bits);
  const int32_t kept = size > MOTE_FIXED_MOST ? MOTE_FIXED_MOST : (int32_t)size;
  return above < 0 ? -kept : above > 0 ? kept : 0;
}

/* a / b rounded down, b > 0 */
static inline int64_t mote_floor_of(int64_t a, int64_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/* sum / rows in Q`bits`, rounded */
static inline int32_t mote_mean_of(int64_t sum, int32_t rows, int32_t bits) {
  return (int32_t)mote_floor_of(sum * ((int64_t)2 << bits) + rows, 2 * (int64_t)rows);
}

#endif
