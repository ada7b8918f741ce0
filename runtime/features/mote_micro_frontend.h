/* The audio front end of TensorFlow Lite Micro: windows of sound to logarithms of mel bands whose noise is
 * taken away, all in integers, bit for bit. */
#ifndef MOTE_MICRO_FRONTEND_H
#define MOTE_MICRO_FRONTEND_H

#include "mote_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Qn: n bits behind the point. */
typedef struct {
  int32_t frames, window_size, step; /* frame i is of samples i * step ... i * step + window_size - 1 */
  int32_t fft_size;                  /* the power of two from window_size, from 4 to 32768 */
  int32_t channels, first_bin, end_bin;
  int32_t smoothing_bits, even_smoothing, odd_smoothing, min_signal; /* of the noise; the last three Q14 */
  int32_t snr_shift, correction_bits, log_shift;
  const MOTE_FLASH int16_t *window;              /* [window_size], Q12 */
  const MOTE_FLASH int16_t *quarter;             /* 32767 cos(2 pi k / fft_size), k from 0 to fft_size / 4 */
  const MOTE_FLASH int16_t *widths;              /* [channels + 1]: bins between one centre and the next */
  const MOTE_FLASH int16_t *weights, *unweights; /* of each bin, Q12: its shares of its two bands */
  const MOTE_FLASH int16_t *gains;               /* [125] of the gain control, or NULL: none */
  const MOTE_FLASH uint16_t *logarithms; /* [129]: log2(1 + k / 128) - k / 128, Q16, or NULL: no log */
} mote_micro_frontend_params;

/* x: samples in units of int16; y: [frames, channels], integers from 0 to 65535; work: fft_size / 2 + 1 +
 * channels floats. The noise is known of the frames of this call only. */
void mote_micro_frontend(const mote_micro_frontend_params *p, const float *x, float *work, float *y);

/* The same numbers of int16 samples; work: as many values. */
void mote_micro_frontend_s16(const mote_micro_frontend_params *p, const int16_t *x, int32_t *work,
                             int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
