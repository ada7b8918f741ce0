/* Sum, difference and product with broadcasting, for the value type that the including file names:
 * VALUE, CLAMP(x, low, high) and HEADROOM, the bits that operands of a sum get before they share a scale. */
#include "mote_runtime.h"

#if defined(__GNUC__)
#define MOTE_INLINE static inline __attribute__((always_inline))
#else
#define MOTE_INLINE static inline
#endif

typedef enum { kSum, kDifference, kProduct } mote_combination;

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
      a += p->a_stride[d], b += p->b_stride[d];
      if (++index[d] < p->count[d]) break;
      a -= p->count[d] * p->a_stride[d], b -= p->count[d] * p->b_stride[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
