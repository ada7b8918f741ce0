/* One semihosting call; returns what the host answers. */
#ifndef BOARD_CORE_H
#define BOARD_CORE_H

#include <stdint.h>

uintptr_t board_call(int operation, uintptr_t argument);

#endif
