#!/usr/bin/env bash
# mote compress: each way on a small project, what later steps keep of it, and what is refused before a training.
. "$(dirname "$0")/support.bash"
checks 41
cd "$work"
small_project p
quietly "$mote" train p --quiet
first=$(newest p/runs)

# channels leave the graph; the run before is the parent, the new one the newest
said 'multiply-adds' "$mote" compress p --prune structured:0.5 --distill parent --epochs 3 --quiet
run=$(newest p/runs)
check "a run of its own" [ "$run" != "$first" ]
equal "parent" "$(json j.parent <"$run/run.json")" "runs/$(basename "$first")"
equal "half of the multiply-adds are gone" "$(json 'j.after.macs * 2 <= j.before.macs' <"$run/compress.json")" true
quietly "$mote" quantize p
said 'golden vectors equal' "$mote" export p --format c --output small --verify
said 'int8' "$mote" evaluate p

quietly "$mote" compress "$first" --bits 4 --epochs 1 --quiet
equal "bytes of the layers in a form, of which int4 saves almost half" \
  "$(json '(t => [t.form, t.cut_percent > 45, t.cut_percent <= 50].join())(j.forms.totals[0])' <"$(newest p/runs)/compress.json")" int4,true,true

# each way, from the first run, through both ways of quantization
for recipe in '--prune 0.5' '--prune 2:4' '--prune block:0.5' '--cluster 16' '--cluster 4 --per-channel --start linear' '--bits 4'; do
  check "$recipe" "$mote" compress "$first" $recipe --epochs 2 --quiet
  run=$(newest p/runs)
  quietly "$mote" quantize p
  quietly "$mote" quantize p --method qat --epochs 1 --quiet
  said 'golden vectors equal' "$mote" export p --format c --output "of $recipe" --verify
done
quietly "$mote" compress "$first" --prune 0.6 --schedule polynomial --epochs 2 --quiet
equal "zeros" "$(json 'j.kernels.filter(k => !k.left).every(k => k.zeros >= 0.59 * k.weights)' <"$(newest p/runs)/compress.json")" true
quietly "$mote" compress p --cluster 16 --epochs 2 --quiet
equal "zeros and values" "$(json 'j.kernels.filter(k => !k.left).every(k => k.zeros >= 0.59 * k.weights && k.values <= 16)' <"$(newest p/runs)/compress.json")" true
quietly "$mote" quantize p
quietly "$mote" export p --format tflite --output model.tflite
quietly "$mote" export p --format c --slowdown 9 --output packed
equal "a run knows how its C stores weights" "$(json 'j.find(e => e.path == "packed").forms.slowdown' <"$(newest p/runs)/exports.json")" 9
said 'golden vectors equal' "$mote" export p --format c --output zeros_and_values --verify

# a search: less flash than the model takes as it is
quietly "$mote" quantize "$first"
flash=$("$mote" profile "$first" --json | json 'Math.round(0.8 * (j.code_bytes + j.weight_bytes))')
quietly "$mote" compress "$first" --flash "$flash" --drop 100 --epochs 1 --quiet
equal "small enough" "$(json "j.settings.tried.find(t => t.what == j.settings.chosen).flash_bytes <= $flash" <"$(newest p/runs)/compress.json")" true
present "$(newest p/runs)/compress.png"

quietly "$mote" compress "$first" --flash "$flash" --bits mixed --drop 100 --epochs 1 --quiet
equal "bits of each layer" "$(json "[/bits/.test(j.settings.chosen), j.settings.tried.find(t => t.what == j.settings.chosen).flash_bytes <= $flash].every(Boolean)" <"$(newest p/runs)/compress.json")" true

# what mote.toml says
printf '[compress]\nbits = 4\nepochs = 1\n' >>p/mote.toml
quietly "$mote" compress "$first" --quiet
equal "bits of mote.toml" "$(json j.settings.bits <"$(newest p/runs)/compress.json")" 4
quietly "$mote" compress "$first" --prune 0.5 --quiet
equal "a command line says all of what is to be done" "$(json j.settings.bits <"$(newest p/runs)/compress.json")" 8

# refused before a step; no run is made
each p/runs/*
count=${#list[@]}
refused 'does not go together with clusters' "$mote" compress "$first" --cluster 16 --bits 4
refused 'is no pruning' "$mote" compress "$first" --prune half
refused 'weights is none' "$mote" compress "$first" --prune 0.0000001
refused 'blocks is none' "$mote" compress "$first" --prune block:0.0000001
refused 'must leave at least 1' "$mote" compress "$first" --prune 4:4
refused "no layer 'conv9'" "$mote" compress "$first" --prune 0.5 --keep conv9
refused 'polynomial is of a share' "$mote" compress "$first" --prune 2:4 --schedule polynomial
refused 'needs bytes that it chooses' "$mote" compress "$first" --bits mixed
refused 'is not a run' "$mote" compress "$first" --distill runs/none
refused 'is small enough' "$mote" compress "$first" --flash 4M
refused 'this command does not ask for it' "$mote" compress "$first" --prune 0.5 --set train.epochs=3
exits 2 "$mote" compress "$first" --prune 0.5 --flash 12k
each p/runs/*
equal "no run was made" "${#list[@]}" "$count"
