#!/usr/bin/env bash
# On the chip: profiles on every emulated core, firmware with the user's own samples, streams against a second
# implementation, packages with stub build systems, generated code under sanitizers and cppcheck.
. "$(dirname "$0")/support.bash"
checks 70
cd "$work"
small_project p
printf '\n[decision]\npolicy = "stream"\nhop = 59\nsmoothing = 3\n' >>p/mote.toml
quietly "$mote" train p --quiet
quietly "$mote" quantize p

# boards, also the user's own
"$mote" boards --json >boards.json
check "20 boards or more" [ "$(grep -c '"source"' boards.json)" -ge 20 ]
printf '[[board]]\nname = "mine"\ncore = "cortex-m4"\nmhz = 10\nram_kb = 2\nflash_kb = 4\n' >mine.toml
said '^mine' "$mote" boards --boards mine.toml
said 'DOES NOT FIT' "$mote" profile p --target mine --boards mine.toml
refused "does not fit the mine" "$mote" export p --target mine --boards mine.toml --output tiny
absent tiny
refused "no board is called 'nano33bel'" "$mote" profile p --target nano33bel
refused "is no number of bytes" "$mote" export p --ram lots --output x
refused "more than there are" "$mote" export p --ram 10 --output x

# estimates, labelled as such where tools are missing
mkdir bin
for tool in cc timeout; do ln -sf "$(command -v $tool)" bin/; done
attempt env PATH="$work/bin" "$mote" profile p --target nano33ble --emulate
[ $status = 0 ] || fail "no fallback without tools: $(outputs)"
cat "$shelf/out" "$shelf/err" >said
holds 'apt install gcc-arm-none-eabi' said
holds 'estimated, within' said
said 'no estimate' "$mote" profile p --target esp32-s3

# interface: version, checksum, streams
said '6 of 6 golden vectors equal' "$mote" export p --format c --output c --golden 6 --verify
holds '_HASH "[0-9a-f]\{8\}"' c/model.h
holds '_VERSION "' c/model.h
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
sources=$(find c -name "*.c" ! -name "selftest.c")
# shellcheck disable=SC2086
gcc -std=c99 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -Ic -o push push.c $sources
check "push() against predict()" ./push
# shellcheck disable=SC2086
gcc -std=c99 -O1 -D"${upper}_THRESHOLD=257" -Ic -o push push.c $sources
said '^11 answers, 11 unknown, 0 bad' ./push  # a threshold that nothing can reach
holds 'THRESHOLD [1-9]' c/model.h  # chosen on validation data

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
check "it needs no library" gcc -std=c99 -O2 -ffreestanding -fno-tree-loop-distribute-patterns -nostdlib -static -Ic -o bare bare.c $sources -lgcc

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
check "no sanitizer stops it" ./many
if installed cppcheck; then
  each c/*.c
  check "cppcheck" cppcheck --quiet --std=c99 --error-exitcode=1 --enable=warning --inline-suppr -Ic "${list[@]}"
else
  skip 1 "cppcheck of the generated C: not installed (./dev setup)"
fi

# packages
quietly "$mote" export p --format cmake --output pk/cmake
quietly cmake -S pk/cmake -B b
quietly cmake --build b
check "the CMake package's own test" ctest --test-dir b --no-tests=error
quietly "$mote" export p --format zephyr --output pk/zephyr
quietly "$mote" export p --format esp-idf --output pk/esp
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
quietly cmake -S stub -B sb
quietly cmake --build sb
check "the ESP-IDF component" sb/use_esp
check "the Zephyr module" "sb/use_$symbol"
holds '^  cmake: \.$' pk/zephyr/zephyr/module.yml
# their benchmarks, with stubs of what the systems have
mkdir -p sys/zephyr sys/freertos
echo 'static inline long long esp_timer_get_time(void) { static long long now = 0; return now += 5; }' >sys/esp_timer.h
printf '#include <stdlib.h>\n#define pdMS_TO_TICKS(ms) (ms)\n' >sys/freertos/FreeRTOS.h
echo 'static inline void vTaskDelay(int ms) { exit(ms != 500); }' >sys/freertos/task.h
cat >sys/zephyr/kernel.h <<'C'
#include <stdio.h>
#include <stdlib.h>
#define printk printf
static inline uint32_t k_cycle_get_32(void) { static uint32_t now = 0; return now += 5; }
static inline int sys_clock_hw_cycles_per_sec(void) { return 32768; }
static inline int k_msleep(int ms) { exit(ms != 500); }
C
echo 'void app_main(void); int main(void) { app_main(); return 1; }' >esp_main.c
quietly gcc -Wall -Wextra -Werror -Isys -Ipk/esp/src -Ipk/esp/include pk/esp/examples/benchmark/main/main.c esp_main.c sb/esp/libesp.a -o esp_benchmark
quietly gcc -Wall -Wextra -Werror -Isys -Ipk/zephyr/src pk/zephyr/samples/benchmark/src/main.c "sb/zephyr/lib$symbol.a" -o zephyr_benchmark
said '^mote-benchmark format=1 .* hz=1000000 wrong=0$' ./esp_benchmark
said '^mote-benchmark format=1 .* hz=32768 wrong=0$' ./zephyr_benchmark
quietly cmake --build b --target "${symbol}_benchmark"
said '^mote-end sum=' "b/${symbol}_benchmark"

quietly "$mote" export p --format arduino --output pk/arduino
check "the Arduino library" bash "$source/tests/e2e/arduino_library" pk/arduino "$symbol"
present pk/arduino/examples/Imu/Imu.ino
# one channel: the sketch of a microphone
small_project mono
sed -i 's/^\[data\]/[data]\nchannels = ["aX"]/' mono/mote.toml
quietly "$mote" train mono --quiet
quietly "$mote" quantize mono
quietly "$mote" export mono --format arduino --output pk/mono
present pk/mono/examples/Microphone/Microphone.ino
each pk/mono/*.zip
check "the Arduino library of one channel" bash "$source/tests/e2e/arduino_library" pk/mono "$(basename "${list[0]}" .zip)"

mkdir foreign
echo mine >foreign/README.md
for format in c arduino zephyr cmake esp-idf qemu; do
  refused "was not written by mote export" "$mote" export p --format $format --output foreign
done
equal "a foreign file" "$(cat foreign/README.md)" mine
check "its own folder is written again" "$mote" export p --format cmake --output pk/cmake

# No build of mote compiles the texts that it writes: a statement there does one thing, too, as clang tells.
if installed clang-14; then
  separate() {  # core flags...
    local core=$1
    shift
    quietly "$mote" export p --format qemu --core "$core" --output "texts_$core"
    cp "$source/src/device/firmware/measure.c" "texts_$core"
    cat >"texts_$core/measure_model.h" <<'C'
#include "golden.h"
#define MEASURE_LAYERS 3
void call(int n);
#define MEASURE_CALL(n) call(n)
#define MEASURE_DIFFERS(n) ((n) > 3)
C
    rm "texts_$core"/*selftest.c  # for a computer: it prints
    each "texts_$core"/*.c
    check "no comma joins statements ($core)" clang-14 "$@" -std=c99 -ffreestanding -fsyntax-only -Wall -Wextra -Wcomma -Werror "${list[@]}"
  }
  separate cortex-m0plus --target=thumbv6m-none-eabi -mcpu=cortex-m0plus
  separate cortex-m4 --target=thumbv7em-none-eabi -mcpu=cortex-m4
  separate cortex-m55 --target=thumbv8.1m.main-none-eabi -mcpu=cortex-m55 -mfloat-abi=hard
  separate rv32imac --target=riscv32-none-elf -march=rv32imac
  each c/*.c
  check "no comma joins statements (C)" clang-14 -std=c99 -fsyntax-only -Wall -Wextra -Wcomma -Werror "${list[@]}"
  cp "$source/src/device/firmware/board.c" joined.c
  cp "$source/src/device/firmware/board.h" .
  echo 'static int a, b; void joined(void); void joined(void) { a = 1, b = a; }' >>joined.c
  exits 1 clang-14 --target=thumbv7em-none-eabi -mcpu=cortex-m4 -std=c99 -ffreestanding -fsyntax-only -Wcomma -Werror joined.c
else
  skip 6 "joined statements in the C and in firmware: clang-14 is not installed (./dev setup)"
fi

# emulated cores
measured() { said '"is_measured": true' "$mote" profile p --emulate --json "$@"; }
near() {  # core: what is said without an emulator, beside what was measured last
  cp "$shelf/out" real.json
  "$mote" profile p --json --core "$1" >guess.json
  check "the estimate for $1 comes near" python3 - real.json guess.json <<'P'
import json, sys
real, guess = [json.load(open(name)) for name in sys.argv[1:]]
assert abs(guess["instructions"] / real["instructions"] - 1) < 0.05, (guess["instructions"], real["instructions"])
off = abs(guess["flash_bytes"] - real["flash_bytes"])
assert off < max(256, 0.05 * real["flash_bytes"]), (guess["flash_bytes"], real["flash_bytes"])
P
}
if installed qemu-system-riscv32 riscv64-unknown-elf-gcc; then
  measured --core rv32imac
  near rv32imac
else skip 2 "rv32imac: qemu-system-riscv32 or riscv64-unknown-elf-gcc is not installed (./dev setup)"; fi
if ! installed qemu-system-arm arm-none-eabi-gcc make; then
  skip 23 "emulated Arm cores: qemu-system-arm, arm-none-eabi-gcc or make is not installed (./dev setup)"
  exit
fi
for core in cortex-m0plus cortex-m3 cortex-m4 cortex-m7 cortex-m33 cortex-m55; do
  measured --core $core
  near $core
done
for flags in -O0 -Os -O3; do measured --core cortex-m4 "--flags=$flags"; done
"$mote" profile p --core cortex-m4 --emulate --json >a.json
"$mote" profile p --core cortex-m4 --emulate --json >b.json
same a.json b.json
# the map has the planned number
plan=$(sed -n 's/.*_BUFFER_BYTES \([0-9]*\).*/\1/p' c/model.h)
holds "\"buffer_bytes\": $plan," a.json
holds "\"ram_bytes\": $plan," a.json
# layers add up to nearly all of it
check "the layers' instructions add up" python3 - a.json <<'P'
import json, sys
p = json.load(open(sys.argv[1]))
parts = sum(l["instructions"] for l in p["layers"])
assert 0.5 * p["instructions"] < parts < p["instructions"], (parts, p["instructions"])
assert abs(parts + p["call"]["instructions"] - p["instructions"]) < 1 and p["call"]["name"] == "predict", p["call"]
P
# firmware with samples of our own gives what the desk gives
quietly "$mote" export p --format qemu --output fw
quietly "$mote" evaluate p --dump samples
size=$(($(sed -n 's/.*_INPUT_SIZE \([0-9]*\).*/\1/p' c/model.h) * 4 * 5))
head -c $size samples/windows.f32 >in.bin
quietly "$mote" run p --input in.bin --output desk.bin
quietly make -s -C fw run INPUT="$work/in.bin" OUTPUT="$work/chip.bin"
cat "$shelf/out" "$shelf/err" >said
holds '5 samples, ' said
same desk.bin chip.bin
head -c 10 in.bin >short.bin
exits 2 make -s -C fw run INPUT="$work/short.bin"
cat "$shelf/out" "$shelf/err" >said
holds 'no whole number of samples' said
