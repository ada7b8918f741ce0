/* Rows less the running mean of each channel: over all rows so far until there are `rows` of them, from then
 * on each row moves the mean by its distance / rows. Of the first row nothing is left. Each operation is
 * rounded to float. */
#ifndef MOTE_RUNNING_MEAN_H
#define MOTE_RUNNING_MEAN_H

#include "mote_features.h"

/* `seen`, 0 at the beginning of a stream, counts up to `rows` >= 1; mean [channels] need not be set then. */
static inline void mote_less_running_mean(float *mean, int32_t *seen, int32_t rows, int32_t channels,
                                          const float *x, float *y) {
  int32_t c;
  float share;
  if (*seen < rows) ++*seen;
  share = 1.0f / (float)*seen;
  for (c = 0; c < channels; ++c) {
    const float before = *seen == 1 ? 0.0f : mean[c], moved = (x[c] - before) * share;
    mean[c] = before + moved;
    y[c] = x[c] - mean[c];
  }
}

#endif
