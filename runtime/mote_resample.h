/* Rows of a sensor at another rate than is wanted: rows in between, each on the line from the row before it
 * to the row behind it, as `data.resample` makes them of recordings.
 *
 * The first row stays as it is. Row k lies k * step / 65536 sensor rows behind it, so that rates that are
 * wrong in the last place are wrong by less than a row in an hour. */
#ifndef MOTE_RESAMPLE_H
#define MOTE_RESAMPLE_H

#include "mote_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_ONE_ROW 65536
/* Within 1 % rates count as equal: no sensor keeps its own more exactly, and rows stay as they are. */
#define MOTE_SAME_RATE 0.01f
/* Beyond it a line skips rows that it should average, or most of what is told is made up. */
#define MOTE_MOST_RATE_RATIO 2.0f

typedef struct {
  int32_t channels;
  int32_t step;  /* from one row that is told to the next, of MOTE_ONE_ROW */
  int32_t place; /* of the next one, behind the sensor's row before */
  int8_t has_row;
} mote_resample;

/* Returns 0 where the rates are too far apart, or no rates. */
static inline int mote_resample_begin(mote_resample *s, int32_t channels, float from_hz, float to_hz) {
  const float ratio = from_hz / to_hz;
  s->channels = channels;
  s->place = 0;
  s->has_row = 0;
  if (!(from_hz > 0 && to_hz > 0 && ratio <= MOTE_MOST_RATE_RATIO && ratio * MOTE_MOST_RATE_RATIO >= 1))
    return 0;
  s->step = ratio < 1 - MOTE_SAME_RATE || ratio > 1 + MOTE_SAME_RATE ? (int32_t)(ratio * MOTE_ONE_ROW + 0.5f)
                                                                     : MOTE_ONE_ROW;
  return 1;
}

/* To be called with a row of the sensor until it returns 0: whether `out` is one more row that is due.
 * before: [channels], which only this function touches. */
static inline int mote_resample_next(mote_resample *s, float *before, const float *row, float *out) {
  int32_t c;
  if (!s->has_row) {
    s->has_row = 1;
    s->place = MOTE_ONE_ROW;
  }
  if (s->place > MOTE_ONE_ROW) {
    s->place -= MOTE_ONE_ROW;
    for (c = 0; c < s->channels; ++c) before[c] = row[c];
    return 0;
  }
  for (c = 0; c < s->channels; ++c) {
    const float part = (float)s->place / MOTE_ONE_ROW;
    out[c] = s->place == MOTE_ONE_ROW ? row[c] : before[c] + (row[c] - before[c]) * part;
  }
  s->place += s->step;
  return 1;
}

#ifdef __cplusplus
}
#endif

#endif
