#!/usr/bin/env bash
# Real recordings: five gestures of one person (last quarter of each file is the test set) over two seeds, and punch
# against flex over seven people, one held out at a time. Int8 may lose at most one example per seed on average; the
# compiled C equals the host on every test window, the emulated Cortex-M4 on a sample; LiteRT's classes are compared.
. "$(dirname "$0")/support.bash"
data=${MOTE_DATA:-$source/../shared/data}/gestures
checks 19
[ -d "$data" ] || skip_all "the shared recordings are absent (set MOTE_DATA)"
data=$(realpath "$data")
cd "$work"

layers='layers = [
  { type = "conv1d", filters = 8, kernel = 5, activation = "relu" },
  { type = "max_pool1d", pool = 2 },
  { type = "conv1d", filters = 16, kernel = 3, activation = "relu" },
  { type = "flatten" },
  { type = "dense", units = 16, activation = "relu" },
  { type = "dense", units = "classes", activation = "softmax" },
]'
project() {  # folder, data path, split table
  mkdir -p "$1"
  cat >"$1/mote.toml" <<EOF
name = "$1"
[data]
path = "$2"
rate_hz = 119
window = 119
rows_per_recording = 119
label_from = "stem"
labels = [$4]
[split]
$3
[augment]
noise = 0.05
scale = 0.1
$5
[model]
$layers
[train]
epochs = $6
batch = 16
EOF
}
project five "$data/martinlindholdt" 'train = 0.65
val = 0.1
test = 0.25
order = "in_file"' '"circ", "flex", "hori", "punch", "vert"' 'shift = 0.1' 60
# The compiled C on every test window, LiteRT's classes on every test window. Sets float and int8 (hits) and n (windows).
check_run() {  # run
  local size
  quietly "$mote" quantize "$1"
  rm -rf dump c
  "$mote" evaluate "$1" --json --dump dump >scores.json
  n=$(json 'j.evaluations[0].examples' <scores.json)
  float=$(json 'Math.round(j.evaluations[0].accuracy * j.evaluations[0].examples)' <scores.json)
  int8=$(json 'Math.round(j.evaluations[1].accuracy * j.evaluations[1].examples)' <scores.json)
  said "$n of $n golden vectors equal" "$mote" export "$1" --format c --output c --golden "$n" --verify
  quietly "$mote" export "$1" --format tflite --output model.tflite
  size=$(stat -c %s dump/outputs.s8)
  if ! has_litert; then skip 1 "classes of $1 in the standard interpreter: not installed (./dev setup)"; return; fi
  said "LiteRT agrees" node "$source/tests/litert/model.cjs" model.tflite dump/inputs.s8 dump/outputs.s8 $((119 * 6)) $((size / n))
  cat "$shelf/out"
}
emulated() {  # run
  if ! installed qemu-system-arm arm-none-eabi-gcc; then skip 1 "$1 on a Cortex-M4: qemu-system-arm or arm-none-eabi-gcc is not installed"; return; fi
  said 'measured: QEMU' "$mote" profile "$1" --core cortex-m4 --emulate  # golden vectors that differ are an error
  sed -n 1,4p "$shelf/out"
}

lost=0
for seed in 1 2; do
  run=$("$mote" train five --seed $seed --quiet --json 2>said | json j.run)
  check_run "$run"
  echo "five gestures, seed $seed: float $float, int8 $int8 of $n"
  check "windows were scored" [ "$int8" -gt 0 ]
  lost=$((lost + float - int8))
done
check "int8 loses at most one example a seed" [ $lost -le 2 ]
emulated "$run"

# people wear the sensor differently: without rotated copies a new person's gestures are guessed (56 % of 179)
project people "$data" 'train = 0.85
val = 0.15
test = 0' '"flex", "punch"' 'rotate_deg = 180' 100
lost=0
for person in Benja1972 martinlindholdt; do
  sed "s/^test = 0/test = 0\ntest_groups = [\"$person\"]/" people/mote.toml >people/held.toml
  mkdir -p held; mv people/held.toml held/mote.toml
  run=$("$mote" train held --quiet --json 2>said | json j.run)
  check_run "$run"
  echo "punch and flex of $person, trained on the others: float $float, int8 $int8 of $n"
done
emulated "$run"
for seed in 1 2 3 4 5; do
  "$mote" train people --seed $seed --quiet --leave-one-group-out --json >folds.json 2>said
  sum() { json "j.folds.reduce((a, f) => a + f.$1, 0)" <folds.json; }
  float=$(sum correct_float) int8=$(sum correct_int8) all=$(sum examples)
  echo "one person held out, seed $seed: float $float, int8 $int8 of $all"
  check "windows were scored" [ "$int8" -gt 0 ]
  lost=$((lost + float - int8))
done
check "int8 loses at most one example a seed" [ $lost -le 5 ]
