#!/usr/bin/env bash
# Random programs outside the process that made them: in the standard interpreter, layer by layer, and a sample of them
# on emulated cores.
set -euo pipefail
. "$(dirname "$0")/support.bash"
MOTE_RANDOM_PROGRAMS=400 MOTE_WRITE_PROGRAMS=$work/p "$(dirname "$mote")/tests/random_test" --gtest_filter='*written_for*' >/dev/null
if [ -d "$source/tests/litert/node_modules/@litertjs/core" ]; then
  node "$source/tests/litert/random.cjs" "$work/p" >"$work/log" || fail "$(grep FAIL "$work/log")"
  tail -1 "$work/log"; ok
fi
if command -v arm-none-eabi-gcc >/dev/null && command -v qemu-system-arm >/dev/null; then
  for n in $(seq 1 12); do
    core=cortex-m4
    [ $((n % 3)) != 0 ] || core=cortex-m55
    # golden vectors that differ are an error
    text=$("$mote" profile "$work/p/random_$n.tflite" --core $core --emulate --flags=-O$((n % 4)) 2>&1) || fail "program $n on $core: $text"
    echo "$text" | grep -q 'measured: QEMU' || fail "program $n on $core: $text"; ok
  done
fi
[ "$checks" -gt 0 ] || exit 77
done_checks
