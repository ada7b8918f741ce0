#!/usr/bin/env bash
# The same seed gives the same model file, bit for bit: any number of threads, any tier, any run.
. "$(dirname "$0")/support.bash"
checks 9
cd "$work"
small_project p
sed -i 's/^noise = .*/noise = 0.1\nrotate_deg = 15\ntime_warp = 0.2\nchannel_dropout = 0.1/' p/mote.toml
trained() { env "${@:2}" "$mote" train p --quiet --json $1 2>"$shelf/trained" | json j.run; }
first=$(trained "--threads 1")
for threads in 1 2 3; do
  run=$(trained "--threads $threads")
  same "$first/model.mote" "$run/model.mote"
done
for tier in avx2 scalar; do
  attempt env MOTE_TIER=$tier "$mote" train p --quiet --threads 2 --json
  # a processor without it is named by the program; a crash or another sentence is none
  if [ $status = 1 ] && [ $tier != scalar ] && grep -q 'not a tier of this processor' "$shelf/err"; then
    skip 1 "tier $tier is not available here"
    continue
  fi
  [ $status = 0 ] || fail "tier $tier ended with $status: $(outputs)"
  same "$first/model.mote" "$(json j.run <"$shelf/out")/model.mote"
done
run=$(trained "--seed 8")
differ "$first/model.mote" "$run/model.mote"
refused "not a tier of this processor" env MOTE_TIER=sse9 "$mote" train p --quiet
quietly "$mote" quantize "$first"
quietly "$mote" export "$first" --format c --output a
quietly "$mote" quantize "$run"
quietly "$mote" quantize "$first"
quietly "$mote" export "$first" --format c --output b
present a/model.c
check "two exports of one run are equal" diff -r a b
