/* Rows at another rate, by one symmetric filter. */
#ifndef MOTE_POLYPHASE_H
#define MOTE_POLYPHASE_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels;
  int32_t up, down; /* the rate is multiplied by up / down */
  int32_t half;     /* of the filter, at up times the rate, on each side of its middle */
  int32_t out_rows;
  int32_t is_held;              /* beyond its ends the window is 1: its first and last row, 0: zeros */
  const MOTE_FLASH float *taps; /* from the middle on: half + 1 values */
} mote_polyphase_params;

/* x: [rows, channels]; needs no work; y: [out_rows, channels] */
void mote_polyphase(const mote_polyphase_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
