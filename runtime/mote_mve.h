/* Sums of products and their requantization on processors with Helium (MVE): Cortex-M55 and M85. Sums are
 * exact, so the results are those of the portable loops. */
#ifndef MOTE_MVE_H
#define MOTE_MVE_H

#include "mote_runtime.h"

#if defined(__ARM_FEATURE_MVE) && __ARM_FEATURE_MVE && !defined(__ARM_BIG_ENDIAN)
#define MOTE_HAS_MVE 1

#include <arm_mve.h>

/* mote_requantize of four sums, one multiplier, for shifts <= 0. */
static inline int32x4_t mote_right_scale4(int32x4_t x, int32_t multiplier, int32x4_t shift) {
  int32x4_t high = vqrdmulhq_n_s32(x, multiplier);
  high = vaddq_s32(high, vshrq_n_s32(vandq_s32(high, shift), 31)); /* ties away from zero */
  return vrshlq_s32(high, shift);
}

/* The same for shifts < 0 and a multiplier for each. */
static inline int32x4_t mote_small_scale4(int32x4_t x, int32x4_t multiplier, int32x4_t shift) {
  const int32x4_t high = vqrdmulhq_s32(x, multiplier);
  return vrshlq_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), shift);
}

/* The same for any shift, which may hold MOTE_WIDE_SUM. */
static inline int32x4_t mote_scale4(int32x4_t x, int32x4_t multiplier, int32x4_t shift_or_wide) {
  const int32x4_t none = vdupq_n_s32(0);
  const int32x4_t shift =
      vsubq_m_n_s32(shift_or_wide, shift_or_wide, MOTE_WIDE_SUM, vcmpgeq_n_s32(shift_or_wide, 0));
  const int32x4_t right = vminq_s32(shift, none);
  int32x4_t high = vqrdmulhq_s32(vshlq_s32(x, vmaxq_s32(shift, none)), multiplier);
  high = vaddq_s32(high, vshrq_n_s32(vandq_s32(high, right), 31));
  return vrshlq_s32(high, right);
}

static inline int32x4_t mote_clamp4(int32x4_t x, int32_t zero_point, int32_t low, int32_t high) {
  return vminq_s32(vmaxq_s32(vaddq_n_s32(x, zero_point), vdupq_n_s32(low)), vdupq_n_s32(high));
}

/* Four columns of n values, `distance` bytes apart, against filters of `size` weights. */
typedef struct {
  const int8_t *columns;
  int32_t distance, n;
  const int8_t *w;
  int32_t size, filters;
  int32_t *sum; /* [filters][4], added to */
} mote_dots_args;

#define MOTE_NAKED static __attribute__((naked, noinline, unused))

/* In assembly, so that the loop ends with predicated lanes of its own accord: 10 instructions for 64
 * products. */
MOTE_NAKED void mote_dots(const mote_dots_args *a __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "ldm r0, {r1-r7}\n"
      "push {r2, r5, r6}\n" /* sp: distance, size, filters */
      "mov r12, r1\n"
      "mov r2, r3\n"
      "mov r3, r4\n"
      "mov r0, r7\n"
      "1:\n" /* r0 sums, r2 n, r3 weights, r12 columns */
      "ldrd r4, r6, [r0]\n"
      "ldrd r8, r10, [r0, #8]\n"
      "ldrd r11, lr, [sp]\n"
      "mov r1, r3\n"
      "add r3, r3, lr\n"
      "mov r5, r12\n"
      "add r7, r5, r11\n"
      "add r9, r7, r11\n"
      "add r11, r9, r11\n"
      "dlstp.8 lr, r2\n"
      "2:\n"
      "vldrb.8 q0, [r1], #16\n"
      "vldrb.8 q1, [r5], #16\n"
      "vmladava.s8 r4, q0, q1\n"
      "vldrb.8 q1, [r7], #16\n"
      "vmladava.s8 r6, q0, q1\n"
      "vldrb.8 q1, [r9], #16\n"
      "vmladava.s8 r8, q0, q1\n"
      "vldrb.8 q1, [r11], #16\n"
      "vmladava.s8 r10, q0, q1\n"
      "letp lr, 2b\n"
      "strd r4, r6, [r0], #8\n"
      "strd r8, r10, [r0], #8\n"
      "ldr r4, [sp, #8]\n"
      "subs r4, r4, #1\n"
      "str r4, [sp, #8]\n"
      "bne 1b\n"
      "add sp, sp, #12\n"
      "pop {r4-r11, pc}\n");
}

/* sum[r] += w[r * stride + i] x[i] for four rows and n > 0 values: 10 instructions for 32 products. */
MOTE_NAKED void mote_add_wide_rows(const int16_t *x __attribute__((unused)),
                                   const int8_t *w __attribute__((unused)),
                                   int32_t stride __attribute__((unused)), int32_t n __attribute__((unused)),
                                   int32_t *sum __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "ldr r12, [sp, #36]\n"
      "ldrd r4, r6, [r12]\n"
      "ldrd r8, r10, [r12, #8]\n"
      "add r5, r1, r2\n"
      "add r7, r5, r2\n"
      "dlstp.16 lr, r3\n"
      "add r3, r7, r2\n"
      "1:\n"
      "vldrh.16 q0, [r0], #16\n"
      "vldrb.s16 q1, [r1], #8\n"
      "vmladava.s16 r4, q0, q1\n"
      "vldrb.s16 q1, [r5], #8\n"
      "vmladava.s16 r6, q0, q1\n"
      "vldrb.s16 q1, [r7], #8\n"
      "vmladava.s16 r8, q0, q1\n"
      "vldrb.s16 q1, [r3], #8\n"
      "vmladava.s16 r10, q0, q1\n"
      "letp lr, 1b\n"
      "strd r4, r6, [r12]\n"
      "strd r8, r10, [r12, #8]\n"
      "pop {r4-r11, pc}\n");
}

/* n > 0 bytes. */
MOTE_NAKED void mote_copy_bytes(int8_t *to __attribute__((unused)),
                                const int8_t *from __attribute__((unused)),
                                int32_t n __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r4, lr}\n"
      "dlstp.8 lr, r2\n"
      "1:\n"
      "vldrb.8 q0, [r1], #16\n"
      "vstrb.8 q0, [r0], #16\n"
      "letp lr, 1b\n"
      "pop {r4, pc}\n");
}

#else
#define MOTE_HAS_MVE 0
#endif
#endif
