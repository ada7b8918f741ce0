#!/usr/bin/env bash
# Kinds of models through every command: an autoencoder, one output for two classes, a preset, a recurrent model row by row.
. "$(dirname "$0")/support.bash"
checks 34
cd "$work"
small_project p

# a project over p's data: settings of [train], then the model
project() { # name train-lines model-lines
  mkdir -p "$1"
  { sed '/^\[model\]/,$d' p/mote.toml | sed "s|^name = .*|name = \"$1\"|; s|^path = .*|path = \"../p/data\"|"
    printf '[model]\n%s\n[train]\nepochs = 4\n%s\n' "$3" "$2"; } >"$1/mote.toml"
}
road() { # name
  "$mote" train "$1" --quiet >"$1/train.txt"
  quietly "$mote" quantize "$1"
  "$mote" evaluate "$1" >"$1/evaluate.txt"
  "$mote" evaluate "$1" --dump "$1/dump" --json >"$1/evaluate.json"
  said 'golden vectors equal' "$mote" export "$1" --format c --output "$1/c" --verify
  check "report of $1" "$mote" report "$1"
  check "folded summary of $1" "$mote" summary "$1" --folded
}
window=$(sed -n 's/^window = \([0-9]*\).*/\1/p' p/mote.toml)

project auto $'loss = "mse"\ntarget = "input"\ncheckpoints = true' \
  "layers = [ { type = \"flatten\" }, { type = \"dense\", units = 16, activation = \"relu\" }, { type = \"batch_norm\" }, { type = \"dense\", units = $((window * 6)) } ]"
road auto
holds 'mean squared error' auto/evaluate.txt
holds 'mean absolute error' auto/train.txt
for file in best last; do said 'batch_norm' "$mote" summary auto/checkpoints/$file.mote; done
said '^epoch,loss,mae,val_loss,val_mae' head -n 1 "$(newest auto/runs)/history.csv"
refused "counts classes" "$mote" train auto --folds 3 --quiet

project sigmoid $'loss = "binary_crossentropy"' 'layers = [ { type = "flatten" }, { type = "dense", units = 1, activation = "sigmoid" } ]'
sed -i 's/^\[split\]/labels = ["flex", "punch"]\n&/' sigmoid/mote.toml
road sigmoid
holds 'flex' sigmoid/evaluate.txt

project preset '' 'preset = "gesture_gru"'
road preset
check ".tflite of the GRU" "$mote" export preset --format tflite --output preset.tflite

# row by row: the same classes as by window, and a .tflite with the state outside
quietly "$mote" quantize preset --by-row
"$mote" evaluate preset --json >rows.json
# the models are two, and only windows make a stream that can be replayed
scores='JSON.stringify({ ...j.evaluations[1], model: undefined, replay: undefined })'
equal "int8 evaluation by row and by window" "$(json "$scores" <rows.json)" "$(json "$scores" <preset/evaluate.json)"
said 'golden vectors equal' "$mote" export preset --format c --output rows --verify
holds '_reset(void)' rows/model.h
quietly "$mote" export preset --format tflite --output rows.tflite
said 'int16' "$mote" summary rows.tflite  # states are inputs
quietly "$mote" run "$(newest preset/runs)/model_int8.mote" --input preset/dump/windows.f32 --output rows.bin
equal "one output per row" "$(stat -c %s rows.bin)" $(($(stat -c %s preset/dump/outputs.s8) * window))

"$mote" summary --preset mobilenet_v2 --width 0.35 --input 96,96,3 --classes 2 --json >narrow.json
equal "a narrow network" "$(json 'j.parameters > 100000 && j.parameters <= 420000' <narrow.json)" true
said resnet8 "$mote" summary --preset list
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
quietly "$mote" train flat --quiet
refused "more than one row" "$mote" quantize flat --by-row
