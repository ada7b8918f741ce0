#!/bin/bash
# MNIST from its PNG files: the preset of 5,258 parameters, at least 98.5 % on the last 10,000, float and int8.
set -euo pipefail
mote=$(realpath "$1")
source_dir=$(realpath "$2")
archive=${MOTE_DATA:-$source_dir/../shared/data}/mnist/mnist_train_png.tar.gz
[ -f "$archive" ] || { echo "skipped: the shared recordings are absent (set MOTE_DATA)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
tar xzf "$archive"
for class in train/*; do  # INDEX.png; the last 10,000 are held back
  mkdir -p "test/${class#train/}"
  (cd "$class" && ls | awk -F. '$1 >= 50000' | xargs mv -t "../../test/${class#train/}")
done
mkdir digits
cat > digits/mote.toml <<'TOML'
name = "digits"
seed = 1
[data]
path = "../train"
[split]
train = 0.96
val = 0.04
test = 0.0
[model]
preset = "mnist_cnn"
[train]
epochs = 12
batch = 64
optimizer = "adam"
learning_rate = 0.002
[train.schedule]
type = "cosine"
TOML
"$mote" train digits --quiet
"$mote" quantize digits
"$mote" evaluate digits --data test --json > scores.json
node -e '
const scores = JSON.parse(require("fs").readFileSync("scores.json")).evaluations;
for (const s of scores) console.log(s.precision, s.accuracy, s.examples);
if (scores.length !== 2 || scores.some(s => s.examples !== 10000 || s.accuracy < 0.985)) process.exit(1);'
