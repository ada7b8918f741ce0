#!/usr/bin/env bash
# The whole road as the README walks it, every command with --json too.
set -euo pipefail
. "$(dirname "$0")/support.bash"
cd "$work"
small_project p
"$mote" data p | grep -q 'Nothing suspicious\|finding' && ok
"$mote" train p --quiet >/dev/null && ok
"$mote" quantize p >/dev/null && ok
"$mote" evaluate p | grep -q 'windows change class' && ok
"$mote" export p --format c --output p/c --verify | grep -q '16 of 16 golden vectors equal\|golden vectors equal' && ok
"$mote" export p --format tflite --output p/out/p.tflite >/dev/null && ok
"$mote" report p >/dev/null && ok
"$mote" summary p | grep -q 'conv1d (Conv1D)' && ok
"$mote" summary p/out/p.tflite | grep -q 'conv2d' && ok
for command in "data p" "train p --quiet" "quantize p" "evaluate p" "summary p" "report p" "export p --format c --output p/c2" "synth gestures --output s --persons 1 --recordings 2" "init q"; do
  # shellcheck disable=SC2086
  "$mote" $command --json 2>/dev/null | node -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))' || fail "$command --json is not one JSON document"
  ok
done
run=$(ls -d p/runs/* | tail -1)
for file in mote.toml run.json history.json history.png history.svg model.mote; do [ -s "$run/$file" ] || fail "$file is missing"; ok; done

# the same windows through .mote, .tflite and the evaluation give the same bytes
"$mote" quantize p >/dev/null
"$mote" evaluate p --dump dump >/dev/null
"$mote" run "$run/model_int8.mote" --input dump/windows.f32 --output a.bin >/dev/null
"$mote" run "$run/model_int8.mote" --int8-input --input dump/inputs.s8 --output b.bin >/dev/null
"$mote" export p --format tflite --output t.tflite >/dev/null
"$mote" run t.tflite --input dump/inputs.s8 --output c.bin >/dev/null
for file in a b c; do cmp $file.bin dump/outputs.s8 || fail "$file.bin differs"; ok; done
"$mote" run "$run/model.mote" --input dump/windows.f32 --output f.bin >/dev/null
[ "$(stat -c %s f.bin)" = $((4 * $(stat -c %s a.bin))) ] || fail "float output size"; ok

# usage errors exit 2, help and version 0
for command in "" "nonsense" "train --nonsense" "export --format exe --output x" "quantize --method magic"; do
  status=0
  # shellcheck disable=SC2086
  "$mote" $command >/dev/null 2>&1 || status=$?
  [ $status = 2 ] || fail "'$command' exited $status, expected 2"; ok
done
for command in "--help" "--version" "train --help"; do
  # shellcheck disable=SC2086
  "$mote" $command >/dev/null || fail "$command"; ok
done
for command in init synth data train evaluate summary quantize export run report; do
  "$mote" $command --help | grep -q 'Example:' || fail "$command --help has no example"; ok
done

# cross-validation scores every recording once
"$mote" train p --quiet --folds 3 | grep -q 'fold 3 of 3' && ok
"$mote" train p --quiet --leave-one-group-out --json | node -e 'const j=JSON.parse(require("fs").readFileSync(0));if(j.folds.length!==3||j.int8.examples!==54)process.exit(1)' && ok
done_checks
