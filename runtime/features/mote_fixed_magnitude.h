/* Length of the vector of some channels, row by row, in integers. */
#ifndef MOTE_FIXED_MAGNITUDE_H
#define MOTE_FIXED_MAGNITUDE_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, chosen, keeps; /* as in mote_magnitude.h */
  const MOTE_FLASH int16_t *columns;
  const MOTE_FLASH int16_t *down; /* of each chosen channel: its square is 2^down times one in the unit of the
                                     length, 0 to 47 */
} mote_fixed_magnitude_params;

/* x: [rows, channels]; y: [rows, 1] or [rows, channels + 1]: channels in Q8, the length in Q7; no work. */
void mote_fixed_magnitude(const mote_fixed_magnitude_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
