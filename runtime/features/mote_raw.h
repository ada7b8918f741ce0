/* Chosen channels of a window, times a factor. */
#ifndef MOTE_RAW_H
#define MOTE_RAW_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, chosen;
  float scale;
  const MOTE_FLASH int16_t *columns; /* chosen channels, in their order */
} mote_raw_params;

/* x: [rows, channels]; needs no work; y: [rows, chosen] */
void mote_raw(const mote_raw_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
