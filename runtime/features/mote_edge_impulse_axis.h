/* One axis of a window as the spectral blocks see it: scaled, decimated, filtered, without its mean. */
#ifndef MOTE_EDGE_IMPULSE_AXIS_H
#define MOTE_EDGE_IMPULSE_AXIS_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sections of filters are b0 b1 b2 a1 a2: y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''. */
typedef struct {
  int32_t rows, axes;
  float scale;
  int32_t thirds, tenths;                           /* how often every third or tenth sample is kept */
  const MOTE_FLASH float *decimate_3, *decimate_10; /* 4 sections each */
  int32_t sections;                                 /* of `filter`; 0: none */
  const MOTE_FLASH float *filter;
} mote_edge_impulse_axis_params;

/* x: [rows, axes]; fx: rows floats, of which afterwards so many as returned are the axis'. */
int32_t mote_edge_impulse_axis(const mote_edge_impulse_axis_params *p, const float *x, int32_t axis,
                               float *fx);

/* Every `ratio`-th sample of x behind 4 sections, which start as if x[0] had always been, less that steady
 * value. In place; returns how many are left. */
int32_t mote_edge_impulse_decimate(float *x, int32_t n, int32_t ratio, const MOTE_FLASH float *sections);

/* Takes the mean off. */
void mote_edge_impulse_center(float *x, int32_t n);

#ifdef __cplusplus
}
#endif

#endif
