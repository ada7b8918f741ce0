/* 2-D convolution, int8. A 1-D convolution is one with in_h = kernel_h = 1. Padded positions are skipped,
 * which is the same as their holding the input's zero point. */
#include "mote_runtime.h"

void mote_conv2d_s8(const mote_conv2d_params *p, const int8_t *x, const int8_t *weights, const int32_t *bias,
                    const int32_t *multiplier, const int8_t *shift, int8_t *y) {
  const int32_t filter_c = p->in_c / p->groups, group_outputs = p->out_c / p->groups;
  const int32_t filter_size = p->kernel_h * p->kernel_w * filter_c;
  int32_t n, oh, ow, oc, kh, kw, c;
  for (n = 0; n < p->batches; ++n) {
    for (oh = 0; oh < p->out_h; ++oh) {
      for (ow = 0; ow < p->out_w; ++ow) {
        for (oc = 0; oc < p->out_c; ++oc) {
          const int32_t first_c = oc / group_outputs * filter_c;
          int32_t acc = bias ? bias[oc] : 0;
          for (kh = 0; kh < p->kernel_h; ++kh) {
            const int32_t h = oh * p->stride_h - p->pad_top + kh * p->dilation_h;
            if (h < 0 || h >= p->in_h) continue;
            for (kw = 0; kw < p->kernel_w; ++kw) {
              const int32_t col = ow * p->stride_w - p->pad_left + kw * p->dilation_w;
              const int8_t *in, *w;
              if (col < 0 || col >= p->in_w) continue;
              in = x + (h * p->in_w + col) * p->in_c + first_c;
              w = weights + oc * filter_size + (kh * p->kernel_w + kw) * filter_c;
              for (c = 0; c < filter_c; ++c) acc += (int32_t)w[c] * ((int32_t)in[c] - p->input_zero_point);
            }
          }
          *y++ = mote_clamp_s8(mote_requantize(acc, multiplier[oc], shift[oc]) + p->output_zero_point,
                               p->act_min, p->act_max);
        }
      }
    }
    x += p->in_h * p->in_w * p->in_c;
  }
}
