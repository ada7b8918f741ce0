/* Autocorrelation of each channel in integers. */
#ifndef MOTE_FIXED_AUTOCORRELATION_H
#define MOTE_FIXED_AUTOCORRELATION_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, lags, is_centered,
      tells_peak; /* as in mote_autocorrelation.h; rows: at most 65535 */
} mote_fixed_autocorrelation_params;

/* x: [rows, channels]; y: [channels, lags] in Q20, or [channels, lags + 1] with the lag of the first peak;
 * work: rows values. */
void mote_fixed_autocorrelation(const mote_fixed_autocorrelation_params *p, const int16_t *x, int32_t *work,
                                int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
