/* Tensors in another scale, from or to int16, and piecewise linear functions of int16 values. */
#include "mote_runtime.h"

static int32_t rescaled(const mote_rescale_params *p, int32_t x) {
  return mote_requantize(x - p->input_zero_point, p->multiplier, p->shift) + p->output_zero_point;
}

MOTE_SHARED void mote_rescale_s8_s16(const mote_rescale_params *p, const int8_t *x, int16_t *y) {
  int32_t i;
  for (i = 0; i < p->count; ++i) y[i] = mote_clamp_s16(rescaled(p, x[i]), p->act_min, p->act_max);
}

MOTE_SHARED void mote_rescale_s16_s8(const mote_rescale_params *p, const int16_t *x, int8_t *y) {
  int32_t i;
  for (i = 0; i < p->count; ++i) y[i] = mote_clamp_s8(rescaled(p, x[i]), p->act_min, p->act_max);
}

MOTE_SHARED void mote_rescale_s16(const mote_rescale_params *p, const int16_t *x, int16_t *y) {
  int32_t i;
  for (i = 0; i < p->count; ++i) y[i] = mote_clamp_s16(rescaled(p, x[i]), p->act_min, p->act_max);
}

MOTE_SHARED void mote_leaky_relu_s16(const mote_rescale_params *p, int32_t slope_multiplier,
                                     int32_t slope_shift, const int16_t *x, int16_t *y) {
  int32_t i;
  for (i = 0; i < p->count; ++i)
    y[i] =
        mote_clamp_s16(x[i] >= 0 ? rescaled(p, x[i]) : mote_requantize(x[i], slope_multiplier, slope_shift),
                       p->act_min, p->act_max);
}

MOTE_SHARED void mote_abs_s16(const mote_rescale_params *p, const int16_t *x, int16_t *y) {
  int32_t i;
  for (i = 0; i < p->count; ++i)
    y[i] = mote_clamp_s16(mote_requantize(x[i] < 0 ? -(int32_t)x[i] : x[i], p->multiplier, p->shift),
                          p->act_min, p->act_max);
}

MOTE_SHARED void mote_quantize_f32_s16(const float *x, int32_t count, float scale, int16_t *y) {
  int32_t i;
  for (i = 0; i < count; ++i) y[i] = mote_clamp_s16(mote_round(x[i] / scale), -32768, 32767);
}

MOTE_SHARED void mote_dequantize_s16_f32(const int16_t *x, int32_t count, float scale, float *y) {
  int32_t i;
  for (i = 0; i < count; ++i) y[i] = (float)((double)scale * (double)x[i]);
}
