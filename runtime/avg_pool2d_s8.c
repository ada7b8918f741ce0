/* Average pooling, int8. Only positions inside the input count; the mean is rounded half away from zero. */
#include "mote_runtime.h"

void mote_avg_pool2d_s8(const mote_pool2d_params *p, const int8_t *x, int8_t *y) {
  int32_t n, oh, ow, c, h, w;
  for (n = 0; n < p->batches; ++n) {
    for (oh = 0; oh < p->out_h; ++oh) {
      for (ow = 0; ow < p->out_w; ++ow) {
        const int32_t top = oh * p->stride_h - p->pad_top, left = ow * p->stride_w - p->pad_left;
        const int32_t h0 = top < 0 ? 0 : top, w0 = left < 0 ? 0 : left;
        const int32_t h1 = top + p->pool_h < p->in_h ? top + p->pool_h : p->in_h;
        const int32_t w1 = left + p->pool_w < p->in_w ? left + p->pool_w : p->in_w;
        const int32_t count = (h1 - h0) * (w1 - w0);
        for (c = 0; c < p->channels; ++c) {
          const int8_t *row = x + (h0 * p->in_w + w0) * p->channels + c;
          int32_t sum = 0;
          for (h = h0; h < h1; ++h, row += p->in_w * p->channels) {
            const int8_t *v = row;
            for (w = w0; w < w1; ++w, v += p->channels) sum += *v;
          }
          sum = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
          *y++ = mote_clamp_s8(sum, p->act_min, p->act_max);
        }
      }
    }
    x += p->in_h * p->in_w * p->channels;
  }
}
