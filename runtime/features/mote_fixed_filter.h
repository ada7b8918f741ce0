/* Recursive filter of each channel, in sections of second order, in integers. */
#ifndef MOTE_FIXED_FILTER_H
#define MOTE_FIXED_FILTER_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers of one section, each in two parts: its bits from the 15th on, then the lower ones. b0 b1 b2 a1 a2
 * of y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y'', and what has always come out of it where the first
 * section has always got 1, in Q29. */
#define MOTE_FIXED_FILTER_NUMBERS 6
#define MOTE_FIXED_FILTER_SECTION (2 * MOTE_FIXED_FILTER_NUMBERS)

typedef struct {
  int32_t rows, channels, sections;
  int32_t is_steady;                /* 1: the first row has always been; 0: zeros have */
  const MOTE_FLASH int16_t *filter; /* of the sections; whatever comes, none gives more than has come. Then
                                       the gain behind them in Q20, in two parts */
} mote_fixed_filter_params;

/* x: [rows, channels]; y: the same in Q8, saturated; no work. */
void mote_fixed_filter(const mote_fixed_filter_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
