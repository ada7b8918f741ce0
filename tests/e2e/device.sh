#!/usr/bin/env bash
# On the chip: profiles on every emulated core, firmware with the user's own samples, streams against a second
# implementation, packages with stub build systems, generated code under sanitizers and cppcheck.
set -euo pipefail
. "$(dirname "$0")/support.bash"
cd "$work"
small_project p
"$mote" train p --quiet >/dev/null
"$mote" quantize p >/dev/null
project=$(sed -n 's/^name = "\(.*\)"/\1/p' p/mote.toml | head -1)

# boards, also the user's own
[ "$("$mote" boards --json | grep -c '"source"')" -ge 20 ] || fail "fewer than 20 boards"; ok
printf '[[board]]\nname = "mine"\ncore = "cortex-m4"\nmhz = 10\nram_kb = 2\nflash_kb = 4\n' >mine.toml
"$mote" boards --boards mine.toml | grep -q '^mine' || fail "the user's board is not listed"; ok
"$mote" profile p --target mine --boards mine.toml | grep -q 'DOES NOT FIT' || fail "a tiny board fits"; ok
refused "does not fit the mine" "$mote" export p --target mine --boards mine.toml --output tiny
[ ! -e tiny ] || fail "something was written for a board that is too small"; ok
refused "no board is called 'nano33bel'" "$mote" profile p --target nano33bel
refused "is no number of bytes" "$mote" export p --ram lots --output x
refused "more than there are" "$mote" export p --ram 10 --output x

# estimates, labelled as such where tools are missing
mkdir bin
for tool in cc timeout; do ln -sf "$(command -v $tool)" bin/; done
PATH=$work/bin "$mote" profile p --target nano33ble --emulate >said 2>&1 || fail "no fallback without tools: $(cat said)"
grep -q 'apt install gcc-arm-none-eabi' said || fail "it does not say what to install: $(cat said)"
grep -q 'estimated, within' said || fail "the estimate is not labelled: $(cat said)"; ok
"$mote" profile p --target esp32-s3 | grep -q 'no estimate' || fail "an estimate for Xtensa"; ok

# interface: version, checksum, streams
"$mote" export p --format c --output c --golden 6 --verify >/dev/null; ok
grep -q '_HASH "[0-9a-f]\{8\}"' c/model.h && grep -q '_VERSION "' c/model.h || fail "no version or checksum"; ok
symbol=$(sed -n 's/^int \(mote_.*\)_selftest(void);/\1/p' c/model.h) upper=$(echo "$symbol" | tr a-z A-Z)
cat >push.c <<C
/* push() against predict() on the same rows, averages made here in double. */
#include <stdio.h>
#include <string.h>
#include "model.h"
#define ROWS (6 * ${upper}_WINDOW + 3)
static float rows[ROWS][${upper}_CHANNELS];
int main(void) {
  static int32_t memory[${upper}_BUFFER_BYTES / 4];
  int8_t seen[1000][${upper}_OUTPUT_SIZE], again[${upper}_OUTPUT_SIZE];
  int n = 0, bad = 0, answers = 0, unknowns = 0, r, c, i;
  unsigned state = 1;
  for (r = 0; r < ROWS; ++r)
    for (c = 0; c < ${upper}_CHANNELS; ++c) {
      state = state * 1664525u + 1013904223u;
      rows[r][c] = (float)((int)(state >> 16) - 32768) / 8192.0f * (float)(1 + r / ${upper}_WINDOW);
    }
  for (r = 0; r < ROWS; ++r) {
    const int answer = ${symbol}_push(rows[r]);
    const int is_due = r + 1 >= ${upper}_WINDOW && (r + 1 - ${upper}_WINDOW) % ${upper}_STRIDE == 0;
    double best = -1;
    int expected = 0, last;
    if (!is_due) { bad += answer != ${upper}_NOTHING; continue; }
    ${symbol}_predict(rows[r + 1 - ${upper}_WINDOW], seen[n]);
    ${symbol}_predict_in(memory, rows[r + 1 - ${upper}_WINDOW], again);
    bad += memcmp(seen[n], again, sizeof again) != 0;
    ++n;
    last = n < ${upper}_SMOOTHING ? n : ${upper}_SMOOTHING;
    for (c = 0; c < ${upper}_OUTPUT_SIZE; ++c) {
      double mean = 0;
      for (i = 0; i < last; ++i) mean += (seen[n - 1 - i][c] + 128) / 256.0 / last;
      if (mean > best + 1e-9) best = mean, expected = c;
    }
    if (best < ${upper}_THRESHOLD / 256.0 - 1e-9) expected = ${upper}_UNKNOWN;
    bad += answer != expected;
    ++answers, unknowns += answer == ${upper}_UNKNOWN;
  }
  printf("%d answers, %d unknown, %d bad, selftest %d\n", answers, unknowns, bad, ${symbol}_selftest());
  return bad != 0 || ${symbol}_selftest() != 0 || answers < 6;
}
C
sources=$(ls c/*.c | grep -v /selftest.c)
# shellcheck disable=SC2086
gcc -std=c99 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -Ic -o push push.c $sources
./push || fail "push() disagrees with predict()"; ok
# shellcheck disable=SC2086
gcc -std=c99 -O1 -D"${upper}_THRESHOLD=257" -Ic -o push push.c $sources
./push | grep -q '^11 answers, 11 unknown, 0 bad' || fail "what nothing can reach is answered: $(./push)"; ok
grep -q 'THRESHOLD [1-9]' c/model.h || fail "no threshold was chosen on validation data"; ok

# no heap, no stdio, no libm: linked with nothing but itself and the compiler's own helpers
cat >bare.c <<C
#include "model.h"
static float raw[${upper}_INPUT_SIZE];
int main(void) { return ${symbol}_predict(raw, 0) < 0 || ${symbol}_selftest() != 0 || ${symbol}_push(raw) > 9; }
void *memcpy(void *to, const void *from, __SIZE_TYPE__ n) { char *t = to; const char *f = from; while (n--) *t++ = *f++; return to; }
void *memset(void *to, int v, __SIZE_TYPE__ n) { char *t = to; while (n--) *t++ = (char)v; return to; }
void _start(void) { __builtin_trap(); }
C
# shellcheck disable=SC2086
gcc -std=c99 -O2 -ffreestanding -fno-tree-loop-distribute-patterns -nostdlib -static -Ic -o bare bare.c $sources -lgcc || fail "it needs a library"; ok

# many random inputs under sanitizers, and cppcheck
cat >many.c <<C
#include "model.h"
int main(void) {
  static int8_t in[${upper}_INPUT_SIZE], out[${upper}_OUTPUT_SIZE];
  static float raw[${upper}_INPUT_SIZE];
  unsigned state = 7;
  int n, i;
  for (n = 0; n < 3000; ++n) {
    for (i = 0; i < ${upper}_INPUT_SIZE; ++i) {
      union { unsigned u; float f; } bits;
      state = state * 1664525u + 1013904223u, in[i] = (int8_t)(state >> 24);
      bits.u = state ^ state << 13, raw[i] = bits.f; /* NaN, infinities, denormals too */
    }
    ${symbol}_invoke(in, out);
    if (${symbol}_predict(raw, out) < 0) return 1;
  }
  return 0;
}
C
# shellcheck disable=SC2086
gcc -std=c99 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Ic -o many many.c $sources
./many || fail "a sanitizer stopped it"; ok
if command -v cppcheck >/dev/null; then
  cppcheck --quiet --std=c99 --error-exitcode=1 --enable=warning --inline-suppr -Ic c/*.c || fail "cppcheck"; ok
fi

# packages
"$mote" export p --format cmake --output pk/cmake >/dev/null
cmake -S pk/cmake -B b >/dev/null && cmake --build b >/dev/null && ctest --test-dir b >/dev/null || fail "the CMake package"; ok
"$mote" export p --format zephyr --output pk/zephyr >/dev/null
"$mote" export p --format esp-idf --output pk/esp >/dev/null
mkdir stub
cat >stub/CMakeLists.txt <<C
cmake_minimum_required(VERSION 3.13)
project(stub C)
function(idf_component_register)
  cmake_parse_arguments(A "" "" "SRCS;INCLUDE_DIRS;PRIV_INCLUDE_DIRS" \${ARGN})
  set(COMPONENT_LIB esp PARENT_SCOPE)
  add_library(esp \${A_SRCS})
  target_include_directories(esp PUBLIC \${A_INCLUDE_DIRS} PRIVATE \${A_PRIV_INCLUDE_DIRS})
endfunction()
macro(zephyr_library_named name)
  set(ZEPHYR_CURRENT_LIBRARY \${name})
  add_library(\${name} STATIC "")
endmacro()
macro(zephyr_library_sources)
  target_sources(\${ZEPHYR_CURRENT_LIBRARY} PRIVATE \${ARGN})
endmacro()
macro(zephyr_library_include_directories)
  target_include_directories(\${ZEPHYR_CURRENT_LIBRARY} PRIVATE \${ARGN})
endmacro()
macro(zephyr_library_compile_options)
  target_compile_options(\${ZEPHYR_CURRENT_LIBRARY} PRIVATE \${ARGN})
endmacro()
macro(zephyr_include_directories)
  target_include_directories(\${ZEPHYR_CURRENT_LIBRARY} PUBLIC \${ARGN})
endmacro()
set(CONFIG_$upper y)
add_subdirectory($work/pk/esp esp)
add_subdirectory($work/pk/zephyr zephyr)
foreach(lib esp $symbol)
  add_executable(use_\${lib} use.c)
  target_link_libraries(use_\${lib} PRIVATE \${lib})
endforeach()
C
printf '#include <%s.h>\nint main(void) { return %s_selftest(); }\n' "$symbol" "$symbol" >stub/use.c
cmake -S stub -B sb >/dev/null && cmake --build sb >/dev/null 2>&1 && sb/use_esp && "sb/use_$symbol" || fail "the ESP-IDF or Zephyr package"; ok
grep -q '^  cmake: \.$' pk/zephyr/zephyr/module.yml || fail "module.yml"; ok

"$mote" export p --format arduino --output pk/arduino >/dev/null
bash "$source/tests/e2e/arduino_library" pk/arduino "$symbol" || fail "the Arduino library"; ok
# one channel: the sketch of a microphone
small_project mono
sed -i 's/^\[data\]/[data]\nchannels = ["aX"]/' mono/mote.toml
"$mote" train mono --quiet >/dev/null && "$mote" quantize mono >/dev/null
"$mote" export mono --format arduino --output pk/mono >/dev/null
[ -f pk/mono/examples/Microphone/Microphone.ino ] && [ -f pk/arduino/examples/Imu/Imu.ino ] || fail "a sketch is missing"; ok
bash "$source/tests/e2e/arduino_library" pk/mono "$(basename pk/mono/*.zip .zip)" || fail "the Arduino library of one channel"; ok

mkdir foreign && echo mine >foreign/README.md
for format in c arduino zephyr cmake esp-idf qemu; do
  refused "was not written by mote export" "$mote" export p --format $format --output foreign
done
[ "$(cat foreign/README.md)" = mine ] || fail "a foreign file was overwritten"; ok
"$mote" export p --format cmake --output pk/cmake >/dev/null || fail "its own folder is refused"; ok

# emulated cores
command -v qemu-system-arm >/dev/null && command -v arm-none-eabi-gcc >/dev/null || { done_checks; exit 0; }
for core in cortex-m0plus cortex-m3 cortex-m4 cortex-m7 cortex-m33 cortex-m55; do
  "$mote" profile p --core $core --emulate --json >profile.json || fail "$core: $(cat profile.json)"
  grep -q '"is_measured": true' profile.json || fail "$core was not measured"; ok
done
if command -v qemu-system-riscv32 >/dev/null && command -v riscv64-unknown-elf-gcc >/dev/null; then
  "$mote" profile p --core rv32imac --emulate --json | grep -q '"is_measured": true' || fail "rv32imac was not measured"; ok
fi
for flags in -O0 -Os -O3; do
  "$mote" profile p --core cortex-m4 --emulate "--flags=$flags" --json | grep -q '"is_measured": true' || fail "$flags"; ok
done
"$mote" profile p --core cortex-m4 --emulate --json >a.json
"$mote" profile p --core cortex-m4 --emulate --json >b.json
cmp -s a.json b.json || fail "two measurements differ"; ok
# the map has the planned number
plan=$(sed -n 's/.*_BUFFER_BYTES \([0-9]*\).*/\1/p' c/model.h)
grep -q "\"buffer_bytes\": $plan," a.json && grep -q "\"ram_bytes\": $plan," a.json || fail "RAM in the map is not the plan's $plan"; ok
# layers add up to nearly all of it
python3 - a.json <<'P' || fail "the layers' instructions do not add up"
import json, sys
p = json.load(open(sys.argv[1]))
parts = sum(l["instructions"] for l in p["layers"])
assert 0.5 * p["instructions"] < parts < p["instructions"], (parts, p["instructions"])
assert abs(parts + p["call"]["instructions"] - p["instructions"]) < 1 and p["call"]["name"] == "predict", p["call"]
P
ok
# firmware with samples of our own gives what the desk gives
"$mote" export p --format qemu --output fw >/dev/null
"$mote" evaluate p --dump samples >/dev/null
size=$(($(sed -n 's/.*_INPUT_SIZE \([0-9]*\).*/\1/p' c/model.h) * 4 * 5))
head -c $size samples/windows.f32 >in.bin
"$mote" run p --input in.bin --output desk.bin >/dev/null
make -s -C fw run INPUT="$work/in.bin" OUTPUT="$work/chip.bin" >said 2>&1 || fail "the firmware: $(cat said)"
cmp desk.bin chip.bin || fail "the firmware's outputs differ from the desk's"; ok
grep -q '5 samples, ' said || fail "it said: $(cat said)"; ok
head -c 10 in.bin >short.bin
make -s -C fw run INPUT="$work/short.bin" >said 2>&1 && fail "ten bytes are a sample"
grep -q 'no whole number of samples' said || fail "it said: $(cat said)"; ok
done_checks
