/* y[m] = sum over i of x[i] taps[|m down - i up|] */
#include "mote_fixed_polyphase.h"

/* Rows from the first on that taps reach, which may lie before row 0. */
static int32_t mote_first_reached_s16(int32_t at, int32_t up) {
  return at >= 0 ? (at + up - 1) / up : -(-at / up);
}

static int32_t mote_polyphase_row_s16(const mote_fixed_polyphase_params *p, const int16_t *x, int32_t at) {
  const int32_t first = mote_first_reached_s16(at - p->half, p->up), shift = p->shift - 8;
  mote_sum_u64 sum = MOTE_NO_SUM;
  int32_t i, distance = at - first * p->up; /* falls from half to -half */
  int64_t value;
  for (i = first; distance >= -p->half; ++i, distance -= p->up) {
    const int32_t tap = p->taps[distance < 0 ? -distance : distance];
    int32_t row = i;
    if (i < 0 || i >= p->rows) {
      if (!p->is_held) continue;
      row = i < 0 ? 0 : p->rows - 1;
    }
    mote_add_s32(&sum, x[row * p->channels] * tap);
  }
  value = ((int64_t)mote_total_of(&sum) + ((int64_t)1 << (shift - 1))) >> shift;
  return value > MOTE_FIXED_MOST    ? MOTE_FIXED_MOST
         : value < -MOTE_FIXED_MOST ? -MOTE_FIXED_MOST
                                    : (int32_t)value;
}

MOTE_SHARED void mote_fixed_polyphase(const mote_fixed_polyphase_params *p, const int16_t *x, int32_t *work,
                                      int32_t *y) {
  int32_t m, c;
  (void)work;
  for (m = 0; m < p->out_rows; ++m)
    for (c = 0; c < p->channels; ++c) *y++ = mote_polyphase_row_s16(p, x + c, m * p->down);
}
