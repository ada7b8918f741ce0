#!/usr/bin/env bash
# A run knows how it was made, is judged on its own windows whatever happens to the data folder, and shows only
# figures that are of the model that is there. Trainings side by side never share a folder.
. "$(dirname "$0")/support.bash"
rounds=${MOTE_ROUNDS:-3}
checks $((60 + 3 * rounds))
cd "$work"
small_project p
evaluated() { "$mote" evaluate "$1" --json 2>"$shelf/notes" | json 'JSON.stringify(j.evaluations)'; }

# --- how it was made
run=$("$mote" train p --quiet --seed 9 --epochs 4 --threads 1 --json | json j.run)
record() { json "$1" <"$run/run.json"; }
equal "seed and epochs of the command line" "$(record '[j.format, j.settings.seed, j.settings.train.epochs, j.settings.train.threads].join()')" 2,9,4,1
check "mote.toml as it stood" cmp p/mote.toml "$run/mote.toml"
equal "each file is recorded" "$(record j.recordings.length)" "$(find p/data -name '*.csv' | wc -l)"
file=$(record 'j.recordings[0].path')
equal "size" "$(record 'j.recordings[0].bytes')" "$(stat -c %s "p/$file")"
equal "SHA-256" "$(record 'j.recordings[0].sha256')" "$(sha256sum <"p/$file" | cut -d' ' -f1)"
equal "a part for each recording" "$(record 'j.recordings.reduce((n, r) => n + (r.parts || "").length + (r.part ? r.recordings : 0), 0)')" 54
equal "what built it" "$(record '[typeof j.mote, typeof j.compiler, typeof j.tier].join()')" string,string,string
quietly "$mote" quantize p --method qat --quiet
equal "fine-tuning knows the run's own epochs" "$(json '[j.settings.qat.epochs, j.history.epochs.length, j.settings.by_row].join()' <"$run/quantize.json")" 3,3,false

# --- judged on its own windows
before=$(evaluated p)
equal "notes on untouched data" "none$(cat "$shelf/notes")" none
cp "p/$file" p/data/fresh.csv
equal "a new file changes nothing" "$(evaluated p)" "$before"
holds "1 file is not of this run and is left out: data/fresh.csv" "$shelf/notes"
check "explain leaves it out too" "$mote" explain p --no-remedies
holds "data/fresh.csv" "$shelf/err"
rm p/data/fresh.csv
mkdir -p p/data/elsewhere; mv "p/$file" p/data/elsewhere/renamed.csv
equal "a renamed file is found" "$(evaluated p)" "$before"
holds "renamed since: $file is now data/elsewhere/renamed.csv" "$shelf/notes"
mv p/data/elsewhere/renamed.csv kept.csv; rmdir p/data/elsewhere
refused "is missing" "$mote" evaluate p
refused "--resplit" "$mote" quantize p
cp kept.csv "p/$file"; tail -n 20 kept.csv >>"p/$file"
refused "has changed since the run was trained" "$mote" evaluate p
check "other data" "$mote" evaluate p --data p/data/person_2
said "Resplit" "$mote" evaluate p --resplit
equal "marked in JSON" "$("$mote" evaluate p --resplit --json 2>"$shelf/notes" | json '[j.resplit, j.evaluations[0].resplit].join()')" true,true
holds '"resplit": true' "$run/evaluation_resplit.json"
equal "the run's own figures stay" "$(json 'JSON.stringify(j)' <"$run/evaluation.json")" "$before"
check "quantize on a new split" "$mote" quantize p --resplit
holds '"resplit": true' "$run/quantize.json"
exits 2 "$mote" evaluate p --resplit --data p/data
# a byte that changes and nothing else
sed '9s/[0-9]\([^0-9]*\)$/x\1/; 9s/x/5/; 10s/[0-9]\([^0-9]*\)$/x\1/; 10s/x/6/' kept.csv >"p/$file"
equal "size of the changed file" "$(stat -c %s "p/$file")" "$(stat -c %s kept.csv)"
refused "has changed since the run was trained" "$mote" evaluate p
cp kept.csv "p/$file"
quietly "$mote" quantize p
before=$(evaluated p)

# --- a copy has data of its own, a run needs none to be exported
cp -r p copy
sed -i '9s/.*/0,0,0,0,0,0/' "p/$file"
refused "has changed" "$mote" evaluate p
equal "a copied project is scored on its own data" "$(evaluated copy)" "$before"
mv copy moved
equal "a moved one finds its own" "$(evaluated moved)" "$before"
cp kept.csv "p/$file"
check "with data" "$mote" export p --format c --output with --golden 8
cp -r "$(newest moved/runs)" alone
for format in c; do check "$format without data" "$mote" export alone --format $format --output without --golden 8; done
check "the same files" diff -r with without
check "threshold of any confidence" "$mote" export alone --format c --output half --confidence 0.5
for command in summary report "profile --target nano33ble"; do check "$command without data" "$mote" $command alone; done
refused "is missing" "$mote" evaluate alone

# --- each file of a run is read once
if installed strace && strace -o "$shelf/trial" true 2>"$shelf/err"; then
  # the sanitizer of leaks does not work under it
  quietly env ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=openat,open -o "$shelf/opened" "$mote" evaluate p
  equal "recordings opened more than once" "none$(grep -o '"[^"]*\.csv", O_RDONLY' "$shelf/opened" | sort | uniq -d)" none
  equal "recordings opened" "$(grep -c '\.csv", O_RDONLY' "$shelf/opened")" "$(record j.recordings.length)"
  equal "records opened more than once" "none$(grep -o '"[^"]*/runs/[^"]*", O_RDONLY|O_CLOEXEC) = [0-9]' "$shelf/opened" | cut -d, -f1 | sort | uniq -d)" none
else
  skip 3 "strace cannot be used here"
fi

# --- a run that cannot be written is scored all the same
if [ "$(id -u)" = 0 ]; then
  skip 2 "a folder that cannot be written: nothing is that to root"
else
  chmod a-w "$run"
  equal "scores of a run that cannot be written" "$(evaluated p)" "$before"
  holds "cannot be written" "$shelf/notes"
  chmod u+w "$run"
fi

# --- figures are of the model that is there
quietly "$mote" evaluate p
quietly "$mote" report p
holds "int8 test accuracy" "$run/report.html"
quietly "$mote" quantize p --calibration percentile --percentile 50
quietly "$mote" report p
check "a stale figure is not shown" bash -c '! grep -q "int8 test accuracy" "$0"' "$run/report.html"
holds "another model than the one that is here" "$run/report.html"
check "nor its picture" bash -c '! grep -q "alt=\"Confusion matrix\"" "$0"' "$run/report.html"

# --- from another run; more epochs
sed -i 's/^epochs = .*/epochs = 8\nsave_seconds = 0/' p/mote.toml
from=$("$mote" train p --quiet --from "$run" --json | json j.run)
equal "its parent" "$(json j.parent <"$from/run.json")" "runs/$(basename "$run")"
differ "$from/model.mote" "$run/model.mote"
cp -r p wide; sed -i '0,/filters = [0-9]*/s//filters = 5/' wide/mote.toml
refused "its weights do not fit" "$mote" train wide --quiet --from "$run"
unfinished() { found p/runs -name '*.unfinished'; }
# stopped in its middle: a file that may not grow beyond one state
stop_training() {
  "$mote" train p --quiet "$@" >out.txt 2>err.txt &
  pid=$!
  while [ -z "$(unfinished)" ]; do kill -0 $pid 2>/dev/null || fail "the training ended: $(cat err.txt)"; sleep 0.01; done
  kill -STOP $pid
}
end_training() {
  local ended=0
  kill -9 $pid
  wait $pid 2>/dev/null || ended=$?
  equal "the training was killed" $ended 137
}
sed -i 's/^epochs = 8/epochs = 60/' p/mote.toml
stop_training
refused "is being trained by another process" "$mote" train p --resume
end_training
long=$("$mote" train p --quiet --resume --epochs 70 --json | json j.run)
equal "epochs in the record" "$(json j.settings.train.epochs <"$long/run.json")" 70
once=$("$mote" train p --quiet --epochs 70 --json | json j.run)
same "$long/model.mote" "$once/model.mote"
stop_training; end_training
refused "is less than the 60" "$mote" train p --resume --epochs 3
rm "$(unfinished)"
cp p/mote.toml plain.toml; printf '[train.schedule]\ntype = "cosine"\n' >>p/mote.toml
stop_training; end_training
refused "the cosine schedule" "$mote" train p --resume --epochs 70
equal "what killed trainings leave" "$(found p/runs -name '*tmp-*' | wc -l)" 0
rm "$(unfinished)"

# --- six at once
sed 's/^epochs = .*/epochs = 2/' plain.toml >p/mote.toml
for ((round = 0; round < rounds; ++round)); do
  rm -rf p/runs; pids=()
  for seed in 1 2 3 4 5 6; do "$mote" train p --quiet --threads 1 --seed $seed --json >said$seed 2>err$seed & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || fail "one of six trainings ended with $?: $(cat err?)"; done
  equal "folders of round $round" "$(found p/runs -mindepth 1 -maxdepth 1 -type d | wc -l)" 6
  equal "seeds of round $round" "$(cat p/runs/*/run.json | grep -o '^ "seed": [0-9]*' | sort | grep -o '[0-9]' | tr -d '\n')" 123456
  equal "nothing beside them" "nothing$(found p/runs -mindepth 1 -maxdepth 1 ! -type d -o -name '.*')" nothing
done
