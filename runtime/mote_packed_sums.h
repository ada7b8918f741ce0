/* Columns of values and the forms of packed weights they are multiplied with (mote_packed.h). A chunk of the
 * values of four positions, or of one input vector, is laid out as its form wants it, and filled up with
 * zeros, so that nothing depends on what weights are filled up with. The products of each form stand in
 * mote_packed_plain.h, mote_packed_dsp.h and mote_packed_mve.h; all give the same sums. */
#ifndef MOTE_PACKED_SUMS_H
#define MOTE_PACKED_SUMS_H

#include "mote_packed.h"
#include "mote_sums.h"

#define MOTE_PACKED_CHUNK 64   /* values, and of a mask of blocks */
#define MOTE_PACKED_OUTPUTS 16 /* whose sums are kept; a block of outputs */
/* Words that hold a chunk of four columns, of 16 bits or of bytes. */
#if MOTE_HAS_DSP
#define MOTE_PACKED_STORE (MOTE_PACKED_CHUNK * MOTE_LANES / 2)
#else
#define MOTE_PACKED_STORE (MOTE_PACKED_CHUNK * MOTE_LANES / 4)
#endif

/* Values of columns against `filters` rows of packed weights: sum[f][lane], or sum[f] of one column, is added
 * to. */
typedef struct {
  const int32_t *columns, *end;
  const MOTE_FLASH uint8_t
      *w;       /* of the first row; behind the last one afterwards where rows follow each other */
  int32_t skip; /* bytes from the end of a row's piece to that of the next, where they do not */
  int32_t filters;
  int32_t *sum;
  const MOTE_FLASH void *table; /* of a codebook */
  int32_t row;                  /* bytes from row to row */
} mote_packed_args;

typedef void (*mote_packed_products)(mote_packed_args *a);

/* How columns lie, by processor: pairs of 16-bit values as those of mote_dots, values of 16 bits side by side
 * in lanes, or bytes of one lane behind the other. */
enum { MOTE_PAIRS, MOTE_HALVES, MOTE_BYTES };

typedef struct {
  int32_t group,
      group_bytes; /* weights that are packed together, and their bytes; 0: rows follow each other */
  int32_t layout;
  const uint8_t *order; /* with vectors: which of 32 values comes first, second; 0: they stay */
  mote_packed_products products;
} mote_packed_form;

/* Copies n values. */
static inline void mote_packed_copy(int8_t *to, const int8_t *from, int32_t n) {
  int8_t *const end = to + n;
#if MOTE_HAS_MVE
  if (n > 0) mote_copy_bytes(to, from, n);
  (void)end;
#else
#if MOTE_HAS_DSP
  for (; end - to >= 4; to += 4, from += 4) {
    const uint32_t four = mote_quad(from);
    __builtin_memcpy(to, &four, sizeof four);
  }
#endif
  while (to < end) *to++ = *from++;
#endif
}

/* Rows of packed weights, `size` weights each. */
static inline int32_t mote_packed_row_bytes(const mote_packed_form *f, int32_t size) {
  return f->group_bytes == 0 ? 0 : (size + f->group - 1) / f->group * f->group_bytes;
}

/* n values of a chunk as a column: `at` of `lanes` columns side by side. Returns the values with the zeros
 * behind them. */
static MOTE_NOINLINE int32_t mote_packed_column(const mote_packed_form *f, const int8_t *v, int32_t n,
                                                int32_t *store, int32_t at, int32_t lanes) {
  const int32_t padded = (n + f->group - 1) / f->group * f->group;
#if MOTE_HAS_DSP
  if (f->layout == MOTE_PAIRS) {
    uint32_t *to = (uint32_t *)store + at, *const end = to + padded / 2 * lanes;
    const int8_t *const whole = v + (n & ~3);
    for (; v < whole; v += 4, to += 2 * lanes) {
      const uint32_t q = mote_quad(v);
      to[0] = mote_even(q);
      to[lanes] = mote_odd(q);
    }
    if (n & 3) {
      int8_t some[4] = {0, 0, 0, 0};
      int32_t i;
      uint32_t q;
      for (i = 0; i < (n & 3); ++i) some[i] = v[i];
      q = mote_quad(some);
      to[0] = mote_even(q);
      to[lanes] = mote_odd(q);
      to += 2 * lanes;
    }
    for (; to < end; to += lanes) *to = 0;
    return padded;
  }
  if (f->layout == MOTE_HALVES) {
    int16_t *to = (int16_t *)store + at, *const end = to + padded * lanes;
    const int8_t *const last = v + n;
    for (; v < last; to += lanes) *to = *v++;
    for (; to < end; to += lanes) *to = 0;
    return padded;
  }
#endif
  {
#if MOTE_HAS_MVE
    const int32_t filled = (padded + 31) & ~31; /* vectors */
#else
    const int32_t filled = padded;
#endif
    int8_t *to = (int8_t *)store + at * MOTE_PACKED_CHUNK, *const end = to + filled;
    const int8_t *const last = v + n;
    (void)lanes;
#if MOTE_HAS_MVE
    if (f->order != 0) {
      const uint8x16_t first = vldrbq_u8(f->order), second = vldrbq_u8(f->order + 16);
      int8_t some[32];
      for (; v < last; v += 32, to += 32) {
        const int8_t *from = v;
        if (last - v < 32) {
          const mve_pred16_t low = vctp8q((uint32_t)(last - v)),
                             high = last - v > 16 ? vctp8q((uint32_t)(last - v - 16)) : 0;
          vstrbq_s8(some, vldrbq_z_s8(v, low));
          vstrbq_s8(some + 16, vldrbq_z_s8(v + 16, high));
          from = some;
        }
        vstrbq_s8(to, vldrbq_gather_offset_s8(from, first));
        vstrbq_s8(to + 16, vldrbq_gather_offset_s8(from, second));
      }
      return padded;
    }
#endif
    while (v < last) *to++ = *v++;
    while (to < end) *to++ = 0;
    return padded;
  }
}

/* Words of a column of n values from the first to the end. */
static inline int32_t mote_packed_words(const mote_packed_form *f, int32_t n, int32_t lanes) {
#if MOTE_HAS_DSP
  if (f->layout != MOTE_BYTES) return n / 2 * lanes;
#endif
  (void)f;
  (void)lanes;
  return n / 4;
}

#define MOTE_GIVEN p, x, weights, bias, multiplier, shift, y
#if MOTE_HAS_MVE
#define MOTE_ORDER(order) order
#else
#define MOTE_ORDER(order) 0
#endif

/* What the routine of a form does: a codebook, which stands before the weights, becomes pairs of its values
 * where these are multiplied. */
#define MOTE_WITH_VALUES(routine, bits)             \
  const MOTE_FLASH uint8_t *const values = weights; \
  weights += 1 << (bits);                           \
  routine(MOTE_GIVEN, &form, values);
#if MOTE_HAS_DSP
#define MOTE_WITH_PAIRS(routine, bits)                          \
  uint32_t pairs[1 << (2 * (bits))];                            \
  mote_make_pairs((const int8_t *)weights, 1 << (bits), pairs); \
  weights += 1 << (bits);                                       \
  routine(MOTE_GIVEN, &form, pairs);
#else
#define MOTE_WITH_PAIRS(routine, bits) MOTE_WITH_VALUES(routine, bits)
#endif

#if MOTE_HAS_DSP
#include "mote_packed_dsp.h"
#elif MOTE_HAS_MVE
#include "mote_packed_mve.h"
#else
#include "mote_packed_plain.h"
#endif
#endif
