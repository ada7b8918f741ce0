#!/usr/bin/env bash
# 8-bit AVR, where an int has 16 bits and flash has addresses of its own: self-tests on a simulated ATmega1284P.
. "$(dirname "$0")/support.bash"
checks 39
installed avr-gcc simavr || skip_all "avr-gcc and simavr are not installed (./dev setup)"
data=${MOTE_DATA:-$source/../shared/data}/golden
cd "$work"

cat >main.c <<'END'
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include "model.h"
static void say(const char *text) {
  for (; *text; ++text) {
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = *text;
  }
}
int main(void) {
  int failed = TEST();
  char digits[6];
  UCSR0B = 1 << TXEN0;
  say("differ ");
  digits[1] = 0;
  digits[0] = (char)('0' + (failed > 9 ? 9 : failed));
  say(digits);
  say("\n");
  cli();
  sleep_enable();
  sleep_cpu();
  return 0;
}
END
# built NAME: the folder c/NAME as firmware of an ATmega1284P (128 KB of flash, 16 KB of RAM), NAME.elf
built() {
  local name=$1 test
  test=$(sed -n 's/^int \(mote_.*_selftest\)(void);/\1/p' "c/$name/model.h")
  avr-gcc -mmcu=atmega1284p -DF_CPU=8000000UL -std=gnu99 -Os -Wall -Wextra -Werror -ffunction-sections -fdata-sections -Wl,--gc-sections \
    "-DTEST=$test" "-Ic/$name" -o "$name.elf" main.c $(find "c/$name" -name '*.c' ! -name selftest.c ! -name stream.c)
}
runs_right() {
  timeout 120 simavr -m atmega1284p -f 8000000 "$1.elf" >said 2>&1
  grep -aq 'differ 0' said
}
ram() { avr-size -A "$1.elf" | awk '$1 == ".data" || $1 == ".bss" { sum += $2 } END { print sum }'; }

quietly "$mote" synth gestures --output data --persons 3 --recordings 3
classifier dense 40 '{ type = "flatten" }, { type = "dense", units = 24, activation = "relu" }'
classifier convolutions 40 '{ type = "conv1d", filters = 8, kernel = 5, stride = 3, activation = "relu" }, { type = "depthwise_conv1d", kernel = 3 }, { type = "max_pool1d", pool = 2 }, { type = "global_average_pool1d" }'
classifier recurrent 40 '{ type = "conv1d", filters = 4, kernel = 5, stride = 5, activation = "relu" }, { type = "gru", units = 5 }'
for name in dense convolutions recurrent; do
  quietly "$mote" export $name --format c --golden 4 --output c/$name
  check "$name: compiles without a warning" built $name
  check "$name: golden vectors are equal" runs_right $name
done
# 240 inputs times 24 units of weights are in flash: RAM has the buffer, a window, results and parameters
check "weights are in flash" [ "$(ram dense)" -lt 2500 ]
sed -i '/golden_output/,/}/{s/^  -*[0-9]*,/  77,/}' c/dense/golden.h
check "a changed vector compiles" built dense
not "and is noticed" runs_right dense

# weights that are packed, read in flash
tests=$(dirname "$mote")/tests
quietly env MOTE_WRITE_PROGRAMS="$work" "$tests/program_test" --gtest_filter='*host_files_and_c_have_the_same_values'
for name in codebook3 codebook6 int4 sparse_2_4 blocks; do
  quietly "$mote" export $name.mote --forms kept --format c --golden 2 --output c/$name
  check "$name: compiles without a warning" built $name
  check "$name: golden vectors are equal" runs_right $name
done

# Models of others: every operator that was recorded, small ones.
others="op_add op_avgpool_same op_conv_s2_relu6 op_dequant op_dwconv_m2 op_fc_perchannel op_fc_pertensor op_logistic
  op_maxpool_same op_mean_hw op_mul op_pad op_quant op_requant op_softmax op_tanh gesture_cnn_int8 gesture_mlp_int8
  hello_world_int8 trained_lstm_int8"
if [ -d "$data" ]; then
  for name in $others; do
    quietly "$mote" export "$data/$name.tflite" --format c --golden 2 --output c/$name
    quietly built $name
    check "$name: golden vectors are equal" runs_right $name
  done
else
  skip 20 "the recorded models are absent (set MOTE_DATA)"
fi
