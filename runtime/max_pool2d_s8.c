/* Max pooling, int8. Only positions inside the input count. */
#include "mote_runtime.h"

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP && defined(__thumb2__) && defined(__GNUC__)
#define MOTE_MAX4

/* The larger of four bytes each. */
static inline uint32_t max4(const int8_t *p, uint32_t best) {
  uint32_t x, y;
  __builtin_memcpy(&x, p, sizeof x);
  __asm("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(y) : "r"(x), "r"(best));
  return y;
}
#endif

MOTE_SHARED void mote_max_pool2d_s8(const mote_pool2d_params *p, const int8_t *x, int8_t *y) {
  int32_t n, oh, ow, c, h, w;
#ifdef MOTE_MAX4
  int32_t i;
#endif
  for (n = 0; n < p->batches; ++n) {
    for (oh = 0; oh < p->out_h; ++oh) {
      for (ow = 0; ow < p->out_w; ++ow) {
        const int32_t top = oh * p->stride_h - p->pad_top, left = ow * p->stride_w - p->pad_left;
        const int32_t h0 = top < 0 ? 0 : top, w0 = left < 0 ? 0 : left;
        const int32_t h1 = top + p->pool_h < p->in_h ? top + p->pool_h : p->in_h;
        const int32_t w1 = left + p->pool_w < p->in_w ? left + p->pool_w : p->in_w;
        const int8_t *const first = x + (h0 * p->in_w + w0) * p->channels;
        c = 0;
#ifdef MOTE_MAX4
        for (; c + 4 <= p->channels; c += 4, y += 4) {
          const int8_t *row = first + c;
          uint32_t best = 0x80808080u;
          for (h = h0; h < h1; ++h, row += p->in_w * p->channels) {
            const int8_t *v = row;
            for (w = w0; w < w1; ++w, v += p->channels) best = max4(v, best);
          }
          __builtin_memcpy(y, &best, sizeof best);
          if (p->act_min != -128 || p->act_max != 127)
            for (i = 0; i < 4; ++i) y[i] = mote_clamp_s8(y[i], p->act_min, p->act_max);
        }
#endif
        for (; c < p->channels; ++c) {
          const int8_t *row = first + c;
          int32_t best = -128;
          for (h = h0; h < h1; ++h, row += p->in_w * p->channels) {
            const int8_t *v = row;
            for (w = w0; w < w1; ++w, v += p->channels)
              if (*v > best) best = *v;
          }
          *y++ = mote_clamp_s8(best, p->act_min, p->act_max);
        }
      }
    }
    x += p->in_h * p->in_w * p->channels;
  }
}
