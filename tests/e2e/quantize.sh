#!/usr/bin/env bash
# mote quantize and mote explain: every setting, quantization-aware training through every export, LiteRT beside it, bad
# input.
set -euo pipefail
. "$(dirname "$0")/support.bash"
cd "$work"
small_project p
window=$(sed -n 's/^window = \([0-9]*\).*/\1/p' p/mote.toml)
project() { # name model-lines
  mkdir -p "$1"
  { sed '/^\[model\]/,$d' p/mote.toml | sed "s|^name = .*|name = \"$1\"|; s|^path = .*|path = \"../p/data\"|"
    printf '[model]\n%s\n[train]\nepochs = 12\n' "$2"; } >"$1/mote.toml"
  "$mote" train "$1" --quiet >/dev/null || fail "train $1"
}
value() { node -e 'const j=JSON.parse(require("fs").readFileSync(0));console.log(eval("j."+process.argv[1]))' "$1"; }

# quantization-aware training: what is printed is what evaluate, C and .tflite give
project dense 'layers = [ { type = "flatten" }, { type = "dense", units = 16, activation = "relu" }, { type = "dense", units = "classes", activation = "softmax" } ]'
project conv1d 'layers = [ { type = "conv1d", filters = 8, kernel = 5, stride = 2 }, { type = "batch_norm" }, { type = "relu" }, { type = "flatten" }, { type = "dense", units = "classes", activation = "softmax" } ]'
project residual 'layers = [ { type = "conv1d", name = "a", filters = 8, kernel = 3, stride = 2, padding = "same", activation = "relu" },
  { type = "conv1d", name = "b", filters = 8, kernel = 3, padding = "same" }, { type = "add", inputs = ["a", "b"], activation = "relu" },
  { type = "global_average_pool1d" }, { type = "dense", units = "classes", activation = "softmax" } ]'
project gru 'preset = "gesture_gru"'
has_litert=1
for name in dense conv1d residual gru; do
  "$mote" quantize "$name" --method qat --epochs 2 --json 2>/dev/null >"$name.json" || fail "qat of $name"
  run=$(value run <"$name.json") printed=$(value val_accuracy <"$name.json")
  [ "$(value 'history.epochs.at(-1).val_accuracy' <"$run/quantize.json")" = "$printed" ] || fail "$name: two accuracies"; ok
  "$mote" evaluate "$name" --dump "$name/dump" --precision int8 --json >"$name/scores.json" || fail "evaluate $name"
  n=$(value 'evaluations[0].examples' <"$name/scores.json")
  "$mote" export "$name" --format c --output "$name/c" --golden "$n" --verify | grep -q "$n of $n golden vectors equal" || fail "C of $name"; ok
  "$mote" export "$name" --format tflite --output "$name/model.tflite" >/dev/null || fail "tflite of $name"
  "$mote" run "$name/model.tflite" --input "$name/dump/inputs.s8" --output "$name/out.s8" >/dev/null
  cmp "$name/out.s8" "$name/dump/outputs.s8" || fail "$name: .tflite differs"; ok
  size=$(stat -c %s "$name/dump/outputs.s8") status=0
  text=$(node "$source/tests/litert/model.cjs" "$name/model.tflite" "$name/dump/inputs.s8" "$name/dump/outputs.s8" \
    $((window * 6)) $((size / n)) 0.8) || status=$?
  if [ $status = 77 ]; then has_litert=0; else [ $status = 0 ] || fail "LiteRT disagrees too often on $name: $text"; echo "$name: $text"; ok; fi
done
[ $has_litert = 1 ] || echo "without the standard interpreter"

# every calibration method and setting
for method in min-max moving-average percentile mse entropy; do
  "$mote" quantize conv1d --calibration $method >/dev/null 2>&1 || fail "$method"
  grep -q "\"calibration\": \"$method\"" conv1d/runs/*/quantize.json || fail "$method is not recorded"; ok
done
"$mote" quantize conv1d --calibration percentile --percentile 99 --examples 20 --equalize --bias-correction --drop-outliers --dense per-tensor >/dev/null 2>said
grep -q 'only 20 windows to calibrate on' said || fail "few windows: $(cat said)"; ok
"$mote" export conv1d --format c --output pt --verify | grep -q 'golden vectors equal' || fail "per-tensor C"; ok
"$mote" quantize conv1d --calibrate-on test >/dev/null 2>said; grep -q 'calibrating on test windows' said || fail "no warning about test"; ok

# explain, in all three forms
"$mote" quantize dense >/dev/null 2>&1
"$mote" explain dense >said || fail "explain"
for part in 'Layer' 'range set by' '--method qat' '--int16'; do grep -q -e "$part" said || fail "explain lacks $part"; ok; done
"$mote" explain dense --no-remedies --json >explain.json || fail "explain --json"
[ "$(value 'layers[0].name' <explain.json)" = input ] && [ "$(value 'remedies.length' <explain.json)" = 0 ] || fail "explain.json"; ok
file dense/runs/*/explain.png 2>/dev/null | grep -q 'PNG image' || head -c 4 dense/runs/*/explain.png | grep -q PNG || fail "picture"; ok

# settings in mote.toml
cp -r dense toml && rm -rf toml/runs
cat >>toml/mote.toml <<'TOML'
[quantize]
calibration = "percentile"
percentile = 99.5
equalize = true
[quantize.ranges]
dense = [0, 6]
dense_1 = "mse"
[quantize.qat]
epochs = 1
TOML
"$mote" train toml --quiet >/dev/null && "$mote" quantize toml --method qat --quiet >/dev/null 2>&1 || fail "settings"; ok
grep -q '"calibration": "percentile"' toml/runs/*/quantize.json || fail "settings are not used"; ok
bad() { # line message
  sed "s|^percentile = .*|$1|" toml/mote.toml >toml/x && mkdir -p bad && mv toml/x bad/mote.toml
  refused "$2" "$mote" train bad --quiet
}
bad 'percentile = 12' 'quantize.percentile: 12 is outside 50'
bad 'calibration_ = "x"' "did you mean 'quantize.calibration'?"
bad 'dense = "tensor"' 'is not one of per-channel, per-tensor'
sed 's|^dense = .*|dense = [1, 6]|' toml/mote.toml >bad/mote.toml; refused 'a range must include 0' "$mote" train bad --quiet
sed 's|^dense = .*|dense = "best"|' toml/mote.toml >bad/mote.toml; refused "'best' is no method" "$mote" train bad --quiet
sed -i 's|^dense = .*|dens = [0, 6]|' "$(ls -d toml/runs/*)/mote.toml"; refused "did you mean 'dense'?" "$mote" quantize toml

# no int8 model yet, a damaged record, a folder that cannot be written
cp -r dense fresh && rm -f fresh/runs/*/model_int8.mote; refused 'run `mote quantize` first' "$mote" explain fresh
echo '{"settings": 3}' >"$(ls -d dense/runs/*)/quantize.json"; refused 'is damaged' "$mote" explain dense --no-remedies
refused 'works row by row' bash -c "'$mote' quantize gru --by-row >/dev/null 2>&1; '$mote' explain gru"
refused 'not tuned' "$mote" quantize gru --by-row --method qat --quiet
if [ "$(id -u)" != 0 ]; then
  chmod a-w "$(ls -d conv1d/runs/*)"; refused 'Permission denied' "$mote" quantize conv1d; chmod u+w "$(ls -d conv1d/runs/*)"
fi
done_checks
