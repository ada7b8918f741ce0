/* What a program on the emulated board may ask for: text, files of the host, an exit status, and the number
 * of instructions executed. No C library is used. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

void board_say(const char *text);
void board_say_number(uint64_t value);
void board_exit(int status);

/* Files of the host. `mode` is that of fopen: "rb" or "wb". Handles below 0: could not be opened. */
int32_t board_open(const char *path, const char *mode);
int32_t board_read(int32_t handle, void *bytes, int32_t count); /* returns how many were read */
int32_t board_write(int32_t handle, const void *bytes, int32_t count);
void board_close(int32_t handle);

/* Instructions executed so far. The emulator runs with a fixed time for each (-icount), so that a timer, or
 * a counter of the core, tells them. */
uint64_t board_instructions(void);

/* Between MOTE_LAYER(i) and the next, or the end, layer i runs. */
void board_layer(int32_t layer);

int main(void);

#endif
