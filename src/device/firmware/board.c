/* The parts of board.h that do not depend on the core. Semihosting calls: Arm's "Semihosting for AArch32 and
 * AArch64", which RISC-V adopted. */
#include "board.h"

#include "board_core.h"

enum { kOpen = 0x01, kClose = 0x02, kWrite0 = 0x04, kWrite = 0x05, kRead = 0x06, kExitExtended = 0x20 };

void board_say(const char *text) { board_call(kWrite0, (uintptr_t)text); }

uint64_t board_divide(uint64_t a, uint64_t b) {
  uint64_t quotient = 0, rest = 0;
  int bit;
  for (bit = 63; bit >= 0; --bit) {
    rest = rest << 1 | (a >> bit & 1);
    if (rest >= b) {
      rest -= b;
      quotient |= (uint64_t)1 << bit;
    }
  }
  return quotient;
}

void board_say_number(uint64_t value) {
  char text[24];
  int at = (int)sizeof text;
  text[--at] = 0;
  do {
    const uint64_t tens = board_divide(value, 10);
    text[--at] = (char)('0' + (int)(value - 10 * tens));
    value = tens;
  } while (value > 0);
  board_say(text + at);
}

void board_exit(int status) {
  uintptr_t block[2];
  block[0] = 0x20026; /* the application has ended */
  block[1] = (uintptr_t)status;
  for (;;) board_call(kExitExtended, (uintptr_t)block);
}

static uintptr_t length(const char *text) {
  uintptr_t n = 0;
  while (text[n]) ++n;
  return n;
}

int32_t board_open(const char *path, const char *mode) {
  uintptr_t block[3];
  block[0] = (uintptr_t)path;
  block[1] = mode[0] == 'r' ? 1 : 5;
  block[2] = length(path);
  return (int32_t)board_call(kOpen, (uintptr_t)block);
}

int32_t board_read(int32_t handle, void *bytes, int32_t count) {
  uintptr_t block[3];
  block[0] = (uintptr_t)handle;
  block[1] = (uintptr_t)bytes;
  block[2] = (uintptr_t)count;
  return count - (int32_t)board_call(kRead, (uintptr_t)block); /* it tells how many were not read */
}

int32_t board_write(int32_t handle, const void *bytes, int32_t count) {
  uintptr_t block[3];
  block[0] = (uintptr_t)handle;
  block[1] = (uintptr_t)bytes;
  block[2] = (uintptr_t)count;
  return count - (int32_t)board_call(kWrite, (uintptr_t)block);
}

void board_close(int32_t handle) {
  uintptr_t block[1];
  block[0] = (uintptr_t)handle;
  board_call(kClose, (uintptr_t)block);
}
