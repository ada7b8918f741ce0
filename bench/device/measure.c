/* Runs one invocation on the emulated Cortex-M4 and prints instructions and stack. With -icount shift=6 an
 * instruction lasts 64 ns and the board's timer ticks every 40 ns. MODEL is the exported name, INPUT and
 * OUTPUT its sizes. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "golden.h"

#define JOIN(a, b, c) a##b##c
#define INVOKE_OF(name) JOIN(mote_, name, _invoke)

static volatile uint32_t *const timer = (volatile uint32_t *)0x40000000u; /* control, value, reload */

static uint32_t ticks_of(const int8_t *input, int8_t *output) {
  uint32_t before, after;
  timer[0] = 0, timer[2] = 0xFFFFFFFFu, timer[1] = 0xFFFFFFFFu, timer[0] = 1;
  before = timer[1];
  INVOKE_OF(MODEL)(input, output);
  after = timer[1];
  return before - after;
}

#define PAINTED 4096u
static uint32_t stack_of(const int8_t *input, int8_t *output) {
  volatile uint8_t *top, *end, *p;
  __asm volatile("mov %0, sp" : "=r"(top));
  end = top - PAINTED;
  for (p = end; p < top; ++p) *p = 0xA5;
  INVOKE_OF(MODEL)(input, output);
  for (p = end; p < top && *p == 0xA5;) ++p;
  return (uint32_t)(top - p);
}

int main(void) {
  static int8_t output[sizeof(golden_output[0])];
  uint32_t ticks, empty, stack, wrong = 0;
  int n;
  for (n = 0; n < GOLDEN_COUNT; ++n) {
    INVOKE_OF(MODEL)(golden_input[n], output);
    wrong += memcmp(output, golden_output[n], sizeof output) != 0;
  }
  ticks = ticks_of(golden_input[0], output);
  timer[0] = 0, timer[2] = 0xFFFFFFFFu, timer[1] = 0xFFFFFFFFu, timer[0] = 1;
  empty = timer[1], empty -= timer[1];
  stack = stack_of(golden_input[0], output);
  printf("%lu %lu %lu\n", (unsigned long)((uint64_t)(ticks - empty) * 40 / 64), (unsigned long)stack,
         (unsigned long)wrong);
  return wrong != 0;
}
