/* Chosen channels of a window times a factor, in integers. */
#ifndef MOTE_FIXED_RAW_H
#define MOTE_FIXED_RAW_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, chosen;
  int32_t factor;                    /* in Q15, at most 2^15 */
  const MOTE_FLASH int16_t *columns; /* chosen channels, in their order */
} mote_fixed_raw_params;

/* x: [rows, channels]; y: [rows, chosen], x times the factor in Q8; no work. */
void mote_fixed_raw(const mote_fixed_raw_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
