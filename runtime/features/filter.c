/* Direct form II, transposed. Poles near the unit circle multiply rounding errors of states and numbers: such
 * filters run with pairs of floats. */
#include "mote_filter.h"

#include "mote_compensated.h"

static void mote_plain_section(float *y, int32_t rows, int32_t step, const MOTE_FLASH float *c, float start) {
  float first = c[5] * start, second = c[6] * start;
  int32_t i;
  for (i = 0; i < rows; ++i) {
    const float in = y[i * step], out = c[0] * in + first;
    first = (c[1] * in - c[3] * out) + second;
    second = c[2] * in - c[4] * out;
    y[i * step] = out;
  }
}

static mote_pair mote_filter_number(const MOTE_FLASH float *c, int32_t i) {
  return mote_pair_of(c[i], c[i + MOTE_FILTER_SECTION / 2]);
}

/* One row through all sections, as pairs until the end: a filter may make large what it makes small again. */
static float mote_pairs_row(const mote_filter_params *p, mote_pair *state, float x) {
  mote_pair value = mote_pair_of(x, 0);
  int32_t s;
  for (s = 0; s < p->sections; ++s, state += 2) {
    const MOTE_FLASH float *c = p->filter + MOTE_FILTER_SECTION * s;
    const mote_pair out = mote_add_pair(mote_multiply_pair(mote_filter_number(c, 0), value), state[0]),
                    back = mote_pair_of(-out.high, -out.low);
    state[0] = mote_add_pair(mote_add_pair(mote_multiply_pair(mote_filter_number(c, 1), value),
                                           mote_multiply_pair(mote_filter_number(c, 3), back)),
                             state[1]);
    state[1] = mote_add_pair(mote_multiply_pair(mote_filter_number(c, 2), value),
                             mote_multiply_pair(mote_filter_number(c, 4), back));
    value = out;
  }
  return value.high;
}

static void mote_pairs_channel(const mote_filter_params *p, const float *x, float start, float *y) {
  mote_pair state[2 * MOTE_FILTER_MOST_SECTIONS];
  int32_t s, i;
  for (s = 0; s < 2 * p->sections; ++s)
    state[s] =
        mote_scaled_pair(mote_filter_number(p->filter + MOTE_FILTER_SECTION * (s / 2), 5 + s % 2), start);
  for (i = 0; i < p->rows; ++i) y[i * p->channels] = mote_pairs_row(p, state, x[i * p->channels]);
}

static void mote_plain_channel(const mote_filter_params *p, const float *x, float start, float *y) {
  int32_t i, s;
  for (i = 0; i < p->rows; ++i) y[i * p->channels] = x[i * p->channels];
  for (s = 0; s < p->sections; ++s)
    mote_plain_section(y, p->rows, p->channels, p->filter + MOTE_FILTER_SECTION * s, start);
}

MOTE_SHARED void mote_filter(const mote_filter_params *p, const float *x, float *work, float *y) {
  int32_t c;
  (void)work;
  for (c = 0; c < p->channels; ++c) {
    const float start = p->is_steady ? x[c] : 0;
    if (p->is_precise)
      mote_pairs_channel(p, x + c, start, y + c);
    else
      mote_plain_channel(p, x + c, start, y + c);
  }
}
