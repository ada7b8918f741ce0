/* Offset and divisor have 12 bits behind the point; one division a channel gives what all its samples are
 * multiplied by. */
#include "mote_fixed_window_normalization.h"

enum { MOTE_OFFSET_BITS = 12, MOTE_PARTS_BITS = 19 };

typedef struct {
  const int16_t *x;
  int32_t rows, columns, step; /* values x[r * step + c] */
  const MOTE_FLASH int16_t *down;
} mote_part_s16;

static inline int32_t mote_part_value(const mote_part_s16 *part, int32_t row, int32_t column) {
  const int32_t down = part->down[column], v = part->x[row * part->step + column];
  return (v + ((int32_t)1 << down >> 1)) >> down;
}

/* In Q12. */
typedef struct {
  int32_t offset;
  uint32_t divisor;
} mote_part_scale;

static mote_part_scale mote_part_scale_of(const mote_part_s16 *part, int32_t method) {
  const int32_t count = part->rows * part->columns;
  mote_part_scale s;
  int32_t sum = 0, least = mote_part_value(part, 0, 0), most = least, r, c;
  mote_sum_u64 squares = MOTE_NO_SUM;
  uint64_t spread;
  for (r = 0; r < part->rows; ++r)
    for (c = 0; c < part->columns; ++c) {
      const int32_t v = mote_part_value(part, r, c);
      sum += v;
      mote_add_u32(&squares, (uint32_t)(v * v));
      if (v < least) least = v;
      if (v > most) most = v;
    }
  s.offset = method == MOTE_FIXED_MINMAX    ? least * ((int32_t)1 << MOTE_OFFSET_BITS)
             : method == MOTE_FIXED_MAX_ABS ? 0
                                            : mote_mean_of(sum, count, MOTE_OFFSET_BITS);
  if (method == MOTE_FIXED_MINMAX) {
    s.divisor = (uint32_t)(most - least) << MOTE_OFFSET_BITS;
  } else if (method == MOTE_FIXED_MAX_ABS) {
    s.divisor = (uint32_t)(-least > most ? -least : most) << MOTE_OFFSET_BITS;
  } else { /* count^2 times the variance, and its root with as many bits as there are */
    int32_t up;
    spread = (uint64_t)count * mote_total_of(&squares) - (uint64_t)((int64_t)sum * sum);
    up = spread ? (64 - mote_bits_u64(spread)) / 2 : 0;
    s.divisor = (uint32_t)((((uint64_t)mote_root_u64(spread << (2 * up)) << MOTE_OFFSET_BITS) >> up) /
                           (uint32_t)count);
  }
  return s;
}

static void mote_normalize_part_s16(const mote_part_s16 *part, int32_t method, int32_t floor, int32_t *y) {
  mote_part_scale s = mote_part_scale_of(part, method);
  uint32_t divisor, least = (uint32_t)floor << (MOTE_OFFSET_BITS - 8);
  int32_t bits, shift, r, c;
  uint64_t inverse = 0;
  divisor = s.divisor < least ? least : s.divisor;
  bits = mote_bits_u32(divisor);
  if (divisor) inverse = ((uint64_t)1 << (bits + 30)) / divisor; /* 2^30 to 2^31 */
  shift = bits + 30 - MOTE_PARTS_BITS;
  for (r = 0; r < part->rows; ++r)
    for (c = 0; c < part->columns; ++c) {
      const int32_t away = mote_part_value(part, r, c) * ((int32_t)1 << MOTE_OFFSET_BITS) - s.offset;
      int64_t v = method == MOTE_FIXED_MEAN
                      ? (away + 8) >> 4
                      : ((int64_t)away * (int64_t)inverse + ((int64_t)1 << (shift - 1))) >> shift;
      if (v > MOTE_FIXED_MOST) v = MOTE_FIXED_MOST;
      if (v < -MOTE_FIXED_MOST) v = -MOTE_FIXED_MOST;
      y[r * part->step + c] = (int32_t)v;
    }
}

MOTE_SHARED void mote_fixed_window_normalization(const mote_fixed_window_normalization_params *p,
                                                 const int16_t *x, int32_t *work, int32_t *y) {
  mote_part_s16 part;
  int32_t c;
  (void)work;
  part.rows = p->rows;
  part.step = p->channels;
  part.columns = p->is_per_axis ? 1 : p->channels;
  for (c = 0; c < p->channels; c += part.columns) {
    part.x = x + c;
    part.down = p->down + c;
    mote_normalize_part_s16(&part, p->method, p->least[c], y + c);
  }
}
