/* Values of frames less the mean of those around, a fixed number of frames; beyond the ends stand the same
 * frames mirrored, as often as it takes. */
#ifndef MOTE_EDGE_IMPULSE_CMVN_H
#define MOTE_EDGE_IMPULSE_CMVN_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* y: [frames, values], in place; window: an odd number. by_deviation: divided by the deviation around, too.
 * work: 2 * frames floats. */
void mote_edge_impulse_cmvn(float *y, int32_t frames, int32_t values, int32_t window, int by_deviation,
                            float *work);

#ifdef __cplusplus
}
#endif

#endif
