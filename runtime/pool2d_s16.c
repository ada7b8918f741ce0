/* Largest value and mean of pools, int16. Only positions inside the input count. */
#include "mote_runtime.h"

typedef struct {
  int32_t h0, h1, w0, w1;
} pool;

static pool pool_at(const mote_pool2d_params *p, int32_t oh, int32_t ow) {
  const int32_t top = oh * p->stride_h - p->pad_top, left = ow * p->stride_w - p->pad_left;
  pool r;
  r.h0 = top < 0 ? 0 : top;
  r.w0 = left < 0 ? 0 : left;
  r.h1 = top + p->pool_h < p->in_h ? top + p->pool_h : p->in_h;
  r.w1 = left + p->pool_w < p->in_w ? left + p->pool_w : p->in_w;
  return r;
}

static int32_t largest(const mote_pool2d_params *p, const int16_t *x, pool r) {
  int32_t best = -32768, h, w;
  for (h = r.h0; h < r.h1; ++h)
    for (w = r.w0; w < r.w1; ++w) {
      const int16_t v = x[(h * p->in_w + w) * p->channels];
      if (v > best) best = v;
    }
  return best;
}

static int32_t mean(const mote_pool2d_params *p, const int16_t *x, pool r) {
  const int32_t count = (r.h1 - r.h0) * (r.w1 - r.w0);
  int32_t sum = 0, h, w;
  for (h = r.h0; h < r.h1; ++h)
    for (w = r.w0; w < r.w1; ++w) sum += x[(h * p->in_w + w) * p->channels];
  return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

static void for_each_pool(const mote_pool2d_params *p, const int16_t *x, int16_t *y,
                          int32_t (*f)(const mote_pool2d_params *, const int16_t *, pool)) {
  int32_t n, oh, ow, c;
  for (n = 0; n < p->batches; ++n, x += p->in_h * p->in_w * p->channels)
    for (oh = 0; oh < p->out_h; ++oh)
      for (ow = 0; ow < p->out_w; ++ow)
        for (c = 0; c < p->channels; ++c)
          *y++ = mote_clamp_s16(f(p, x + c, pool_at(p, oh, ow)), p->act_min, p->act_max);
}

MOTE_SHARED void mote_max_pool2d_s16(const mote_pool2d_params *p, const int16_t *x, int16_t *y) {
  for_each_pool(p, x, y, largest);
}
MOTE_SHARED void mote_avg_pool2d_s16(const mote_pool2d_params *p, const int16_t *x, int16_t *y) {
  for_each_pool(p, x, y, mean);
}
