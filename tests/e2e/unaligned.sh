#!/usr/bin/env bash
# Firmware that traps words at addresses that are none of words (CCR.UNALIGN_TRP): compiled with -mno-unaligned-access the model's
# self-test is the desk's; compiled without, the trap is sprung, which shows that it is set.
. "$(dirname "$0")/support.bash"
checks 13
for tool in arm-none-eabi-gcc qemu-system-arm; do installed $tool || skip_all "$tool is not installed (./dev setup)"; done
cd "$work"

quietly "$mote" synth gestures --output data --persons 3 --recordings 3
# odd sizes, so that rows of weights and of values begin anywhere
classifier cnn 119 '{ type = "conv1d", filters = 5, kernel = 3, stride = 3, activation = "relu" }, { type = "max_pool1d", pool = 3 }, { type = "conv1d", filters = 7, kernel = 3 }, { type = "flatten" }, { type = "dense", units = 9 }'
classifier recurrent 119 '{ type = "conv1d", filters = 5, kernel = 7, stride = 7, activation = "relu" }, { type = "gru", units = 5 }'

cat >main.c <<'C'
#include "board.h"
#include "model.h"
int main(void) {
  *(volatile uint32_t *)0xE000ED14 |= 8u; /* CCR.UNALIGN_TRP */
  __asm volatile("dsb\nisb");
  return SELFTEST();
}
C
# trapped CORE MACHINE MODEL FLAGS...: the self-test of the model on that core
trapped() {
  local core=$1 machine=$2 model=$3 sources
  shift 3
  rm -rf fw
  quietly "$mote" export "$model" --format qemu --core "$core" --output fw
  rm fw/push.c fw/selftest.c
  cp main.c fw
  sources=$(find fw -name '*.c')
  # shellcheck disable=SC2086
  quietly arm-none-eabi-gcc -O2 -mcpu="$core" -mthumb "$@" "-DSELFTEST=mote_${model}_selftest" -nostartfiles --specs=nano.specs \
    --specs=nosys.specs -Wl,--gc-sections -T fw/memory.ld -o trapped.elf $sources
  timeout 100 qemu-system-arm -M "$machine" -display none -monitor none -serial none -icount shift=6,align=off,sleep=off \
    -semihosting-config enable=on,target=native -kernel trapped.elf
}
float="-mfloat-abi=hard -mfpu=fpv5-sp-d16"
for model in cnn recurrent; do
  check "Cortex-M3, $model" trapped cortex-m3 mps2-an385 $model -mno-unaligned-access
  check "Cortex-M4, $model" trapped cortex-m4 mps2-an386 $model -mno-unaligned-access -mfloat-abi=hard -mfpu=fpv4-sp-d16
  # shellcheck disable=SC2086
  check "Cortex-M7, $model" trapped cortex-m7 mps2-an500 $model -mno-unaligned-access $float
  # shellcheck disable=SC2086
  check "Cortex-M33, $model" trapped cortex-m33 mps3-an547 $model -mno-unaligned-access $float
  check "Cortex-M55, $model" trapped cortex-m55 mps3-an547 $model -mno-unaligned-access -mfloat-abi=hard
done
exits 111 trapped cortex-m4 mps2-an386 cnn -mfloat-abi=hard -mfpu=fpv4-sp-d16

# a compiler that is told half of it is stopped
quietly "$mote" export cnn --format c --output c
exits 1 arm-none-eabi-gcc -c -O2 -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -DMOTE_ALIGNED_LOADS=1 c/conv2d_s8.c -o x.o
holds 'needs -mno-unaligned-access' "$shelf/err"
