#!/usr/bin/env bash
# Answers about files and streams: what predict prints for people, which arguments are the model, files without labels, and the C of
# the README, compiled.
. "$(dirname "$0")/support.bash"
checks 54
cd "$work"

quietly "$mote" init wave --template gesture
quietly "$mote" synth gestures --output wave/data
printf '\n[decision]\npolicy = "stream"\nhop = 59\nsmoothing = 3\nthreshold = 0.9\n' >>wave/mote.toml
quietly "$mote" train wave --quiet
one() { head -n 120 "$1" | grep -v '^$'; }  # the first recording of a file
# a stream that nobody has set anything of is trained on windows of streams, and finds its events with either model
quietly "$mote" init steady --template gesture
quietly "$mote" synth gestures --output steady/data
"$mote" train steady --set decision.policy=stream --json >steady.json
equal "windows of the stream for one of the recordings" "$(json 'j.windows.stream / j.windows.train' <steady.json)" 3
quietly "$mote" quantize steady
"$mote" evaluate steady --json >evaluate.json
equal "replays with 95 % of the events found and at most one false a minute" \
  "$(json 'j.evaluations.filter(e => e.replay.found >= 0.95 * e.replay.events && e.replay.false_per_minute <= 1).length' <evaluate.json)" 2
mkdir new
one wave/data/person_1/punch.csv >new/a.csv
one wave/data/person_2/flex.csv >"new/a file whose name is much longer than a column of a table on a terminal.csv"
{ one wave/data/person_1/idle.csv; one wave/data/person_1/punch.csv | tail -n +2; one wave/data/person_2/punch.csv | tail -n +2
  one wave/data/person_1/idle.csv | tail -n +2; } >new/long.csv

# without an int8 model it is the float one; one short file is one line
check "the float model answers" "$mote" predict wave new/a.csv
equal "one line" "$(wc -l <"$shelf/out")" 1
holds '^new/a.csv  punch  *[0-9]* %$' "$shelf/out"
quietly "$mote" quantize wave
check "the int8 model answers" "$mote" predict wave new/a.csv
equal "one line" "$(wc -l <"$shelf/out")" 1

# several files, a folder, the newest run, a run by its path and by its name, a model file
narrow() {  # what was printed last, kept as `shown`
  cp "$shelf/out" shown
  check "no line of '$*' is wider than a terminal" awk 'length($0) > 80 { exit 1 }' shown
}
said 'a.csv.*punch.*%' "$mote" predict wave new/a.csv new/long.csv
equal "a line each" "$(wc -l <"$shelf/out")" 2
said 'table on a terminal.csv *flex' "$mote" predict wave new
equal "a line each" "$(wc -l <"$shelf/out")" 3
# names are shortened on a terminal, and nowhere else
on_terminal() { COLUMNS=80 script -qec "'$mote' predict wave new" /dev/null | tr -d '\r' >shown; grep -e flex shown; awk 'length($0) > 80 { exit 1 }' shown; }
check "no line of a folder is wider than a terminal" on_terminal
run=$(newest wave/runs)
said 'new/a.csv  punch' "$mote" predict "$run" new/a.csv
said 'new/a.csv  punch' "$mote" predict "$run/model_int8.mote" new/a.csv
cd wave
said '../new/a.csv  punch' "$mote" predict ../new/a.csv
said '../new/a.csv  punch' "$mote" predict "${run##*/}" ../new/a.csv
cd ..

# a long recording: its windows, and the decisions
check "a long recording" "$mote" predict wave new/long.csv
narrow a long recording
holds '0.00-.* s *idle' shown
holds '^Decisions of push()' shown
holds 'at [0-9.]* s *UNKNOWN' shown
folded=$(wc -l <shown)
check "each window" "$mote" predict wave new/long.csv --all
narrow each window
check "folding leaves fewer lines" [ "$folded" -lt "$(wc -l <shown)" ]

# JSON: finite numbers, and the promised keys in their places
check "JSON" "$mote" predict wave new --json
cp "$shelf/out" answers.json
equal "files" "$(json 'j.files.length' <answers.json)" 3
equal "keys" "$(json 'Object.keys(j.files[1]).join() + " " + Object.keys(j.files[1].windows[0]).sort().join()' <answers.json)" \
  "file,label,probability,windows decision,label,probability,start"
equal "numbers" "$(json 'j.files.every(f => [f.probability, ...f.windows.map(w => w.probability)].every(p => p > 0 && p <= 1))' <answers.json)" true

# what is no recording: a sentence and nothing on standard output
echo 'Dear reader, this is a letter.' >letter.txt
head -n 50 wave/data/person_1/idle.csv >short.csv
refused "letter.txt" "$mote" predict wave letter.txt
refused "has 49 rows, the model's window is 119" "$mote" predict wave short.csv
refused "no such file or folder" "$mote" predict wave nowhere.csv
refused "no such file or folder" "$mote" predict wave -
mkdir empty
refused "holds no recordings" "$mote" predict wave empty
exits 2 "$mote" predict wave
cd new
refused "there is no finished run" "$mote" predict a.csv
cd ..
# one of several files: the others are answered
exits 1 "$mote" predict wave new/a.csv short.csv nowhere.csv
holds '^new/a.csv  punch' "$shelf/out"
equal "one line" "$(wc -l <"$shelf/out")" 1
holds "short.csv: has 49 rows" "$shelf/err"
holds "2 of 3 files have no answer" "$shelf/err"
exits 1 "$mote" predict wave short.csv new/a.csv --json
equal "an answer and what is without one" "$(json 'j.files.map(f => f.label || typeof f.error).join()' <"$shelf/out")" "string,punch"

# evaluate: one file, one without label, one of a class that the model does not know
said 'accuracy' "$mote" evaluate wave --data wave/data/person_1/punch.csv
check "without labels" "$mote" evaluate wave --data new/long.csv
holds "^Unknown to the model: [0-9]* windows of 'long'" "$shelf/out"
holds "no labels of the model's classes" "$shelf/err"
mkdir mixed
cp wave/data/person_1/punch.csv mixed
cp wave/data/person_1/flex.csv mixed/jump.csv
said "Unknown to the model: 12 windows of 'jump'" "$mote" evaluate wave --data mixed
holds 'int8: accuracy .* of 12 windows' "$shelf/out"

# run: labels of a table, and the C of the README
said 'new/a.csv:2  punch' "$mote" run wave --input new/a.csv
quietly "$mote" evaluate wave --dump dump
quietly "$mote" export wave --format tflite --output w.tflite
refused "--output: is needed" "$mote" run w.tflite --input dump/inputs.s8
quietly "$mote" export wave --format c --output c
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$source/README.md" >example.c
holds 'mote_wave_push' example.c
sed -i 's/^#include "model.h".*/&\nvoid tell(const char *label);/' example.c
check "the C of the README compiles" cc -std=c99 -Wall -Wextra -Werror -Ic -c example.c -o example.o
holds 'MOTE_WAVE_NOTHING' c/model.h
holds 'MOTE_WAVE_NOTHING) return' c/README.md
