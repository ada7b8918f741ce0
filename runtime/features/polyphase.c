/* y[m] = sum over i of x[i] taps[|m down - i up|] */
#include "mote_polyphase.h"

/* Rows from the first on that taps reach, which may lie before row 0. */
static int32_t mote_first_reached(int32_t at, int32_t up) {
  return at >= 0 ? (at + up - 1) / up : -(-at / up);
}

static float mote_polyphase_row(const mote_polyphase_params *p, const float *x, int32_t at) {
  const int32_t first = mote_first_reached(at - p->half, p->up);
  float sum = 0;
  int32_t i, distance = at - first * p->up; /* falls from half to -half */
  for (i = first; distance >= -p->half; ++i, distance -= p->up) {
    const float tap = p->taps[distance < 0 ? -distance : distance];
    int32_t row = i;
    if (i < 0 || i >= p->rows) {
      if (!p->is_held) continue;
      row = i < 0 ? 0 : p->rows - 1;
    }
    sum += x[row * p->channels] * tap;
  }
  return sum;
}

MOTE_SHARED void mote_polyphase(const mote_polyphase_params *p, const float *x, float *work, float *y) {
  int32_t m, c;
  (void)work;
  for (m = 0; m < p->out_rows; ++m)
    for (c = 0; c < p->channels; ++c) *y++ = mote_polyphase_row(p, x + c, m * p->down);
}
