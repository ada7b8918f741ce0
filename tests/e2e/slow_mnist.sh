#!/usr/bin/env bash
# MNIST from its PNG files: the preset of 5,258 parameters, at least 98 % on the last 10,000 after five epochs, float and int8.
. "$(dirname "$0")/support.bash"
checks 2
archive=${MOTE_DATA:-$source/../shared/data}/mnist/mnist_train_png.tar.gz
[ -f "$archive" ] || skip_all "the shared recordings are absent (set MOTE_DATA)"
archive=$(realpath "$archive")
cd "$work"
tar xzf "$archive"
each train/*
for class in "${list[@]}"; do  # INDEX.png; the last 10,000 are held back
  mkdir -p "test/${class#train/}"
  (cd "$class"; ls | awk -F. '$1 >= 50000' | xargs mv -t "../../test/${class#train/}")
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
epochs = 5
batch = 64
optimizer = "adam"
learning_rate = 0.002
[train.schedule]
type = "cosine"
TOML
quietly "$mote" train digits --quiet
quietly "$mote" quantize digits
"$mote" evaluate digits --data test --json > scores.json
json 'j.evaluations.map(s => [s.precision, s.accuracy, s.examples].join(" ")).join("\n")' <scores.json
equal "images and precisions" "$(json 'j.evaluations.map(s => s.examples).join()' <scores.json)" 10000,10000
equal "float and int8 reach 98 %" "$(json 'j.evaluations.every(s => s.accuracy >= 0.98)' <scores.json)" true
