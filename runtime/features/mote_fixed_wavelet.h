/* Energies of the parts of a wavelet decomposition of each channel, in integers. */
#ifndef MOTE_FIXED_WAVELET_H
#define MOTE_FIXED_WAVELET_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_FIXED_WAVELET_MOST_LEVELS 16
enum { MOTE_FIXED_WAVELET_ENERGIES = 1, MOTE_FIXED_WAVELET_RELATIVE = 2, MOTE_FIXED_WAVELET_ENTROPY = 4 };

typedef struct {
  int32_t rows, channels, wanted, level, taps; /* as in mote_wavelet.h; rows: at most 65535 */
  int32_t up;                                  /* samples are brought in times 2^up */
  int32_t log_gain;                            /* a logarithm is log2 times this, in Q16 */
  int32_t floor;                               /* smaller logarithms, log2 in Q16, count as this */
  int32_t entropy_gain;                        /* 1 / log2 of the number of parts, in Q15 */
  const MOTE_FLASH int32_t *levels;            /* of each channel: of an energy of 1, as log2 in Q16 */
  const MOTE_FLASH int16_t *low, *high;        /* the two filters, `taps` values each, in Q15 */
} mote_fixed_wavelet_params;

/* x: [rows, channels]; y: of each channel the wanted ones of each part: logarithms in the unit that log_gain
 * makes, shares in Q20, then the entropy in Q15. work: 3 * (rows / 2 + 1) + taps values. */
void mote_fixed_wavelet(const mote_fixed_wavelet_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
