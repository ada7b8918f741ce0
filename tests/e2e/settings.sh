#!/usr/bin/env bash
# Settings from mote.toml, from --set and in Keras' words; a budget before any training.
. "$(dirname "$0")/support.bash"
checks 33
cd "$work"
small_project p

# --set is mote.toml said otherwise, in Keras' words too, and part of the run
mkdir k
cp -r p/data k/data
sed 's/^name = .*/name = "k"/; s/^epochs = .*/epochs = 3/; s/^batch = .*/batch_size = 8/; s/^learning_rate = /lr = /
  s/"conv1d", filters = 8, kernel = 5/"Conv1D", filters = 8, kernel_size = 5/; s/"max_pool1d", pool/"MaxPooling1D", pool_size/' p/mote.toml >k/mote.toml
written=$("$mote" train k --quiet --json | json j.run)
given=$("$mote" train p --quiet --set train.epochs=3 --set train.batch_size=8 --set name=k --json | json j.run)
same "$written/model.mote" "$given/model.mote"
equal "settings of the run" "$(json '[j.settings.train.batch, j.settings.train.epochs, j.settings.name, j.set.length].join()' <"$given/run.json")" 8,3,k,3
quietly "$mote" quantize "$given"
quietly "$mote" quantize "$written"
same "$given/model_int8.mote" "$written/model_int8.mote"
said accuracy "$mote" evaluate "$given"
quietly "$mote" quantize "$given" --set quantize.examples=7
holds '"examples": 7' "$given/quantize.json"
check "explain takes settings of training" "$mote" explain "$given" --no-remedies --set train.threads=1
equal "windows of half the rows" "$("$mote" data p --set data.window=60 --set data.stride=119 --json | json j.window)" 60
mkdir s; cp p/mote.toml s/; cp -r p/data s/data
said '(None, 115, 4)' "$mote" summary s --set 'model.layers[0].filters=4'

# a training that was set and stopped goes on with what was set
set=(--quiet --json --set train.epochs=300 --set train.batch=4 --set train.save_seconds=0.1)
whole=$("$mote" train s "${set[@]}" | json j.run)
mkdir u; cp p/mote.toml u/; cp -r p/data u/data
attempt timeout -s KILL 0.7 "$mote" train u "${set[@]}"
if [ -n "$(found u/runs -name '*.unfinished')" ]; then
  resumed=$("$mote" train u --quiet --json --resume | json j.run)
  equal "epochs of the resumed training" "$(json j.settings.train.epochs <"$resumed/run.json")" 300
  check "the weights are those of one that was not stopped" cmp <(unzip -p "$whole/model.mote" '*') <(unzip -p "$resumed/model.mote" '*')
else
  skip 2 "the training ended before it was stopped"
fi

# what is wrong names the option; what a run cannot change is refused
refused "--set train.epoch=3: train.epoch: unknown key; did you mean 'train.epochs'?" "$mote" train p --quiet --set train.epoch=3
refused "--set train.epochs=0: train.epochs: 0 is outside 1 .. 1000000" "$mote" train p --quiet --set train.epochs=0
refused "a run keeps what it was made with" "$mote" quantize "$given" --set split.seed=3
refused "a run is judged on its own windows" "$mote" evaluate "$given" --set data.stride=3
refused "expected key=value" "$mote" data p --set window
refused "this folder has no mote.toml" "$mote" data p/data --set data.window=3
exits 2 "$mote" train p --resume --set train.batch=3
sed 's/^batch = /batch_size = 8\nbatch = /' p/mote.toml >k/mote.toml
refused "train.batch_size: is another name of train.batch, which is given too" "$mote" train k --quiet
sed 's/kernel = 5/kernel = 5, kernel_size = 5/' p/mote.toml >k/mote.toml
refused "kernel_size: is another name of kernel, which is given too" "$mote" train k --quiet

# a budget, before any training
mkdir t; cp -r p/data t/data
{ cat p/mote.toml; printf '[target]\nboard = "nano33ble"\nms = 1000\n'; } >t/mote.toml
said '^UNTRAINED: .*ranges of the recordings' "$mote" profile t
said '^Within \[target\]' "$mote" profile t
absent t/runs
"$mote" profile t --json >before.json
said 'RAM: about' "$mote" profile t --set target.ram=2k --set target.flash=1M
check "a budget that holds says nothing" "$mote" train t --quiet --json
equal "warnings" "none$(cat "$shelf/err")" none
quietly "$mote" quantize t
equal "RAM of the trained model" "$("$mote" profile t --json | json j.ram_bytes)" "$(json j.ram_bytes <before.json)"
said 'UNTRAINED' "$mote" profile t --untrained --set 'model.layers[0].filters=16'
check "training with a budget that is too small" "$mote" train t --quiet --set target.ram=1k
holds 'warning: the model will not fit \[target\]: RAM: about' "$shelf/err"
rm -r t/data t/runs
refused "there are no recordings to take the model's shape from" "$mote" profile t
said 'ranges of noise' "$mote" profile t --set data.channels=a,b,c,d,e,f --set data.labels=x,y,z
sed -i 's/nano33ble/nano33bl/' t/mote.toml
refused "target.board: " "$mote" profile t
refused "did you mean 'nano33ble'?" "$mote" train t --quiet
