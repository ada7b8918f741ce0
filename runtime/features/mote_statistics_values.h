/* Statistics of a channel, in floats and in integers. */
#ifndef MOTE_STATISTICS_VALUES_H
#define MOTE_STATISTICS_VALUES_H

/* The wanted ones are told of each channel, in this order. */
#define MOTE_STATISTIC_MEAN 1
#define MOTE_STATISTIC_DEVIATION 2 /* of a population */
#define MOTE_STATISTIC_RMS 4
#define MOTE_STATISTIC_MIN 8
#define MOTE_STATISTIC_MAX 16
#define MOTE_STATISTIC_RANGE 32
#define MOTE_STATISTIC_SKEWNESS 64        /* third moment by deviation^3; 0 of what does not vary */
#define MOTE_STATISTIC_KURTOSIS 128       /* fourth moment by deviation^4, less 3; -3 of what does not vary */
#define MOTE_STATISTIC_ZERO_CROSSINGS 256 /* changes of sign, by rows - 1 */
#define MOTE_STATISTIC_MEAN_CROSSINGS 512 /* the same around the mean */

#endif
