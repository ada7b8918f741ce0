/* From sums of products to outputs, and sums over columns of values: what convolutions, depthwise and dense
 * layers share. Four positions of a convolution are gathered into four columns, a chunk of their values at a
 * time, and each filter is multiplied with all four. How a column is kept and how the products are added
 * depends on the processor: plain C, dual products (mote_dsp.h) or vectors (mote_mve.h). All give the same
 * sums. */
#ifndef MOTE_SUMS_H
#define MOTE_SUMS_H

#include "mote_dsp.h"
#include "mote_mve.h"
#include "mote_runtime.h"

#if defined(__GNUC__)
#define MOTE_NOINLINE __attribute__((noinline, unused))
#else
#define MOTE_NOINLINE
#endif

#define MOTE_LANES 4  /* columns side by side */
#define MOTE_BLOCK 16 /* outputs whose sums are kept, of a single position */

/* What makes outputs of sums. */
typedef struct {
  const MOTE_FLASH int32_t *multiplier;
  const MOTE_FLASH int8_t *shift;
  int32_t step; /* 1: a multiplier for each output, 0: one for all */
  int32_t zero_point, low, high;
} mote_outputs;

#if MOTE_HAS_MVE

/* `count` outputs of `lanes` positions: y[lane * y_step + i] from sum[i * MOTE_LANES + lane]. */
static MOTE_NOINLINE void mote_finish_lanes(const mote_outputs *o, int32_t first, int32_t count,
                                            int32_t lanes, const int32_t *sum, int8_t *y, int32_t y_step) {
  const mve_pred16_t p = vctp32q((uint32_t)lanes);
  const uint32x4_t to = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)y_step);
  const int32x4_t low = vdupq_n_s32(o->low), high = vdupq_n_s32(o->high);
  const int32_t zero = o->zero_point, *multiplier = o->multiplier + first;
  const int8_t *shift = o->shift + first, *const end = shift + count;
  for (; shift < end; sum += MOTE_LANES, ++y) {
    const int32_t q = *multiplier++, right = *shift++;
    int32x4_t v = vldrwq_s32(sum);
    if (right < 0) {
      v = vqrdmulhq_n_s32(v, q);
      v = vrshlq_n_s32(vaddq_s32(v, vshrq_n_s32(v, 31)), right); /* ties away from zero */
    } else {
      v = mote_scale4(v, vdupq_n_s32(q), vdupq_n_s32(right));
    }
    vstrbq_scatter_offset_p_s32(y, to, vminq_s32(vmaxq_s32(vaddq_n_s32(v, zero), low), high), p);
  }
}

/* `count` outputs of one position, which lie side by side as their sums do. */
static MOTE_NOINLINE void mote_finish(const mote_outputs *o, int32_t first, int32_t count, const int32_t *sum,
                                      int8_t *y) {
  int32_t i;
  for (i = 0; i < count; i += 4) {
    const mve_pred16_t p = vctp32q((uint32_t)(count - i));
    const int32x4_t q = o->step ? vldrwq_z_s32(o->multiplier + first + i, p) : vdupq_n_s32(o->multiplier[0]);
    const int32x4_t s = o->step ? vldrbq_z_s32(o->shift + first + i, p) : vdupq_n_s32(o->shift[0]);
    const int32x4_t v = mote_scale4(vldrwq_z_s32(sum + i, p), q, s);
    vstrbq_p_s32(y + i, mote_clamp4(v, o->zero_point, o->low, o->high), p);
  }
}

#else

#if MOTE_HAS_DSP
#define MOTE_NARROW(x) mote_saturate(x)
#else
#define MOTE_NARROW(x) mote_clamp_s8(x, -128, 127)
#endif

/* Not for a shift that holds MOTE_WIDE_SUM. */
static inline int8_t mote_output(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero_point) {
  return (int8_t)MOTE_NARROW(mote_requantize_small(sum, multiplier, shift) + zero_point);
}
static MOTE_NOINLINE int8_t mote_wide_output(int32_t sum, int32_t multiplier, int32_t shift,
                                             int32_t zero_point) {
  return (int8_t)MOTE_NARROW(mote_requantize(sum, multiplier, shift - MOTE_WIDE_SUM) + zero_point);
}

static inline int32_t mote_is_clamped(const mote_outputs *o) { return o->low != -128 || o->high != 127; }

static MOTE_NOINLINE void mote_clamp_all(const mote_outputs *o, int8_t *y, int32_t count, int32_t step) {
  for (; count > 0; --count, y += step) *y = mote_clamp_s8(*y, o->low, o->high);
}

/* `count` outputs of `lanes` positions: y[lane * y_step + i] from sum[i * MOTE_LANES + lane]. */
static MOTE_NOINLINE void mote_finish_lanes(const mote_outputs *o, int32_t first, int32_t count,
                                            int32_t lanes, const int32_t *sum, int8_t *y, int32_t y_step) {
  const MOTE_FLASH int32_t *multiplier = o->multiplier + first;
  const int32_t zero = o->zero_point, is_clamped = mote_is_clamped(o);
  const MOTE_FLASH int8_t *shift = o->shift + first, *const done = shift + count;
  for (; shift < done; sum += MOTE_LANES, ++y) {
    const int32_t q = *multiplier++, right = *shift++, *s = sum, *const end = sum + lanes;
    int8_t *out = y;
    if (right < 0 && lanes == MOTE_LANES) {
      out[0] = mote_output(s[0], q, right, zero);
      out[y_step] = mote_output(s[1], q, right, zero);
      out += 2 * y_step;
      out[0] = mote_output(s[2], q, right, zero);
      out[y_step] = mote_output(s[3], q, right, zero);
    } else if (right < 0) {
      for (; s < end; ++s, out += y_step) *out = mote_output(*s, q, right, zero);
    } else {
      for (; s < end; ++s, out += y_step) *out = mote_wide_output(*s, q, right, zero);
    }
    if (is_clamped) mote_clamp_all(o, y, lanes, y_step);
  }
}

/* `count` outputs of one position, which lie side by side as their sums do. */
static MOTE_NOINLINE void mote_finish(const mote_outputs *o, int32_t first, int32_t count, const int32_t *sum,
                                      int8_t *y) {
  const int32_t step = o->step;
  const MOTE_FLASH int32_t *multiplier = o->multiplier + first * step;
  const int32_t *const end = sum + count, zero = o->zero_point;
  const MOTE_FLASH int8_t *shift = o->shift + first * step;
  int8_t *out = y;
  for (; sum < end; multiplier += step, shift += step) {
    const int32_t v = *sum++, right = *shift;
    *out++ =
        right < 0 ? mote_output(v, *multiplier, right, zero) : mote_wide_output(v, *multiplier, right, zero);
  }
  if (mote_is_clamped(o)) mote_clamp_all(o, y, count, 1);
}

#endif

/* Columns -------------------------------------------------------------------------------------------------
 */

/* A chunk of values of four columns, and behind it the sums of a block of filters, share this memory: more
 * values where one chunk is all, more filters where chunks have to be gathered again for each block. */
#if MOTE_HAS_DSP
#define MOTE_CHUNK 64
#define MOTE_FILTERS 8
#define MOTE_SHORT_CHUNK 48
#define MOTE_MORE_FILTERS 16
#define MOTE_STORE (MOTE_CHUNK * MOTE_LANES / 2 + MOTE_FILTERS * MOTE_LANES)
typedef uint32_t mote_column_word;
#else
#if MOTE_HAS_MVE
#define MOTE_CHUNK 144
#define MOTE_FILTERS 20
#define MOTE_SHORT_CHUNK 96
#define MOTE_MORE_FILTERS 32
#else
#define MOTE_CHUNK 64
#define MOTE_FILTERS 16
#define MOTE_SHORT_CHUNK MOTE_CHUNK
#define MOTE_MORE_FILTERS MOTE_FILTERS
#endif
#define MOTE_STORE (MOTE_CHUNK * MOTE_LANES / 4 + MOTE_FILTERS * MOTE_LANES)
typedef int8_t mote_column_word;
#endif

#if MOTE_HAS_DSP

/* A column that is being written. Values wait until there are four. */
typedef struct {
  uint32_t *to;
  int32_t waiting;
  int8_t some[4];
} mote_column;

static inline void mote_open_column(mote_column *c, uint32_t *store, int32_t lane, int32_t is_single) {
  (void)is_single;
  c->to = store + lane;
  c->waiting = 0;
}

static MOTE_NOINLINE void mote_put(mote_column *c, const int8_t *from, int32_t n) {
  int32_t waiting = c->waiting;
  uint32_t *to = c->to;
  const int8_t *const end = from + n;
  if (waiting > 0) {
    while (from < end && waiting < 4) c->some[waiting++] = *from++;
    if (waiting == 4) {
      const uint32_t q = mote_quad(c->some);
      to[0] = mote_even(q);
      to[MOTE_LANES] = mote_odd(q);
      to += 2 * MOTE_LANES;
      waiting = 0;
    }
  }
  for (; end - from >= 4; from += 4, to += 2 * MOTE_LANES) {
    const uint32_t q = mote_quad(from);
    to[0] = mote_even(q);
    to[MOTE_LANES] = mote_odd(q);
  }
  while (from < end && waiting < 4) c->some[waiting++] = *from++; /* fewer than four */
  c->waiting = waiting;
  c->to = to;
}

/* What still waits goes to the end of a last quad; for fewer than four weights in all, to its beginning. */
static inline void mote_close_column(mote_column *c, int32_t is_short) {
  if (c->waiting > 0) {
    uint32_t q = mote_quad(c->some) << (8 * (4 - c->waiting));
    if (is_short) q >>= 8 * (4 - c->waiting);
    c->to[0] = mote_even(q);
    c->to[MOTE_LANES] = mote_odd(q);
  }
}

/* Filters of fewer than four weights, one after the other, filled up with zeros. */
static MOTE_NOINLINE void mote_add_short_products(const uint32_t *store, const int8_t *w, int32_t size,
                                                  int32_t filters, int32_t *sum) {
  for (; filters > 0; --filters, w += size, sum += MOTE_LANES) {
    int8_t four[4] = {0, 0, 0, 0};
    mote_dots_args a;
    int32_t i;
    for (i = 0; i < size; ++i) four[i] = w[i];
    a.wide = store;
    a.whole = store + 2 * MOTE_LANES;
    a.end = a.whole;
    a.back = 0;
    a.skip = 0;
    a.filters = 1;
    a.w = four;
    a.sum = sum;
    mote_dots(&a);
  }
}

/* sum[f][lane] += w[f][k] column[lane][k] for n values; `size` weights a filter. */
static inline void mote_add_products(const uint32_t *store, int32_t n, const int8_t *w, int32_t size,
                                     int32_t filters, int32_t *sum) {
  mote_dots_args a;
  if (size < 4) {
    mote_add_short_products(store, w, size, filters, sum);
    return;
  }
  a.wide = store;
  a.whole = store + (n >> 2) * (2 * MOTE_LANES);
  a.end = a.whole;
  a.back = 0;
  a.skip = size - n;
  a.filters = filters;
  a.w = w;
  a.sum = sum;
  if (n & 3) {
    a.end += 2 * MOTE_LANES;
    a.back = 4 - (n & 3);
  }
  mote_dots(&a);
}

/* sum[r] += w[r * stride + i] x[i] for four rows; T is the type of x. */
#define MOTE_ADD_ROWS(T, add_quads)                                                        \
  const int32_t whole = n & ~3;                                                            \
  const T *v = x + whole, *const end = x + n;                                              \
  if (whole > 0) add_quads(x, v, w, stride, sum);                                          \
  if (v < end) {                                                                           \
    int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];                            \
    const int8_t *w0 = w + whole, *w1 = w0 + stride, *w2 = w1 + stride, *w3 = w2 + stride; \
    do {                                                                                   \
      const int32_t a = *v++;                                                              \
      s0 += a * *w0++;                                                                     \
      s1 += a * *w1++;                                                                     \
      s2 += a * *w2++;                                                                     \
      s3 += a * *w3++;                                                                     \
    } while (v < end);                                                                     \
    sum[0] = s0;                                                                           \
    sum[1] = s1;                                                                           \
    sum[2] = s2;                                                                           \
    sum[3] = s3;                                                                           \
  }

static inline void mote_add_rows(const int8_t *x, const int8_t *w, int32_t stride, int32_t n, int32_t *sum) {
  MOTE_ADD_ROWS(int8_t, mote_rows)
}
static inline void mote_add_wide_rows(const int16_t *x, const int8_t *w, int32_t stride, int32_t n,
                                      int32_t *sum) {
  MOTE_ADD_ROWS(int16_t, mote_wide_rows)
}

#else

/* Columns lie one behind the other, each with room for the longest chunk. */
typedef struct {
  int8_t *to;
} mote_column;

static inline void mote_open_column(mote_column *c, int8_t *store, int32_t lane, int32_t is_single) {
  c->to = store + lane * (is_single ? MOTE_CHUNK : MOTE_SHORT_CHUNK);
}
static inline void mote_close_column(mote_column *c, int32_t is_short) {
  (void)c;
  (void)is_short;
}

#if MOTE_HAS_MVE

static inline void mote_put(mote_column *c, const int8_t *from, int32_t n) {
  mote_copy_bytes(c->to, from, n);
  c->to += n;
}

static inline void mote_add_products(const int8_t *store, int32_t n, const int8_t *w, int32_t size,
                                     int32_t filters, int32_t *sum) {
  const mote_dots_args a = {store, size > MOTE_CHUNK ? MOTE_SHORT_CHUNK : MOTE_CHUNK, n, w, size, filters,
                            sum};
  mote_dots(&a);
}

/* sum[r] += w[r * stride + i] x[i] for four rows: columns and filter with their roles changed. */
static inline void mote_add_rows(const int8_t *x, const int8_t *w, int32_t stride, int32_t n, int32_t *sum) {
  const mote_dots_args a = {w, stride, n, x, n, 1, sum};
  mote_dots(&a);
}

#else

static inline void mote_put(mote_column *c, const int8_t *from, int32_t n) {
  int8_t *to = c->to, *const end = to + n;
  while (to < end) *to++ = *from++;
  c->to = to;
}

static MOTE_NOINLINE void mote_add_products(const int8_t *store, int32_t n, const MOTE_FLASH int8_t *w,
                                            int32_t size, int32_t filters, int32_t *sum) {
  for (; filters > 0; --filters, w += size, sum += MOTE_LANES) {
    const int8_t *v = store, *const end = store + n;
    const MOTE_FLASH int8_t *f = w;
    int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
    for (; v < end; ++v) {
      const int32_t a = *f++;
      s0 += a * v[0];
      s1 += a * v[MOTE_CHUNK];
      s2 += a * v[2 * MOTE_CHUNK];
      s3 += a * v[3 * MOTE_CHUNK];
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
  }
}

static MOTE_NOINLINE void mote_add_rows(const int8_t *x, const MOTE_FLASH int8_t *w, int32_t stride,
                                        int32_t n, int32_t *sum) {
  const int8_t *const end = x + n;
  const MOTE_FLASH int8_t *w1 = w + stride, *w2 = w1 + stride, *w3 = w2 + stride;
  int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  if (n & 1) {
    const int32_t a = *x++;
    s0 += a * *w++;
    s1 += a * *w1++;
    s2 += a * *w2++;
    s3 += a * *w3++;
  }
  for (; x < end; x += 2, w += 2, w1 += 2, w2 += 2, w3 += 2) {
    const int32_t a = x[0], b = x[1];
    s0 += a * w[0] + b * w[1];
    s1 += a * w1[0] + b * w1[1];
    s2 += a * w2[0] + b * w2[1];
    s3 += a * w3[0] + b * w3[1];
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
}

/* The same for 16-bit x. */
static MOTE_NOINLINE void mote_add_wide_rows(const int16_t *x, const MOTE_FLASH int8_t *w, int32_t stride,
                                             int32_t n, int32_t *sum) {
  const int16_t *const end = x + n;
  const MOTE_FLASH int8_t *w1 = w + stride, *w2 = w1 + stride, *w3 = w2 + stride;
  int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  while (x < end) {
    const int32_t a = *x++;
    s0 += a * *w++;
    s1 += a * *w1++;
    s2 += a * *w2++;
    s3 += a * *w3++;
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
}

#endif
#endif
#endif
