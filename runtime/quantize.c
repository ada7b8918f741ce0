/* Between float and int8. */
#include "mote_runtime.h"

MOTE_SHARED void mote_quantize_f32_s8(const float *x, int32_t count, float scale, int32_t zero_point,
                                      int8_t *y) {
  int32_t i;
  for (i = 0; i < count; ++i) {
    const int32_t q = mote_round(x[i] / scale);
    y[i] = mote_clamp_s8((q < -1024 ? -1024 : q > 1024 ? 1024 : q) + zero_point, -128, 127);
  }
}

MOTE_SHARED void mote_dequantize_s8_f32(const int8_t *x, int32_t count, float scale, int32_t zero_point,
                                        float *y) {
  int32_t i;
  for (i = 0; i < count; ++i) y[i] = (float)((double)scale * (double)((int32_t)x[i] - zero_point));
}
