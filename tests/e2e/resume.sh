#!/usr/bin/env bash
# A training that is killed at any moment and resumed gives the file of one that was not, bit for bit: dropout,
# batch normalization, augmentation, early stopping and a falling learning rate included. And what was saved
# survives a full disk.
. "$(dirname "$0")/support.bash"
checks 20
cd "$work"
small_project p
cat > p/mote.toml <<'TOML'
name = "p"
seed = 7
[data]
path = "data"
window = 119
rate_hz = 119
[augment]
noise = 0.1
rotate_deg = 15
[model]
layers = [
  { type = "conv1d", filters = 8, kernel = 3, use_bias = false },
  { type = "batch_norm" },
  { type = "relu" },
  { type = "max_pool1d", pool = 4 },
  { type = "dropout", rate = 0.3 },
  { type = "flatten" },
  { type = "dense", units = "classes", activation = "softmax" },
]
[train]
epochs = 40
batch = 8
save_seconds = 0
checkpoints = true
[train.early_stopping]
patience = 30
[train.reduce_lr]
patience = 1
factor = 0.7
TOML
unfinished() { found p/runs -name '*.unfinished'; }
whole=$("$mote" train p --quiet --json | json j.run)
equal "state of a finished training" "none$(unfinished)" none
history_of() {  # without the seconds
  cut -d, -f1-6 "$1/history.csv"
  json 'JSON.stringify(j.epochs.map(e => e.ranges))' <"$1/history.json"
}

# ends a process of ours that was killed, or had ended by itself just before
reap() {
  local ended=0
  wait "$1" 2>/dev/null || ended=$?
  [ $ended = 137 ] || [ $ended = 0 ] || fail "the training ended with $ended: $(cat err.txt)"
}
# Killed at random moments, resumed with other threads, until it comes to its end.
seed=${MOTE_RANDOM_SEED:-$$}; RANDOM=$seed
for round in 1 2 3; do
  option="" kills=0
  while true; do
    "$mote" train p --quiet --json $option --threads $((RANDOM % 3 + 1)) > out.json 2>err.txt &
    pid=$!
    ms=$((RANDOM % (250 + 25 * kills)))  # later and later, so that a slow machine comes to an end too
    sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
    if kill -9 $pid 2>/dev/null; then
      reap $pid
      if [ -s out.json ]; then break; fi  # it had finished
      kills=$((kills + 1))
    else
      wait $pid || fail "resumed training fails (seed $seed): $(cat err.txt)"
      break
    fi
    if [ -n "$(unfinished)" ]; then
      option=--resume
    elif [ -n "$option" ]; then  # it had finished but not said so
      break
    fi
    [ $kills -lt 200 ] || fail "200 kills and no end"
  done
  echo "round $round: $kills kills (MOTE_RANDOM_SEED=$seed)"
  run=$(newest p/runs)
  same "$whole/model.mote" "$run/model.mote"
  equal "history after $kills kills" "$(history_of "$run")" "$(history_of "$whole")"
  equal "left behind" "nothing$(found p/runs -name '*.unfinished' -o -name '*tmp-*')" nothing
done

refused "no unfinished training" "$mote" train p --resume

# A disk that fills up in the middle: the state before stays whole and the training goes on from it.
refused "File too large" limited 24 "$mote" train p --quiet
if [ -n "$(unfinished)" ]; then
  run=$("$mote" train p --quiet --json --resume | json j.run)
  same "$whole/model.mote" "$run/model.mote"
else
  skip 1 "resuming after a full disk: it was full before the first state was whole"
fi

# What does not fit is refused in a sentence.
"$mote" train p --quiet >out.txt 2>err.txt &
pid=$!
while [ -z "$(unfinished)" ]; do
  kill -0 $pid 2>/dev/null || fail "the training ended without a state: $(cat err.txt)"
  sleep 0.02
done
check "stopped in the middle" kill -9 $pid
reap $pid
state=$(unfinished)
cp "$state" kept; cp p/mote.toml toml
sed -i 's/^epochs = 40/epochs = 41/' p/mote.toml
refused "has changed since the training began" "$mote" train p --resume
cp toml p/mote.toml
file=$(find p/data -name '*.csv' | sort | sed -n 1p)
cp "$file" data
sed -i '9s/[0-9]\([^0-9]*\)$/x\1/; 9s/x/5/; 10s/[0-9]\([^0-9]*\)$/x\1/; 10s/x/6/' "$file"
differ "$file" data
refused "has changed since the training began" "$mote" train p --resume
cp data "$file"
head -c 200 kept > "$state"; refused "unfinished" "$mote" train p --resume
printf '' > "$state"; refused "not a zip archive" "$mote" train p --resume
cp kept "$state"
run=$("$mote" train p --quiet --json --resume | json j.run)
same "$whole/model.mote" "$run/model.mote"
