#!/usr/bin/env bash
# The whole road as the README walks it, every command with --json too.
. "$(dirname "$0")/support.bash"
checks 50
cd "$work"
small_project p
said 'Nothing suspicious\|finding' "$mote" data p
check "train" "$mote" train p --quiet
check "quantize" "$mote" quantize p
said 'windows change class' "$mote" evaluate p
said 'golden vectors equal' "$mote" export p --format c --output p/c --verify
check "export" "$mote" export p --format tflite --output p/out/p.tflite
present p/out/p.tflite
check "report" "$mote" report p
said 'conv1d (Conv1D)' "$mote" summary p
said 'conv2d' "$mote" summary p/out/p.tflite
for command in "data p" "train p --quiet" "quantize p" "evaluate p" "summary p" "report p" "export p --format c --output p/c2" "synth gestures --output s --persons 1 --recordings 2" "init q"; do
  # shellcheck disable=SC2086
  "$mote" $command --json >said.json 2>said.err
  check "$command --json is one JSON document" node -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))' <said.json
done
run=$(newest p/runs)
for file in mote.toml run.json history.json history.png history.svg model.mote; do present "$run/$file"; done
# the report is written into the run, not only announced
present "$run/report.html"

# the same windows through .mote, .tflite and the evaluation give the same bytes
quietly "$mote" quantize p
quietly "$mote" evaluate p --dump dump
quietly "$mote" run "$run/model_int8.mote" --input dump/windows.f32 --output a.bin
quietly "$mote" run "$run/model_int8.mote" --int8-input --input dump/inputs.s8 --output b.bin
quietly "$mote" export p --format tflite --output t.tflite
quietly "$mote" run t.tflite --input dump/inputs.s8 --output c.bin
for file in a b c; do same $file.bin dump/outputs.s8; done
quietly "$mote" run "$run/model.mote" --input dump/windows.f32 --output f.bin
equal "float output size" "$(stat -c %s f.bin)" $((4 * $(stat -c %s a.bin)))

# usage errors exit 2, help and version 0
for command in "" "nonsense" "train --nonsense" "export --format exe --output x" "quantize --method magic"; do
  # shellcheck disable=SC2086
  exits 2 "$mote" $command
done
for command in "--help" "--version" "train --help"; do
  # shellcheck disable=SC2086
  said . "$mote" $command
done
for command in init synth data train evaluate summary quantize export run report; do
  said 'Example:' "$mote" $command --help
done

# cross-validation scores every recording once
said 'fold 3 of 3' "$mote" train p --quiet --folds 3
"$mote" train p --quiet --leave-one-group-out --json >folds.json
equal "folds and int8 examples" "$(json '[j.folds.length, j.int8.examples].join()' <folds.json)" 3,54
