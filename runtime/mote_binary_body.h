/* Sum, difference and product with broadcasting, for the value type that the including file names:
 * VALUE, CLAMP(x, low, high), HEADROOM, the bits that operands of a sum get before they share a scale, and
 * MOTE_IS_S8. */
#include "mote_mve.h"
#include "mote_runtime.h"

#if defined(__GNUC__)
#define MOTE_INLINE static inline __attribute__((always_inline))
#else
#define MOTE_INLINE static inline
#endif

typedef enum { kSum, kDifference, kProduct } mote_combination;

#if MOTE_IS_S8 && MOTE_HAS_MVE

/* Four values at a time, for operands of the same shape and shifts to the right. */
MOTE_INLINE void vector_row(const mote_binary_params *p, const int8_t *a, const int8_t *b, int8_t *y,
                            int32_t count, mote_combination kind) {
  const int32x4_t sa = vdupq_n_s32(p->a_shift), sb = vdupq_n_s32(p->b_shift),
                  sy = vdupq_n_s32(p->output_shift);
  const int32x4_t low = vdupq_n_s32(p->act_min), high = vdupq_n_s32(p->act_max);
  const int32_t za = p->a_zero_point, zb = p->b_zero_point, zy = p->output_zero_point;
  const int32_t ma = p->a_multiplier, mb = p->b_multiplier, my = p->output_multiplier;
  for (; count > 0; count -= 4, a += 4, b += 4, y += 4) {
    const mve_pred16_t left = vctp32q((uint32_t)count);
    int32x4_t v = vsubq_n_s32(vldrbq_z_s32(a, left), za), w = vsubq_n_s32(vldrbq_z_s32(b, left), zb);
    if (kind == kProduct) {
      v = vmulq_s32(v, w);
    } else {
      v = mote_right_scale4(vshlq_n_s32(v, HEADROOM), ma, sa);
      w = mote_right_scale4(vshlq_n_s32(w, HEADROOM), mb, sb);
      v = kind == kSum ? vaddq_s32(v, w) : vsubq_s32(v, w);
    }
    v = vaddq_n_s32(mote_right_scale4(v, my, sy), zy);
    vstrbq_p_s32(y, vminq_s32(vmaxq_s32(v, low), high), left);
  }
}

#endif

/* Sums stay below 2^30 (2^26 each where HEADROOM is 15); `is_right`: no shift is to the left. */
MOTE_INLINE int32_t scaled(int32_t x, int32_t multiplier, int32_t shift, int is_right) {
  return is_right ? mote_requantize_small(x, multiplier, shift) : mote_requantize(x, multiplier, shift);
}

MOTE_INLINE void combine_row(const mote_binary_params *p, const VALUE *a, const VALUE *b, VALUE *y,
                             int32_t count, mote_combination kind, int is_right) {
  const int32_t za = p->a_zero_point, zb = p->b_zero_point, zy = p->output_zero_point;
  const int32_t ma = p->a_multiplier, mb = p->b_multiplier, my = p->output_multiplier;
  const int32_t sa = p->a_shift, sb = p->b_shift, sy = p->output_shift, low = p->act_min, high = p->act_max;
  const int32_t a_step = p->a_stride[MOTE_MAX_RANK - 1], b_step = p->b_stride[MOTE_MAX_RANK - 1];
#if MOTE_IS_S8 && MOTE_HAS_MVE
  if (is_right && a_step == 1 && b_step == 1) {
    vector_row(p, a, b, y, count, kind);
    return;
  }
#endif
  for (; count > 0; --count, a += a_step, b += b_step) {
    int32_t v = *a - za, w = *b - zb;
    if (kind == kProduct) {
      v *= w;
    } else {
      v = scaled(v * ((int32_t)1 << HEADROOM), ma, sa, is_right);
      w = scaled(w * ((int32_t)1 << HEADROOM), mb, sb, is_right);
      v = kind == kSum ? v + w : v - w;
    }
    *y++ = CLAMP(scaled(v, my, sy, is_right) + zy, low, high);
  }
}

MOTE_INLINE void for_each(const mote_binary_params *p, const VALUE *a, const VALUE *b, VALUE *y,
                          mote_combination kind) {
  const int last = MOTE_MAX_RANK - 1;
  const int is_right =
      HEADROOM == 20 && p->output_shift <= 0 && (kind == kProduct || (p->a_shift <= 0 && p->b_shift <= 0));
  int32_t index[MOTE_MAX_RANK - 1];
  int d;
  for (d = 0; d < last; ++d) index[d] = 0;
  for (;;) {
    if (is_right)
      combine_row(p, a, b, y, p->count[last], kind, 1);
    else
      combine_row(p, a, b, y, p->count[last], kind, 0);
    y += p->count[last];
    for (d = last - 1; d >= 0; --d) {
      a += p->a_stride[d];
      b += p->b_stride[d];
      if (++index[d] < p->count[d]) break;
      a -= p->count[d] * p->a_stride[d];
      b -= p->count[d] * p->b_stride[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
