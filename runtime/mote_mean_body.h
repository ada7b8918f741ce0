/* Mean over axes, for the value type that the including file names: VALUE, CLAMP(x, low, high), LOWEST,
 * HIGHEST. */
#include "mote_runtime.h"

/* Steps a multi-index; returns 0 when it has come round. */
static int next(int32_t *index, const int32_t *count, const int32_t *stride, int32_t *at) {
  int d;
  for (d = MOTE_MAX_RANK - 1; d >= 0; --d) {
    *at += stride[d];
    if (++index[d] < count[d]) return 1;
    *at -= count[d] * stride[d];
    index[d] = 0;
  }
  return 0;
}

static void mean(const mote_mean_params *p, const VALUE *x, VALUE *y) {
  int32_t out[MOTE_MAX_RANK] = {0}, base = 0;
  do {
    int32_t sum[MOTE_MAX_RANK] = {0}, at = base, acc = 0;
    do acc += x[at];
    while (next(sum, p->sum_count, p->sum_stride, &at));
    acc = mote_requantize(acc - p->correction, p->multiplier, p->shift) + p->output_zero_point;
    *y++ = CLAMP(acc, LOWEST, HIGHEST);
  } while (next(out, p->out_count, p->out_stride, &base));
}
