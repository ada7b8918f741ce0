/* Moving values: strided blocks, constants, tables. */
#include "mote_runtime.h"

MOTE_SHARED void mote_copy_strided(const mote_copy_params *p, const void *x, void *y) {
  const int8_t *in = (const int8_t *)x + p->in_offset * p->element_bytes;
  int8_t *out = (int8_t *)y + p->out_offset * p->element_bytes;
  int32_t index[MOTE_MAX_RANK] = {0}, i, k;
  const int last = MOTE_MAX_RANK - 1;
  int d;
  for (;;) {
    for (i = 0; i < p->count[last]; ++i)
      for (k = 0; k < p->element_bytes; ++k)
        out[i * p->out_stride[last] * p->element_bytes + k] =
            in[i * p->in_stride[last] * p->element_bytes + k];
    for (d = last - 1; d >= 0; --d) {
      in += p->in_stride[d] * p->element_bytes;
      out += p->out_stride[d] * p->element_bytes;
      if (++index[d] < p->count[d]) break;
      in -= p->count[d] * p->in_stride[d] * p->element_bytes;
      out -= p->count[d] * p->out_stride[d] * p->element_bytes;
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

MOTE_SHARED int32_t mote_drop_rows(int8_t *rows, int32_t row_bytes, int32_t dropped, int32_t count) {
  const int8_t *from = rows + dropped * row_bytes, *const end = rows + count * row_bytes;
  if (dropped <= 0) return 0;
#if defined(__GNUC__)
  for (; end - from >= 4; from += 4, rows += 4) {
    uint32_t four;
    __builtin_memcpy(&four, from, sizeof four);
    __builtin_memcpy(rows, &four, sizeof four);
  }
#endif
  while (from < end) *rows++ = *from++;
  return dropped;
}

MOTE_SHARED void mote_fill_s8(int32_t value, int32_t count, int8_t *y) {
  int32_t i;
  for (i = 0; i < count; ++i) y[i] = (int8_t)value;
}

MOTE_SHARED void mote_fill_s16(int32_t value, int32_t count, int16_t *y) {
  int32_t i;
  for (i = 0; i < count; ++i) y[i] = (int16_t)value;
}

MOTE_SHARED void mote_lookup_s8(const MOTE_FLASH int8_t *table, const int8_t *x, int32_t count, int8_t *y) {
  int32_t i;
  for (i = 0; i < count; ++i) y[i] = table[(int32_t)x[i] + 128];
}
