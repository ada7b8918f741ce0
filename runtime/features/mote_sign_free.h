/* Absolute values of some channels, the others as they are. */
#ifndef MOTE_SIGN_FREE_H
#define MOTE_SIGN_FREE_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels;
  const MOTE_FLASH int16_t *is_free; /* per channel: 1: its sign is dropped */
} mote_sign_free_params;

/* x and y: [rows, channels]; needs no work */
void mote_sign_free(const mote_sign_free_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
