/* A pixel is a weighted sum of those rows and columns that its tables say, which is any way of cropping and
 * resizing. Grey is the luma of ITU-R BT.601. */
#include "mote_image.h"

#include "mote_stretches.h"

static float mote_image_value(const mote_image_params *p, const float *pixel, int32_t c) {
  return p->is_grey ? 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2] : pixel[c];
}

static float mote_image_pixel(const mote_image_params *p, const float *x, int32_t rows,
                              const MOTE_FLASH float *row_weight, int32_t columns,
                              const MOTE_FLASH float *column_weight, int32_t c) {
  float sum = 0;
  int32_t i, j;
  for (i = 0; i < rows; ++i, x += p->width * p->channels) {
    float of_row = 0;
    for (j = 0; j < columns; ++j) of_row += mote_image_value(p, x + j * p->channels, c) * column_weight[j];
    sum += of_row * row_weight[i];
  }
  return sum;
}

static void mote_image_row(const mote_image_params *p, const float *x, int32_t rows,
                           const MOTE_FLASH float *row_weight, float *y) {
  const int32_t channels = p->is_grey ? 1 : p->channels;
  const MOTE_FLASH float *column_weight = p->column_weights;
  int32_t j, c;
  for (j = 0; j < p->out_width; ++j) {
    const float *corner = x + p->column_first[j] * p->channels;
    for (c = 0; c < channels; ++c)
      *y++ = mote_image_pixel(p, corner, rows, row_weight, p->column_count[j], column_weight, c);
    column_weight += p->column_count[j];
  }
}

MOTE_SHARED void mote_image(const mote_image_params *p, const float *x, float *work, float *y) {
  const int32_t of_row = p->out_width * (p->is_grey ? 1 : p->channels), count = p->out_height * of_row;
  const MOTE_FLASH float *row_weight = p->row_weights;
  float offset = p->offset, divisor = p->divisor;
  int32_t i;
  (void)work;
  for (i = 0; i < p->out_height; ++i) {
    const int32_t first = p->row_first[i];
    mote_image_row(p, x + first * p->width * p->channels, p->row_count[i], row_weight, y + i * of_row);
    row_weight += p->row_count[i];
  }
  if (p->is_standardized) {
    const mote_spread s = mote_spread_of(y, count, 1);
    const float deviation = s.range * mote_sqrt(s.variance);
    offset = s.mean;
    if (deviation > divisor) divisor = deviation;
  }
  for (i = 0; i < count; ++i) y[i] = (y[i] - offset) / divisor;
}
