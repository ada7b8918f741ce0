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

/* All channels of a position, four at a time. */
static int32_t vector_channels(const mote_conv2d_params *p, const mote_outputs *o, const mote_window *v,
                               const int8_t *weights, const int32_t *bias, int8_t *y) {
  const int32_t channels = p->in_c, x_row = p->in_w * p->dilation_h * channels;
  const int32_t x_column = p->dilation_w * channels, columns = v->kw1 - v->kw0;
  const int8_t *const w0 = weights + (v->kh0 * p->kernel_w + v->kw0) * channels;
  int32_t c, h, i;
  for (c = 0; c < channels; c += 4) {
    const mve_pred16_t tail = vctp32q((uint32_t)(channels - c));
    int32x4_t sum = vldrwq_z_s32(bias + c, tail);
    const int8_t *x = v->x + c, *w = w0 + c;
    for (h = v->kh0; h < v->kh1; ++h, x += x_row, w += p->kernel_w * channels) {
      const int8_t *a = x, *b = w;
      for (i = columns; i > 0; --i, a += x_column, b += channels)
        sum = vaddq_s32(
            sum, vmulq_s32(vaddq_n_s32(vldrbq_z_s32(a, tail), -p->input_zero_point), vldrbq_z_s32(b, tail)));
    }
    sum = mote_scale4(sum, vldrwq_z_s32(o->multiplier + c, tail), vldrbq_z_s32(o->shift + c, tail));
    vstrbq_p_s32(y + c, mote_clamp4(sum, o->zero_point, o->low, o->high), tail);
  }
  return channels;
}

#elif MOTE_HAS_DSP

/* Of the channels in fours; returns how many were done. */
static int32_t vector_channels(const mote_conv2d_params *p, const mote_outputs *o, const mote_window *v,
                               const int8_t *weights, const int32_t *bias, int8_t *y) {
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

void mote_depthwise_conv2d_s8(const mote_conv2d_params *p, const int8_t *x, const int8_t *weights,
                              const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                              int8_t *y) {
  const int32_t multiplicity = p->out_c / p->in_c, zero_point = p->input_zero_point;
  const mote_outputs o = {multiplier, shift, 1, p->output_zero_point, p->act_min, p->act_max};
  int32_t n, oh, ow, oc, kh, kw;
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
        if (multiplicity == 1) oc = vector_channels(p, &o, &v, weights, bias, y);
#elif MOTE_HAS_DSP
        if (multiplicity == 1 && p->dilation_h == 1 && p->dilation_w == 1)
          oc = vector_channels(p, &o, &v, weights, bias, y);
#endif
        for (; oc < p->out_c; ++oc) {
          const int32_t x_row = p->in_w * p->dilation_h * p->in_c, x_column = p->dilation_w * p->in_c;
          const int8_t *in = v.x + oc / multiplicity;
          const int8_t *w = weights + (v.kh0 * p->kernel_w + v.kw0) * p->out_c + oc;
          int32_t sum = bias[oc];
          for (kh = v.kh0; kh < v.kh1; ++kh, in += x_row, w += p->kernel_w * p->out_c) {
            const int8_t *a = in, *b = w;
            for (kw = v.kw0; kw < v.kw1; ++kw, a += x_column, b += p->out_c)
              sum += (int32_t)*b * ((int32_t)*a - zero_point);
          }
          mote_finish(&o, oc, 1, &sum, y + oc);
        }
      }
}
