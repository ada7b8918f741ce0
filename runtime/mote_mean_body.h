/* Mean over axes, for the value type that the including file names: VALUE, CLAMP(x, low, high), LOWEST,
 * HIGHEST. */
#include "mote_runtime.h"

/* Steps a multi-index over the first d axes; returns 0 when it has come round. */
static int next(int32_t *index, const int32_t *count, const int32_t *stride, int d, int32_t *at) {
  while (--d >= 0) {
    *at += stride[d];
    if (++index[d] < count[d]) return 1;
    *at -= count[d] * stride[d];
    index[d] = 0;
  }
  return 0;
}

static void mean(const mote_mean_params *p, const VALUE *x, VALUE *y) {
  const int32_t count = p->sum_count[MOTE_MAX_RANK - 1], stride = p->sum_stride[MOTE_MAX_RANK - 1];
  int32_t out[MOTE_MAX_RANK] = {0}, base = 0;
  do {
    int32_t sum[MOTE_MAX_RANK] = {0}, at = base, acc = 0, k;
    do {
      const VALUE *v = x + at;
      for (k = 0; k < count; ++k, v += stride) acc += *v;
    } while (next(sum, p->sum_count, p->sum_stride, MOTE_MAX_RANK - 1, &at));
    acc = mote_requantize(acc - p->correction, p->multiplier, p->shift) + p->output_zero_point;
    *y++ = CLAMP(acc, LOWEST, HIGHEST);
  } while (next(out, p->out_count, p->out_stride, MOTE_MAX_RANK, &base));
}
