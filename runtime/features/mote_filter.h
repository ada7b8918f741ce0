/* Recursive filter of each channel, in sections of second order. */
#ifndef MOTE_FILTER_H
#define MOTE_FILTER_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers of one section: b0 b1 b2 a1 a2 of y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y'', its two states of a
 * signal that has always been 1, then the parts of these seven that are beyond float. */
#define MOTE_FILTER_SECTION 14
#define MOTE_FILTER_MOST_SECTIONS 8

typedef struct {
  int32_t rows, channels, sections; /* at most 8 */
  int32_t is_precise;               /* 1: states and numbers of twice the digits */
  int32_t is_steady;                /* 1: the first row has always been; 0: zeros have */
  const MOTE_FLASH float *filter;
} mote_filter_params;

/* x and y: [rows, channels]; needs no work */
void mote_filter(const mote_filter_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
