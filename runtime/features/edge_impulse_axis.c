/* Filters run sample by sample in the transposed direct form II, in the order of operations of
 * scipy.signal.sosfilt. */
#include "mote_edge_impulse_axis.h"

#include "mote_compensated.h"
#include "mote_edge_impulse_moments.h"

static void mote_filter_section(float *x, int32_t n, const MOTE_FLASH float *c) {
  float first = 0, second = 0;
  int32_t i;
  for (i = 0; i < n; ++i) {
    const float in = x[i], out = c[0] * in + first;
    first = (c[1] * in - c[3] * out) + second;
    second = c[2] * in - c[4] * out;
    x[i] = out;
  }
}

/* The same with outputs and states of twice the digits: poles of decimation are so near to the unit circle
 * that rounding errors of float grow a thousandfold. */
static void mote_precise_section(float *x, int32_t n, const MOTE_FLASH float *c) {
  mote_pair first = {0, 0}, second = {0, 0};
  int32_t i;
  for (i = 0; i < n; ++i) {
    const float in = x[i];
    const mote_pair out = mote_add_pair(mote_two_product(c[0], in), first);
    first = mote_add_pair(mote_add_pair(mote_two_product(c[1], in), mote_scaled_pair(out, -c[3])), second);
    second = mote_add_pair(mote_two_product(c[2], in), mote_scaled_pair(out, -c[4]));
    x[i] = out.high;
  }
}

MOTE_SHARED int32_t mote_edge_impulse_decimate(float *x, int32_t n, int32_t ratio,
                                               const MOTE_FLASH float *sections) {
  const float start = x[0];
  const int32_t left = (n + ratio - 1) / ratio;
  int32_t i, s;
  for (i = 0; i < n; ++i) x[i] -= start;
  for (s = 0; s < 4; ++s) mote_precise_section(x, n, sections + 5 * s);
  for (i = 0; i < left; ++i) x[i] = x[i * ratio];
  return left;
}

MOTE_SHARED void mote_edge_impulse_center(float *x, int32_t n) {
  const float mean = mote_plain_mean(x, n);
  int32_t i;
  for (i = 0; i < n; ++i) x[i] -= mean;
}

MOTE_SHARED int32_t mote_edge_impulse_axis(const mote_edge_impulse_axis_params *p, const float *x,
                                           int32_t axis, float *fx) {
  const float gain =
      0.9942600739f; /* of 0.05 dB of ripple, where a filter of even order lets a constant pass */
  int32_t n = p->rows, i, pass;
  float steady;
  for (i = 0; i < n; ++i) fx[i] = x[i * p->axes + axis] * p->scale;
  steady = fx[0];
  for (pass = 0; pass < p->thirds + p->tenths; ++pass) {
    n = pass < p->thirds ? mote_edge_impulse_decimate(fx, n, 3, p->decimate_3)
                         : mote_edge_impulse_decimate(fx, n, 10, p->decimate_10);
    steady *= gain;
  }
  if (p->sections > 0) {
    if (p->thirds + p->tenths > 0)
      for (i = 0; i < n; ++i) fx[i] += steady;
    for (i = 0; i < p->sections; ++i) mote_filter_section(fx, n, p->filter + 5 * i);
  }
  mote_edge_impulse_center(fx, n);
  return n;
}
