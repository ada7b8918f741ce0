/* Absolute values of some channels, the others as they are, in integers. */
#ifndef MOTE_FIXED_SIGN_FREE_H
#define MOTE_FIXED_SIGN_FREE_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels;
  const MOTE_FLASH int16_t *is_free; /* per channel: 1: its sign is dropped */
} mote_fixed_sign_free_params;

/* x: [rows, channels]; y: the same in Q8; no work. */
void mote_fixed_sign_free(const mote_fixed_sign_free_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
