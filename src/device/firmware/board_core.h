/* One semihosting call; returns what the host answers. */
#ifndef BOARD_CORE_H
#define BOARD_CORE_H

#include <stdint.h>

uintptr_t board_call(int operation, uintptr_t argument);

/* a / b, so that no library routine is linked that the model does not need; board.c */
uint64_t board_divide(uint64_t a, uint64_t b);

#endif
