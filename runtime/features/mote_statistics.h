/* Statistics of each channel of a window. */
#ifndef MOTE_STATISTICS_H
#define MOTE_STATISTICS_H

#include "mote_features.h"
#include "mote_statistics_values.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, channels, wanted;
} mote_statistics_params;

/* x: [rows, channels], at least two rows; y: [channels, wanted ones]; no work. */
void mote_statistics(const mote_statistics_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
