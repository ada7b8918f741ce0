/* Images of another size, in grey, and with other values. */
#ifndef MOTE_IMAGE_H
#define MOTE_IMAGE_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t width, channels; /* of the image that comes */
  int32_t out_height, out_width;
  int32_t is_grey;         /* 1: red, green and blue become their luma */
  float offset, divisor;   /* values are (v - offset) / divisor */
  int32_t is_standardized; /* 1: offset and divisor are the image's own mean and deviation, the latter at
                              least divisor */
  const MOTE_FLASH int16_t *row_first,
      *row_count; /* per row that is made: first of those it is made of, how many */
  const MOTE_FLASH float *row_weights;
  const MOTE_FLASH int16_t *column_first, *column_count;
  const MOTE_FLASH float *column_weights;
} mote_image_params;

/* x: [height, width, channels]; needs no work; y: [out_height, out_width, channels], or 1 channel in grey */
void mote_image(const mote_image_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
