#!/usr/bin/env bash
# The weights are those that the release build makes on this processor: on every tier, and by another compiler.
# same_bits.sh STEP_BITS SOURCE
set -euo pipefail
own=$1 other=$2/build/tests/step_bits checks=0
[ -x "$other" ] || { echo "no release build to compare with (./dev test)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"; echo "$checks checks, 0 skipped"' EXIT
"$other" >"$work/other"
[ -s "$work/other" ]
for tier in avx512 avx2 scalar; do
  if ! MOTE_TIER=$tier "$own" >"$work/own" 2>"$work/said"; then
    grep 'not a tier of this processor' "$work/said"  # or the test fails here
    continue
  fi
  checks=$((checks + 1))
  cmp "$work/other" "$work/own"
done
