#!/usr/bin/env bash
# The published models written again: smaller than they came, with the same outputs in the standard interpreter.
. "$(dirname "$0")/support.bash"
models=${MOTE_DATA:-$source/../shared/data}/mlperf_tiny/models
checks 9
[ -d "$models" ] || skip_all "the published models are absent (set MOTE_DATA)"
while read -r name input most; do
  "$mote" export "$models/$name.tflite" --format tflite --output "$work/$name.tflite" >"$work/said"
  bytes=$(stat -c %s "$work/$name.tflite")
  check "bytes of $name" [ "$bytes" -le "$most" ]
  if has_litert; then
    said "outputs are equal in LiteRT" node "$source/tests/litert/same.cjs" "$models/$name.tflite" "$work/$name.tflite" "$input"
  else
    skip 1 "outputs of $name in the standard interpreter: not installed (./dev setup)"
  fi
  echo "$name: $bytes bytes of $(stat -c %s "$models/$name.tflite")"
done <<'MODELS'
kws_ref_model 490 33440
pretrainedResnet_quant 3072 98495
vww_96_int8 27648 333287
ad01_int8 640 276975
MODELS
quietly "$mote" export "$models/kws_ref_model.tflite" --format tflite --output "$work/named.tflite" --keep-names
check "--keep-names keeps some" [ "$(stat -c %s "$work/named.tflite")" -gt "$(stat -c %s "$work/kws_ref_model.tflite")" ]
