/* Gives the rows of the host's file input.bin to push(), one call each, and says what it answers to which
 * row. Before the rows that resets.bin names, where there is such a file, a new stream begins. What each call
 * answered and how many instructions it took goes to output.bin. */
#include "board.h"
#include "board_core.h"

#include "push_model.h"

enum { kRowsAtOnce = 16 };
static float rows[kRowsAtOnce][PUSH_CHANNELS];
static struct {
  int32_t answer;
  uint32_t instructions;
} calls[kRowsAtOnce];

static int32_t resets;

/* The next row of resets.bin; -1: there is no other. */
static int32_t next_reset(void) {
  int32_t row;
  if (resets < 0 || board_read(resets, &row, (int32_t)sizeof row) != (int32_t)sizeof row) return -1;
  return row;
}

static void say_answer(int32_t row, int32_t answer) {
  board_say("row ");
  board_say_number((uint64_t)row);
  board_say(": ");
  board_say(answer == PUSH_UNKNOWN ? "UNKNOWN" : PUSH_LABELS[answer]);
  board_say("\n");
}

int main(void) {
  const int32_t row_bytes = (int32_t)sizeof rows[0], in = board_open("input.bin", "rb");
  const int32_t out = in < 0 ? in : board_open("output.bin", "wb");
  int32_t row = 0, answers = 0, reset, got, i;
  uint64_t start = board_instructions(), spent = 0, most = 0, took;
  const uint64_t empty = board_instructions() - start;
  if (out < 0) {
    board_say(in < 0 ? "input.bin cannot be read\n" : "output.bin cannot be written\n");
    return 1;
  }
  resets = board_open("resets.bin", "rb");
  reset = next_reset();
  while ((got = board_read(in, rows, (int32_t)sizeof rows)) > 0) {
    const int32_t count = got / row_bytes;
    for (i = 0; i < count; ++i) {
      if (row == reset) {
        PUSH_RESET();
        reset = next_reset();
      }
      start = board_instructions();
      calls[i].answer = PUSH_CALL(rows[i]);
      took = board_instructions() - start;
      calls[i].instructions = took > empty ? (uint32_t)(took - empty) : 0; /* a timer: it may be one less */
      spent += calls[i].instructions;
      if (most < calls[i].instructions) most = calls[i].instructions;
      if (calls[i].answer != PUSH_NOTHING) {
        say_answer(row, calls[i].answer);
        ++answers;
      }
      ++row;
    }
    if (board_write(out, calls, count * (int32_t)sizeof calls[0]) != count * (int32_t)sizeof calls[0]) {
      board_say("output.bin cannot be written\n");
      return 1;
    }
    if (got % row_bytes != 0) break;
  }
  board_close(out);
  if (got != 0 || row == 0) {
    board_say("input.bin is no whole number of rows\n");
    return 1;
  }
  board_say_number((uint64_t)row);
  board_say(" rows, ");
  board_say_number((uint64_t)answers);
  board_say(" answers, ");
  board_say_number(board_divide(spent, (uint64_t)row));
  board_say(" instructions a row, at most ");
  board_say_number(most);
  board_say("\n");
  return 0;
}
