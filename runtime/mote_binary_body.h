/* Sum, difference and product with broadcasting, for the value type that the including file names:
 * VALUE, CLAMP(x, low, high) and HEADROOM, the bits that operands of a sum get before they share a scale. */
#include "mote_runtime.h"

typedef VALUE (*mote_combine)(const mote_binary_params *, int32_t, int32_t);

static int32_t widened(int32_t x, int32_t zero_point, int32_t multiplier, int32_t shift) {
  return mote_requantize((x - zero_point) * ((int32_t)1 << HEADROOM), multiplier, shift);
}

static VALUE finished(const mote_binary_params *p, int32_t v) {
  return CLAMP(mote_requantize(v, p->output_multiplier, p->output_shift) + p->output_zero_point, p->act_min,
               p->act_max);
}

static VALUE combined(const mote_binary_params *p, int32_t a, int32_t b, int32_t sign) {
  const int32_t va = widened(a, p->a_zero_point, p->a_multiplier, p->a_shift);
  const int32_t vb = widened(b, p->b_zero_point, p->b_multiplier, p->b_shift);
  return finished(p, va + sign * vb);
}

static VALUE sum(const mote_binary_params *p, int32_t a, int32_t b) { return combined(p, a, b, 1); }
static VALUE difference(const mote_binary_params *p, int32_t a, int32_t b) { return combined(p, a, b, -1); }
static VALUE product(const mote_binary_params *p, int32_t a, int32_t b) {
  return finished(p, (a - p->a_zero_point) * (b - p->b_zero_point));
}

static void for_each(const mote_binary_params *p, const VALUE *a, const VALUE *b, VALUE *y, mote_combine f) {
  int32_t index[MOTE_MAX_RANK] = {0}, at_a = 0, at_b = 0, i;
  const int last = MOTE_MAX_RANK - 1;
  int d;
  for (;;) {
    for (i = 0; i < p->count[last]; ++i)
      *y++ = f(p, a[at_a + i * p->a_stride[last]], b[at_b + i * p->b_stride[last]]);
    for (d = last - 1; d >= 0; --d) {
      at_a += p->a_stride[d], at_b += p->b_stride[d];
      if (++index[d] < p->count[d]) break;
      at_a -= p->count[d] * p->a_stride[d], at_b -= p->count[d] * p->b_stride[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
