/* Length of the vector of some channels, row by row. */
#ifndef MOTE_MAGNITUDE_H
#define MOTE_MAGNITUDE_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, chosen;
  int32_t keeps; /* 1: behind the channels as they are; 0: alone */
  const MOTE_FLASH int16_t *columns;
} mote_magnitude_params;

/* x: [rows, channels]; needs no work; y: [rows, 1] or [rows, channels + 1] */
void mote_magnitude(const mote_magnitude_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
