/* Runs the golden vectors, then one invocation whose instructions and stack are measured, and says what it
 * found, a line each. MEASURE_CALL(n) runs golden vector n into the arrays that MEASURE_OUTPUTS declares;
 * MEASURE_DIFFERS(n) compares them. With MEASURE_LAYERS the layers are measured one by one. */
#include "board.h"

#include "measure_model.h"

#ifdef MEASURE_LAYERS
static uint64_t layer_sum[MEASURE_LAYERS], layer_start, hook_cost;
static int32_t layer_now = -1;

void board_layer(int32_t layer) {
  const uint64_t now = board_instructions();
  if (layer_now >= 0 && now - layer_start > hook_cost) layer_sum[layer_now] += now - layer_start - hook_cost;
  layer_now = layer;
  layer_start = board_instructions();
}

static void clear_layers(void) {
  int32_t i;
  for (i = 0; i < MEASURE_LAYERS; ++i) layer_sum[i] = 0;
  layer_now = -1;
}

static void measure_layers(void) {
  int32_t i;
  clear_layers();
  board_layer(0);
  board_layer(-1); /* nothing in between */
  hook_cost = layer_sum[0];
  clear_layers();
  MEASURE_CALL(0);
  board_layer(-1);
  for (i = 0; i < MEASURE_LAYERS; ++i) {
    board_say("layer ");
    board_say_number((uint64_t)i);
    board_say(" ");
    board_say_number(layer_sum[i]);
    board_say("\n");
  }
}
#endif

#define PAINTED 8192u
static uint32_t stack_of_call(void) {
  volatile uint8_t *top, *end, *p;
#if defined(__riscv)
  __asm volatile("mv %0, sp" : "=r"(top));
#else
  __asm volatile("mov %0, sp" : "=r"(top));
#endif
  end = top - PAINTED;
  for (p = end; p < top; ++p) *p = 0xA5;
  MEASURE_CALL(0);
  for (p = end; p < top && *p == 0xA5;) ++p;
  return (uint32_t)(top - p);
}

int main(void) {
  uint64_t start, empty, counted;
  uint32_t wrong = 0;
  int n;
  for (n = 0; n < GOLDEN_COUNT; ++n) {
    MEASURE_CALL(n);
    wrong += MEASURE_DIFFERS(n) != 0;
  }
  start = board_instructions();
  empty = board_instructions() - start;
  start = board_instructions();
  MEASURE_CALL(0);
  counted = board_instructions() - start;
  board_say("instructions ");
  board_say_number(counted - empty);
  board_say("\nstack ");
  board_say_number(stack_of_call());
  board_say("\nwrong ");
  board_say_number(wrong);
  board_say("\nvectors ");
  board_say_number(GOLDEN_COUNT);
  board_say("\n");
#ifdef MEASURE_LAYERS
  measure_layers();
#endif
  return wrong != 0;
}
