/* Flatten of Edge Impulse: statistics of each axis. */
#ifndef MOTE_EDGE_IMPULSE_FLATTEN_H
#define MOTE_EDGE_IMPULSE_FLATTEN_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, axes;
  float scale;
  int32_t average, minimum, maximum, rms, stdev, skewness, kurtosis; /* 1: wanted */
} mote_edge_impulse_flatten_params;

/* Needs no work. */
void mote_edge_impulse_flatten(const mote_edge_impulse_flatten_params *p, const float *x, float *work,
                               float *y);

#ifdef __cplusplus
}
#endif

#endif
