/* Half as many complex values are transformed, even samples as real and odd ones as imaginary parts: by
 * decimation in time in steps of four values, the first of which brings the samples in, in the order of
 * reversed digits. Data have 32 bits and are never scaled, for the samples are brought in with as many bits
 * as their sums leave; cosines have 16. */
#include "mote_rfft_s32.h"
#include "mote_rfft_steps.h"

#if defined(__GNUC__)
#define MOTE_FIXED_INLINE static inline __attribute__((always_inline))
#else
#define MOTE_FIXED_INLINE static inline
#endif

typedef struct {
  int32_t re, im;
} mote_complex_s32;

/* What is brought in ------------------------------------------------------------------------------------- */

MOTE_FIXED_INLINE int32_t mote_sample_s32(const mote_rfft_s32_params *p, const mote_frame_s16 *f, int32_t i,
                                          int is_plain) {
  const int32_t half = (int32_t)1 << (p->shift - 1);
  int32_t v;
  if (is_plain) return (f->x[i] * (int32_t)p->taper[i] + half) >> p->shift;
  v = f->x[i * f->step] * (int32_t)32768 - f->mean;
  if (f->before) v -= f->before * (i > 0 ? f->x[(i - 1) * f->step] : f->first);
  return (mote_scaled(v, p->taper[i]) + (half >> 1)) >> (p->shift - 1);
}

MOTE_FIXED_INLINE mote_complex_s32 mote_pair_s32(const mote_rfft_s32_params *p, const mote_frame_s16 *f,
                                                 int32_t i, int is_plain) {
  mote_complex_s32 z;
#if MOTE_FIXED_HAS_DSP
  if (is_plain && i + 1 < p->frame) {
    const int32_t half = (int32_t)1 << (p->shift - 1);
    uint32_t x, taper;
    __builtin_memcpy(&x, f->x + i, sizeof x);
    __builtin_memcpy(&taper, p->taper + i, sizeof taper);
    __asm("smlabb %0, %1, %2, %3" : "=r"(z.re) : "r"(x), "r"(taper), "r"(half));
    __asm("smlatt %0, %1, %2, %3" : "=r"(z.im) : "r"(x), "r"(taper), "r"(half));
    z.re >>= p->shift;
    z.im >>= p->shift;
    return z;
  }
#endif
  z.re = i < p->frame ? mote_sample_s32(p, f, i, is_plain) : 0;
  z.im = i + 1 < p->frame ? mote_sample_s32(p, f, i + 1, is_plain) : 0;
  return z;
}

/* The number behind j in the order of its reversed digits of base 4, `top` is 1 in the uppermost one. */
static inline int32_t mote_next_reversed(int32_t j, int32_t top) {
  while (top && (j & 3 * top) == 3 * top) {
    j -= 3 * top;
    top >>= 2;
  }
  return j + top;
}

/* The first of each of the `size` values, whose angles are 0: sums alone. */
static void mote_plain_steps(int32_t *z, int32_t count, int32_t size) {
  int32_t *a = z, *const end = z + 2 * count;
  for (; a < end; a += 8 * size) {
    int32_t *const b = a + 2 * size, *const c = b + 2 * size, *const d = c + 2 * size;
    const int32_t sum_re = a[0] + c[0], rest_re = a[0] - c[0], odd_re = b[0] + d[0];
    const int32_t sum_im = a[1] + c[1], rest_im = a[1] - c[1], odd_im = b[1] + d[1];
    const int32_t turned_re = b[1] - d[1], turned_im = d[0] - b[0]; /* (b - d) / j */
    a[0] = sum_re + odd_re;
    a[1] = sum_im + odd_im;
    b[0] = rest_re + turned_re;
    b[1] = rest_im + turned_im;
    c[0] = sum_re - odd_re;
    c[1] = sum_im - odd_im;
    d[0] = rest_re - turned_re;
    d[1] = rest_im - turned_im;
  }
}

#if MOTE_FIXED_IS_NARROW

/* Samples x times their taper, two of every `apart` up to x_end. */
static MOTE_ALONE int32_t *mote_some_pairs(int32_t *z, const int16_t *x, const int16_t *x_end,
                                           const MOTE_FLASH int16_t *taper, int32_t apart, int32_t shift) {
  const int32_t half = (int32_t)1 << (shift - 1);
  for (; x < x_end; x += apart, taper += apart) {
#if defined(__thumb__) && defined(__GNUC__)
    int32_t v, w, i;
    __asm(
        ".syntax unified\n"
        "movs %[i], #0\nldrsh %[v], [%[x], %[i]]\nldrsh %[w], [%[taper], %[i]]\n"
        "muls %[v], %[w]\nadd %[v], %[half]\nasrs %[v], %[shift]\n"
        "movs %[i], #2\nldrsh %[w], [%[x], %[i]]\nldrsh %[i], [%[taper], %[i]]\n"
        "muls %[w], %[i]\nadd %[w], %[half]\nasrs %[w], %[shift]\n"
        : [v] "=&l"(v), [w] "=&l"(w), [i] "=&l"(i)
        : [x] "l"(x), [taper] "l"(taper), [shift] "l"(shift), [half] "h"(half)
        : "cc", "memory");
    z[0] = v;
    z[1] = w;
#else
    z[0] = (x[0] * (int32_t)taper[0] + half) >> shift;
    z[1] = (x[1] * (int32_t)taper[1] + half) >> shift;
#endif
    z += 2;
  }
  return z;
}

/* The samples of a plain frame, in the order of reversed digits. */
static MOTE_ALONE void mote_plain_pairs(const mote_rfft_s32_params *p, const int16_t *x, int32_t *z,
                                        int32_t radix) {
  const int32_t groups = p->length / 2 / radix, apart = 2 * groups, last = p->frame - 1;
  int32_t group, j = 0;
  for (group = groups; group > 0; --group) {
    int32_t *const first = z, *const next = z + 2 * radix;
    z = mote_some_pairs(z, x + 2 * j, x + last, p->taper + 2 * j, apart, p->shift);
    if (z != next) { /* behind all pairs; the first one may be half */
      const int32_t half = (int32_t)1 << (p->shift - 1);
      if (2 * j + (int32_t)(z - first) / 2 * apart == last) {
        *z++ = (x[last] * (int32_t)p->taper[last] + half) >> p->shift;
        *z++ = 0;
      }
      while (z != next) *z++ = 0;
    }
    j = mote_next_reversed(j, groups / 4);
  }
}

static MOTE_ALONE void mote_other_pairs(const mote_rfft_s32_params *p, const mote_frame_s16 *f, int32_t *z,
                                        int32_t radix) {
  const int32_t length = p->length, end = length / 2 / radix;
  int32_t group, i, j = 0;
  for (group = end; group > 0; --group) {
    for (i = 2 * j; i < length; i += 2 * end) {
      const mote_complex_s32 v = mote_pair_s32(p, f, i, 0);
      *z++ = v.re;
      *z++ = v.im;
    }
    j = mote_next_reversed(j, end / 4);
  }
}

/* Pairs first, then their transforms: eight registers hold one of both. */
static int32_t mote_first_step(const mote_rfft_s32_params *p, const mote_frame_s16 *f, int32_t *z,
                               int is_plain) {
  const int32_t count = p->length / 2, radix = mote_bits_u32((uint32_t)count) & 1 ? 4 : 2;
  int32_t i;
  if (is_plain)
    mote_plain_pairs(p, f->x, z, radix);
  else
    mote_other_pairs(p, f, z, radix);
  if (radix == 4)
    mote_plain_steps(z, count, 1);
  else
    for (i = 0; i < count; i += 2, z += 4) {
      const int32_t re = z[2], im = z[3];
      z[2] = z[0] - re;
      z[3] = z[1] - im;
      z[0] += re;
      z[1] += im;
    }
  return radix;
}

#else

/* Transforms of four samples, or of two where the length asks for it; returns how many. */
MOTE_FIXED_INLINE int32_t mote_first_step(const mote_rfft_s32_params *params, const mote_frame_s16 *frame,
                                          int32_t *z, int is_plain) {
  const mote_rfft_s32_params own_params = *params, *const p = &own_params; /* which no store to z changes */
  const mote_frame_s16 own_frame = *frame, *const f = &own_frame;
  const int32_t count = p->length / 2, is_of_four = (mote_bits_u32((uint32_t)count) & 1);
  const int32_t radix = is_of_four ? 4 : 2, apart = 2 * (count / radix), end = count / radix;
  int32_t group, j = 0;
  for (group = 0; group < end; ++group, z += 2 * radix) {
    const mote_complex_s32 a = mote_pair_s32(p, f, 2 * j, is_plain);
    const mote_complex_s32 b = mote_pair_s32(p, f, 2 * j + apart, is_plain);
    if (is_of_four) {
      const mote_complex_s32 c = mote_pair_s32(p, f, 2 * j + 2 * apart, is_plain);
      const mote_complex_s32 d = mote_pair_s32(p, f, 2 * j + 3 * apart, is_plain);
      z[0] = (a.re + c.re) + (b.re + d.re);
      z[1] = (a.im + c.im) + (b.im + d.im);
      z[2] = (a.re - c.re) + (b.im - d.im);
      z[3] = (a.im - c.im) - (b.re - d.re);
      z[4] = (a.re + c.re) - (b.re + d.re);
      z[5] = (a.im + c.im) - (b.im + d.im);
      z[6] = (a.re - c.re) - (b.im - d.im);
      z[7] = (a.im - c.im) + (b.re - d.re);
    } else {
      z[0] = a.re + b.re;
      z[1] = a.im + b.im;
      z[2] = a.re - b.re;
      z[3] = a.im - b.im;
    }
    j = mote_next_reversed(j, end / 4);
  }
  return radix;
}

#endif

/* Steps of four ------------------------------------------------------------------------------------------ */

/* Four transforms of `size` values each, one behind the other, become one. */
static void mote_steps_of_four(int32_t *z, int32_t count, int32_t size, const MOTE_FLASH int16_t *turns) {
  mote_steps_s32 s;
  mote_plain_steps(z, count, size);
  s.z = z + 2;
  s.leap = 8 * size;
  s.turns = turns;
  s.at = s.step = 4 * (count / (2 * size)); /* the table has 2 count angles */
  s.left = size - 1;
  s.end = z + 2 * count;
  mote_run_steps(&s);
}

/* Of the real samples ------------------------------------------------------------------------------------ */

/* The bits of x, of -1 - x where it is below 0. */
static inline uint32_t mote_size_of(int32_t x) { return (uint32_t)(x ^ (x >> 31)); }

/* The spectrum of the complex values becomes twice that of the samples: X[0], X[length / 2], then real and
 * imaginary parts. Returns all bits that its sizes have. */
static MOTE_ALONE uint32_t mote_parted(int32_t *z, int32_t length, const MOTE_FLASH int16_t *turns) {
  const int32_t count = length / 2;
  const int32_t first = 2 * (z[0] + z[1]), last = 2 * (z[0] - z[1]);
  uint32_t seen = mote_size_of(first) | mote_size_of(last);
  int32_t *a = z + 2, *b = z + 2 * (count - 1);
  z[0] = first;
  z[1] = last;
  for (; a <= b; a += 2, b -= 2) {
    const mote_turn_s16 turn = mote_turn_at(turns += 2);
    const int32_t even_re = a[0] + b[0], even_im = a[1] - b[1];
    const int32_t odd_re = a[1] + b[1], odd_im = b[0] - a[0];
    const int32_t re = 2 * mote_turned_re(odd_re, odd_im, turn),
                  im = 2 * mote_turned_im(odd_re, odd_im, turn);
    b[0] = even_re - re;
    b[1] = im - even_im;
    seen |= mote_size_of(b[0]) | mote_size_of(b[1]);
    a[0] = even_re + re;
    a[1] = even_im + im;
    seen |= mote_size_of(a[0]) | mote_size_of(a[1]);
  }
  return seen;
}

/* t^2 / 2^32, rounded */
static inline int32_t mote_square_high(int32_t t) {
#if MOTE_FIXED_IS_NARROW
  const int32_t high = t >> 16;
  const uint32_t low = (uint32_t)t & 0xffffu;
  return high * high + ((high * (int32_t)low + (int32_t)(low * low >> 17) + 16384) >> 15);
#elif MOTE_FIXED_HAS_DSP
  int32_t y;
  __asm("smmulr %0, %1, %1" : "=r"(y) : "r"(t));
  return y;
#else
  return (int32_t)(((int64_t)t * t + ((int64_t)1 << 31)) >> 32);
#endif
}

/* re^2 / 4^(16 - up), rounded, and the same of im, for parts below 2^(31 - up). */
static inline int32_t mote_power_of(int32_t re, int32_t im, int32_t up) {
  return mote_square_high((int32_t)((uint32_t)re << up)) + mote_square_high((int32_t)((uint32_t)im << up));
}

static MOTE_ALONE void mote_powers(int32_t *z, int32_t count, int32_t up) {
  const int32_t last = mote_power_of(z[1], 0, up);
  const int32_t *part = z + 2;
  z[0] = mote_power_of(z[0], 0, up);
  for (; --count; part += 2) *++z = mote_power_of(part[0], part[1], up);
  *++z = last;
}

MOTE_SHARED int32_t mote_power_spectrum_s32(const mote_rfft_s32_params *p, const mote_frame_s16 *frame,
                                            int32_t *z) {
  const int32_t count = p->length / 2;
  int32_t size, bits, up;
  if (frame->before || frame->mean || frame->step != 1)
    size = mote_first_step(p, frame, z, 0);
  else
    size = mote_first_step(p, frame, z, 1);
  for (; size < count; size *= 4) mote_steps_of_four(z, count, size, p->turns);
  bits = mote_bits_u32(mote_parted(z, p->length, p->turns) + 1); /* -2^n has n + 1 bits */
  up = bits > 15 ? 31 - bits : 16;
  mote_powers(z, count, up);
  return 16 - up;
}
