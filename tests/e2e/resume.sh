#!/usr/bin/env bash
# A training that is killed at any moment and resumed gives the file of one that was not, bit for bit: dropout,
# batch normalization, augmentation, early stopping and a falling learning rate included. And what was saved
# survives a full disk.
set -euo pipefail
. "$(dirname "$0")/support.bash"
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
run_of() { node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).run)'; }
whole=$("$mote" train p --quiet --json | run_of)
[ -z "$(ls p/runs/*.unfinished 2>/dev/null)" ] || fail "a finished training leaves its state"; ok
history_of() { cut -d, -f1-6 "$1/history.csv"; }  # without the seconds

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
      wait $pid 2>/dev/null || true
      [ -s out.json ] && break  # it had finished
      kills=$((kills + 1))
    else
      wait $pid || fail "resumed training fails (seed $seed): $(cat err.txt)"
      break
    fi
    if ls p/runs/*.unfinished >/dev/null 2>&1; then
      option=--resume
    elif [ -n "$option" ]; then  # it had finished but not said so
      break
    fi
    [ $kills -lt 200 ] || fail "200 kills and no end"
  done
  run=$(ls -d p/runs/*/ | sort | tail -1)
  cmp "$whole/model.mote" "$run/model.mote" || fail "round $round after $kills kills (seed $seed) gives another model"; ok
  [ "$(history_of "$whole")" = "$(history_of "$run")" ] || fail "another history after $kills kills (seed $seed)"; ok
  [ -z "$(ls -A p/runs | grep -E 'unfinished|tmp-' || true)" ] || fail "something is left: $(ls -A p/runs)"; ok
  echo "round $round: $kills kills"
done

refused "no unfinished training" "$mote" train p --resume

# A disk that fills up in the middle: the state before stays whole and the training goes on from it.
( ulimit -f 24; trap '' XFSZ; exec "$mote" train p --quiet ) >out.txt 2>&1 && fail "a full disk went unnoticed"; ok
grep -q "File too large" out.txt || fail "full disk: $(cat out.txt)"; ok
if ls p/runs/*.unfinished >/dev/null 2>&1; then
  run=$("$mote" train p --quiet --json --resume | run_of)
  cmp "$whole/model.mote" "$run/model.mote" || fail "after a full disk"; ok
fi

# What does not fit is refused in a sentence.
stopped() {
  "$mote" train p --quiet >/dev/null 2>&1 & local pid=$!
  while [ -z "$(ls p/runs/*.unfinished 2>/dev/null)" ]; do sleep 0.02; done
  kill -9 $pid 2>/dev/null || true; wait $pid 2>/dev/null || true
}
stopped
state=$(ls p/runs/*.unfinished); cp "$state" kept; cp p/mote.toml toml
sed -i 's/^epochs = 40/epochs = 41/' p/mote.toml
refused "has changed since the training began" "$mote" train p --resume
cp toml p/mote.toml
file=$(find p/data -name '*.csv' | sort | head -1); cp "$file" data
sed -i '9s/[0-9]\([^0-9]*\)$/x\1/; 9s/x/5/; 10s/[0-9]\([^0-9]*\)$/x\1/; 10s/x/6/' "$file"
cmp -s "$file" data && fail "the data did not change"
refused "has changed since the training began" "$mote" train p --resume
cp data "$file"
head -c 200 kept > "$state"; refused "unfinished" "$mote" train p --resume
printf '' > "$state"; refused "not a zip archive" "$mote" train p --resume
cp kept "$state"
run=$("$mote" train p --quiet --json --resume | run_of)
cmp "$whole/model.mote" "$run/model.mote" || fail "after all that"; ok
done_checks
