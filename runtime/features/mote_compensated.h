/* Sums of floats whose rounding errors are kept: a value is high + low, of about 48 bits. Algorithms: Dekker,
 * A floating-point technique for extending the available precision (1971); Knuth, TAOCP 2, 4.2.2. */
#ifndef MOTE_COMPENSATED_H
#define MOTE_COMPENSATED_H

#include "mote_features.h"

typedef struct {
  float high, low;
} mote_pair;

/* a + b, exactly */
static inline mote_pair mote_two_sum(float a, float b) {
  mote_pair s;
  float part;
  s.high = a + b;
  part = s.high - a;
  s.low = (a - (s.high - part)) + (b - part);
  return s;
}

/* The same for |a| >= |b|. */
static inline mote_pair mote_fast_sum(float a, float b) {
  mote_pair s;
  s.high = a + b;
  s.low = b - (s.high - a);
  return s;
}

/* a * b, exactly but for results near the ends of float's range */
static inline mote_pair mote_two_product(float a, float b) {
  const float a_scaled = a * 4097.0f, b_scaled = b * 4097.0f;
  const float a_high = a_scaled - (a_scaled - a), b_high = b_scaled - (b_scaled - b);
  const float a_low = a - a_high, b_low = b - b_high;
  mote_pair p;
  p.high = a * b;
  p.low = ((a_high * b_high - p.high) + a_high * b_low + a_low * b_high) + a_low * b_low;
  return p;
}

static inline mote_pair mote_pair_of(float high, float low) {
  mote_pair p;
  p.high = high;
  p.low = low;
  return p;
}

static inline mote_pair mote_add_float(mote_pair a, float b) {
  const mote_pair s = mote_two_sum(a.high, b);
  return mote_fast_sum(s.high, s.low + a.low);
}

static inline mote_pair mote_add_pair(mote_pair a, mote_pair b) {
  const mote_pair s = mote_two_sum(a.high, b.high);
  return mote_fast_sum(s.high, s.low + (a.low + b.low));
}

static inline mote_pair mote_multiply_pair(mote_pair a, mote_pair b) {
  const mote_pair p = mote_two_product(a.high, b.high);
  return mote_fast_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

static inline mote_pair mote_scaled_pair(mote_pair a, float b) {
  const mote_pair p = mote_two_product(a.high, b);
  return mote_fast_sum(p.high, p.low + a.low * b);
}

static inline mote_pair mote_divide_pair(mote_pair a, float b) {
  const float first = a.high / b;
  const mote_pair p = mote_two_product(first, b);
  return mote_fast_sum(first, (((a.high - p.high) - p.low) + a.low) / b);
}

#endif
