#!/usr/bin/env bash
# Layers over time that stream: push() of the exported C computes only the columns that are new and tells on an emulated
# Cortex-M4 what the desk tells of whole windows; what cannot stream is refused before training, with the change.
. "$(dirname "$0")/support.bash"
checks 20
cd "$work"

small_project wave
sed -i 's/^epochs = .*/epochs = 2/' wave/mote.toml
printf '\n[decision]\npolicy = "stream"\nhop = 8\n' >>wave/mote.toml
sed -i 's/^\[model\]/[model]\nstreaming = true/' wave/mote.toml

# before training: the layer, and what would allow it
not_trained() {  # PART SETTING...
  local part=$1 arguments=() setting
  shift
  for setting in "$@"; do arguments+=(--set "$setting"); done
  refused "$part" "$mote" train wave --quiet "${arguments[@]}"
  absent wave/runs
}
not_trained "pads in time" 'model.layers[0].padding="same"'
not_trained "adds columns in time" 'model.layers[2].padding="causal"'
not_trained "max_pool1d'] has a stride of 2 in time" decision.hop=7
not_trained "a trigger opens windows at any row" 'decision.policy="trigger"'
not_trained "begins with an empty state in every window" \
  'model.layers=[{type="gru", units=4}, {type="dense", units="classes", activation="softmax"}]'

quietly "$mote" train wave --quiet
quietly "$mote" quantize wave
said 'Of a stream it computes 3 layers over time column by column: [0-9,]* of [0-9,]* multiply-adds' \
  "$mote" export wave --output c --verify
holds 'mote_wave_take_column' c/model.h
quietly "$mote" export wave --output plain --no-streaming
check "without it there is none of it" [ "$(grep -c take_column plain/model.h)" = 0 ]
same c/golden.h plain/golden.h
quietly "$mote" train wave --quiet --set model.streaming=false --set 'model.layers[0].padding="same"' --set train.epochs=1
padded=$(newest wave/runs)
quietly "$mote" quantize "$padded"
refused "pads in time" "$mote" export "$padded" --output odd --streaming
absent odd
rm -r "$padded"

if installed arm-none-eabi-gcc qemu-system-arm; then
  { head -n 1 wave/data/person_1/idle.csv
    for file in person_1/idle person_1/punch person_2/flex person_3/idle; do
      tail -n +2 wave/data/$file.csv | grep -v '^$'
    done; } >long.csv
  said 'On the emulated Arm Cortex-M4F push() tells the same: [0-9]* answers in [0-9,]* rows' \
    "$mote" predict wave long.csv --emulate
  "$mote" profile wave --core cortex-m4 --emulate --json >columns.json
  "$mote" profile wave --core cortex-m4 --emulate --json --no-streaming >windows.json
  equal "without it nothing is said of columns" "$(json 'String("hop_macs" in j)' <windows.json)" false
  check "a hop takes a quarter of a window at most" [ "$(json 'Math.round(j.push.window_instructions * 4)' <columns.json)" -le \
    "$(json 'Math.round(j.push.window_instructions)' <windows.json)" ]
else
  skip 3 "the cross compiler or the emulator is not installed (./dev setup)"
fi
said 'computes 3 layers over time' "$mote" profile wave --core cortex-m4
