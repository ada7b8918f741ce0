/* Runs the model on samples of the host's file input.bin, one after the other, and writes what it gives for
 * each to output.bin. */
#include "board.h"
#include "board_core.h"

#include "run_model.h"

static RUN_INPUT input;
static RUN_OUTPUT output;

int main(void) {
  const int32_t in = board_open("input.bin", "rb");
  int32_t out, samples = 0, got;
  uint64_t spent = 0;
  if (in < 0) {
    board_say("input.bin cannot be read\n");
    return 1;
  }
  out = board_open("output.bin", "wb");
  if (out < 0) {
    board_say("output.bin cannot be written\n");
    return 1;
  }
  while ((got = board_read(in, &input, (int32_t)sizeof input)) == (int32_t)sizeof input) {
    const uint64_t start = board_instructions();
    RUN_CALL;
    spent += board_instructions() - start;
    if (board_write(out, &output, (int32_t)sizeof output) != (int32_t)sizeof output) {
      board_say("output.bin cannot be written\n");
      return 1;
    }
    ++samples;
  }
  board_close(out);
  if (got != 0 || samples == 0) {
    board_say("input.bin is no whole number of samples\n");
    return 1;
  }
  board_say_number((uint64_t)samples);
  board_say(" samples, ");
  board_say_number(board_divide(spent, (uint64_t)samples));
  board_say(" instructions each; outputs are in output.bin\n");
  return 0;
}
