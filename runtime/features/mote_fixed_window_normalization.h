/* Each window by its own mean, deviation or extremes, in integers. */
#ifndef MOTE_FIXED_WINDOW_NORMALIZATION_H
#define MOTE_FIXED_WINDOW_NORMALIZATION_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { MOTE_FIXED_MEAN = 0, MOTE_FIXED_STANDARD = 1, MOTE_FIXED_MINMAX = 2, MOTE_FIXED_MAX_ABS = 3 };

typedef struct {
  int32_t rows, channels;
  int32_t is_per_axis, method; /* as in mote_window_normalization.h */
  const MOTE_FLASH int16_t
      *down; /* of each channel, to the unit of all: so many bits to the right, 0 to 15 */
  const MOTE_FLASH int32_t *least; /* of each channel: what is divided by is at least this, in Q8 */
} mote_fixed_window_normalization_params;

/* x: [rows, channels], of which at most 65535 values have one mean; y: the same: less the mean alone in Q8 of
 * the unit, else in Q19; no work. */
void mote_fixed_window_normalization(const mote_fixed_window_normalization_params *p, const int16_t *x,
                                     int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
