/* Biased: the sum over the rows that there are, by the one of lag 0. */
#include "mote_autocorrelation.h"

#include "mote_stretches.h"

static float mote_lagged_sum(const float *d, int32_t count, int32_t lag) {
  float sum = 0;
  int32_t i = 0;
  while (i < count) {
    const int32_t end = count - i > MOTE_STRETCH ? i + MOTE_STRETCH : count;
    float part = 0;
    for (; i < end; ++i) part += d[i] * d[i + lag];
    sum += part;
  }
  return sum;
}

/* A peak is above the lag before it and at least as high as the next one, and above 0. */
static float mote_first_peak(const float *r, int32_t lags) {
  int32_t i;
  for (i = 1; i + 1 < lags; ++i)
    if (r[i] > 0 && r[i] > r[i - 1] && r[i] >= r[i + 1]) return (float)(i + 1);
  return 0;
}

static void mote_autocorrelate(const mote_autocorrelation_params *p, const float *x, float *d, float *y) {
  const mote_spread s = mote_spread_of(x, p->rows, p->channels);
  const float center = p->is_centered ? s.mean : 0;
  const float magnitude = -s.least > s.most ? -s.least : s.most, scale = p->is_centered ? s.range : magnitude;
  float power;
  int32_t i;
  for (i = 0; i < p->rows; ++i) d[i] = scale > 0 ? (x[i * p->channels] - center) / scale : 0;
  power = mote_lagged_sum(d, p->rows, 0);
  for (i = 1; i <= p->lags; ++i) y[i - 1] = power > 0 ? mote_lagged_sum(d, p->rows - i, i) / power : 0;
}

MOTE_SHARED void mote_autocorrelation(const mote_autocorrelation_params *p, const float *x, float *work,
                                      float *y) {
  int32_t c;
  for (c = 0; c < p->channels; ++c) {
    mote_autocorrelate(p, x + c, work, y);
    if (p->tells_peak) y[p->lags] = mote_first_peak(y, p->lags);
    y += p->tells_peak ? p->lags + 1 : p->lags;
  }
}
