#!/usr/bin/env bash
# From raw files of others to C that takes raw samples: keywords (WAV), gestures (CSV, two chains of features) and hand
# signs (JPEG, brought to another size). The C's front end and answers are those of the desk on every window.
. "$(dirname "$0")/support.bash"
data=${MOTE_DATA:-$source/../shared/data}
checks 15
[ -d "$data" ] || skip_all "the shared recordings are absent (set MOTE_DATA)"
data=$(realpath "$data")
cd "$work"

cat >compare.c <<'C'
/* compare WINDOWS INPUTS OUTPUTS: float32 windows of the sensor through the exported front end and model. */
#include <stdio.h>
#include <string.h>
#include "names.inc"
static float raw[M(WINDOW) * M(CHANNELS)];
int main(int argc, char **argv) {
  static int8_t input[M(INPUT_SIZE)], expected[M(INPUT_SIZE)], scores[M(OUTPUT_SIZE)], answers[M(OUTPUT_SIZE)];
  FILE *w = fopen(argv[1], "rb"), *i = fopen(argv[2], "rb"), *o = fopen(argv[3], "rb");
  long windows = 0, other_inputs = 0, other_answers = 0;
  for (; argc == 4 && fread(raw, sizeof raw, 1, w) == 1; ++windows) {
    if (fread(expected, sizeof expected, 1, i) != 1 || fread(answers, sizeof answers, 1, o) != 1) return 2;
    f(front_end)(raw, input);
    f(predict)(raw, scores);
    other_inputs += memcmp(input, expected, sizeof input) != 0;
    other_answers += memcmp(scores, answers, sizeof scores) != 0;
  }
  printf("%ld windows, %ld other inputs, %ld other answers\n", windows, other_inputs, other_answers);
  return windows == 0 || other_inputs || other_answers;
}
C

# Trains, quantizes, exports, and compares on every recording; accuracy of int8 at least $2 on the test set.
road() {  # project, least accuracy, windows
  local name=$1 upper=${1^^}
  check "$name: training" "$mote" train "$name"
  check "$name: int8" "$mote" quantize "$name"
  "$mote" evaluate "$name" --json >scores.json
  check "$name: $2 or more in int8" node -e "process.exit($(json 'j.evaluations[1].accuracy' <scores.json) >= $2 ? 0 : 1)"
  quietly "$mote" evaluate "$name" --data "$name/data" --dump "$name-dump" --json
  check "$name: C" "$mote" export "$name" --format c --output "$name-c"
  printf '#include "%s"\n#define M(x) MOTE_%s_##x\n#define f(x) mote_%s_##x\n' "model.h" "$upper" "$name" >names.inc
  quietly gcc -std=gnu11 -O3 -march=native -I. -I"$name-c" -o "$name-compare" compare.c \
    $(find "$name-c" -name '*.c' ! -name 'selftest.c' ! -name 'benchmark.c')
  said "^$3 windows, 0 other inputs, 0 other answers" "./$name-compare" "$name-dump/windows.f32" "$name-dump/inputs.s8" "$name-dump/outputs.s8"
  cat "$shelf/out"
}

# Keywords: four words, one second at 16 kHz, mel energies.
mkdir -p words/data
tar xJf "$data/speech_commands/sc_v2_part1.tar.xz" -C words/data
find words/data -mindepth 1 -maxdepth 1 | grep -v -E '/(down|go|left|no)$' | xargs rm -r
cat >words/mote.toml <<'END'
name = "words"
[data]
window = 16000
[split]
train = 0.7
val = 0.15
test = 0.15
[features]
blocks = [{ block = "mfe", filters = 32 }]
[model]
layers = [
  { type = "conv1d", filters = 24, kernel = 5, stride = 2, activation = "relu" },
  { type = "conv1d", filters = 24, kernel = 3, activation = "relu" },
  { type = "global_avg_pool1d" },
  { type = "dense", units = "classes", activation = "softmax" },
]
[train]
epochs = 25
batch = 16
END
words=$(find words/data -name '*.wav' | wc -l)
road words 0.7 "$words"

# Gestures: statistics and spectra of each axis side by side, and a network of dense layers.
mkdir -p moves/data
cp "$data"/gestures/martinlindholdt/*.csv moves/data
cat >moves/mote.toml <<'END'
name = "moves"
[data]
rate_hz = 119
window = 119
rows_per_recording = 119
label_from = "stem"
[split]
train = 0.65
val = 0.1
test = 0.25
order = "in_file"
[features]
blocks = [
  [{ block = "statistics" }],
  [{ block = "edge_impulse_spectral", fft_length = 32 }],
]
[model]
layers = [
  { type = "dense", units = 24, activation = "relu" },
  { type = "dense", units = "classes", activation = "softmax" },
]
[train]
epochs = 60
batch = 16
END
moves=$(cat moves/data/*.csv | grep -c '^-\{0,1\}[0-9]')
road moves 0.7 $((moves / 119))

# Hand signs: pictures of 100 x 100 pixels, of which the model takes the middle at another shape.
mkdir -p signs/data
tar xf "$data/sign_digits/sign_digits_shared.tar" --strip-components 1 -C signs/data
cat >signs/mote.toml <<'END'
name = "signs"
[data]
image_size = [32, 24]
image_channels = 1
[model]
layers = [
  { type = "conv2d", filters = 8, kernel = 3, activation = "relu" },
  { type = "max_pool2d", pool = 2 },
  { type = "conv2d", filters = 16, kernel = 3, activation = "relu" },
  { type = "max_pool2d", pool = 2 },
  { type = "flatten" },
  { type = "dense", units = "classes", activation = "softmax" },
]
[train]
epochs = 12
batch = 16
END
road signs 0.75 "$(find signs/data -name '*.JPG' | wc -l)"
