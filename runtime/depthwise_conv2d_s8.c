/* Depthwise convolution, int8. Padded positions are skipped. */
#include "mote_runtime.h"

void mote_depthwise_conv2d_s8(const mote_conv2d_params *p, const int8_t *x, const int8_t *weights,
                              const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                              int8_t *y) {
  const int32_t multiplicity = p->out_c / p->in_c;
  int32_t n, oh, ow, c, m, kh, kw;
  for (n = 0; n < p->batches; ++n) {
    for (oh = 0; oh < p->out_h; ++oh) {
      for (ow = 0; ow < p->out_w; ++ow) {
        for (c = 0; c < p->in_c; ++c) {
          for (m = 0; m < multiplicity; ++m) {
            const int32_t oc = c * multiplicity + m;
            int32_t acc = bias ? bias[oc] : 0;
            for (kh = 0; kh < p->kernel_h; ++kh) {
              const int32_t h = oh * p->stride_h - p->pad_top + kh * p->dilation_h;
              if (h < 0 || h >= p->in_h) continue;
              for (kw = 0; kw < p->kernel_w; ++kw) {
                const int32_t w = ow * p->stride_w - p->pad_left + kw * p->dilation_w;
                if (w < 0 || w >= p->in_w) continue;
                acc += (int32_t)weights[(kh * p->kernel_w + kw) * p->out_c + oc] *
                       ((int32_t)x[(h * p->in_w + w) * p->in_c + c] - p->input_zero_point);
              }
            }
            *y++ = mote_clamp_s8(mote_requantize(acc, multiplier[oc], shift[oc]) + p->output_zero_point,
                                 p->act_min, p->act_max);
          }
        }
      }
    }
    x += p->in_h * p->in_w * p->in_c;
  }
}
