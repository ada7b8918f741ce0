/* Statistics of each channel of a window in integers. */
#ifndef MOTE_FIXED_STATISTICS_H
#define MOTE_FIXED_STATISTICS_H

#include "mote_fixed.h"
#include "mote_statistics_values.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, wanted; /* rows: 2 to 65535 */
} mote_fixed_statistics_params;

/* x: [rows, channels]; y: [channels, wanted ones]: those in the unit of x in Q7, skewness and kurtosis in
 * Q12, crossings in Q20; no work. */
void mote_fixed_statistics(const mote_fixed_statistics_params *p, const int16_t *x, int32_t *work,
                           int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
