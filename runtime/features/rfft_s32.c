/* Half as many complex values are transformed, even samples as real and odd ones as imaginary parts: by
 * decimation in time in steps of four values, the first of which brings the samples in, in the order of
 * reversed digits. Data have 32 bits and are never scaled, for the samples are brought in with as many bits
 * as their sums leave; cosines have 16. */
#include "mote_rfft_s32.h"

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

/* Steps of four ------------------------------------------------------------------------------------------ */

#if MOTE_FIXED_HAS_DSP

typedef struct {
  int32_t *z;
  int32_t leap; /* bytes from one of four values to the next */
  const int16_t *turns;
  int32_t at, step; /* bytes in the table */
  int32_t left;     /* values of a transform */
  const int32_t *end;
} mote_steps;

/* Products of b, which `load` has brought to two registers, with a turn: their halves to re and im. */
#define MOTE_TURNED(b_re, b_im, turn, re, im) \
  "smulwb " re ", " b_re ", " turn            \
  "\n"                                        \
  "smlawt " re ", " b_im ", " turn ", " re    \
  "\n"                                        \
  "smulwb " im ", " b_im ", " turn            \
  "\n"                                        \
  "smulwt " b_re ", " b_re ", " turn          \
  "\n"                                        \
  "sub " im ", " im ", " b_re "\n"

/* As below, in 49 instructions for four values: x - 2 y is (x + 2 y) - 4 y, which overflows back. */
static __attribute__((naked, noinline)) void mote_run_steps(const mote_steps *s __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "ldm r0, {r0-r6}\n"
      "push {r0, r2-r6}\n" /* z, turns, at, step, left, end */
      "1:\n"
      "ldrd r6, r7, [sp, #4]\n"
      "ldr r2, [r6, r7]\n"
      "ldr r3, [r6, r7, lsl #1]\n"
      "add r7, r7, r7, lsl #1\n"
      "ldr r4, [r6, r7]\n"
      "ldr r0, [sp]\n"
      "2:\n"
      "add r5, r0, r1\n"
      "ldrd r6, r7, [r5]\n" MOTE_TURNED("r6", "r7", "r2", "r8", "r9")
      "add r5, r5, r1\n"
      "ldrd r6, r7, [r5]\n" MOTE_TURNED("r6", "r7", "r3", "r10", "r11")
      "add r5, r5, r1\n"
      "ldrd r6, r7, [r5]\n" MOTE_TURNED("r6", "r7", "r4", "r12", "lr")
      "add r6, r8, r12\n" /* b + d, b - d */
      "sub r8, r8, r12\n"
      "add r7, r9, lr\n"
      "sub r9, r9, lr\n"
      "ldr r12, [r0]\n"
      "ldr lr, [r0, #4]\n"
      "add r12, r12, r10, lsl #1\n" /* a + c, a - c */
      "sub r10, r12, r10, lsl #2\n"
      "add lr, lr, r11, lsl #1\n"
      "sub r11, lr, r11, lsl #2\n"
      "add r12, r12, r6, lsl #1\n"
      "sub r6, r12, r6, lsl #2\n"
      "add lr, lr, r7, lsl #1\n"
      "sub r7, lr, r7, lsl #2\n"
      "strd r12, lr, [r0]\n"
      "add r10, r10, r9, lsl #1\n"
      "sub r9, r10, r9, lsl #2\n"
      "sub r11, r11, r8, lsl #1\n"
      "add r8, r11, r8, lsl #2\n"
      "strd r9, r8, [r5]\n"
      "sub r5, r5, r1\n"
      "strd r6, r7, [r5]\n"
      "sub r5, r5, r1\n"
      "strd r10, r11, [r5]\n"
      "add r0, r0, r1, lsl #2\n"
      "ldr r5, [sp, #20]\n"
      "cmp r0, r5\n"
      "bcc 2b\n"
      "ldr r0, [sp]\n"
      "add r0, r0, #8\n"
      "ldrd r6, r7, [sp, #8]\n"
      "add r6, r6, r7\n"
      "ldr r8, [sp, #16]\n"
      "str r0, [sp]\n"
      "str r6, [sp, #8]\n"
      "subs r8, r8, #1\n"
      "str r8, [sp, #16]\n"
      "bne 1b\n"
      "add sp, sp, #24\n"
      "pop {r4-r11, pc}\n");
}

static void mote_steps_of_four(int32_t *z, int32_t count, int32_t size, const int16_t *turns) {
  mote_steps s;
  s.z = z;
  s.leap = 8 * size;
  s.turns = turns;
  s.at = 0;
  s.step = 4 * (count / (2 * size));
  s.left = size;
  s.end = z + 2 * count;
  mote_run_steps(&s);
}

#else

/* Four transforms of `size` values each, one behind the other, become one. */
static void mote_steps_of_four(int32_t *z, int32_t count, int32_t size, const MOTE_FLASH int16_t *turns) {
  const int32_t stride = count / (2 * size); /* in the table, of 2 count angles */
  int32_t k;
  for (k = 0; k < size; ++k) {
    const mote_turn_s16 once = mote_turn_at(turns + 2 * (k * stride));
    const mote_turn_s16 twice = mote_turn_at(turns + 4 * (k * stride));
    const mote_turn_s16 thrice = mote_turn_at(turns + 6 * (k * stride));
    int32_t *a, *const end = z + 2 * count;
    for (a = z + 2 * k; a < end; a += 8 * size) {
      int32_t *const b = a + 2 * size, *const c = b + 2 * size, *const d = c + 2 * size;
      const int32_t b_re = mote_turned_re(b[0], b[1], once), b_im = mote_turned_im(b[0], b[1], once);
      const int32_t c_re = mote_turned_re(c[0], c[1], twice), c_im = mote_turned_im(c[0], c[1], twice);
      const int32_t d_re = mote_turned_re(d[0], d[1], thrice), d_im = mote_turned_im(d[0], d[1], thrice);
      const int32_t sum_re = a[0] + 2 * c_re, sum_im = a[1] + 2 * c_im;
      const int32_t rest_re = a[0] - 2 * c_re, rest_im = a[1] - 2 * c_im;
      a[0] = sum_re + 2 * (b_re + d_re);
      a[1] = sum_im + 2 * (b_im + d_im);
      c[0] = sum_re - 2 * (b_re + d_re);
      c[1] = sum_im - 2 * (b_im + d_im);
      b[0] = rest_re + 2 * (b_im - d_im);
      b[1] = rest_im - 2 * (b_re - d_re);
      d[0] = rest_re - 2 * (b_im - d_im);
      d[1] = rest_im + 2 * (b_re - d_re);
    }
  }
}

#endif

/* Of the real samples ------------------------------------------------------------------------------------ */

/* The bits of x, of -1 - x where it is below 0. */
static inline uint32_t mote_size_of(int32_t x) { return (uint32_t)(x ^ (x >> 31)); }

/* The spectrum of the complex values becomes twice that of the samples: X[0], X[length / 2], then real and
 * imaginary parts. Returns all bits that its sizes have. */
static uint32_t mote_parted(int32_t *z, int32_t length, const MOTE_FLASH int16_t *turns) {
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

MOTE_SHARED int32_t mote_power_spectrum_s32(const mote_rfft_s32_params *p, const mote_frame_s16 *frame,
                                            int32_t *z) {
  const int32_t count = p->length / 2;
  int32_t size, k, bits, up, last;
  if (frame->before || frame->mean || frame->step != 1)
    size = mote_first_step(p, frame, z, 0);
  else
    size = mote_first_step(p, frame, z, 1);
  for (; size < count; size *= 4) mote_steps_of_four(z, count, size, p->turns);
  bits = mote_bits_u32(mote_parted(z, p->length, p->turns) + 1); /* -2^n has n + 1 bits */
  up = bits > 15 ? 31 - bits : 16;
  last = mote_power_of(z[1], 0, up);
  z[0] = mote_power_of(z[0], 0, up);
  for (k = 1; k < count; ++k) z[k] = mote_power_of(z[2 * k], z[2 * k + 1], up);
  z[count] = last;
  return 16 - up;
}
