#!/usr/bin/env bash
# Random programs outside the process that made them: in the standard interpreter, layer by layer, and a sample of them
# on emulated cores.
. "$(dirname "$0")/support.bash"
checks 14
tests=$(dirname "$mote")/tests
# a filter that fits nothing would succeed
said 'PASSED.* 1 test' env MOTE_RANDOM_PROGRAMS=400 MOTE_WRITE_PROGRAMS="$work/p" "$tests/random_test" --gtest_filter='*written_for*'
if has_litert; then
  said '^400 random programs, .* 0 failures' node "$source/tests/litert/random.cjs" "$work/p"
  tail -n 1 "$shelf/out"
else
  skip 1 "random programs in the standard interpreter: not installed (./dev setup)"
fi
if ! installed arm-none-eabi-gcc qemu-system-arm; then
  skip 12 "random programs on emulated cores: arm-none-eabi-gcc or qemu-system-arm is not installed (./dev setup)"
  exit
fi
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
  core=cortex-m4
  [ $((n % 3)) != 0 ] || core=cortex-m55
  # golden vectors that differ are an error
  said 'measured: QEMU' "$mote" profile "$work/p/random_$n.tflite" --core $core --emulate --flags=-O$((n % 4))
done
