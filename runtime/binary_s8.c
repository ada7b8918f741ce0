/* Sum, difference and product of two int8 tensors, with broadcasting. */
#include "mote_runtime.h"

/* An operand with 20 more bits, in the common scale. */
static int32_t widened(int32_t x, int32_t zero_point, int32_t multiplier, int32_t shift) {
  const int32_t headroom = 20;
  return mote_requantize((x - zero_point) * ((int32_t)1 << headroom), multiplier, shift);
}

static int8_t combined(const mote_binary_s8_params *p, int32_t a, int32_t b, int32_t sign) {
  const int32_t va = widened(a, p->a_zero_point, p->a_multiplier, p->a_shift);
  const int32_t vb = widened(b, p->b_zero_point, p->b_multiplier, p->b_shift);
  return mote_clamp_s8(
      mote_requantize(va + sign * vb, p->output_multiplier, p->output_shift) + p->output_zero_point,
      p->act_min, p->act_max);
}

static int8_t sum(const mote_binary_s8_params *p, int32_t a, int32_t b) { return combined(p, a, b, 1); }
static int8_t difference(const mote_binary_s8_params *p, int32_t a, int32_t b) {
  return combined(p, a, b, -1);
}

static int8_t product(const mote_binary_s8_params *p, int32_t a, int32_t b) {
  const int32_t v = (a - p->a_zero_point) * (b - p->b_zero_point);
  return mote_clamp_s8(mote_requantize(v, p->output_multiplier, p->output_shift) + p->output_zero_point,
                       p->act_min, p->act_max);
}

static void for_each(const mote_binary_s8_params *p, const int8_t *a, const int8_t *b, int8_t *y,
                     int8_t (*f)(const mote_binary_s8_params *, int32_t, int32_t)) {
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

void mote_add_s8(const mote_binary_s8_params *p, const int8_t *a, const int8_t *b, int8_t *y) {
  for_each(p, a, b, y, sum);
}
void mote_sub_s8(const mote_binary_s8_params *p, const int8_t *a, const int8_t *b, int8_t *y) {
  for_each(p, a, b, y, difference);
}
void mote_mul_s8(const mote_binary_s8_params *p, const int8_t *a, const int8_t *b, int8_t *y) {
  for_each(p, a, b, y, product);
}
