/* Which rows of a stream make a window when an event opens it, and what is told of the windows of a stream.
 *
 * A trigger hears how loud a row is: the sum over the channels of how far each lies from its level, each
 * times a gain that makes MOTE_TRIGGER_LIMIT of the threshold. The level is 0 (a fixed threshold), or follows
 * the rows slowly while no window is open (the resting level). All of it is integer arithmetic behind one
 * product, so that desk and device hear the same. */
#ifndef MOTE_STREAM_H
#define MOTE_STREAM_H

#include "mote_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_NOTHING (-2)
#define MOTE_TRIGGER_LIMIT 4096
#define MOTE_FIXED_LEVEL (-1)

typedef struct {
  int32_t window, channels; /* rows, and values in each */
  int32_t pre_roll;         /* rows of the window before the one that is loud; < window */
  int32_t refractory;       /* rows behind a window before another may begin */
  int32_t level_shift;      /* a level goes 1 / 2^shift of the way to each row; or MOTE_FIXED_LEVEL */
  const float *gain;        /* [channels]; 0: a channel that is not listened to */
} mote_trigger;

typedef struct {
  int32_t filled; /* rows in the window; while none is open, of the pre-roll */
  int32_t oldest; /* row of the pre-roll, a ring */
  int32_t wait;   /* rows until another window may begin */
  int8_t is_open, was_loud, has_level;
} mote_trigger_state;

/* NaN counts as 0. The limit leaves room for the sum of 1,000 channels and for the 8 more bits of a level. */
static inline int32_t mote_trigger_units(float value, float gain) {
  const float limit = 1048576.0f, scaled = value * gain;
  if (scaled >= limit) return 1048576;
  if (scaled <= -limit) return -1048576;
  return scaled == scaled ? (int32_t)scaled : 0;
}

/* level: [channels], in 1/256 units. */
static inline int mote_trigger_is_loud(const mote_trigger *t, mote_trigger_state *s, int32_t *level,
                                       const float *row) {
  int32_t sum = 0, c;
  for (c = 0; c < t->channels; ++c) {
    const int32_t units = mote_trigger_units(row[c], t->gain[c]);
    int32_t far = units;
    if (t->level_shift != MOTE_FIXED_LEVEL) {
      if (!s->has_level) level[c] = units * 256;
      far = units - level[c] / 256;
      level[c] += (units * 256 - level[c]) / ((int32_t)1 << t->level_shift);
    }
    sum += far < 0 ? -far : far;
  }
  s->has_level = 1;
  return sum >= MOTE_TRIGGER_LIMIT;
}

static inline void mote_reverse_rows(int8_t *rows, int32_t first, int32_t last, int32_t row_bytes) {
  int32_t i;
  for (; first < last; ++first, --last)
    for (i = 0; i < row_bytes; ++i) {
      const int8_t kept = rows[first * row_bytes + i];
      rows[first * row_bytes + i] = rows[last * row_bytes + i];
      rows[last * row_bytes + i] = kept;
    }
}

/* Where in `rows`, [window] of row_bytes each, the caller has to keep this row; -1: nowhere. At the beginning
 * of a stream, and where a window has just ended, there can be fewer rows before the loud one than pre_roll:
 * then the window begins with those that are there. */
static inline int32_t mote_trigger_place(const mote_trigger *t, mote_trigger_state *s, int32_t *level,
                                         const float *row, void *rows, int32_t row_bytes) {
  int32_t place;
  int is_loud, begins;
  if (s->is_open) return s->filled++;
  is_loud = mote_trigger_is_loud(t, s, level, row);
  begins = is_loud && !s->was_loud && s->wait == 0;
  s->was_loud = (int8_t)is_loud;
  if (s->wait > 0) --s->wait;
  if (begins) {
    int8_t *const bytes = (int8_t *)rows;
    if (s->oldest > 0) { /* the ring begins with its oldest row */
      mote_reverse_rows(bytes, 0, s->oldest - 1, row_bytes);
      mote_reverse_rows(bytes, s->oldest, t->pre_roll - 1, row_bytes);
      mote_reverse_rows(bytes, 0, t->pre_roll - 1, row_bytes);
    }
    s->is_open = 1;
    return s->filled++;
  }
  if (t->pre_roll == 0) return -1;
  if (s->filled < t->pre_roll) return s->filled++;
  place = s->oldest;
  s->oldest = place + 1 < t->pre_roll ? place + 1 : 0;
  return place;
}

/* Whether the row that was just kept fills the window; then it is closed, and the rows stay until the next
 * one comes. What was loud at its end must fall silent before another window begins. */
static inline int mote_trigger_is_whole(const mote_trigger *t, mote_trigger_state *s) {
  if (!s->is_open || s->filled < t->window) return 0;
  s->is_open = 0;
  s->filled = s->oldest = 0;
  s->wait = t->refractory;
  s->was_loud = 1;
  return 1;
}

/* Rows of which a stream's frames of features, or its windows, are made: `length` of them, each `hop` rows
 * behind the one before. */
typedef struct {
  int32_t length, hop, channels;
} mote_lane;

typedef struct {
  int32_t filled; /* rows that are there */
  int32_t passed; /* rows that belong to no frame and are still to come */
} mote_lane_state;

static inline void mote_lane_passes(const mote_lane *l, mote_lane_state *s) {
  s->filled = l->length > l->hop ? l->length - l->hop : 0;
  s->passed = l->hop > l->length ? l->hop - l->length : 0;
}

/* Of rows of floats or of int16:
 * mote_lane_takes: rows: [length, channels]. Whether they are whole with this row; then mote_lane_goes_on()
 * is due. */
#define MOTE_LANE(suffix, value)                                                                      \
  static inline int mote_lane_takes##suffix(const mote_lane *l, mote_lane_state *s, const value *row, \
                                            value *rows) {                                            \
    value *const to = rows + s->filled * l->channels;                                                 \
    int32_t i;                                                                                        \
    if (s->passed > 0) {                                                                              \
      --s->passed;                                                                                    \
      return 0;                                                                                       \
    }                                                                                                 \
    for (i = 0; i < l->channels; ++i) to[i] = row[i];                                                 \
    return ++s->filled == l->length;                                                                  \
  }                                                                                                   \
  static inline void mote_lane_goes_on##suffix(const mote_lane *l, mote_lane_state *s, value *rows) { \
    const int32_t gone = l->hop * l->channels;                                                        \
    int32_t i;                                                                                        \
    mote_lane_passes(l, s);                                                                           \
    for (i = 0; i < s->filled * l->channels; ++i) rows[i] = rows[i + gone];                           \
  }
MOTE_LANE(, float)
MOTE_LANE(_s16, int16_t)
#undef MOTE_LANE

/* Of `frames` frames of `values`, each `stride` behind the one before, the first `gone` are of no window that
 * is to come. */
#define MOTE_FRAMES_GO_ON(suffix, value)                                                                   \
  static inline void mote_frames_go_on_##suffix(value *kept, int32_t frames, int32_t gone, int32_t values, \
                                                int32_t stride) {                                          \
    int32_t t, i;                                                                                          \
    for (t = gone; t < frames; ++t)                                                                        \
      for (i = 0; i < values; ++i) kept[(t - gone) * stride + i] = kept[t * stride + i];                   \
  }
MOTE_FRAMES_GO_ON(s8, int8_t)
MOTE_FRAMES_GO_ON(f32, float)
MOTE_FRAMES_GO_ON(s32, int32_t)
#undef MOTE_FRAMES_GO_ON

/* Columns of a layer over time that `columns` of its input allow, of which each takes `span`. */
static inline int32_t mote_columns_made(int32_t columns, int32_t span, int32_t stride) {
  return columns < span ? 0 : (columns - span) / stride + 1;
}

static inline int32_t mote_smaller(int32_t a, int32_t b) { return a < b ? a : b; }

/* What is told of a stream of windows: an answer that `debounce` windows have had one after the other, else
 * MOTE_UNKNOWN; and behind a class that is an event (any but `rest`), MOTE_NOTHING for `refractory` rows. */
typedef struct {
  int32_t answer, times; /* of the last window, and how many had it */
  int32_t wait;          /* rows */
} mote_told;

static inline int32_t mote_tell(mote_told *s, int32_t answer, int32_t hop, int32_t debounce,
                                int32_t refractory, int32_t rest) {
  if (s->times == 0 || answer != s->answer) s->times = 0;
  s->answer = answer;
  if (s->times < debounce) ++s->times;
  if (s->wait > 0) {
    s->wait -= hop;
    if (s->wait >= 0) return MOTE_NOTHING;
    s->wait = 0;
  }
  if (s->times < debounce) return MOTE_UNKNOWN;
  if (answer >= 0 && answer != rest) s->wait = refractory;
  return answer;
}

#ifdef __cplusplus
}
#endif

#endif
