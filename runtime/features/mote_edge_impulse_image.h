/* Image block of Edge Impulse: pixels of 0 to 255, red, green and blue, as 0 to 1, or their grey. */
#ifndef MOTE_EDGE_IMPULSE_IMAGE_H
#define MOTE_EDGE_IMPULSE_IMAGE_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t pixels, is_grey;
} mote_edge_impulse_image_params;

/* x: [pixels, 3]; needs no work; y: [pixels, 3] or [pixels, 1] */
void mote_edge_impulse_image(const mote_edge_impulse_image_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
