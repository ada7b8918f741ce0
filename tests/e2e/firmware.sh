#!/usr/bin/env bash
# Models made by others as firmware on emulated cores: the recorded outputs of TensorFlow Lite Micro, byte for byte.
set -euo pipefail
. "$(dirname "$0")/support.bash"
data=${MOTE_DATA:-$source/../shared/data}/golden
[ -f "$data/index.tsv" ] || { echo "the recorded models are absent (set MOTE_DATA)"; exit 77; }
for tool in arm-none-eabi-gcc qemu-system-arm riscv64-unknown-elf-gcc qemu-system-riscv32 make; do
  command -v $tool >/dev/null || { echo "$tool is not installed (./dev setup)"; exit 77; }
done
cd "$work"

emulate() {  # core name model
  "$mote" export "$data/$3" --format qemu --core "$1" --output "fw_$1_$2" >/dev/null || fail "firmware of $2"
  make -s -C "fw_$1_$2" run INPUT="$data/$2.in" OUTPUT="$work/out" >said 2>&1 || fail "$2 on $1: $(cat said)"
  cmp -s out "$data/$2.tflm.out" || fail "$2 on $1 differs from TensorFlow Lite Micro"
  ok
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
done_checks
