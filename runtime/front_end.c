/* The front end: sensor values to the int8 input of the model. Normalization and quantization in one step. */
#include "mote_runtime.h"

MOTE_SHARED void mote_front_end_f32(const float *raw, int32_t count, const MOTE_FLASH float *offset,
                                    const MOTE_FLASH float *gain, int32_t period, int32_t zero_point,
                                    int8_t *out) {
  int32_t i, k = 0;
  for (i = 0; i < count; ++i) {
    out[i] = mote_sense(raw[i], offset[k], gain[k], zero_point);
    if (++k == period) k = 0;
  }
}

MOTE_SHARED void mote_front_end_s16(const int16_t *counts, int32_t count, const float *unit, int32_t channels,
                                    const MOTE_FLASH float *offset, const MOTE_FLASH float *gain,
                                    int32_t period, int32_t zero_point, int8_t *out) {
  int32_t i, k = 0, c = 0;
  for (i = 0; i < count; ++i) {
    const float value = (float)counts[i] * unit[c];
    out[i] = mote_sense(value, offset[k], gain[k], zero_point);
    if (++k == period) k = 0;
    if (++c == channels) c = 0;
  }
}
