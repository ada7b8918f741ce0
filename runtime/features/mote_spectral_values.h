/* What there is of a power spectrum, in floats and in integers. */
#ifndef MOTE_SPECTRAL_VALUES_H
#define MOTE_SPECTRAL_VALUES_H

#define MOTE_SPECTRAL_POWER 1
#define MOTE_SPECTRAL_BANDS 2 /* sum of the powers from one bin to another, times bin_hz */
#define MOTE_SPECTRAL_PEAKS 4 /* Hz and power of the highest ones; 0, 0 where there is none */
#define MOTE_SPECTRAL_MOMENTS \
  8 /* Hz of centroid and spread, skewness, excess kurtosis; 0 0 0 -3 without power */
#define MOTE_SPECTRAL_ENTROPY 16 /* of the powers' shares, by that of equal ones; 0 without power */

#endif
