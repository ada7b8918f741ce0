#!/usr/bin/env bash
# The benchmark of a package, run on this machine and on an emulated Cortex-M4, and what `mote profile --measured` makes of what it
# prints: beside the estimate, kept for the next model of that board; logs that are no measurement have a sentence each.
. "$(dirname "$0")/support.bash"
checks 34
cd "$work"

small_project p
quietly "$mote" train p --quiet
quietly "$mote" quantize p
quietly "$mote" export p --format c --output c
cp -r p/data data
classifier other 119 '{ type = "conv1d", filters = 4, kernel = 5, stride = 3, activation = "relu" }, { type = "flatten" }'
sources=$(sed -n 's/^Add `\([^`]*\)` to your firmware.*/\1/p' c/README.md)
cd c
# shellcheck disable=SC2086
quietly gcc -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -DMOTE_BENCHMARK -o benchmark selftest.c benchmark.c model_selftest.c $sources
./benchmark >../host.txt
gcc -std=c99 -c benchmark.c -o empty.o
equal "without the define nothing is compiled" "$(nm empty.o | wc -l)" 0
cd ..
equal "five measurements" "$(grep -c '^mote-end sum=[0-9]*$' host.txt)" 5

# This machine as a board of a user's: some gigahertz, so that a cycle is worth about an instruction.
board() { printf '[[board]]\nname = "%s"\ncore = "cortex-m4"\nmhz = %s\nram_kb = 256\nflash_kb = 1024\n# mine\n' "$1" "$2"; }
board desk 9000 >desk.toml
cp desk.toml before.toml
measured() { "$mote" profile p --target desk --boards desk.toml --measured "$@"; }
said 'Timed on desk: host.txt, the median of 5 measurements' measured host.txt
said 'Kept in desk.toml' measured host.txt
equal "what was in the file stays" "$(head -n 7 desk.toml)" "$(cat before.toml)"
equal "each is kept" "$(grep -c '^\[\[measurement\]\]$' desk.toml)" 2
said "'p' timed on this board (estimated instructions)" "$mote" profile other --target desk --boards desk.toml
said 'timed on it: p' "$mote" boards --boards desk.toml
said 'published times of one board' "$mote" profile other --target nano33ble --boards desk.toml

# A log as terminals write it: times in front, line ends of others, other lines, the end of an earlier measurement, half of the last.
{
  printf 'boot\r\n\000\001\377\r\nmote-layer index=6 times=1 ticks=3\r\nmote-end sum=1\r\n'
  sed 's/^/12:00:01.250 -> /; s/$/\r/; 15a I (312) wifi: mote-like noise' host.txt
  printf 'mote-benchmark format=1 model=mote_p hash='
} >noise.txt
cp before.toml desk.toml
said '1 left out, cut off or garbled' measured noise.txt
ms() { "$mote" profile p --target desk --boards before.toml --measured "$1" --json | json 'j.measured.ms'; }
equal "noise changes nothing" "$(ms noise.txt)" "$(ms host.txt)"
median=$(awk '/^mote-call/ { split($2, c, "="); split($3, t, "="); print t[2] / c[2] / 1000 }' host.txt | sort -g | sed -n 3p)
equal "the time of a call is the median" "$(ms host.txt | awk '{ printf "%.6g", $1 }')" "$median"

# What is no measurement: a sentence, exit status 1, and nothing is kept.
cp before.toml desk.toml
head -n 6 host.txt >cut.txt
: >empty.txt
printf 'hello\nworld\n' >prose.txt
head -c 3000 /dev/urandom >binary.bin
tail -n +4 host.txt | head -n 6 >middle.txt
head -n 12 host.txt >one.txt
sed 's/ticks=[0-9]*\(.*marks\)/ticks=0\1/' one.txt >zero.txt
sed 's/^\(mote-call calls=[0-9]*\) ticks=/\1 ticks=9x/' one.txt >nonsense.txt
sed 's/^\(mote-layer index=1 .*ticks=\)/\17/' one.txt >garbled.txt
grep -v 'index=2 ' one.txt >missing.txt
sed 's/hz=[0-9]*/hz=0/' one.txt >stopped.txt
sed 's/ticks=[0-9]*\(.*marks\)/ticks=99999999999999999999\1/' one.txt >huge.txt
sed 's/format=1/format=7/' one.txt >future.txt
refused 'cut.txt:6: holds no whole measurement' measured cut.txt
refused 'empty.txt: holds nothing that a benchmark of mote printed' measured empty.txt
refused 'prose.txt: holds nothing' measured prose.txt
refused 'binary.bin: holds nothing' measured binary.bin
refused 'begins in the middle of a measurement' measured middle.txt
refused 'the clock does not run' measured zero.txt
refused 'is no number of 32 bits' measured nonsense.txt
refused 'some are garbled' measured garbled.txt
refused 'index=3 where 2 is next' measured missing.txt
refused 'hz=0 is no rate' measured stopped.txt
refused 'is no number of 32 bits' measured huge.txt
refused 'format=7 is not known' measured future.txt
refused "is of the model 'mote_p'" "$mote" profile other --target desk --boards desk.toml --measured host.txt
refused 'needs the board that was timed' "$mote" profile p --core cortex-m4 --measured host.txt
refused 'absent.txt' measured absent.txt
refused 'cycles per instruction of a cortex-m4 at 64 MHz' "$mote" profile p --target nano33ble --measured host.txt --boards new.toml
same desk.toml before.toml
absent new.toml
check "one whole measurement is enough" measured one.txt

if installed arm-none-eabi-gcc qemu-system-arm make; then
  quietly "$mote" export p --format qemu --core cortex-m4 --output fw
  cat >fw/main.c <<'C'
#include "board.h"
#include "model.h"
static uint32_t ticks(void) { return (uint32_t)board_instructions(); }
int main(void) {
  int i;
  for (i = 0; i < 3; ++i) mote_p_benchmark(ticks, 64000000u, board_say);
  return 0;
}
C
  sed -i '1i #define MOTE_BENCHMARK' fw/benchmark.c
  : >nothing
  attempt make -s -C fw run INPUT="$work/nothing"  # it writes no outputs
  cat "$shelf/out" "$shelf/err" >emulated.txt
  quietly "$mote" profile p --target nano33ble --boards chip.toml --emulate --measured emulated.txt
  "$mote" profile p --target nano33ble --boards chip.toml --emulate --measured emulated.txt --json >chip.json
  check "an instruction of the emulator is a cycle of its clock" json 'Math.abs(j.measured.cycles_per_instruction - 1) < 0.01 || undefined' <chip.json
  check "in each layer" json 'j.layers.every((l, i) => Math.abs(j.measured.layers_ms[i] * 64e3 - l.instructions) < 60 + 0.01 * l.instructions) || undefined' <chip.json
  said '1.0[01] cycles per instruction, from .p. timed on this board (counted instructions)' "$mote" profile other --target nano33ble --boards chip.toml
else
  skip 3 "the benchmark on an emulated core: arm-none-eabi-gcc, qemu-system-arm or make is not installed (./dev setup)"
fi
