#!/usr/bin/env bash
# Models made by others as firmware on emulated cores: the recorded outputs of TensorFlow Lite Micro, byte for byte.
. "$(dirname "$0")/support.bash"
data=${MOTE_DATA:-$source/../shared/data}/golden
checks 94
[ -f "$data/index.tsv" ] || skip_all "the recorded models are absent (set MOTE_DATA)"
for tool in arm-none-eabi-gcc qemu-system-arm riscv64-unknown-elf-gcc qemu-system-riscv32 make; do
  installed $tool || skip_all "$tool is not installed (./dev setup)"
done
cd "$work"

emulate() {  # core name model
  rm -f out
  quietly "$mote" export "$data/$3" --format qemu --core "$1" --output "fw_$1_$2"
  quietly make -s -C "fw_$1_$2" run INPUT="$data/$2.in" OUTPUT="$work/out"
  same out "$data/$2.tflm.out"
  rm -r "fw_$1_$2"
}
tail -n +2 "$data/index.tsv" >models.tsv
while IFS=$'\t' read -r name model _; do
  emulate cortex-m4 "$name" "$model"
  emulate cortex-m55 "$name" "$model"
  case $name in gesture*|op_*|ad01*|kws*)
    emulate cortex-m0plus "$name" "$model"
    emulate rv32imac "$name" "$model" ;;
  esac
done <models.tsv
