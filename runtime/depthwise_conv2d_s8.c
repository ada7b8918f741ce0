/* Depthwise convolution, int8. Padded positions are skipped. */
#include "mote_sums.h"

/* The part of the kernel that lies inside the input at one output position. */
typedef struct {
  int32_t kh0, kh1, kw0, kw1;
  const int8_t *x; /* of tap kh0, kw0 */
} mote_window;

/* First and end of the taps whose place start + tap * dilation lies in [0, size). */
static void clip(int32_t start, int32_t size, int32_t dilation, int32_t taps, int32_t *first, int32_t *end) {
  if (dilation == 1) {
    *first = start < 0 ? -start : 0;
    *end = size - start < taps ? size - start : taps;
  } else {
    *first = start < 0 ? (-start + dilation - 1) / dilation : 0;
    *end = start < size ? (size - start + dilation - 1) / dilation : 0;
    if (*end > taps) *end = taps;
  }
  if (*end < *first) *end = *first;
}

#if MOTE_HAS_MVE

/* Of the channels in eights; returns how many were done. Even and odd channels have a vector each. */
static int32_t vector_channels(const mote_conv2d_params *p, const mote_outputs *o, const mote_window *v,
                               const MOTE_FLASH int8_t *weights, const MOTE_FLASH int32_t *bias, int is_small,
                               int8_t *y) {
  const int32_t channels = p->in_c, done = channels & ~7, x_row = p->in_w * p->dilation_h * channels;
  const int32_t x_column = p->dilation_w * channels, columns = v->kw1 - v->kw0;
  const int32_t w_row = p->kernel_w * channels;
  const int8_t *const w0 = weights + (v->kh0 * p->kernel_w + v->kw0) * channels;
  const uint32x4_t evens = vidupq_n_u32(0, 2);
  const int16_t offset = (int16_t)-p->input_zero_point;
  int32_t c, h, i;
  for (c = 0; c < done; c += 8) {
    const int32x4x2_t b = vld2q_s32(bias + c), q = vld2q_s32(o->multiplier + c);
    const int8_t *x = v->x + c, *w = w0 + c, *const shift = o->shift + c;
    int32x4_t even = b.val[0], odd = b.val[1];
    for (h = v->kh1 - v->kh0; h > 0; --h, x += x_row, w += w_row) {
      const int8_t *at = x, *f = w;
      for (i = columns; i > 0; --i, at += x_column, f += channels) {
        const int16x8_t a = vaddq_n_s16(vldrbq_s16(at), offset), g = vldrbq_s16(f);
        even = vaddq_s32(even, vmullbq_int_s16(a, g));
        odd = vaddq_s32(odd, vmulltq_int_s16(a, g));
      }
    }
    {
      const int32x4_t s0 = vldrbq_gather_offset_s32(shift, evens),
                      s1 = vldrbq_gather_offset_s32(shift + 1, evens);
      if (is_small) {
        even = mote_small_scale4(even, q.val[0], s0);
        odd = mote_small_scale4(odd, q.val[1], s1);
      } else {
        even = mote_scale4(even, q.val[0], s0);
        odd = mote_scale4(odd, q.val[1], s1);
      }
    }
    vstrbq_scatter_offset_s32(y + c, evens, mote_clamp4(even, o->zero_point, o->low, o->high));
    vstrbq_scatter_offset_s32(y + c + 1, evens, mote_clamp4(odd, o->zero_point, o->low, o->high));
  }
  return done;
}

#elif MOTE_HAS_DSP

/* Of the channels in fours; returns how many were done. */
static int32_t vector_channels(const mote_conv2d_params *p, const mote_outputs *o, const mote_window *v,
                               const MOTE_FLASH int8_t *weights, const MOTE_FLASH int32_t *bias, int8_t *y) {
  const int32_t channels = p->in_c, done = channels & ~3;
  const int8_t *const w = weights + (v->kh0 * p->kernel_w + v->kw0) * channels;
  int32_t sum[MOTE_BLOCK], c, i, column;
  mote_taps t = {(uint32_t)(uint16_t)-p->input_zero_point * 0x10001u,
                 channels,
                 p->in_w * channels,
                 p->kernel_w * channels,
                 v->kh1 - v->kh0,
                 3};
  for (c = 0; c < done; c += MOTE_BLOCK) {
    const int32_t count = done - c < MOTE_BLOCK ? done - c : MOTE_BLOCK;
    for (i = 0; i < count; ++i) sum[i] = bias[c + i];
    for (column = 0; column < v->kw1 - v->kw0 && t.rows > 0; column += 3) {
      const int32_t left = v->kw1 - v->kw0 - column, at = column * channels + c;
      t.columns = left < 3 ? left : 3;
      for (i = 0; i < count; i += 4) mote_four_channels(&t, v->x + at + i, w + at + i, sum + i);
    }
    mote_finish(o, c, count, sum, y + c);
  }
  return done;
}

#endif

MOTE_SHARED void mote_depthwise_conv2d_s8(const mote_conv2d_params *p, const int8_t *x,
                                          const MOTE_FLASH int8_t *weights, const MOTE_FLASH int32_t *bias,
                                          const MOTE_FLASH int32_t *multiplier,
                                          const MOTE_FLASH int8_t *shift, int8_t *y) {
  const int32_t multiplicity = p->out_c / p->in_c, zero_point = p->input_zero_point;
  const mote_outputs o = {multiplier, shift, 1, p->output_zero_point, p->act_min, p->act_max};
  int32_t n, oh, ow, oc, kh, kw;
#if MOTE_HAS_MVE
  int is_small = 1; /* no shift holds MOTE_WIDE_SUM */
  for (oc = 0; oc < p->out_c; ++oc) is_small &= shift[oc] < 0;
#endif
  for (n = 0; n < p->batches; ++n, x += p->in_h * p->in_w * p->in_c)
    for (oh = 0; oh < p->out_h; ++oh)
      for (ow = 0; ow < p->out_w; ++ow, y += p->out_c) {
        const int32_t top = oh * p->stride_h - p->pad_top, left = ow * p->stride_w - p->pad_left;
        mote_window v;
        oc = 0;
        clip(top, p->in_h, p->dilation_h, p->kernel_h, &v.kh0, &v.kh1);
        clip(left, p->in_w, p->dilation_w, p->kernel_w, &v.kw0, &v.kw1);
        v.x = x + ((top + v.kh0 * p->dilation_h) * p->in_w + left + v.kw0 * p->dilation_w) * p->in_c;
#if MOTE_HAS_MVE
        if (multiplicity == 1) oc = vector_channels(p, &o, &v, weights, bias, is_small, y);
#elif MOTE_HAS_DSP
        if (multiplicity == 1 && p->dilation_h == 1 && p->dilation_w == 1)
          oc = vector_channels(p, &o, &v, weights, bias, y);
#endif
        for (; oc < p->out_c; ++oc) {
          const int32_t x_row = p->in_w * p->dilation_h * p->in_c, x_column = p->dilation_w * p->in_c;
          const int8_t *in = v.x + oc / multiplicity;
          const MOTE_FLASH int8_t *w = weights + (v.kh0 * p->kernel_w + v.kw0) * p->out_c + oc;
          int32_t sum = bias[oc];
          for (kh = v.kh0; kh < v.kh1; ++kh, in += x_row, w += p->kernel_w * p->out_c) {
            const int8_t *a = in;
            const MOTE_FLASH int8_t *b = w;
            for (kw = v.kw0; kw < v.kw1; ++kw, a += x_column, b += p->out_c)
              sum += (int32_t)*b * ((int32_t)*a - zero_point);
          }
          mote_finish(&o, oc, 1, &sum, y + oc);
        }
      }
}
