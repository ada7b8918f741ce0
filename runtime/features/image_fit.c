#include "mote_image_fit.h"

#include "mote_runtime.h"

/* A stretch of the image that becomes a stretch of the result, along one axis. */
typedef struct {
  int32_t from, size, to, count;
} axis;

/* The pixels first .. last of the image that pixel i of `count` takes, and how: their weights add up to
 * `total`. */
typedef struct {
  int32_t first, last, begin, end, total;
  int32_t is_mean;
} taps;

static taps taps_of(const axis *a, int32_t i) {
  taps t;
  if (a->size >= a->count) { /* in parts of 1 / count of a pixel */
    t.is_mean = 1;
    t.begin = i * a->size;
    t.end = t.begin + a->size;
    t.first = t.begin / a->count;
    t.last = (t.end - 1) / a->count;
    t.total = a->size;
  } else { /* in parts of 1 / (2 count) */
    int32_t at = (2 * i + 1) * a->size - a->count;
    const int32_t unit = 2 * a->count, end = (a->size - 1) * unit;
    if (at < 0) at = 0;
    if (at > end) at = end;
    t.is_mean = 0;
    t.begin = at;
    t.end = at;
    t.first = at / unit;
    t.last = at % unit == 0 ? t.first : t.first + 1;
    t.total = unit;
  }
  return t;
}

static int32_t weight(const taps *t, int32_t count, int32_t k) {
  if (t->is_mean) {
    const int32_t begin = k * count, end = begin + count;
    return (end < t->end ? end : t->end) - (begin > t->begin ? begin : t->begin);
  } else {
    const int32_t beyond = t->begin - t->first * 2 * count;
    return k == t->first ? 2 * count - beyond : beyond;
  }
}

static uint8_t value_at(const mote_image_fit_params *p, const uint8_t *pixels, int32_t width,
                        const axis *rows, const taps *down, const axis *columns, const taps *across,
                        int32_t channel) {
  uint64_t sum = 0;
  const uint64_t total = (uint64_t)down->total * (uint64_t)across->total;
  int32_t r, c;
  for (r = down->first; r <= down->last; ++r) {
    const uint8_t *row = pixels + ((rows->from + r) * width + columns->from) * p->channels + channel;
    uint32_t of_row = 0;
    for (c = across->first; c <= across->last; ++c)
      of_row += (uint32_t)weight(across, columns->count, c) * row[c * p->channels];
    sum += (uint64_t)of_row * (uint32_t)weight(down, rows->count, r);
  }
  sum += total / 2;
  if (total <= 0xFFFFFFFFu && sum <= 0xFFFFFFFFu) return (uint8_t)((uint32_t)sum / (uint32_t)total);
  return (uint8_t)(sum / total);
}

/* What is left of `size` so that size : other is as count : other_count, at least 1. */
static int32_t cut(int32_t size, int32_t other, int32_t count, int32_t other_count) {
  const int64_t most = (int64_t)other * count / other_count;
  return most < 1 ? 1 : most < size ? (int32_t)most : size;
}

MOTE_SHARED void mote_image_fit_u8(const mote_image_fit_params *p, const uint8_t *pixels, int32_t height,
                                   int32_t width, uint8_t *y) {
  axis rows, columns;
  int32_t i, j, c;
  rows.from = columns.from = rows.to = columns.to = 0;
  rows.size = height;
  rows.count = p->height;
  columns.size = width;
  columns.count = p->width;
  if (p->fit == MOTE_FIT_CROP) {
    rows.size = cut(height, width, p->height, p->width);
    columns.size = cut(width, height, p->width, p->height);
    rows.from = (height - rows.size) / 2;
    columns.from = (width - columns.size) / 2;
  } else if (p->fit == MOTE_FIT_PAD) {
    rows.count = cut(p->height, p->width, height, width);
    columns.count = cut(p->width, p->height, width, height);
    rows.to = (p->height - rows.count) / 2;
    columns.to = (p->width - columns.count) / 2;
  }
  for (i = 0; i < p->height; ++i) {
    const int32_t row = i - rows.to, is_in = row >= 0 && row < rows.count;
    const taps down = taps_of(&rows, is_in ? row : 0);
    for (j = 0; j < p->width; ++j) {
      const int32_t column = j - columns.to;
      if (is_in && column >= 0 && column < columns.count) {
        const taps across = taps_of(&columns, column);
        for (c = 0; c < p->channels; ++c)
          *y++ = value_at(p, pixels, width, &rows, &down, &columns, &across, c);
      } else {
        for (c = 0; c < p->channels; ++c) *y++ = 0;
      }
    }
  }
}
