#!/usr/bin/env bash
# Damaged .tflite files: mote refuses them with a sentence or runs them, and never crashes; what both it and the standard
# interpreter accept has outputs of the same size.
. "$(dirname "$0")/support.bash"
checks 1
has_litert || skip_all "the standard interpreter is not installed (./dev setup)"
cd "$work"
small_project conv
small_project gru
sed -i '/^\[model\]/,/^\[train\]/c [model]\npreset = "gesture_gru"\n[train]' gru/mote.toml
for name in conv gru; do
  sed -i 's/^epochs = .*/epochs = 1/' $name/mote.toml
  quietly "$mote" train $name --quiet
  quietly "$mote" quantize $name
  quietly "$mote" export $name --format tflite --output $name.tflite
done
said '^200 damaged files, 0 failures' node "$source/tests/litert/verdicts.cjs" "$mote" 200 conv.tflite gru.tflite
sed '/^why/,$d' "$shelf/out"
