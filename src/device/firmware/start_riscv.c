/* RV32: stack, .bss, then main. With -icount shift=0 the counter of retired instructions is exact. */
#include "board.h"
#include "board_core.h"

extern uint32_t bss_start[], bss_end[];

/* The three instructions are recognized only side by side and within a page. */
__attribute__((noinline, aligned(16))) uintptr_t board_call(int operation, uintptr_t argument) {
  register uintptr_t a0 __asm("a0") = (uintptr_t)operation;
  register uintptr_t a1 __asm("a1") = argument;
  __asm volatile(
      ".option push\n"
      ".option norvc\n"
      "slli x0, x0, 0x1f\n"
      "ebreak\n"
      "srai x0, x0, 7\n"
      ".option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
}

uint64_t board_instructions(void) {
  uint32_t high, low, again;
  do {
    __asm volatile(
        ".option push\n"
        ".option arch, +zicsr\n"
        "csrr %0, minstreth\n"
        "csrr %1, minstret\n"
        "csrr %2, minstreth\n"
        ".option pop"
        : "=r"(high), "=r"(low), "=r"(again));
  } while (high != again);
  return (uint64_t)high << 32 | low;
}

__attribute__((used)) void start_c(void) {
  uint32_t *to;
  for (to = bss_start; to < bss_end;) *to++ = 0;
  board_exit(main());
}

__attribute__((naked, section(".vectors"), used)) void reset_handler(void) {
  __asm volatile(
      "la sp, stack_top\n"
      "call start_c\n"
      "1: j 1b");
}
