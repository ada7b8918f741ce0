/* The arithmetic of tensorflow/lite/experimental/microfrontend and of the Fourier transform of kissfft with
 * 16-bit integers, which it uses: every shift, rounding and overflow is theirs. Steps of a frame: window,
 * scaling to 16 bits, transform, energies, mel bands, square root, noise, gain, logarithm. */
#include "mote_micro_frontend.h"

#include "mote_fixed.h"

typedef struct {
  int16_t re, im;
} mote_micro_complex;

/* What lies in `work`: a coefficient, then the energy of its bin; noise. */
typedef union {
  float value;
  mote_micro_complex z;
  uint32_t word;
} mote_micro_cell;

static int16_t mote_micro_sample(float x) {
  if (x >= 32767.0f) return 32767;
  if (!(x > -32768.0f)) return -32768;
  return (int16_t)(x < 0.0f ? x - 0.5f : x + 0.5f);
}

/* Fourier transform ------------------------------------------------------------------------------------- */

static int16_t mote_micro_rounded(int32_t q15) { return (int16_t)((q15 + 16384) >> 15); }

static mote_micro_complex mote_micro_scaled(mote_micro_complex a, int32_t factor) {
  a.re = mote_micro_rounded(a.re * factor);
  a.im = mote_micro_rounded(a.im * factor);
  return a;
}

static mote_micro_complex mote_micro_product(mote_micro_complex a, mote_micro_complex b) {
  mote_micro_complex y;
  y.re = mote_micro_rounded((int32_t)a.re * b.re - (int32_t)a.im * b.im);
  y.im = mote_micro_rounded((int32_t)a.re * b.im + (int32_t)a.im * b.re);
  return y;
}

static mote_micro_complex mote_micro_sum(mote_micro_complex a, mote_micro_complex b) {
  a.re = (int16_t)((int32_t)a.re + b.re);
  a.im = (int16_t)((int32_t)a.im + b.im);
  return a;
}

static mote_micro_complex mote_micro_difference(mote_micro_complex a, mote_micro_complex b) {
  a.re = (int16_t)((int32_t)a.re - b.re);
  a.im = (int16_t)((int32_t)a.im - b.im);
  return a;
}

/* exp(-2 pi j k / n), 0 <= k < n, n = 4 * right */
static mote_micro_complex mote_micro_turn(int32_t k, int32_t right, const MOTE_FLASH int16_t *quarter) {
  const int32_t turns = k / right, rest = k - turns * right;
  const int16_t along = quarter[rest], across = quarter[right - rest];
  mote_micro_complex t;
  t.re = (int16_t)(turns == 0 ? along : turns == 1 ? -across : turns == 2 ? -along : across);
  t.im = (int16_t)(turns == 0 ? -across : turns == 1 ? -along : turns == 2 ? across : along);
  return t;
}

/* Which of `count` values stands at `place` before the first stage: stages are of four parts, the first of
 * two where it does not come out even. */
static int32_t mote_micro_source(int32_t place, int32_t count) {
  int32_t source = 0, stride = 1;
  while (count > 1) {
    const int32_t parts = count % 4 ? 2 : 4, part = count / parts;
    source += place / part * stride;
    place %= part;
    stride *= parts;
    count = part;
  }
  return source;
}

static void mote_micro_pairs(mote_micro_cell *z, int32_t count, const MOTE_FLASH int16_t *quarter) {
  mote_micro_complex one;
  int32_t i;
  one.re = quarter[0];
  one.im = 0;
  for (i = 0; i < count; i += 2) {
    const mote_micro_complex a = mote_micro_scaled(z[i].z, 16383);
    const mote_micro_complex b = mote_micro_product(mote_micro_scaled(z[i + 1].z, 16383), one);
    z[i].z = mote_micro_sum(a, b);
    z[i + 1].z = mote_micro_difference(a, b);
  }
}

static void mote_micro_four(mote_micro_cell *z, int32_t m, const mote_micro_complex *turn) {
  const mote_micro_complex a = mote_micro_scaled(z[0].z, 8191);
  const mote_micro_complex b = mote_micro_product(mote_micro_scaled(z[m].z, 8191), turn[0]);
  const mote_micro_complex c = mote_micro_product(mote_micro_scaled(z[2 * m].z, 8191), turn[1]);
  const mote_micro_complex d = mote_micro_product(mote_micro_scaled(z[3 * m].z, 8191), turn[2]);
  const mote_micro_complex even = mote_micro_sum(a, c), odd = mote_micro_difference(a, c);
  const mote_micro_complex sides = mote_micro_sum(b, d), apart = mote_micro_difference(b, d);
  mote_micro_complex right; /* apart / j */
  right.re = apart.im;
  right.im = (int16_t) - (int32_t)apart.re;
  z[0].z = mote_micro_sum(even, sides);
  z[m].z = mote_micro_sum(odd, right);
  z[2 * m].z = mote_micro_difference(even, sides);
  z[3 * m].z = mote_micro_difference(odd, right);
}

/* z: n / 2 pairs of samples in the order of mote_micro_source(); afterwards coefficients 0 ... n / 2. */
static void mote_micro_rfft(mote_micro_cell *z, int32_t n, const MOTE_FLASH int16_t *quarter) {
  const int32_t count = n / 2, right = n / 4;
  int32_t m = 1, k, i;
  while (m * 4 <= count) m *= 4;
  m = m == count ? 1 : 2;
  if (m == 2) mote_micro_pairs(z, count, quarter);
  for (; m < count; m *= 4)
    for (k = 0; k < m; ++k) {
      const int32_t step = k * (n / (4 * m));
      mote_micro_complex turn[3];
      turn[0] = mote_micro_turn(step, right, quarter);
      turn[1] = mote_micro_turn(2 * step, right, quarter);
      turn[2] = mote_micro_turn(3 * step, right, quarter);
      for (i = k; i < count; i += 4 * m) mote_micro_four(z + i, m, turn);
    }
  {
    const mote_micro_complex both = mote_micro_scaled(z[0].z, 16383);
    z[0].z.re = (int16_t)((int32_t)both.re + both.im);
    z[count].z.re = (int16_t)((int32_t)both.re - both.im);
    z[0].z.im = z[count].z.im = 0;
  }
  for (k = 1; 2 * k <= count; ++k) {
    const mote_micro_complex a = mote_micro_scaled(z[k].z, 16383);
    mote_micro_complex b = z[count - k].z, t;
    b.im = (int16_t) - (int32_t)b.im;
    b = mote_micro_scaled(b, 16383);
    t = mote_micro_turn(k, right, quarter); /* times -j */
    {
      const int16_t re = t.re;
      t.re = t.im;
      t.im = (int16_t) - (int32_t)re;
    }
    t = mote_micro_product(mote_micro_difference(a, b), t);
    b = mote_micro_sum(a, b);
    z[k].z.re = (int16_t)(((int32_t)b.re + t.re) >> 1);
    z[k].z.im = (int16_t)(((int32_t)b.im + t.im) >> 1);
    z[count - k].z.re = (int16_t)(((int32_t)b.re - t.re) >> 1);
    z[count - k].z.im = (int16_t)(((int32_t)t.im - b.im) >> 1);
  }
}

/* From samples to energies ------------------------------------------------------------------------------ */

/* Of floats or, where these are null, of int16; so are the results, of floats or of int32. */
typedef struct {
  const float *x;
  const int16_t *samples;
} mote_micro_input;

static int16_t mote_micro_windowed(const mote_micro_frontend_params *p, const mote_micro_input *in,
                                   int32_t i) {
  int32_t sample;
  if (i >= p->window_size) return 0;
  sample = in->x ? mote_micro_sample(in->x[i]) : in->samples[i];
  return (int16_t)((sample * p->window[i]) >> 12);
}

static int16_t mote_micro_larger(int16_t most, int16_t x) {
  const int16_t size =
      (int16_t)(x < 0 ? -(int32_t)x : x); /* that of -32768 is negative, so never the larger */
  return size > most ? size : most;
}

/* One frame, weighed, in the order of the transform. Gives the largest magnitude. */
static int16_t mote_micro_weigh(const mote_micro_frontend_params *p, const mote_micro_input *in,
                                mote_micro_cell *z) {
  const int32_t count = p->fft_size / 2;
  int16_t most = 0;
  int32_t i;
  for (i = 0; i < count; ++i) {
    const int32_t source = 2 * mote_micro_source(i, count);
    z[i].z.re = mote_micro_windowed(p, in, source);
    z[i].z.im = mote_micro_windowed(p, in, source + 1);
    most = mote_micro_larger(mote_micro_larger(most, z[i].z.re), z[i].z.im);
  }
  return most;
}

/* How far to the left values of this magnitude go, so that they fill 16 bits. */
static int32_t mote_micro_scale(int16_t most) { return 15 - mote_bits_u32((uint32_t)most); }

static int16_t mote_micro_shifted(int16_t x, int32_t scale) {
  return (int16_t)(uint16_t)((uint32_t)(uint16_t)x << scale);
}

static uint32_t mote_micro_energy(mote_micro_complex z) {
  return (uint32_t)((int32_t)z.re * z.re) + (uint32_t)((int32_t)z.im * z.im);
}

/* From energies to features ----------------------------------------------------------------------------- */

/* Where the bank of filters is. */
typedef struct {
  const mote_micro_cell *energy;
  const MOTE_FLASH int16_t *weight, *unweight;
  uint64_t carried; /* what the bins so far add to the next band */
} mote_micro_bank;

static uint64_t mote_micro_next_band(mote_micro_bank *b, int32_t width) {
  uint64_t sum = b->carried;
  b->carried = 0;
  for (; width > 0; --width) {
    const uint64_t energy = (b->energy++)->word;
    sum += energy * (uint16_t)*b->weight++;
    b->carried += energy * (uint16_t)*b->unweight++;
  }
  return sum;
}

/* The root of x, rounded to nearest, but 65535 below 2^32. */
static uint32_t mote_micro_root(uint64_t x) {
  const uint32_t most = x >> 32 ? 0xffffffffu : 0xffffu;
  uint64_t root = 0, bit = (uint64_t)1 << 62;
  while (bit > x) bit >>= 2;
  for (; bit; bit >>= 2) {
    const uint64_t part = root + bit;
    root >>= 1;
    if (x >= part) {
      x -= part;
      root += bit;
    }
  }
  return (uint32_t)root + (x > root && root != most);
}

/* The signal without its noise, of which `noise` is a running estimate. */
static uint32_t mote_micro_denoised(const mote_micro_frontend_params *p, int32_t channel, uint32_t signal,
                                    uint32_t *noise) {
  const uint32_t smoothing = (uint32_t)(channel & 1 ? p->odd_smoothing : p->even_smoothing);
  const uint32_t scaled = signal << p->smoothing_bits;
  const uint32_t least = (uint32_t)(((uint64_t)signal * (uint32_t)p->min_signal) >> 14);
  uint32_t rest;
  *noise = (uint32_t)(((uint64_t)scaled * smoothing + (uint64_t)*noise * (16384u - smoothing)) >> 14);
  rest = *noise > scaled ? 0 : (scaled - *noise) >> p->smoothing_bits;
  return rest > least ? rest : least;
}

/* A parabola per power of two. */
static int16_t mote_micro_gain(uint32_t noise, const MOTE_FLASH int16_t *gains) {
  const int32_t bits = mote_bits_u32(noise);
  uint32_t fraction, slope;
  if (noise <= 2) return gains[noise];
  gains += 4 * bits - 6;
  fraction = (bits < 11 ? noise << (11 - bits) : noise >> (bits - 11)) & 0x3ff;
  slope = (uint32_t)(((int32_t)gains[2] * (int32_t)fraction) >> 5) + ((uint32_t)(int32_t)gains[1] << 5);
  return (int16_t)(((int32_t)(slope * fraction + 16384u) >> 15) + gains[0]);
}

/* x from Q12 to Q6: x^2 / 4 below 2, x - 1 from there */
static uint32_t mote_micro_shrunk(uint32_t x) { return x < 8192 ? (x * x) >> 20 : (x >> 6) - 64; }

static uint32_t mote_micro_controlled(const mote_micro_frontend_params *p, uint32_t signal, uint32_t noise) {
  const uint32_t gain = (uint32_t)(int32_t)mote_micro_gain(noise, p->gains);
  return mote_micro_shrunk((uint32_t)(((uint64_t)signal * gain) >> p->snr_shift));
}

/* ln x * scale, x > 1, by log2 in 128 straight pieces */
static uint32_t mote_micro_log(uint32_t x, uint32_t scale, const MOTE_FLASH uint16_t *logarithms) {
  const int32_t whole = mote_bits_u32(x) - 1;
  const uint32_t above = x - ((uint32_t)1 << whole);
  const int32_t fraction = (int32_t)(whole < 16 ? above << (16 - whole) : above >> (whole - 16));
  const int32_t piece = fraction >> 9, low = logarithms[piece], high = logarithms[piece + 1];
  const int32_t bend = low + (((high - low) * (fraction - piece * 512)) >> 16);
  const uint32_t log2 = ((uint32_t)whole << 16) + (uint32_t)(fraction + bend);
  const uint32_t ln = (uint32_t)(((uint64_t)45426 * log2 + 32768) >> 16); /* 45426: ln 2, Q16 */
  return (ln * scale + 32768) >> 16;
}

static uint16_t mote_micro_output(const mote_micro_frontend_params *p, uint32_t signal) {
  if (p->logarithms) {
    signal = p->correction_bits < 0 ? signal >> -p->correction_bits : signal << p->correction_bits;
    signal = signal > 1 ? mote_micro_log(signal, (uint32_t)1 << p->log_shift, p->logarithms) : 0;
  }
  return (uint16_t)(signal < 0xffff ? signal : 0xffff);
}

static void mote_micro_frame(const mote_micro_frontend_params *p, const mote_micro_input *in,
                             mote_micro_cell *z, mote_micro_cell *noise, float *y, int32_t *whole) {
  const int32_t scale = mote_micro_scale(mote_micro_weigh(p, in, z));
  mote_micro_bank bank;
  int32_t i;
  for (i = 0; i < p->fft_size / 2; ++i) {
    z[i].z.re = mote_micro_shifted(z[i].z.re, scale);
    z[i].z.im = mote_micro_shifted(z[i].z.im, scale);
  }
  mote_micro_rfft(z, p->fft_size, p->quarter);
  for (i = p->first_bin; i < p->end_bin; ++i) z[i].word = mote_micro_energy(z[i].z);
  bank.energy = z + p->first_bin;
  bank.weight = p->weights;
  bank.unweight = p->unweights;
  bank.carried = 0;
  mote_micro_next_band(&bank, p->widths[0]); /* below the first centre */
  for (i = 0; i < p->channels; ++i) {
    uint32_t signal = mote_micro_root(mote_micro_next_band(&bank, p->widths[i + 1])) >> scale;
    signal = mote_micro_denoised(p, i, signal, &noise[i].word);
    if (p->gains) signal = mote_micro_controlled(p, signal, noise[i].word);
    if (y)
      y[i] = mote_micro_output(p, signal);
    else
      whole[i] = mote_micro_output(p, signal);
  }
}

MOTE_SHARED void mote_micro_frontend(const mote_micro_frontend_params *p, const float *x, float *work,
                                     float *y) {
  mote_micro_cell *z = (mote_micro_cell *)work, *noise = z + p->fft_size / 2 + 1;
  mote_micro_input in = {x, 0};
  int32_t i;
  for (i = 0; i < p->channels; ++i) noise[i].word = 0;
  for (i = 0; i < p->frames; ++i, in.x += p->step) mote_micro_frame(p, &in, z, noise, y + i * p->channels, 0);
}

MOTE_SHARED void mote_micro_frontend_s16(const mote_micro_frontend_params *p, const int16_t *x, int32_t *work,
                                         int32_t *y) {
  mote_micro_cell *z = (mote_micro_cell *)(void *)work, *noise = z + p->fft_size / 2 + 1;
  mote_micro_input in = {0, x};
  int32_t i;
  for (i = 0; i < p->channels; ++i) noise[i].word = 0;
  for (i = 0; i < p->frames; ++i, in.samples += p->step)
    mote_micro_frame(p, &in, z, noise, 0, y + i * p->channels);
}
