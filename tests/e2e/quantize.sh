#!/usr/bin/env bash
# mote quantize and mote explain: every setting, quantization-aware training through every export, LiteRT beside it, bad
# input.
. "$(dirname "$0")/support.bash"
checks 43
cd "$work"
small_project p
window=$(sed -n 's/^window = \([0-9]*\).*/\1/p' p/mote.toml)
project() { # name model-lines
  mkdir -p "$1"
  { sed '/^\[model\]/,$d' p/mote.toml | sed "s|^name = .*|name = \"$1\"|; s|^path = .*|path = \"../p/data\"|"
    printf '[model]\n%s\n[train]\nepochs = 12\n' "$2"; } >"$1/mote.toml"
  quietly "$mote" train "$1" --quiet
}

# quantization-aware training: what is printed is what evaluate, C and .tflite give
project dense 'layers = [ { type = "flatten" }, { type = "dense", units = 16, activation = "relu" }, { type = "dense", units = "classes", activation = "softmax" } ]'
project conv1d 'layers = [ { type = "conv1d", filters = 8, kernel = 5, stride = 2 }, { type = "batch_norm" }, { type = "relu" }, { type = "flatten" }, { type = "dense", units = "classes", activation = "softmax" } ]'
project residual 'layers = [ { type = "conv1d", name = "a", filters = 8, kernel = 3, stride = 2, padding = "same", activation = "relu" },
  { type = "conv1d", name = "b", filters = 8, kernel = 3, padding = "same" }, { type = "add", inputs = ["a", "b"], activation = "relu" },
  { type = "global_average_pool1d" }, { type = "dense", units = "classes", activation = "softmax" } ]'
project gru 'preset = "gesture_gru"'
for name in dense conv1d residual gru; do
  "$mote" quantize "$name" --method qat --epochs 2 --json 2>said >"$name.json"
  run=$(json j.run <"$name.json") printed=$(json j.val_accuracy <"$name.json")
  equal "$name: accuracy printed and recorded" "$(json 'j.history.epochs.at(-1).val_accuracy' <"$run/quantize.json")" "$printed"
  "$mote" evaluate "$name" --dump "$name/dump" --precision int8 --json >"$name/scores.json"
  n=$(json 'j.evaluations[0].examples' <"$name/scores.json")
  said "$n of $n golden vectors equal" "$mote" export "$name" --format c --output "$name/c" --golden "$n" --verify
  quietly "$mote" export "$name" --format tflite --output "$name/model.tflite"
  quietly "$mote" run "$name/model.tflite" --input "$name/dump/inputs.s8" --output "$name/out.s8"
  same "$name/out.s8" "$name/dump/outputs.s8"
  size=$(stat -c %s "$name/dump/outputs.s8")
  if ! has_litert; then skip 1 "$name in the standard interpreter: not installed (./dev setup)"; continue; fi
  said "LiteRT agrees" node "$source/tests/litert/model.cjs" "$name/model.tflite" "$name/dump/inputs.s8" "$name/dump/outputs.s8" \
    $((window * 6)) $((size / n)) 0.8
  tail -n 1 "$shelf/out"
done

# every calibration method and setting
for method in min-max moving-average percentile mse entropy; do
  quietly "$mote" quantize conv1d --calibration $method
  holds "\"calibration\": \"$method\"" "$(newest conv1d/runs)/quantize.json"
done
quietly "$mote" quantize conv1d --calibration percentile --percentile 99 --examples 20 --equalize --bias-correction --drop-outliers --dense per-tensor
holds 'only 20 windows to calibrate on' "$shelf/err"
said 'golden vectors equal' "$mote" export conv1d --format c --output pt --verify
quietly "$mote" quantize conv1d --calibrate-on test
holds 'calibrating on test windows' "$shelf/err"

# explain, in all three forms
quietly "$mote" quantize dense
"$mote" explain dense >said
for part in 'Layer' 'range set by' '--method qat' '--int16'; do holds "$part" said; done
"$mote" explain dense --no-remedies --json >explain.json
equal "explain --json --no-remedies" "$(json '[j.layers[0].name, j.remedies.length].join()' <explain.json)" input,0
equal "the picture's first bytes" "$(head -c 8 "$(newest dense/runs)/explain.png" | od -An -tx1)" ' 89 50 4e 47 0d 0a 1a 0a'

# settings in mote.toml
cp -r dense toml
rm -rf toml/runs
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
quietly "$mote" train toml --quiet
check "settings" "$mote" quantize toml --method qat --quiet
holds '"calibration": "percentile"' "$(newest toml/runs)/quantize.json"
bad() { # line message
  mkdir -p bad
  sed "s|^percentile = .*|$1|" toml/mote.toml >bad/mote.toml
  refused "$2" "$mote" train bad --quiet
}
bad 'percentile = 12' 'quantize.percentile: 12 is outside 50'
bad 'calibration_ = "x"' "did you mean 'quantize.calibration'?"
bad 'dense = "tensor"' 'is not one of per-channel, per-tensor'
sed 's|^dense = .*|dense = [1, 6]|' toml/mote.toml >bad/mote.toml; refused 'a range must include 0' "$mote" train bad --quiet
sed 's|^dense = .*|dense = "best"|' toml/mote.toml >bad/mote.toml; refused "'best' is no method" "$mote" train bad --quiet
sed -i 's|^dense = .*|dens = [0, 6]|' "$(newest toml/runs)/mote.toml"; refused "did you mean 'dense'?" "$mote" quantize toml

# no int8 model yet, a damaged record, a folder that cannot be written
cp -r dense fresh
rm fresh/runs/*/model_int8.mote
refused 'run `mote quantize` first' "$mote" explain fresh
echo '{"settings": 3}' >"$(newest dense/runs)/quantize.json"; refused 'is damaged' "$mote" explain dense --no-remedies
quietly "$mote" quantize gru --by-row
refused 'works row by row' "$mote" explain gru
refused 'not tuned' "$mote" quantize gru --by-row --method qat --quiet
if [ "$(id -u)" = 0 ]; then
  skip 1 "a folder that cannot be written: nothing is that to root"
else
  chmod a-w "$(newest conv1d/runs)"
  refused 'Permission denied' "$mote" quantize conv1d
  chmod u+w "$(newest conv1d/runs)"
fi
