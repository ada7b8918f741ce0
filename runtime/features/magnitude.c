/* Parts of the largest value are squared, so that in no unit a square is beyond the floats. */
#include "mote_magnitude.h"

static float mote_length_of(const mote_magnitude_params *p, const float *row) {
  float largest = 0, sum = 0;
  int32_t k;
  for (k = 0; k < p->chosen; ++k) {
    const float v = row[p->columns[k]], size = v < 0 ? -v : v;
    if (size > largest) largest = size;
  }
  if (!(largest > 0)) return 0;
  for (k = 0; k < p->chosen; ++k) {
    const float part = row[p->columns[k]] / largest;
    sum += part * part;
  }
  return largest * mote_sqrt(sum);
}

MOTE_SHARED void mote_magnitude(const mote_magnitude_params *p, const float *x, float *work, float *y) {
  int32_t r, k;
  (void)work;
  for (r = 0; r < p->rows; ++r, x += p->channels) {
    for (k = 0; p->keeps && k < p->channels; ++k) *y++ = x[k];
    *y++ = mote_length_of(p, x);
  }
}
