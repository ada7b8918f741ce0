/* Steps of four of the Fourier transform in integers: plain C, and the same bits in fewer instructions on
 * cores with the DSP extension and on those of Armv6-M, whose eight registers compilers run out of. */
#ifndef MOTE_RFFT_STEPS_H
#define MOTE_RFFT_STEPS_H

#include "mote_fixed.h"

/* Four transforms of as many complex values become one. For the values at z and behind, `left` of them, with
 * angles at `at`, twice and three times that, and `step` further for each: a, b, c, d, `leap` apart, and so
 * on in each four transforms to the end. */
typedef struct {
  int32_t *z;
  int32_t leap; /* bytes */
  const MOTE_FLASH int16_t *turns;
  int32_t at, step; /* bytes */
  int32_t left;
  const int32_t *end;
} mote_steps_s32;

#if MOTE_FIXED_HAS_DSP && defined(__ARM_FEATURE_UNALIGNED) /* turns are read as words */

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
static MOTE_ALONE void mote_run_steps(const mote_steps_s32 *s) {
  register const mote_steps_s32 *steps __asm("r0") = s;
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r11}\n"
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
      "pop {r4-r11}\n"
      : "+r"(steps)
      :
      : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

#elif MOTE_FIXED_IS_NARROW && defined(__thumb__) && defined(__GNUC__)

/* Products of a value (r0, r1) with a turn (r2, r3): their halves to r6 and r1; r0 and r2 to r5 are lost. */
#define MOTE_TURNED_NARROW                                        \
  "ldmia r7!, {r0, r1}\n"                                         \
  "asrs r4, r0, #16\nuxth r0, r0\n"                               \
  "movs r6, r0\nmuls r6, r2\nasrs r6, r6, #16\n"                  \
  "muls r0, r3\nasrs r0, r0, #16\n"                               \
  "movs r5, r4\nmuls r5, r2\nadds r6, r6, r5\n"                   \
  "muls r4, r3\nadds r0, r0, r4\n"                                \
  "asrs r4, r1, #16\nuxth r1, r1\n"                               \
  "movs r5, r1\nmuls r5, r3\nasrs r5, r5, #16\nadds r6, r6, r5\n" \
  "muls r1, r2\nasrs r1, r1, #16\nsubs r1, r1, r0\n"              \
  "muls r2, r4\nadds r1, r1, r2\n"                                \
  "muls r3, r4\nadds r6, r6, r3\n"

/* Cosine and sine of the turn at r6 to the stack. */
#define MOTE_TURN_NARROW(place)                                        \
  "movs r2, #0\nldrsh r0, [r6, r2]\nmovs r2, #2\nldrsh r1, [r6, r2]\n" \
  "str r0, [sp, #" place "]\nstr r1, [sp, #" place " + 4]\n"

static MOTE_ALONE void mote_run_steps(const mote_steps_s32 *s) {
  register const mote_steps_s32 *steps __asm("r0") = s;
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r7}\n"
      "mov r4, r8\nmov r5, r9\nmov r6, r10\nmov r7, r11\n"
      "push {r4-r7}\n"
      "sub sp, #44\n" /* three turns, then z, turn, at, step, left */
      "ldmia r0!, {r1-r6}\n"
      "str r1, [sp, #24]\nstr r3, [sp, #28]\nstr r4, [sp, #32]\nstr r5, [sp, #36]\nstr r6, [sp, #40]\n"
      "ldr r0, [r0]\nmov lr, r0\n"
      "subs r2, #8\nmov r12, r2\n" /* from behind b to c */
      "1:\n"
      "ldr r6, [sp, #28]\nldr r7, [sp, #32]\n"
      "adds r6, r6, r7\n" MOTE_TURN_NARROW("0")
      "adds r6, r6, r7\n" MOTE_TURN_NARROW("8")
      "adds r6, r6, r7\n" MOTE_TURN_NARROW("16")
      "ldr r7, [sp, #24]\n"
      "2:\n"
      "adds r7, #8\nadd r7, r12\n"
      "ldr r2, [sp]\nldr r3, [sp, #4]\n" MOTE_TURNED_NARROW
      "mov r8, r6\nmov r9, r1\n"
      "add r7, r12\n"
      "ldr r2, [sp, #8]\nldr r3, [sp, #12]\n" MOTE_TURNED_NARROW
      "mov r10, r6\nmov r11, r1\n"
      "add r7, r12\n"
      "ldr r2, [sp, #16]\nldr r3, [sp, #20]\n" MOTE_TURNED_NARROW
      "mov r0, r8\nsubs r2, r0, r6\nadds r0, r0, r6\n" /* b + d, b - d */
      "lsls r2, r2, #1\nlsls r0, r0, #1\n"
      "mov r3, r9\nsubs r4, r3, r1\nadds r3, r3, r1\n"
      "lsls r4, r4, #1\nlsls r3, r3, #1\n"
      "subs r7, #32\nmov r1, r12\nsubs r7, r7, r1\nsubs r7, r7, r1\nsubs r7, r7, r1\n" /* a */
      "ldr r1, [r7]\nmov r5, r10\nlsls r5, r5, #1\n"
      "adds r6, r1, r5\nsubs r1, r1, r5\n" /* a + c, a - c */
      "adds r5, r6, r0\nstr r5, [r7]\n"
      "subs r0, r6, r0\n"
      "subs r5, r1, r4\n"
      "adds r1, r1, r4\n"
      "ldr r4, [r7, #4]\nmov r6, r11\nlsls r6, r6, #1\n"
      "adds r4, r4, r6\nlsls r6, r6, #1\nsubs r6, r4, r6\n"
      "adds r4, r4, r3\nstr r4, [r7, #4]\n"
      "subs r4, r4, r3\nsubs r4, r4, r3\n"
      "subs r3, r6, r2\n"
      "adds r6, r6, r2\n"
      "adds r7, #8\nadd r7, r12\nstmia r7!, {r1, r3}\n"
      "add r7, r12\nstmia r7!, {r0, r4}\n"
      "add r7, r12\nstmia r7!, {r5, r6}\n"
      "add r7, r12\n"
      "cmp r7, lr\n"
      "bcs 3f\n"
      "b 2b\n"
      "3:\n"
      "ldr r0, [sp, #24]\nadds r0, #8\nstr r0, [sp, #24]\n"
      "ldr r0, [sp, #32]\nldr r1, [sp, #36]\nadds r0, r0, r1\nstr r0, [sp, #32]\n"
      "ldr r0, [sp, #40]\nsubs r0, #1\nstr r0, [sp, #40]\n"
      "beq 4f\n"
      "b 1b\n"
      "4:\n"
      "add sp, #44\n"
      "pop {r4-r7}\n"
      "mov r8, r4\nmov r9, r5\nmov r10, r6\nmov r11, r7\n"
      "pop {r4-r7}\n"
      : "+r"(steps)
      :
      : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

#else

static void mote_run_steps(const mote_steps_s32 *s) {
  int32_t *z = s->z;
  int32_t left = s->left, at = s->at / 2;
  const int32_t leap = s->leap / (int32_t)sizeof *z;
  for (; left > 0; --left, z += 2, at += s->step / 2) {
    const mote_turn_s16 once = mote_turn_at(s->turns + at);
    const mote_turn_s16 twice = mote_turn_at(s->turns + 2 * at);
    const mote_turn_s16 thrice = mote_turn_at(s->turns + 3 * at);
    int32_t *a;
    for (a = z; a < s->end; a += 4 * leap) {
      int32_t *const b = a + leap, *const c = b + leap, *const d = c + leap;
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

#endif
