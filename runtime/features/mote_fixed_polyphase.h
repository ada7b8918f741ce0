/* Rows at another rate, by one symmetric filter, in integers. */
#ifndef MOTE_FIXED_POLYPHASE_H
#define MOTE_FIXED_POLYPHASE_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, up, down, half, out_rows, is_held; /* as in mote_polyphase.h */
  int32_t shift;                                             /* bits of the taps behind the point */
  const MOTE_FLASH int16_t *taps;                            /* from the middle on: half + 1 values */
} mote_fixed_polyphase_params;

/* x: [rows, channels]; y: [out_rows, channels] in Q8; no work. */
void mote_fixed_polyphase(const mote_fixed_polyphase_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
