#!/usr/bin/env bash
# The portfolio as people and their machines treat it: commands are killed at any moment, two write at once, folders
# are moved, deleted, read-only or of an older mote, the index is damaged or gone; and whatever happens all runs are
# there. Then: what a prune keeps, a second checkout that gives the same bits, and a bundle in other hands.
. "$(dirname "$0")/support.bash"
checks 80
cd "$work"
small_project p
sed -i 's/^epochs = .*/epochs = 2/' p/mote.toml
for seed in 1 2 3; do quietly "$mote" train p --seed $seed --set split.seed=5 --quiet; done
each p/runs/*
runs=("${list[@]}")
quietly "$mote" quantize "${runs[0]}" --quiet
quietly "$mote" evaluate "${runs[0]}"

# killed SECONDS command...: ends it, wherever it is, as a power cut would
killed() {
  local delay=$1 pid ended=0
  shift
  "$@" >"$shelf/killed" 2>&1 &
  pid=$!
  sleep "$delay"
  attempt kill -9 $pid
  wait $pid 2>/dev/null || ended=$?
}
# listed WHERE: how many runs of p meet the condition; names COLUMN: that of each run, the newest first
listed() { quietly "$mote" runs p --json --where "$1"; json j.runs.length <"$shelf/out"; }
all() { quietly "$mote" runs "${1:-p}" --json --columns run; json j.runs.length <"$shelf/out"; }

# --- a list
equal "runs" "$(all)" 3
said "int8" "$mote" runs p
said "3 runs" "$mote" runs p/runs
equal "with an int8 model" "$(listed 'int8.accuracy and flash < 40k')" 1
equal "of a seed" "$(listed 'seed = 2 or seed = 3')" 2
equal "none" "$(listed 'kind = compression')" 0
refused "column 9: flash is a number, and 'big' is none" "$mote" runs p --where 'flash < big'
refused "did you mean 'flash'" "$mote" runs p --sort flsh
refused "has no folder runs/" "$mote" runs p/data
exits 2 "$mote" runs p --yes
quietly "$mote" runs p
equal "columns of the table" "$(awk '{ if (length($0) > 80) wide = 1 } END { print wide + 0 }' "$shelf/out")" 0
present p/.mote/runs.sqlite

# --- notes and tags stand in the folder, whatever becomes of the index
said "best" "$mote" tag "${runs[1]}" best customer-a
said "Noted" "$mote" note "${runs[1]}" "went to the customer"
rm -r p/.mote
equal "found again by a tag" "$(listed "tag = best and note ~ customer")" 1
said "went to the customer" "$mote" note "${runs[1]}"
refused "has no tag 'worst'" "$mote" tag "${runs[1]}" worst --remove
said "customer-a" "$mote" tag "${runs[1]}" best --remove
equal "no longer" "$(listed 'tag = best')" 0
refused "a tag is a word" "$mote" tag "${runs[1]}" "two words"
quietly "$mote" tag "${runs[1]}" best
quietly "$mote" export "${runs[0]}" --format c --output before

# --- two writers at once
pids=()
for n in 1 2 3 4; do
  "$mote" tag "${runs[2]}" "t$n" >"$shelf/tag$n" 2>&1 &
  pids+=($!)
  "$mote" runs p >"$shelf/list$n" 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || fail "one of eight commands ended with $?: $(cat "$shelf"/tag? "$shelf"/list?)"; done
equal "tags of four writers" "$(listed 'tag = t1 and tag = t2 and tag = t3 and tag = t4')" 1
"$mote" train p --seed 4 --set split.seed=5 --quiet >"$shelf/one" 2>&1 &
one=$!
"$mote" train p --seed 5 --set split.seed=5 --quiet >"$shelf/two" 2>&1 &
two=$!
wait $one || fail "a training ended with $?: $(cat "$shelf/one")"
wait $two || fail "a training beside it ended with $?: $(cat "$shelf/two")"
equal "both appear" "$(all)" 5

# --- killed at any moment: 30 more runs make the index take a while
mkdir many
cp -r p/mote.toml many
mkdir many/runs
for n in {10..39}; do cp -r "${runs[0]}" "many/runs/20260101-0000$n-p"; done
for delay in 0.002 0.005 0.01 0.02 0.03 0.05 0.08 0.12 0.2 0.3; do
  killed $delay "$mote" runs many
  equal "runs after a kill at $delay s" "$(all many)" 30
  rm -r many/.mote
done
for delay in 0.001 0.002 0.004 0.006 0.01; do
  killed $delay "$mote" tag many/runs/20260101-000010-p "k$delay"
  check "tags after a kill at $delay s" "$mote" tag many/runs/20260101-000010-p "after$delay"
done
equal "tags behind kills" "$("$mote" tag many/runs/20260101-000010-p --json | json 'j.tags.filter(t => t.startsWith("after")).length')" 5

# --- an index that is damaged, of another program, or in the way
quietly "$mote" runs many
printf 'no data base at all' >many/.mote/runs.sqlite
equal "runs beside a text" "$(all many)" 30
dd if=/dev/urandom of=many/.mote/runs.sqlite bs=1 count=500 seek=4000 conv=notrunc 2>"$shelf/dd"
equal "runs beside a damaged index" "$(all many)" 30
truncate -s 5000 many/.mote/runs.sqlite
equal "runs beside half an index" "$(all many)" 30
rm -r many/.mote
touch many/.mote
equal "runs without an index" "$(all many)" 30
holds "made in memory each time" "$shelf/err"
rm many/.mote
if [ "$(id -u)" = 0 ]; then
  skip 3 "root writes into read-only folders"
else
  quietly "$mote" runs many
  chmod a-w many many/.mote many/.mote/runs.sqlite
  equal "runs of a read-only project" "$(all many)" 30
  cp -r "${runs[0]}" many/runs/20260101-000099-p
  equal "and a new one" "$(all many)" 31
  holds "cannot be kept" "$shelf/err"
  chmod u+w many many/.mote many/.mote/runs.sqlite
  rm -r many/runs/20260101-000099-p
fi

# --- folders that are moved, deleted, of an older mote, or damaged
mv many/runs/20260101-000011-p many/runs/renamed
rm -r many/runs/20260101-000012-p
mkdir many/runs/old many/runs/empty
echo '{"name": "p", "seed": 3, "created": "2025-01-01 00:00:00"}' >many/runs/old/run.json
mkdir many/runs/broken
echo '{"format": 2, "name": 5' >many/runs/broken/run.json
equal "what is there" "$(all many)" 31
holds "broken/run.json" "$shelf/err"
said "renamed" "$mote" runs many --where "run = renamed"
said "old" "$mote" runs many --where "created < 2026 and seed = 3"

# --- pruning: nothing goes without --yes, and what is marked never
quietly "$mote" runs p --prune --json
equal "would go" "$(json 'j.runs.length > 0 && j.removed.length' <"$shelf/out")" 0
equal "nothing went" "$(all)" 5
count=$(json j.runs.length <"$shelf/out")
quietly "$mote" runs p --prune --json
count=$(json j.runs.length <"$shelf/out")
said "Removed $count of these" "$mote" runs p --prune --yes
equal "left" "$(all)" $((5 - count))
equal "tagged ones stay" "$(listed 'tag = best or tag = t1')" 2
said "Nothing to remove" "$mote" runs p --prune
said "keeps\|would go\|Nothing" "$mote" runs many --prune

# --- compared
each p/runs/*
a=${list[0]} b=${list[-1]}
said "What it brought" "$mote" compare "$a" "$b"
quietly "$mote" compare "$a" "$b" --json
equal "the seed differs" "$(json 'j.settings.map(s => s.name).join()' <"$shelf/out")" seed
equal "the same recordings" "$(json 'j.data[0].same' <"$shelf/out")" true
check "a picture" "$mote" compare "$a" "$b" --picture sizes.svg
present sizes.svg
refused "is given twice" "$mote" compare "$a" "$a"
refused "needs two runs" "$mote" compare "$a"

# --- reproduced, here and elsewhere
first=$a
said "bit for bit" "$mote" reproduce "$first" --quiet
cp -r p elsewhere
rm -r elsewhere/runs elsewhere/.mote
said "the same bits" "$mote" reproduce "$first" --in elsewhere --quiet
absent elsewhere/runs
each elsewhere/data/*/*.csv
sed -i '3s/^[-0-9.]*/9.75/' "${list[0]}"
refused "data: " "$mote" reproduce "$first" --in elsewhere --quiet
holds "has changed" "$shelf/out"
quietly find "$first" -newer sizes.svg -type f
equal "the run is as it was" "none$(cat "$shelf/out")" none
killed 0.05 "$mote" reproduce "$first" --quiet --keep
check "after a kill" "$mote" runs p

# --- a bundle in other hands
quietly "$mote" quantize "$first" --quiet
quietly "$mote" evaluate "$first"
check "a bundle" "$mote" export "$first" --format bundle --output out/b.zip
check "another" "$mote" export "$first" --format bundle --output out/c.zip
same out/b.zip out/c.zip
said "is what it says" "$mote" verify out/b.zip --compile
refused "is no name of a zip" "$mote" export "$first" --format bundle --output out/b
quietly "$mote" export "$first" --format mote --output out/model.mote
refused "is of a run" "$mote" export out/model.mote --format bundle --output out/d.zip
refused "is no bundle" "$mote" verify out/model.mote
size=$(stat -c %s out/b.zip)
head -c $((size / 2)) out/b.zip >out/half.zip
refused "truncated or damaged" "$mote" verify out/half.zip
cp out/b.zip out/changed.zip
printf 'X' | dd of=out/changed.zip bs=1 seek=$((size / 3)) conv=notrunc 2>"$shelf/dd"
not "a changed byte" "$mote" verify out/changed.zip
