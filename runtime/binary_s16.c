/* Sum, difference and product of two int16 tensors, with broadcasting. */
#define VALUE int16_t
#define CLAMP mote_clamp_s16
#define HEADROOM 15
#define MOTE_IS_S8 0
#include "mote_binary_body.h"

MOTE_SHARED void mote_add_s16(const mote_binary_params *p, const int16_t *a, const int16_t *b, int16_t *y) {
  for_each(p, a, b, y, kSum);
}
MOTE_SHARED void mote_sub_s16(const mote_binary_params *p, const int16_t *a, const int16_t *b, int16_t *y) {
  for_each(p, a, b, y, kDifference);
}
MOTE_SHARED void mote_mul_s16(const mote_binary_params *p, const int16_t *a, const int16_t *b, int16_t *y) {
  for_each(p, a, b, y, kProduct);
}
