/* Peaks of a spectrum from the highest one on, of whatever type its powers are. */
#ifndef MOTE_NEXT_PEAK_H
#define MOTE_NEXT_PEAK_H

#include "mote_runtime.h"

/* Defines int32_t name(const value *power, int32_t last, int32_t before): the bin of the highest peak between
 * 0 and `last` that is lower than that of bin `before`, or as high and behind it; before 0: the highest of
 * all. 0: there is none. */
#define MOTE_NEXT_PEAK(name, value)                                                             \
  static int32_t name(const value *power, int32_t last, int32_t before) {                       \
    int32_t best = 0, k;                                                                        \
    for (k = 1; k < last; ++k) {                                                                \
      const int is_left =                                                                       \
          before == 0 || power[k] < power[before] || (power[k] == power[before] && k > before); \
      if (is_left && power[k] > power[k - 1] && power[k] >= power[k + 1] &&                     \
          (best == 0 || power[k] > power[best]))                                                \
        best = k;                                                                               \
    }                                                                                           \
    return best;                                                                                \
  }

#endif
