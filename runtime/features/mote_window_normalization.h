/* Each window by its own mean, deviation or extremes. */
#ifndef MOTE_WINDOW_NORMALIZATION_H
#define MOTE_WINDOW_NORMALIZATION_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MOTE_WINDOW_MEAN = 0,     /* x - mean */
  MOTE_WINDOW_STANDARD = 1, /* (x - mean) / deviation of a population */
  MOTE_WINDOW_MINMAX = 2,   /* (x - least) / (most - least) */
  MOTE_WINDOW_MAX_ABS = 3   /* x / largest magnitude */
};

typedef struct {
  int32_t rows, channels;
  int32_t is_per_axis; /* 1: each channel by its own; 0: all by the window's */
  int32_t method;
  float epsilon; /* what is divided by is at least this; where it is 0, so is the result */
} mote_window_normalization_params;

/* x and y: [rows, channels]; needs no work */
void mote_window_normalization(const mote_window_normalization_params *p, const float *x, float *work,
                               float *y);

#ifdef __cplusplus
}
#endif

#endif
