/* Grey is the luma of ITU-R BT.601. */
#include "mote_edge_impulse_image.h"

MOTE_SHARED void mote_edge_impulse_image(const mote_edge_impulse_image_params *p, const float *x, float *work,
                                         float *y) {
  int32_t i;
  (void)work;
  if (p->is_grey)
    for (i = 0; i < p->pixels; ++i)
      y[i] = (0.299f * x[3 * i] + 0.587f * x[3 * i + 1] + 0.114f * x[3 * i + 2]) / 255.0f;
  else
    for (i = 0; i < 3 * p->pixels; ++i) y[i] = x[i] / 255.0f;
}
