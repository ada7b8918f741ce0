/* Autocorrelation of each channel. */
#ifndef MOTE_AUTOCORRELATION_H
#define MOTE_AUTOCORRELATION_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels;
  int32_t lags;        /* 1 .. rows - 1: the correlations of lags 1 to this */
  int32_t is_centered; /* 1: of the channel less its mean */
  int32_t tells_peak;  /* 1: then the lag of the first peak of these, in rows; 0 where there is none */
} mote_autocorrelation_params;

/* x: [rows, channels]; y: [channels, lags] or [channels, lags + 1]; work: rows values. */
void mote_autocorrelation(const mote_autocorrelation_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
