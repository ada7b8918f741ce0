#!/usr/bin/env bash
# What we promise of nine published models on a Cortex-M4 (bench/device/bars.tsv): code, buffer, stack and instructions of one build,
# and less flash than TensorFlow Lite Micro. Counts are exact and repeatable, so they can be a test; they depend on the compiler.
. "$(dirname "$0")/support.bash"
data=${MOTE_DATA:-$source/../shared/data}
checks 56
[ -d "$data/mlperf_tiny/models" ] || skip_all "the published models are absent (set MOTE_DATA)"
installed qemu-system-arm arm-none-eabi-gcc || skip_all "qemu-system-arm or arm-none-eabi-gcc is not installed (./dev setup)"
[[ $(arm-none-eabi-gcc -dumpversion) = 12.2* ]] || skip_all "arm-none-eabi-gcc is not 12.2, of which the promises are"
cd "$work"

# the model's own figures: those of layers stand further in
measured() { "$mote" profile "$@" --forms plain --core cortex-m4 --emulate --json >profile.json; grep '^ "' profile.json >profile.txt; }
field() { sed -n "s/^ \"$1\": \([0-9]*\).*/\1/p" profile.txt; }
within() {  # what, bar
  local is
  is=$(field "$1")
  check "$model: $1 is $is, promised $2" [ "$is" -le "$2" ]
}
# models without a folder are those that the measurement trains
sed '/^#/d; /^model/d' "$source/bench/device/bars.tsv" | awk -F'\t' '$2 ~ "/"' >bars.tsv
while IFS=$'\t' read -r model file _ _ flash _ _ _ _ bar_code bar_buffer bar_m4; do
  measured "$data/$file"
  within code_bytes "$bar_code"
  within buffer_bytes "$bar_buffer"
  within stack_bytes 1024
  within flash_bytes $((flash - 1))
  within instructions "$bar_m4"
  cp profile.json real.json
  "$mote" profile "$data/$file" --forms plain --core cortex-m4 --json >guess.json
  check "the estimate of $model comes near" python3 - real.json guess.json <<'P'
import json, sys
real, guess = [json.load(open(name)) for name in sys.argv[1:]]
assert abs(guess["instructions"] / real["instructions"] - 1) < 0.05, (guess["instructions"], real["instructions"])
off = abs(guess["flash_bytes"] - real["flash_bytes"])
assert off < max(256, 0.05 * real["flash_bytes"]), (guess["flash_bytes"], real["flash_bytes"])
P
done <bars.tsv
model="ResNet-8 in 24 KB"
measured "$data/mlperf_tiny/models/pretrainedResnet_quant.tflite" --ram 24k
within ram_bytes 24576
within stack_bytes 1024
