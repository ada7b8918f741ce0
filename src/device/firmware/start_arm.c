/* Cortex-M: vectors, coprocessors, .data and .bss, then main. Instructions are counted by SysTick, whose
 * ticks are a fixed number of instructions; which, a loop of known length tells at the start. */
#include "board.h"
#include "board_core.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

uintptr_t board_call(int operation, uintptr_t argument) {
  register uintptr_t r0 __asm("r0") = (uintptr_t)operation;
  register uintptr_t r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static volatile uint32_t *const systick = (volatile uint32_t *)0xE000E010; /* control, reload, value */
static volatile uint32_t wraps;
static uint32_t loop_ticks;

void systick_handler(void) { ++wraps; }

static uint64_t ticks(void) {
  for (;;) {
    const uint32_t before = wraps, value = systick[2];
    if (before == wraps) return (uint64_t)before * 0x1000000u + (0xFFFFFFu - value);
  }
}

#define LOOP_INSTRUCTIONS 2000000u
static __attribute__((noinline)) void loop(void) {
  uint32_t n = LOOP_INSTRUCTIONS / 2;
  __asm volatile(
      ".syntax unified\n"
      "1: subs %0, %0, #1\n"
      "bne 1b"
      : "+l"(n)
      :
      : "cc");
}

uint64_t board_instructions(void) { return board_divide(ticks() * LOOP_INSTRUCTIONS, loop_ticks); }

void reset_handler(void) {
  uint32_t *from = data_load, *to;
  uint64_t start;
#if !defined(__ARM_ARCH_6M__)
  volatile uint32_t *const cpacr = (volatile uint32_t *)0xE000ED88;
  *cpacr |= 0xFu << 20; /* FPU and Helium on, where there are any */
  __asm volatile("dsb\nisb");
#endif
#if defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t *)0xE000ED14 |= 1u << 19 | 1u << 18; /* low-overhead loops and branch prediction on */
  __asm volatile("dsb\nisb");
#endif
  for (to = data_start; to < data_end;) *to++ = *from++;
  for (to = bss_start; to < bss_end;) *to++ = 0;
  systick[1] = 0xFFFFFF;
  systick[2] = 0;
  systick[0] = 7;
  loop(); /* past the first reload */
  start = ticks();
  loop();
  loop_ticks = (uint32_t)(ticks() - start);
  board_exit(main());
}

static void fault_handler(void) {
  board_say("fault\n");
  board_exit(111);
}

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {(uintptr_t)stack_top,
                                                                                 (uintptr_t)reset_handler,
                                                                                 (uintptr_t)fault_handler,
                                                                                 (uintptr_t)fault_handler,
                                                                                 (uintptr_t)fault_handler,
                                                                                 (uintptr_t)fault_handler,
                                                                                 (uintptr_t)fault_handler,
                                                                                 0,
                                                                                 0,
                                                                                 0,
                                                                                 0,
                                                                                 0,
                                                                                 0,
                                                                                 0,
                                                                                 0,
                                                                                 (uintptr_t)systick_handler};
