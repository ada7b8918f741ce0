#!/usr/bin/env bash
# Every op in the standard interpreter; convolutions and dense layers also with a runtime built to round once.
#   programs.sh OPS_TEST MOTE SOURCE_DIR
set -euo pipefail
ops_test=$1 mote=$2 source=$3
[ -d "$source/tests/litert/node_modules/@litertjs/core" ] || { echo "the standard interpreter is not installed (./dev setup)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
MOTE_WRITE_PROGRAMS=$work/p "$ops_test" --gtest_filter='Programs.*' >/dev/null
while IFS=$'\t' read -r name op inputs outputs dtype; do
  case $op in conv2d | dense | depthwise_conv2d) ;; *) continue ;; esac
  [ "$dtype" = int8 ] || continue
  "$mote" export "$work/p/$name.tflite" --format c --output "$work/c_$name" >/dev/null
  sources=$(ls "$work/c_$name"/*.c | grep -v selftest)
  # shellcheck disable=SC2086
  cc -std=c99 -O2 -DMOTE_SINGLE_ROUNDING -I"$work/c_$name" -DINVOKE="mote_${name}_invoke" -DIN_T=int8_t -DOUT_T=int8_t -DINPUTS="$inputs" -DOUTPUTS="$outputs" \
    -o "$work/run" "$source/tests/litert/runner.c" $sources
  "$work/run" <"$work/p/$name.in" >"$work/p/$name.single"
done <"$work/p/index.tsv"
node "$source/tests/litert/programs.cjs" "$work/p"
