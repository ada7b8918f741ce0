/* Half as many complex values are transformed, even samples as real and odd ones as imaginary parts: by
 * decimation in time, two values a step. Their spectrum is parted into that of the samples. */
#include "mote_rfft_f32.h"

typedef struct {
  float cosine, sine;
} mote_turn;

/* cos and sin of 2 pi k / n, 0 <= k < n / 2 */
static mote_turn mote_turn_of(int32_t k, int32_t n, const MOTE_FLASH float *quarter) {
  const int32_t right = n / 4;
  mote_turn t;
  t.cosine = k <= right ? quarter[k] : -quarter[2 * right - k];
  t.sine = k <= right ? quarter[right - k] : quarter[k - right];
  return t;
}

static void mote_swap_bits(float *x, int32_t count) {
  int32_t i, j = 0;
  for (i = 0; i < count; ++i) {
    int32_t bit = count >> 1;
    if (i < j) {
      const float re = x[2 * i], im = x[2 * i + 1];
      x[2 * i] = x[2 * j];
      x[2 * i + 1] = x[2 * j + 1];
      x[2 * j] = re;
      x[2 * j + 1] = im;
    }
    for (; bit && (j & bit); bit >>= 1) j ^= bit;
    j |= bit;
  }
}

static void mote_butterflies(float *x, int32_t n, int32_t half, const MOTE_FLASH float *quarter) {
  const int32_t count = n / 2, step = n / (2 * half);
  const float *const end = x + 2 * count;
  int32_t k;
  for (k = 0; k < half; ++k) {
    const mote_turn t = mote_turn_of(k * step, n, quarter);
    float *a;
    for (a = x + 2 * k; a < end; a += 4 * half) {
      float *const b = a + 2 * half;
      const float re = b[0] * t.cosine + b[1] * t.sine, im = b[1] * t.cosine - b[0] * t.sine;
      b[0] = a[0] - re;
      b[1] = a[1] - im;
      a[0] += re;
      a[1] += im;
    }
  }
}

/* The first two steps, whose cosines and sines are 0 and 1: sums alone. */
static void mote_plain_butterflies(float *x, int32_t count) {
  float *const end = x + 2 * count;
  for (; x < end; x += 8) {
    const float sum_re = x[0] + x[2], sum_im = x[1] + x[3], rest_re = x[0] - x[2], rest_im = x[1] - x[3];
    const float more_re = x[4] + x[6], more_im = x[5] + x[7], less_re = x[4] - x[6], less_im = x[5] - x[7];
    x[0] = sum_re + more_re;
    x[1] = sum_im + more_im;
    x[2] = rest_re + less_im;
    x[3] = rest_im - less_re;
    x[4] = sum_re - more_re;
    x[5] = sum_im - more_im;
    x[6] = rest_re - less_im;
    x[7] = rest_im + less_re;
  }
}

MOTE_SHARED void mote_rfft_f32(float *x, int32_t n, const MOTE_FLASH float *quarter) {
  const int32_t count = n / 2;
  int32_t half = 1, k;
  mote_swap_bits(x, count);
  if (count >= 4) {
    mote_plain_butterflies(x, count);
    half = 4;
  }
  for (; half < count; half *= 2) mote_butterflies(x, n, half, quarter);
  {
    const float re = x[0], im = x[1];
    x[0] = re + im;
    x[1] = re - im;
  }
  for (k = 1; 2 * k <= count; ++k) {
    const mote_turn t = mote_turn_of(k, n, quarter);
    float *a = x + 2 * k, *b = x + 2 * (count - k);
    const float even_re = 0.5f * (a[0] + b[0]), even_im = 0.5f * (a[1] - b[1]);
    const float odd_re = 0.5f * (a[1] + b[1]), odd_im = 0.5f * (b[0] - a[0]);
    const float re = odd_re * t.cosine + odd_im * t.sine, im = odd_im * t.cosine - odd_re * t.sine;
    b[0] = even_re - re;
    b[1] = im - even_im;
    a[0] = even_re + re;
    a[1] = even_im + im;
  }
}

MOTE_SHARED void mote_power_spectrum_f32(float *x, int32_t n, const MOTE_FLASH float *quarter) {
  const int32_t count = n / 2;
  float last;
  int32_t k;
  mote_rfft_f32(x, n, quarter);
  last = x[1] * x[1];
  x[0] *= x[0];
  for (k = 1; k < count; ++k) x[k] = x[2 * k] * x[2 * k] + x[2 * k + 1] * x[2 * k + 1];
  x[count] = last;
}
