/* Sums of products on processors that multiply two pairs of 16-bit values in one instruction: Armv7E-M and
 * Armv8-M with the DSP extension (Cortex-M4, M7, M33). Every sum is the exact 32-bit sum of the portable
 * loops, so the results are the same. The loops are written in assembly, because there are exactly as many
 * registers as they need; beside each stands the same in C, which MOTE_EMULATE_DSP chooses for tests
 * elsewhere. They read words at any address: with MOTE_ALIGNED_LOADS there is plain C instead. */
#ifndef MOTE_DSP_H
#define MOTE_DSP_H

#include "mote_runtime.h"

/* 1: no word is read from an address that is none of a word, as where CCR.UNALIGN_TRP is set or memory is of
 * the type Device. GCC tells by -mno-unaligned-access, which it needs anyway; other compilers want both. */
#ifndef MOTE_ALIGNED_LOADS
#if defined(__arm__) && defined(__GNUC__) && !defined(__clang__) && !defined(__ARM_FEATURE_UNALIGNED)
#define MOTE_ALIGNED_LOADS 1
#else
#define MOTE_ALIGNED_LOADS 0
#endif
#elif MOTE_ALIGNED_LOADS && defined(__ARM_FEATURE_UNALIGNED)
#error "MOTE_ALIGNED_LOADS needs -mno-unaligned-access, without which the compiler itself makes such loads"
#endif

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP && defined(__thumb2__) && defined(__GNUC__) && \
    !MOTE_ALIGNED_LOADS && !defined(__ARM_BIG_ENDIAN) && !(defined(__ARM_FEATURE_MVE) && __ARM_FEATURE_MVE)
#define MOTE_HAS_DSP 1
#define MOTE_IN_ASSEMBLY 1
#elif defined(MOTE_EMULATE_DSP)
#define MOTE_HAS_DSP 1
#define MOTE_IN_ASSEMBLY 0
#else
#define MOTE_HAS_DSP 0
#endif

#if MOTE_HAS_DSP

/* Columns of values against filters. A word of a widened column holds two values: a quad of four values is
 * eight words, of each of the four columns values 0 and 2, then of each values 1 and 3. */
typedef struct {
  const uint32_t *wide, *whole, *end; /* all quads; where the whole ones end; where they all end */
  int32_t back;                       /* the last quad repeats this many weights, whose values are 0 */
  int32_t skip;                       /* weights between filters */
  int32_t filters;
  const int8_t *w;
  int32_t *sum; /* [filters][4], added to */
} mote_dots_args;

/* Neighbouring channels of a depthwise layer: taps that lie inside the input, and the steps to the next row
 * of them. */
typedef struct {
  uint32_t offset; /* added to each value, in both halves */
  int32_t channels, x_row, w_row, rows, columns;
} mote_taps;

/* Four bytes at any address, those at even or odd places of them as two 16-bit values. */
static inline uint32_t mote_quad(const int8_t *p) {
  uint32_t x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}

#if MOTE_IN_ASSEMBLY

#define MOTE_NAKED static __attribute__((naked, noinline, unused))

static inline uint32_t mote_even(uint32_t x) {
  uint32_t y;
  __asm("sxtb16 %0, %1" : "=r"(y) : "r"(x));
  return y;
}
static inline uint32_t mote_odd(uint32_t x) {
  uint32_t y;
  __asm("sxtb16 %0, %1, ror #8" : "=r"(y) : "r"(x));
  return y;
}

static inline int32_t mote_saturate(int32_t x) {
  int32_t y;
  __asm("ssat %0, #8, %1" : "=r"(y) : "r"(x));
  return y;
}

#define MOTE_FOUR_DUALS     \
  "smlad r4, r8, lr, r4\n"  \
  "smlad r5, r9, lr, r5\n"  \
  "smlad r6, r10, lr, r6\n" \
  "smlad r7, r11, lr, r7\n"

/* 15 instructions for the 16 products of a quad. */
MOTE_NAKED void mote_dots(const mote_dots_args *a __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "ldm r0!, {r1-r6}\n"
      "push {r1-r6}\n"      /* sp: wide, whole, end, back, skip, filters */
      "ldrd r2, r0, [r0]\n" /* w, sum */
      "1:\n"
      "ldm r0, {r4-r7}\n"
      "ldrd r1, r3, [sp]\n"
      "cmp r1, r3\n"
      "beq 3f\n"
      "2:\n"
      "ldr r12, [r2], #4\n"
      "ldm r1!, {r8-r11}\n"
      "sxtb16 lr, r12\n" MOTE_FOUR_DUALS
      "ldm r1!, {r8-r11}\n"
      "sxtb16 lr, r12, ror #8\n" MOTE_FOUR_DUALS
      "cmp r1, r3\n"
      "bne 2b\n"
      "3:\n"
      "ldrd r3, r12, [sp, #8]\n"
      "cmp r1, r3\n"
      "itt ne\n"
      "subne r2, r2, r12\n"
      "bne 2b\n"
      "stm r0!, {r4-r7}\n"
      "ldrd r3, r12, [sp, #16]\n"
      "add r2, r2, r3\n"
      "subs r12, r12, #1\n"
      "str r12, [sp, #20]\n"
      "bne 1b\n"
      "add sp, sp, #24\n"
      "pop {r4-r11, pc}\n");
}

#define MOTE_ROW(sum)           \
  "sxtb16 lr, r12\n"            \
  "smlad " sum ", r8, lr, " sum \
  "\n"                          \
  "sxtb16 r12, r12, ror #8\n"   \
  "smlad " sum ", r9, r12, " sum "\n"

/* Loads a quad of x to r8 and r9, in the order of the weights' even and odd places. */
#define MOTE_TAKE_BYTES \
  "ldr r9, [r0], #4\n"  \
  "sxtb16 r8, r9\n"     \
  "sxtb16 r9, r9, ror #8\n"
#define MOTE_TAKE_HALVES         \
  "ldr r9, [r0], #4\n"           \
  "ldr r12, [r0], #4\n"          \
  "pkhbt r8, r9, r12, lsl #16\n" \
  "pkhtb r9, r12, r9, asr #16\n"

#define MOTE_FOUR_ROWS(take) \
  ".syntax unified\n"                                    \
  "push {r4-r11, lr}\n"                                  \
  "ldr r12, [sp, #36]\n"                                 \
  "ldm r12, {r4-r7}\n"                                   \
  "add r11, r3, r3, lsl #1\n"                            \
  "1:\n" take "ldr r12, [r2, r3]\n" MOTE_ROW("r5")       \
  "ldr r12, [r2, r3, lsl #1]\n" MOTE_ROW("r6")           \
  "ldr r12, [r2, r11]\n" MOTE_ROW("r7")                  \
  "ldr r12, [r2], #4\n" MOTE_ROW("r4")                   \
  "cmp r0, r1\n"                                         \
  "bne 1b\n"                                             \
  "ldr r12, [sp, #36]\n"                                 \
  "stm r12, {r4-r7}\n"                                   \
  "pop {r4-r11, pc}\n"

/* sum[r] += w[r * stride + i] x[i] for four rows; x to end are whole quads, at least one. 25 instructions for
 * 16 products. */
MOTE_NAKED void mote_rows(const int8_t *x __attribute__((unused)), const int8_t *end __attribute__((unused)),
                          const int8_t *w __attribute__((unused)), int32_t stride __attribute__((unused)),
                          int32_t *sum __attribute__((unused))) {
  __asm volatile(MOTE_FOUR_ROWS(MOTE_TAKE_BYTES));
}

/* The same for 16-bit x, in 26 instructions. */
MOTE_NAKED void mote_wide_rows(const int16_t *x __attribute__((unused)),
                               const int16_t *end __attribute__((unused)),
                               const int8_t *w __attribute__((unused)),
                               int32_t stride __attribute__((unused)), int32_t *sum __attribute__((unused))) {
  __asm volatile(MOTE_FOUR_ROWS(MOTE_TAKE_HALVES));
}

#define MOTE_TAP(at)              \
  "ldr r8, [r1" at                \
  "]\n"                           \
  "ldr r10, [r2" at               \
  "]\n"                           \
  "sxtab16 r9, r12, r8\n"         \
  "sxtb16 r11, r10\n"             \
  "smlabb r4, r9, r11, r4\n"      \
  "smlatt r6, r9, r11, r6\n"      \
  "sxtab16 r8, r12, r8, ror #8\n" \
  "sxtb16 r10, r10, ror #8\n"     \
  "smlabb r5, r8, r10, r5\n"      \
  "smlatt r7, r8, r10, r7\n"

/* sum[c] += w (x + offset) over the taps, for four channels; at most three columns. */
MOTE_NAKED void mote_four_channels(const mote_taps *t __attribute__((unused)),
                                   const int8_t *x __attribute__((unused)),
                                   const int8_t *w __attribute__((unused)),
                                   int32_t *sum __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r3-r11, lr}\n"
      "ldm r3, {r4-r7}\n"
      "ldrd r12, r3, [r0]\n" /* offset, channels */
      "ldr lr, [r0, #16]\n"  /* rows */
      "1:\n"
      "ldr r8, [r0, #20]\n" /* columns */
      "cmp r8, #2\n"
      "ble 2f\n" MOTE_TAP(", r3, lsl #1")
      "2:\n"
      "blt 3f\n" MOTE_TAP(", r3")
      "3:\n" MOTE_TAP("")
      "ldrd r8, r9, [r0, #8]\n" /* to the next row */
      "subs lr, lr, #1\n"
      "add r1, r1, r8\n"
      "add r2, r2, r9\n"
      "bne 1b\n"
      "ldr r3, [sp]\n"
      "stm r3, {r4-r7}\n"
      "pop {r3-r11, pc}\n");
}

#else

static inline int32_t mote_half(uint32_t x, int i) { return (int16_t)(uint16_t)(x >> (16 * i)); }
static inline uint32_t mote_even(uint32_t x) {
  return (uint32_t)(uint16_t)(int8_t)(uint8_t)x | (uint32_t)(uint16_t)(int8_t)(uint8_t)(x >> 16) << 16;
}
static inline uint32_t mote_odd(uint32_t x) { return mote_even(x >> 8); }
static inline int32_t mote_dual(uint32_t a, uint32_t b, int32_t sum) {
  return sum + mote_half(a, 0) * mote_half(b, 0) + mote_half(a, 1) * mote_half(b, 1);
}
static inline int32_t mote_saturate(int32_t x) { return x < -128 ? -128 : x > 127 ? 127 : x; }

static inline void mote_dots(const mote_dots_args *a) {
  const int8_t *w = a->w;
  int32_t f, lane, *sum = a->sum;
  for (f = 0; f < a->filters; ++f, sum += 4, w += a->skip) {
    const uint32_t *v;
    for (v = a->wide; v < a->end; v += 8, w += 4) {
      if (v == a->whole) w -= a->back;
      for (lane = 0; lane < 4; ++lane)
        sum[lane] = mote_dual(v[4 + lane], mote_odd(mote_quad(w)),
                              mote_dual(v[lane], mote_even(mote_quad(w)), sum[lane]));
    }
  }
}

static inline void mote_rows(const int8_t *x, const int8_t *end, const int8_t *w, int32_t stride,
                             int32_t *sum) {
  int32_t r;
  for (; x < end; x += 4, w += 4) {
    const uint32_t even = mote_even(mote_quad(x)), odd = mote_odd(mote_quad(x));
    for (r = 0; r < 4; ++r)
      sum[r] = mote_dual(odd, mote_odd(mote_quad(w + r * stride)),
                         mote_dual(even, mote_even(mote_quad(w + r * stride)), sum[r]));
  }
}

static inline void mote_wide_rows(const int16_t *x, const int16_t *end, const int8_t *w, int32_t stride,
                                  int32_t *sum) {
  int32_t r, i;
  for (; x < end; x += 4, w += 4)
    for (r = 0; r < 4; ++r)
      for (i = 0; i < 4; ++i) sum[r] += w[r * stride + i] * x[i];
}

static inline void mote_four_channels(const mote_taps *t, const int8_t *x, const int8_t *w, int32_t *sum) {
  int32_t r, column, c;
  for (r = 0; r < t->rows; ++r, x += t->x_row, w += t->w_row)
    for (column = 0; column < t->columns; ++column)
      for (c = 0; c < 4; ++c)
        sum[c] += w[column * t->channels + c] * (x[column * t->channels + c] + mote_half(t->offset, 0));
}

#endif /* MOTE_IN_ASSEMBLY */
#endif /* MOTE_HAS_DSP */
#endif
