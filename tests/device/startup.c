/* Start of a firmware image for the emulator: vectors, FPU, .data and .bss, then main with semihosting for
 * stdio. */
#include <stdint.h>
#include <stdlib.h>

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
extern void initialise_monitor_handles(void);
extern int main(void);

void reset_handler(void) {
  volatile uint32_t *const cpacr = (volatile uint32_t *)0xE000ED88;
  uint32_t *from = data_load, *to;
  *cpacr |= 0xFu << 20; /* FPU on */
  __asm volatile("dsb\nisb");
  for (to = data_start; to < data_end;) *to++ = *from++;
  for (to = bss_start; to < bss_end;) *to++ = 0;
  initialise_monitor_handles();
  exit(main());
}

static void fault_handler(void) { exit(111); }

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
    (uintptr_t)stack_top,     (uintptr_t)reset_handler, (uintptr_t)fault_handler, (uintptr_t)fault_handler,
    (uintptr_t)fault_handler, (uintptr_t)fault_handler, (uintptr_t)fault_handler,
};

/* newlib wants them when there is no crt0 */
void _init(void) {}
void _fini(void) {}
