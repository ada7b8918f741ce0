/* Sums of products and their requantization on processors with Helium (MVE): Cortex-M55 and M85. Sums are
 * exact, so the results are those of the portable loops. */
#ifndef MOTE_MVE_H
#define MOTE_MVE_H

#include "mote_runtime.h"

#if defined(__ARM_FEATURE_MVE) && __ARM_FEATURE_MVE && !defined(__ARM_BIG_ENDIAN)
#define MOTE_HAS_MVE 1

#include <arm_mve.h>

/* mote_requantize of four sums; a shift may hold MOTE_WIDE_SUM. */
static inline int32x4_t mote_scale4(int32x4_t x, int32x4_t multiplier, int32x4_t shift_or_wide) {
  const int32x4_t none = vdupq_n_s32(0);
  const int32x4_t shift =
      vsubq_m_n_s32(shift_or_wide, shift_or_wide, MOTE_WIDE_SUM, vcmpgeq_n_s32(shift_or_wide, 0));
  const int32x4_t right = vminq_s32(shift, none);
  int32x4_t high = vqrdmulhq_s32(vshlq_s32(x, vmaxq_s32(shift, none)), multiplier);
  high = vaddq_s32(high, vshrq_n_s32(vandq_s32(high, right), 31)); /* ties away from zero */
  return vrshlq_s32(high, right);
}

static inline int32x4_t mote_clamp4(int32x4_t x, int32_t zero_point, int32_t low, int32_t high) {
  return vminq_s32(vmaxq_s32(vaddq_n_s32(x, zero_point), vdupq_n_s32(low)), vdupq_n_s32(high));
}

/* sum[f][lane] += w[f][k] column[lane][k]; columns are `distance` bytes apart, `size` weights a filter. */
static __attribute__((noinline, unused)) void mote_add_products_mve(const int8_t *columns, int32_t distance,
                                                                    int32_t n, const int8_t *w, int32_t size,
                                                                    int32_t filters, int32_t *sum) {
  for (; filters > 0; --filters, w += size, sum += 4) {
    const int8_t *c0 = columns, *c1 = c0 + distance, *c2 = c1 + distance, *c3 = c2 + distance, *f = w;
    int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3], left;
    for (left = n; left > 0; left -= 16, c0 += 16, c1 += 16, c2 += 16, c3 += 16, f += 16) {
      const mve_pred16_t p = vctp8q((uint32_t)left);
      const int8x16_t v = vldrbq_z_s8(f, p);
      s0 = vmladavaq_s8(s0, v, vldrbq_z_s8(c0, p)), s1 = vmladavaq_s8(s1, v, vldrbq_z_s8(c1, p));
      s2 = vmladavaq_s8(s2, v, vldrbq_z_s8(c2, p)), s3 = vmladavaq_s8(s3, v, vldrbq_z_s8(c3, p));
    }
    sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
  }
}

/* sum[r] += w[r * stride + i] x[i] for four rows: columns and filter with their roles changed. */
static inline void mote_add_rows_mve(const int8_t *x, const int8_t *w, int32_t stride, int32_t n,
                                     int32_t *sum) {
  mote_add_products_mve(w, stride, n, x, n, 1, sum);
}

#else
#define MOTE_HAS_MVE 0
#endif
#endif
