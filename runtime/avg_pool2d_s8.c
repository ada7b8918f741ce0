/* Average pooling, int8. Only positions inside the input count; the mean is rounded half away from zero. */
#include "mote_mve.h"
#include "mote_runtime.h"

static int8_t mean(int32_t sum, int32_t count, const mote_pool2d_params *p) {
  const int32_t half = count / 2;
  return mote_clamp_s8((sum > 0 ? sum + half : sum - half) / count, p->act_min, p->act_max);
}

MOTE_SHARED void mote_avg_pool2d_s8(const mote_pool2d_params *p, const int8_t *x, int8_t *y) {
  int32_t n, oh, ow, c, h, w;
#if MOTE_HAS_MVE
  int16_t parts[8];
#endif
  for (n = 0; n < p->batches; ++n) {
    for (oh = 0; oh < p->out_h; ++oh) {
      for (ow = 0; ow < p->out_w; ++ow) {
        const int32_t top = oh * p->stride_h - p->pad_top, left = ow * p->stride_w - p->pad_left;
        const int32_t h0 = top < 0 ? 0 : top, w0 = left < 0 ? 0 : left;
        const int32_t h1 = top + p->pool_h < p->in_h ? top + p->pool_h : p->in_h;
        const int32_t w1 = left + p->pool_w < p->in_w ? left + p->pool_w : p->in_w;
        const int32_t count = (h1 - h0) * (w1 - w0);
        c = 0;
#if MOTE_HAS_MVE
        for (; c + 8 <= p->channels && count <= 256; c += 8, y += 8) { /* sums of 16 bits */
          const int8_t *row = x + (h0 * p->in_w + w0) * p->channels + c;
          int16x8_t sums = vdupq_n_s16(0);
          int32_t i;
          for (h = h0; h < h1; ++h, row += p->in_w * p->channels) {
            const int8_t *v = row;
            for (w = w0; w < w1; ++w, v += p->channels) sums = vaddq_s16(sums, vldrbq_s16(v));
          }
          vst1q_s16(parts, sums);
          for (i = 0; i < 8; ++i) y[i] = mean(parts[i], count, p);
        }
#endif
        for (; c < p->channels; ++c) {
          const int8_t *row = x + (h0 * p->in_w + w0) * p->channels + c;
          int32_t sum = 0;
          for (h = h0; h < h1; ++h, row += p->in_w * p->channels) {
            const int8_t *v = row;
            for (w = w0; w < w1; ++w, v += p->channels) sum += *v;
          }
          *y++ = mean(sum, count, p);
        }
      }
    }
    x += p->in_h * p->in_w * p->channels;
  }
}
