/* Dot products on processors that multiply two pairs of 16-bit values in one instruction: Armv7E-M and
 * Armv8-M with the DSP extension (Cortex-M4, M7, M33). Every sum is the exact 32-bit sum of the portable
 * loops, so the results are the same. MOTE_HAS_DSP is 1 where they are there; MOTE_EMULATE_DSP computes them
 * in plain C, for tests elsewhere. */
#ifndef MOTE_DSP_H
#define MOTE_DSP_H

#include "mote_runtime.h"

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP && !defined(__ARM_BIG_ENDIAN)
#define MOTE_HAS_DSP 1

/* mote_requantize. Written down because the compiler computes both signs of the shift. */
static inline int32_t mote_scale(int32_t x, int32_t multiplier, int32_t shift) {
  uint32_t low = (uint32_t)1 << 30;
  int32_t high = 0;
  if (shift > 0) x = (int32_t)((uint32_t)x << shift);
  __asm("smlal %0, %1, %2, %3" : "+r"(low), "+r"(high) : "r"(x), "r"(multiplier));
  high = (int32_t)((uint32_t)high << 1 | low >> 31);
  __asm("" : "+r"(high));
  if (shift < 0) high = (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1;
  return high;
}

/* Saturated to int8. */
static inline int32_t mote_saturate(int32_t x) {
  int32_t y;
  __asm("ssat %0, #8, %1" : "=r"(y) : "r"(x));
  return y;
}

/* Four neighbouring bytes, at any address. */
static inline uint32_t mote_quad(const int8_t *p) {
  uint32_t x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}
/* The same; mote_next goes on to the next four. Written down so that a value
 * that is needed twice is loaded twice: there are not enough registers to keep it. */
static inline uint32_t mote_peek(const int8_t *p) {
  uint32_t x;
  __asm volatile("ldr %0, [%1]" : "=r"(x) : "r"(p), "m"(*(const int8_t(*)[4])p));
  return x;
}
#define mote_next(x, p) __asm volatile("ldr %0, [%1], #4" : "=r"(x), "+r"(p) : "m"(*(const int8_t(*)[4])(p)))

/* Bytes 0 and 2, or 1 and 3, as two 16-bit values; ..._plus adds a pair to them. */
static inline uint32_t mote_even(uint32_t x) {
  uint32_t y;
  __asm("sxtb16 %0, %1" : "=r"(y) : "r"(x));
  return y;
}
static inline uint32_t mote_odd(uint32_t x) {
  uint32_t y;
  __asm("sxtb16 %0, %1, ror #8" : "=r"(y) : "r"(x));
  return y;
}
static inline uint32_t mote_even_plus(uint32_t pair, uint32_t x) {
  uint32_t y;
  __asm("sxtab16 %0, %1, %2" : "=r"(y) : "r"(pair), "r"(x));
  return y;
}
static inline uint32_t mote_odd_plus(uint32_t pair, uint32_t x) {
  uint32_t y;
  __asm("sxtab16 %0, %1, %2, ror #8" : "=r"(y) : "r"(pair), "r"(x));
  return y;
}
/* sum + low a * low b + high a * high b; the low, or the high, product alone. */
static inline int32_t mote_dual(uint32_t a, uint32_t b, int32_t sum) {
  int32_t y;
  __asm("smlad %0, %1, %2, %3" : "=r"(y) : "r"(a), "r"(b), "r"(sum));
  return y;
}
static inline int32_t mote_low(uint32_t a, uint32_t b, int32_t sum) {
  int32_t y;
  __asm("smlabb %0, %1, %2, %3" : "=r"(y) : "r"(a), "r"(b), "r"(sum));
  return y;
}
static inline int32_t mote_high(uint32_t a, uint32_t b, int32_t sum) {
  int32_t y;
  __asm("smlatt %0, %1, %2, %3" : "=r"(y) : "r"(a), "r"(b), "r"(sum));
  return y;
}

#elif defined(MOTE_EMULATE_DSP)
#define MOTE_HAS_DSP 1

static inline int32_t mote_scale(int32_t x, int32_t multiplier, int32_t shift) {
  return mote_requantize(x, multiplier, shift);
}
static inline int32_t mote_saturate(int32_t x) { return x < -128 ? -128 : x > 127 ? 127 : x; }
static inline uint32_t mote_quad(const int8_t *p) {
  return (uint32_t)(uint8_t)p[0] | (uint32_t)(uint8_t)p[1] << 8 | (uint32_t)(uint8_t)p[2] << 16 |
         (uint32_t)(uint8_t)p[3] << 24;
}
static inline uint32_t mote_peek(const int8_t *p) { return mote_quad(p); }
#define mote_next(x, p) ((x) = mote_peek(p), (p) += 4)
static inline int32_t mote_half(uint32_t x, int i) { return (int16_t)(uint16_t)(x >> (16 * i)); }
static inline uint32_t mote_pair(int32_t low, int32_t high) {
  return (uint32_t)(uint16_t)low | (uint32_t)(uint16_t)high << 16;
}
static inline uint32_t mote_even(uint32_t x) {
  return mote_pair((int8_t)(uint8_t)x, (int8_t)(uint8_t)(x >> 16));
}
static inline uint32_t mote_odd(uint32_t x) { return mote_even(x >> 8); }
static inline uint32_t mote_even_plus(uint32_t pair, uint32_t x) {
  const uint32_t y = mote_even(x);
  return mote_pair(mote_half(pair, 0) + mote_half(y, 0), mote_half(pair, 1) + mote_half(y, 1));
}
static inline uint32_t mote_odd_plus(uint32_t pair, uint32_t x) { return mote_even_plus(pair, x >> 8); }
static inline int32_t mote_low(uint32_t a, uint32_t b, int32_t sum) {
  return sum + mote_half(a, 0) * mote_half(b, 0);
}
static inline int32_t mote_high(uint32_t a, uint32_t b, int32_t sum) {
  return sum + mote_half(a, 1) * mote_half(b, 1);
}
static inline int32_t mote_dual(uint32_t a, uint32_t b, int32_t sum) {
  return mote_high(a, b, mote_low(a, b, sum));
}

#else
#define MOTE_HAS_DSP 0
#endif

#if MOTE_HAS_DSP

#if defined(__GNUC__)
#define MOTE_NOINLINE __attribute__((noinline, unused))
#else
#define MOTE_NOINLINE
#endif

/* A value in both halves. */
static inline uint32_t mote_twice(int32_t x) { return (uint32_t)(uint16_t)x * 0x10001u; }

/* `rows` runs of neighbouring values, `quads` of them (a multiple of 4) and `rest` (fewer than 4) behind.
 * From the end of the quads to the next run: x_next values, and w_next weights. `offset`, in both halves, is
 * added to each value. */
typedef struct {
  int32_t rows, quads, rest, x_next, w_next;
  uint32_t offset;
} mote_runs;

static inline void mote_set_run(mote_runs *runs, int32_t n, int32_t x_row, int32_t w_row) {
  runs->quads = n & ~3, runs->rest = n & 3;
  runs->x_next = x_row - runs->quads, runs->w_next = w_row - runs->quads;
}

/* What makes outputs of sums. bias may be NULL. */
typedef struct {
  const int32_t *bias, *multiplier;
  const int8_t *shift;
  int32_t zero_point, low, high;
} mote_outputs;

/* Sums are finished in batches of this many. */
#define MOTE_SUMS 8

/* The outputs `first` ... of n <= MOTE_SUMS sums. */
static MOTE_NOINLINE void mote_finish(const mote_outputs *o, int32_t first, int32_t n, const int32_t *sum,
                                      int8_t *y) {
  static const int32_t none[MOTE_SUMS] = {0};
  const int32_t zero = o->zero_point;
  const int32_t *bias = o->bias ? o->bias + first : none, *multiplier = o->multiplier + first;
  const int8_t *shift = o->shift + first;
  const int8_t *const end = y + n;
  int8_t *out = y;
  while (out < end)
    *out++ = (int8_t)mote_saturate(mote_scale(*sum++ + *bias++, *multiplier++, *shift++) + zero);
  if (o->low == -128 && o->high == 127) return;
  for (out = y; out < end; ++out) *out = mote_clamp_s8(*out, o->low, o->high);
}

/* sum[f] = sum of w[f][i] (x[i] + offset) for three filters; first the quads, then what is left. */
static MOTE_NOINLINE void mote_dot_1x3(const mote_runs *runs, const int8_t *x, const int8_t *w0,
                                       const int8_t *w1, const int8_t *w2, int32_t *sum) {
  const uint32_t offset = runs->offset;
  int32_t s0 = 0, s1 = 0, s2 = 0, row, i;
  if (runs->quads > 0) {
    const int8_t *p = x, *f = w0, *g = w1, *h = w2;
    for (row = runs->rows; row > 0; --row) {
      const int8_t *const end = p + runs->quads;
      do {
        uint32_t q, even, odd;
        mote_next(q, p);
        even = mote_even_plus(offset, q), odd = mote_odd_plus(offset, q);
        mote_next(q, f);
        s0 = mote_dual(even, mote_even(q), s0), s0 = mote_dual(odd, mote_odd(q), s0);
        mote_next(q, g);
        s1 = mote_dual(even, mote_even(q), s1), s1 = mote_dual(odd, mote_odd(q), s1);
        mote_next(q, h);
        s2 = mote_dual(even, mote_even(q), s2), s2 = mote_dual(odd, mote_odd(q), s2);
      } while (p < end);
      p += runs->x_next, f += runs->w_next, g += runs->w_next, h += runs->w_next;
    }
  }
  if (runs->rest > 0) {
    const int32_t plain = (int16_t)(uint16_t)offset, rest = runs->rest;
    const int32_t x_row = runs->x_next + runs->quads, w_row = runs->w_next + runs->quads;
    x += runs->quads, w0 += runs->quads, w1 += runs->quads, w2 += runs->quads;
    for (row = runs->rows; row > 0; --row) {
      for (i = 0; i < rest; ++i) {
        const int32_t v = x[i] + plain;
        s0 += v * w0[i], s1 += v * w1[i], s2 += v * w2[i];
      }
      x += x_row, w0 += w_row, w1 += w_row, w2 += w_row;
    }
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2;
}

/* What two inputs and two filters have behind their quads, added to the sums of mote_dot_2x2. */
static MOTE_NOINLINE void mote_rest_2x2(const mote_runs *runs, const int8_t *x, int32_t next,
                                        const int8_t *w0, const int8_t *w1, int32_t *sum) {
  const int32_t plain = (int16_t)(uint16_t)runs->offset, rest = runs->rest;
  const int32_t x_row = runs->x_next + runs->quads, w_row = runs->w_next + runs->quads;
  int32_t s0 = sum[0], s1 = sum[1], s2 = sum[MOTE_SUMS], s3 = sum[MOTE_SUMS + 1], row, i;
  x += runs->quads, w0 += runs->quads, w1 += runs->quads;
  for (row = runs->rows; row > 0; --row) {
    for (i = 0; i < rest; ++i) {
      const int32_t a = x[i] + plain, b = x[next + i] + plain, f = w0[i], g = w1[i];
      s0 += a * f, s1 += a * g, s2 += b * f, s3 += b * g;
    }
    x += x_row, w0 += w_row, w1 += w_row;
  }
  sum[0] = s0, sum[1] = s1, sum[MOTE_SUMS] = s2, sum[MOTE_SUMS + 1] = s3;
}

/* Two inputs, the second `next` values behind, and two filters: of the first input to sum[0] and sum[1], of
 * the second to sum[MOTE_SUMS] and the one behind. */
static inline void mote_dot_2x2(const mote_runs *runs, const int8_t *x, int32_t next, const int8_t *f,
                                const int8_t *g, int32_t *sum) {
  const uint32_t offset = runs->offset;
  const int8_t *x0 = x, *x1 = x + next, *w0 = f, *w1 = g;
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, row;
  for (row = runs->quads > 0 ? runs->rows : 0; row > 0; --row) {
    const int8_t *const end = x0 + runs->quads;
    do {
      uint32_t a = mote_even(mote_peek(w0)), b = mote_even(mote_peek(w1));
      uint32_t v = mote_even_plus(offset, mote_peek(x0));
      s0 = mote_dual(v, a, s0), s1 = mote_dual(v, b, s1);
      v = mote_even_plus(offset, mote_peek(x1));
      s2 = mote_dual(v, a, s2), s3 = mote_dual(v, b, s3);
      mote_next(a, w0);
      mote_next(b, w1);
      mote_next(v, x0);
      a = mote_odd(a), b = mote_odd(b), v = mote_odd_plus(offset, v);
      s0 = mote_dual(v, a, s0), s1 = mote_dual(v, b, s1);
      mote_next(v, x1);
      v = mote_odd_plus(offset, v);
      s2 = mote_dual(v, a, s2), s3 = mote_dual(v, b, s3);
    } while (x0 < end);
    x0 += runs->x_next, x1 += runs->x_next, w0 += runs->w_next, w1 += runs->w_next;
  }
  sum[0] = s0, sum[1] = s1, sum[MOTE_SUMS] = s2, sum[MOTE_SUMS + 1] = s3;
  if (runs->rest > 0) mote_rest_2x2(runs, x, next, f, g, sum);
}

/* Kernels of up to this many values are widened once for all filters. */
#define MOTE_WIDE 144

/* The values of two inputs with the offset added, four words for each quad: even and odd ones of the first,
 * then of the second. Returns the end. */
static MOTE_NOINLINE const uint32_t *mote_widen(const mote_runs *runs, const int8_t *x, int32_t next,
                                                uint32_t *wide) {
  const uint32_t offset = runs->offset;
  int32_t row;
  for (row = runs->rows; row > 0; --row) {
    const int8_t *const end = x + runs->quads;
    for (; x < end; x += 4, wide += 4) {
      const uint32_t q = mote_quad(x), r = mote_quad(x + next);
      wide[0] = mote_even_plus(offset, q), wide[1] = mote_odd_plus(offset, q);
      wide[2] = mote_even_plus(offset, r), wide[3] = mote_odd_plus(offset, r);
    }
    x += runs->x_next;
  }
  return wide;
}

/* mote_dot_2x2 of widened inputs; the weights lie side by side. */
static inline void mote_dot_wide(const uint32_t *wide, const uint32_t *end, const int8_t *w0,
                                 const int8_t *w1, int32_t *sum) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (; wide < end; wide += 4) {
    uint32_t a, b, even0, even1, v = wide[0];
    mote_next(a, w0);
    mote_next(b, w1);
    even0 = mote_even(a), a = mote_odd(a), even1 = mote_even(b), b = mote_odd(b);
    s0 = mote_dual(v, even0, s0), s1 = mote_dual(v, even1, s1);
    v = wide[1];
    s0 = mote_dual(v, a, s0), s1 = mote_dual(v, b, s1);
    v = wide[2];
    s2 = mote_dual(v, even0, s2), s3 = mote_dual(v, even1, s3);
    v = wide[3];
    s2 = mote_dual(v, a, s2), s3 = mote_dual(v, b, s3);
  }
  sum[0] = s0, sum[1] = s1, sum[MOTE_SUMS] = s2, sum[MOTE_SUMS + 1] = s3;
}

#endif /* MOTE_HAS_DSP */
#endif
