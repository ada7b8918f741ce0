#!/usr/bin/env bash
# Kinds of models through every command: an autoencoder, one output for two classes, a preset, a recurrent model row by row.
set -euo pipefail
. "$(dirname "$0")/support.bash"
cd "$work"
small_project p

# a project over p's data: settings of [train], then the model
project() { # name train-lines model-lines
  mkdir -p "$1"
  { sed '/^\[model\]/,$d' p/mote.toml | sed "s|^name = .*|name = \"$1\"|; s|^path = .*|path = \"../p/data\"|"
    printf '[model]\n%s\n[train]\nepochs = 4\n%s\n' "$3" "$2"; } >"$1/mote.toml"
}
road() { # name
  "$mote" train "$1" --quiet >"$1/train.txt" || fail "train $1"
  "$mote" quantize "$1" ${2:-} >/dev/null || fail "quantize $1"
  "$mote" evaluate "$1" >"$1/evaluate.txt" || fail "evaluate $1"
  "$mote" evaluate "$1" --dump "$1/dump" --json >"$1/evaluate.json" || fail "evaluate $1 --json"
  "$mote" export "$1" --format c --output "$1/c" --verify | grep -q 'golden vectors equal' || fail "export $1"
  "$mote" report "$1" >/dev/null || fail "report $1"
  "$mote" summary "$1" --folded >/dev/null || fail "summary $1"
  ok
}
window=$(sed -n 's/^window = \([0-9]*\).*/\1/p' p/mote.toml)

project auto $'loss = "mse"\ntarget = "input"\ncheckpoints = true' \
  "layers = [ { type = \"flatten\" }, { type = \"dense\", units = 16, activation = \"relu\" }, { type = \"batch_norm\" }, { type = \"dense\", units = $((window * 6)) } ]"
road auto
grep -q 'mean squared error' auto/evaluate.txt && grep -q 'mean absolute error' auto/train.txt || fail "errors are not reported"; ok
for file in best last; do "$mote" summary auto/checkpoints/$file.mote | grep -q 'batch_norm' || fail "checkpoint $file"; ok; done
head -1 auto/runs/*/history.csv | grep -q '^epoch,loss,mae,val_loss,val_mae' || fail "history.csv"; ok
refused "counts classes" "$mote" train auto --folds 3 --quiet

project sigmoid $'loss = "binary_crossentropy"' 'layers = [ { type = "flatten" }, { type = "dense", units = 1, activation = "sigmoid" } ]'
sed -i 's/^\[split\]/labels = ["flex", "punch"]\n&/' sigmoid/mote.toml
road sigmoid
grep -q 'flex' sigmoid/evaluate.txt || fail "classes of the single output"; ok

project preset '' 'preset = "gesture_gru"'
road preset
"$mote" export preset --format tflite --output preset.tflite >/dev/null || fail "tflite of the GRU"; ok

# row by row: the same classes as by window, and a .tflite with the state outside
"$mote" quantize preset --by-row >/dev/null
"$mote" evaluate preset --json >rows.json
node -e '
const fs = require("fs"), a = JSON.parse(fs.readFileSync("preset/evaluate.json")), b = JSON.parse(fs.readFileSync("rows.json"));
if (JSON.stringify(a.evaluations[1]) !== JSON.stringify(b.evaluations[1])) process.exit(1)' || fail "row by row differs"; ok
"$mote" export preset --format c --output rows --verify | grep -q 'golden vectors equal' || fail "C of rows"; ok
grep -q '_reset(void)' rows/model.h || fail "no reset in the interface"; ok
"$mote" export preset --format tflite --output rows.tflite >/dev/null || fail "tflite of rows"
"$mote" summary rows.tflite | grep -q 'int16' || fail "states are no inputs"; ok
"$mote" run "$(ls -d preset/runs/*)/model_int8.mote" --input preset/dump/windows.f32 --output rows.bin >/dev/null
[ "$(stat -c %s rows.bin)" = $(($(stat -c %s preset/dump/outputs.s8) * window)) ] || fail "one output per row"; ok

"$mote" summary --preset mobilenet_v2 --width 0.35 --input 96,96,3 --classes 2 --json | node -e 'if (JSON.parse(require("fs").readFileSync(0)).parameters > 420000) process.exit(1)' || fail "width"; ok
"$mote" summary --preset list | grep -q resnet8 || fail "list"; ok
refused "did you mean 'resnet8'?" "$mote" summary --preset resnet
refused "has no width" "$mote" summary --preset resnet8 --width 2
refused "not both" "$mote" summary p --preset resnet8
project bad '' 'preset = "gesture_gruu"';                        refused "did you mean 'gesture_gru'?" "$mote" train bad --quiet
project bad '' 'preset = "gesture_gru"
layers = [ { type = "flatten" } ]';                              refused "does not go together with layers" "$mote" train bad --quiet
project bad 'loss = "cross"' 'preset = "gesture_gru"';           refused "is not one of categorical_crossentropy" "$mote" train bad --quiet
project bad 'target = "input"' 'preset = "gesture_gru"';         refused "needs classes as target" "$mote" train bad --quiet
project bad $'label_smoothing = 0.1\nfocal_gamma = 2.0' 'preset = "gesture_gru"'; refused "does not go together" "$mote" train bad --quiet
project bad $'learning_rate = 1e-3\noptimizer = "sgd"\nmomentum = 0.9\n[train.schedule]\ntype = "cosine"' 'layers = [ { type = "flatten" }, { type = "dense", units = "classes", activation = "softmax", l2 = -1.0 } ]'
refused "l2: -1 is outside" "$mote" train bad --quiet
project flat '' 'layers = [ { type = "flatten" }, { type = "dense", units = "classes" } ]'
"$mote" train flat --quiet >/dev/null; refused "more than one row" "$mote" quantize flat --by-row
done_checks
