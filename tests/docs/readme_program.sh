#!/usr/bin/env bash
# The program of README.md on the recordings of the demo prints its score and exports: readme_program.sh MOTE PROGRAM
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$1" synth gestures --output data >/dev/null
"$2" >score
cat score
accuracy=$(awk '$1 == "accuracy" { print $2 }' score)
awk -v a="$accuracy" 'BEGIN { exit !(a > 0.9) }' || { echo "accuracy: '$accuracy'" >&2; exit 1; }
[ -s out/gesture_c/model.c ] && [ -s out/gesture.tflite ] || { echo "nothing was exported" >&2; exit 1; }
