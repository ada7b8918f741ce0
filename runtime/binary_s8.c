/* Sum, difference and product of two int8 tensors, with broadcasting. */
#define VALUE int8_t
#define CLAMP mote_clamp_s8
#define HEADROOM 20
#define MOTE_IS_S8 1
#include "mote_binary_body.h"

MOTE_SHARED void mote_add_s8(const mote_binary_params *p, const int8_t *a, const int8_t *b, int8_t *y) {
  for_each(p, a, b, y, kSum);
}
MOTE_SHARED void mote_sub_s8(const mote_binary_params *p, const int8_t *a, const int8_t *b, int8_t *y) {
  for_each(p, a, b, y, kDifference);
}
MOTE_SHARED void mote_mul_s8(const mote_binary_params *p, const int8_t *a, const int8_t *b, int8_t *y) {
  for_each(p, a, b, y, kProduct);
}
