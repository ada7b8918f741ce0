/* The front end behind blocks of features in integers: normalization and quantization in one step. */
#include "mote_runtime.h"

MOTE_SHARED void mote_front_end_s32(const int32_t *x, int32_t count, const MOTE_FLASH int32_t *offset,
                                    const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int32_t *shift,
                                    int32_t period, int32_t zero_point, int8_t *out) {
  int32_t i, k = 0;
  for (i = 0; i < count; ++i) {
    const int32_t distance = x[i] - offset[k];
    const uint64_t size = (uint32_t)(distance < 0 ? -distance : distance) * (uint64_t)multiplier[k];
    const uint64_t rounded = (size + ((uint64_t)1 << (shift[k] - 1))) >> shift[k];
    const int32_t q = rounded > 1024 ? 1024 : (int32_t)rounded;
    out[i] = mote_clamp_s8((distance < 0 ? -q : q) + zero_point, -128, 127);
    if (++k == period) k = 0;
  }
}
