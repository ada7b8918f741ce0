/* Convolution of int16 activations with int8 weights. A depthwise convolution is one with as many groups as
 * channels, a fully connected layer one of a single position. */
#include "mote_runtime.h"

static int64_t weighted_sum(const mote_conv2d_params *p, const int16_t *x, const MOTE_FLASH int8_t *w,
                            int32_t oh, int32_t ow, int32_t filter_c, int64_t acc) {
  int32_t kh, kw, c;
  for (kh = 0; kh < p->kernel_h; ++kh) {
    const int32_t h = oh * p->stride_h - p->pad_top + kh * p->dilation_h;
    if (h < 0 || h >= p->in_h) continue;
    for (kw = 0; kw < p->kernel_w; ++kw) {
      const int32_t col = ow * p->stride_w - p->pad_left + kw * p->dilation_w;
      const int16_t *in = x + (h * p->in_w + col) * p->in_c;
      const MOTE_FLASH int8_t *tap = w + (kh * p->kernel_w + kw) * filter_c;
      if (col < 0 || col >= p->in_w) continue;
      for (c = 0; c < filter_c; ++c) acc += (int32_t)tap[c] * in[c];
    }
  }
  return acc;
}

MOTE_SHARED void mote_conv2d_s16(const mote_conv2d_params *p, const int16_t *x,
                                 const MOTE_FLASH int8_t *weights, const int64_t *bias,
                                 const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift,
                                 int16_t *y) {
  const int32_t filter_c = p->in_c / p->groups, group_outputs = p->out_c / p->groups;
  const int32_t filter_size = p->kernel_h * p->kernel_w * filter_c;
  int32_t n, oh, ow, oc;
  for (n = 0; n < p->batches; ++n, x += p->in_h * p->in_w * p->in_c)
    for (oh = 0; oh < p->out_h; ++oh)
      for (ow = 0; ow < p->out_w; ++ow)
        for (oc = 0; oc < p->out_c; ++oc) {
          const int64_t acc = weighted_sum(p, x + oc / group_outputs * filter_c, weights + oc * filter_size,
                                           oh, ow, filter_c, bias ? bias[oc] : 0);
          const int32_t value = p->has_narrow_sums ? mote_requantize((int32_t)acc, multiplier[oc], shift[oc])
                                                   : mote_requantize_wide(acc, multiplier[oc], shift[oc]);
          *y++ = mote_clamp_s16(value, p->act_min, p->act_max);
        }
}
