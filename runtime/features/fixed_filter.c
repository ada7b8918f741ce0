/* Direct form I: a section's states are what has come and what was given, in Q15. What is cut off a result is
 * added to the next one, so that it does not pile up at low frequencies, where poles are near to 1. */
#include "mote_fixed_filter.h"

enum { MOTE_STATE_BITS = 15, MOTE_NUMBER_BITS = 29, MOTE_GAIN_BITS = 20 };

static int32_t mote_filter_number_s32(const MOTE_FLASH int16_t *parts) {
  return parts[0] * (int32_t)32768 + parts[1];
}

typedef struct {
  int32_t b0, b1, b2, a1, a2;
} mote_section_s32;

static void mote_section_run_s32(const MOTE_FLASH int16_t *numbers, int32_t *y, int32_t rows, int32_t step,
                                 int32_t before_x, int32_t before_y) {
  const uint64_t below = ((uint64_t)1 << MOTE_NUMBER_BITS) - 1;
  uint64_t rest = 0;
  int32_t x1 = before_x, x2 = before_x, y1 = before_y, y2 = before_y, i;
  mote_section_s32 s;
  s.b0 = mote_filter_number_s32(numbers);
  s.b1 = mote_filter_number_s32(numbers + 2);
  s.b2 = mote_filter_number_s32(numbers + 4);
  s.a1 = mote_filter_number_s32(numbers + 6);
  s.a2 = mote_filter_number_s32(numbers + 8);
  for (i = 0; i < rows; ++i, y += step) {
    const int32_t x = *y;
    /* as unsigned: parts of the sum may be beyond it, the sum is not */
    const uint64_t sum = rest + (uint64_t)((int64_t)s.b0 * x) + (uint64_t)((int64_t)s.b1 * x1) +
                         (uint64_t)((int64_t)s.b2 * x2) - (uint64_t)((int64_t)s.a1 * y1) -
                         (uint64_t)((int64_t)s.a2 * y2);
    rest = sum & below;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = (int32_t)((int64_t)sum >> MOTE_NUMBER_BITS);
    *y = y1;
  }
}

static void mote_filter_channel_s32(const mote_fixed_filter_params *p, const int16_t *x, int32_t *y) {
  const MOTE_FLASH int16_t *numbers = p->filter;
  const int32_t step = p->channels;
  const int32_t start = p->is_steady ? x[0] * ((int32_t)1 << MOTE_STATE_BITS) : 0;
  int32_t before = start, gain, shift, s, i;
  for (i = 0; i < p->rows; ++i) y[i * step] = x[i * step] * ((int32_t)1 << MOTE_STATE_BITS);
  for (s = 0; s < p->sections; ++s, numbers += MOTE_FIXED_FILTER_SECTION) {
    const int32_t steady =
        (int32_t)(((int64_t)start * mote_filter_number_s32(numbers + 10)) >> MOTE_NUMBER_BITS);
    mote_section_run_s32(numbers, y, p->rows, step, before, steady);
    before = steady;
  }
  gain = mote_filter_number_s32(numbers);
  shift = MOTE_GAIN_BITS + MOTE_STATE_BITS - 8;
  for (i = 0; i < p->rows; ++i) {
    const int64_t v = ((int64_t)y[i * step] * gain + ((int64_t)1 << (shift - 1))) >> shift;
    y[i * step] = v > MOTE_FIXED_MOST    ? MOTE_FIXED_MOST
                  : v < -MOTE_FIXED_MOST ? -MOTE_FIXED_MOST
                                         : (int32_t)v;
  }
}

MOTE_SHARED void mote_fixed_filter(const mote_fixed_filter_params *p, const int16_t *x, int32_t *work,
                                   int32_t *y) {
  int32_t c;
  (void)work;
  for (c = 0; c < p->channels; ++c) mote_filter_channel_s32(p, x + c, y + c);
}
