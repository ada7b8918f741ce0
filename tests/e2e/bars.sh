#!/usr/bin/env bash
# What we promise of six published models on a Cortex-M4 (bench/device/bars.tsv): code, buffer, stack and instructions of one build,
# and less flash than TensorFlow Lite Micro. Counts are exact and repeatable, so they can be a test; they depend on the compiler.
set -euo pipefail
. "$(dirname "$0")/support.bash"
data=${MOTE_DATA:-$source/../shared/data}
[ -d "$data/mlperf_tiny/models" ] || { echo "the published models are absent (set MOTE_DATA)"; exit 77; }
command -v qemu-system-arm >/dev/null || { echo "qemu-system-arm is not installed (./dev setup)"; exit 77; }
arm-none-eabi-gcc -dumpversion 2>/dev/null | grep -q '^12\.2' || { echo "arm-none-eabi-gcc is not 12.2, of which the promises are"; exit 77; }
cd "$work"

# the model's own figures: those of layers stand further in
measured() { "$mote" profile "$@" --core cortex-m4 --emulate --json | grep '^ "' >profile.txt; }
field() { sed -n "s/^ \"$1\": \([0-9]*\).*/\1/p" profile.txt; }
within() {  # what, bar
  local is=$(field "$1")
  [ -n "$is" ] && [ "$is" -le "$2" ] || fail "$model: $1 $is, promised $2"
  ok
}
sed '/^#/d; /^model/d' "$source/bench/device/bars.tsv" >bars.tsv
while IFS=$'\t' read -r model file _ _ flash _ _ _ _ bar_code bar_buffer bar_m4; do
  measured "$data/$file"
  within code_bytes "$bar_code"
  within buffer_bytes "$bar_buffer"
  within stack_bytes 1024
  within flash_bytes $((flash - 1))
  within instructions "$bar_m4"
done <bars.tsv
model="ResNet-8 in 24 KB"
measured "$data/mlperf_tiny/models/pretrainedResnet_quant.tflite" --ram 24k
within ram_bytes 24576
within stack_bytes 1024
done_checks
