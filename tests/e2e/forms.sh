#!/usr/bin/env bash
# Packed weights: the same bytes on emulated cores, the choice as users see it, and what other formats get.
. "$(dirname "$0")/support.bash"
checks 20
cd "$work"
tests=$(dirname "$mote")/tests
# a filter that fits nothing would succeed
said 'PASSED.* 1 test' env MOTE_WRITE_PROGRAMS="$work" "$tests/program_test" --gtest_filter='*host_files_and_c_have_the_same_values'
present forms.mote
present pattern.mote

said 'codebook4: 8,211 of 16,384 bytes' "$mote" export pattern.mote --output packed --slowdown 2 --verify
said '16 of 16 golden vectors equal' "$mote" export pattern.mote --output packed --slowdown 2 --verify
check "the C calls the routine of the form" grep -q mote_fully_connected_codebook4_s8 packed/model.c
said 'plain: codebook4 has 8,211 bytes and .* more than 0.5' "$mote" export pattern.mote --output slow --slowdown 0.5
check "what is too slow stays plain" grep -q mote_fully_connected_s8 slow/model.c
"$mote" export pattern.mote --output plain --forms plain >plain.txt
same slow/model.c plain/model.c
check "a file that is packed is unpacked for it" "$mote" export forms.mote --forms plain --output unpacked
exits 1 grep -q mote_packed unpacked/model.c
equal "the forms and what they are reckoned for" "$("$mote" export pattern.mote --output told --slowdown 2 --json |
  json '[j.forms.core, j.forms.slowdown, j.forms.is_measured, j.forms.layers[0].form].join()')" cortex-m4,2,false,codebook4
equal "the cut of the layers in a form" "$("$mote" export pattern.mote --output told --slowdown 2 --json |
  json '(t => [t.form, t.layers, t.bytes, t.plain_bytes, t.cut_percent.toFixed(1)].join())(j.forms.totals[0])')" codebook4,1,8211,16384,49.9
"$mote" export pattern.mote --format tflite --slowdown 2 --output plain.tflite >tflite.txt 2>notes.txt
check "a .tflite says that its weights are plain" grep -q '8 bits only' notes.txt
if ! installed arm-none-eabi-gcc qemu-system-arm; then
  skip 6 "packed weights on emulated cores: arm-none-eabi-gcc or qemu-system-arm is not installed (./dev setup)"
  exit
fi
# what the compiler made of the weights, beside the bytes that are told
arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Os -Ipacked -c packed/model.c -o model.o
equal "bytes of weights in the object file" "$((16#$(arm-none-eabi-nm -S model.o | awk '/_weights$/ { print $2 }')))" \
  "$("$mote" export pattern.mote --output told --slowdown 2 --json | json 'j.forms.totals[0].bytes')"
# golden vectors that differ are an error
for core in cortex-m0plus cortex-m3 cortex-m4 cortex-m55; do
  said 'measured: QEMU' "$mote" profile forms.mote --core $core --forms kept --emulate
done
if installed qemu-system-riscv32 riscv64-unknown-elf-gcc; then
  said 'measured: QEMU' "$mote" profile forms.mote --core rv32imac --forms kept --emulate
else skip 1 "packed weights on RISC-V: qemu-system-riscv32 or riscv64-unknown-elf-gcc is not installed (./dev setup)"; fi
