#!/usr/bin/env bash
# The published models written again: smaller than they came, with the same outputs in the standard interpreter.
set -euo pipefail
. "$(dirname "$0")/support.bash"
models=${MOTE_DATA:-$source/../shared/data}/mlperf_tiny/models
[ -d "$models" ] || { echo "skipped: the published models are absent (set MOTE_DATA)"; exit 77; }
has_litert=1
while read -r name input most; do
  "$mote" export "$models/$name.tflite" --format tflite --output "$work/$name.tflite" >/dev/null
  bytes=$(stat -c %s "$work/$name.tflite")
  [ "$bytes" -le "$most" ] || fail "$name takes $bytes bytes, at most $most"; ok
  status=0
  node "$source/tests/litert/same.cjs" "$models/$name.tflite" "$work/$name.tflite" "$input" > "$work/said" || status=$?
  if [ $status = 77 ]; then has_litert=0; else [ $status = 0 ] || fail "$name: $(cat "$work/said")"; ok; fi
  echo "$name: $bytes bytes of $(stat -c %s "$models/$name.tflite")"
done <<'MODELS'
kws_ref_model 490 33440
pretrainedResnet_quant 3072 98495
vww_96_int8 27648 333287
ad01_int8 640 276975
MODELS
[ $has_litert = 1 ] || echo "without the standard interpreter: sizes only"
"$mote" export "$models/kws_ref_model.tflite" --format tflite --output "$work/named.tflite" --keep-names >/dev/null
[ "$(stat -c %s "$work/named.tflite")" -gt "$(stat -c %s "$work/kws_ref_model.tflite")" ] || fail "--keep-names keeps none"; ok
done_checks
