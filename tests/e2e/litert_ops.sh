#!/usr/bin/env bash
# Every op's integer programs in the standard interpreter; convolutions and dense layers also with a runtime built to
# round once.
. "$(dirname "$0")/support.bash"
checks 3
has_litert || skip_all "the standard interpreter is not installed (./dev setup)"
said 'PASSED.* [1-9][0-9]* test' env MOTE_WRITE_PROGRAMS="$work/p" "$(dirname "$mote")/tests/ops_test" --gtest_filter='Programs.*'
singles=0
while IFS=$'\t' read -r name op inputs outputs dtype; do
  case $op in conv2d | dense | depthwise_conv2d) ;; *) continue ;; esac
  if [ "$dtype" != int8 ]; then continue; fi
  quietly "$mote" export "$work/p/$name.tflite" --format c --output "$work/c_$name"
  sources=$(find "$work/c_$name" -name '*.c' ! -name '*selftest*')
  # shellcheck disable=SC2086
  cc -std=c99 -O2 -DMOTE_SINGLE_ROUNDING -I"$work/c_$name" -DINVOKE="mote_${name}_invoke" -DIN_T=int8_t -DOUT_T=int8_t -DINPUTS="$inputs" -DOUTPUTS="$outputs" \
    -o "$work/run" "$source/tests/litert/runner.c" $sources
  "$work/run" <"$work/p/$name.in" >"$work/p/$name.single"
  singles=$((singles + 1))
done <"$work/p/index.tsv"
check "convolutions and dense layers that round once" [ $singles -ge 20 ]
said ", $singles also rounding once, 0 failures" node "$source/tests/litert/programs.cjs" "$work/p"
cat "$shelf/out"
