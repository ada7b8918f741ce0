/* Features of several chains side by side: rows of one chain to their places in the joined rows.
 *
 * from [rows, values]; to: the chain's first value in the first of rows of `stride` values. */
#ifndef MOTE_JOIN_H
#define MOTE_JOIN_H

#include <stdint.h>

static inline void mote_join(const float *from, int32_t rows, int32_t values, int32_t stride, float *to) {
  int32_t r, i;
  for (r = 0; r < rows; ++r, to += stride)
    for (i = 0; i < values; ++i) to[i] = *from++;
}

static inline void mote_join_s32(const int32_t *from, int32_t rows, int32_t values, int32_t stride,
                                 int32_t *to) {
  int32_t r, i;
  for (r = 0; r < rows; ++r, to += stride)
    for (i = 0; i < values; ++i) to[i] = *from++;
}

#endif
