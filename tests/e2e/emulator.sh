#!/usr/bin/env bash
# The exported C on an emulated Cortex-M4F: every golden vector equal, at two optimization levels.
set -euo pipefail
. "$(dirname "$0")/support.bash"
cd "$work"
small_project p
"$mote" train p --quiet >/dev/null
"$mote" quantize p >/dev/null
"$mote" export p --format c --output c --golden 6 >/dev/null
for level in -O2 -Os; do
  status=0
  text=$(bash "$source/tests/device/emulate" c $level) || status=$?
  [ $status = 77 ] && { echo "$text"; exit 77; }
  [ $status = 0 ] || fail "$text"
  echo "$text" | grep -q '6 of 6 golden vectors equal' || fail "$text"; ok
done
done_checks
