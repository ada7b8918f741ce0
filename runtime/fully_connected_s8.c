/* Fully connected layer, int8. The bias holds the input's zero point. */
#include "mote_sums.h"

MOTE_SHARED void mote_fully_connected_s8(const mote_fully_connected_s8_params *p, const int8_t *x,
                                         const MOTE_FLASH int8_t *weights, const MOTE_FLASH int32_t *bias,
                                         const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift,
                                         int8_t *y) {
  const mote_outputs o = {multiplier, shift, p->per_channel, p->output_zero_point, p->act_min, p->act_max};
  const int32_t inputs = p->inputs;
  int32_t n, first, i, r, sum[MOTE_BLOCK];
  for (n = 0; n < p->batches; ++n, x += inputs, y += p->outputs)
    for (first = 0; first < p->outputs; first += MOTE_BLOCK) {
      const int32_t count = p->outputs - first < MOTE_BLOCK ? p->outputs - first : MOTE_BLOCK;
      const MOTE_FLASH int8_t *const w = weights + first * inputs;
      for (i = 0; i < count; i += 4) {
        const int32_t at = i > 0 && i + 4 > count ? count - 4 : i; /* the last four overlap */
        if (at + 4 <= count) {
          const MOTE_FLASH int32_t *const b = bias + first + at;
          int32_t *const s = sum + at;
          s[0] = b[0];
          s[1] = b[1];
          s[2] = b[2];
          s[3] = b[3];
          mote_add_rows(x, w + at * inputs, inputs, inputs, s);
        } else { /* fewer than four in all */
          for (r = 0; r < count; ++r) {
            const int8_t *v = x, *const end = x + inputs;
            const MOTE_FLASH int8_t *f = w + r * inputs;
            int32_t s = bias[first + r];
            while (v < end) s += *v++ * *f++;
            sum[r] = s;
          }
        }
      }
      mote_finish(&o, first, count, sum, y + first);
    }
}
