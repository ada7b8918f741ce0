#!/usr/bin/env bash
# The same seed gives the same model file, bit for bit: any number of threads, any tier, any run.
set -euo pipefail
. "$(dirname "$0")/support.bash"
cd "$work"
small_project p
sed -i 's/^noise = .*/noise = 0.1\nrotate_deg = 15\ntime_warp = 0.2\nchannel_dropout = 0.1/' p/mote.toml
trained() { env "${@:2}" "$mote" train p --quiet --json $1 2>/dev/null | node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).run)'; }
first=$(trained "--threads 1")
for threads in 1 2 3; do
  run=$(trained "--threads $threads")
  cmp "$first/model.mote" "$run/model.mote" || fail "$threads threads"; ok
done
for tier in avx2 scalar; do
  run=$(trained "--threads 2" MOTE_TIER=$tier) || { echo "tier $tier is not available here"; continue; }
  cmp "$first/model.mote" "$run/model.mote" || fail "$tier"; ok
done
run=$(trained "--seed 8")
cmp -s "$first/model.mote" "$run/model.mote" && fail "another seed gives the same model"; ok
refused "not a tier of this processor" env MOTE_TIER=sse9 "$mote" train p --quiet
"$mote" quantize "$first" >/dev/null; "$mote" export "$first" --format c --output a >/dev/null
"$mote" quantize "$run" >/dev/null; "$mote" quantize "$first" >/dev/null; "$mote" export "$first" --format c --output b >/dev/null
diff -r a b || fail "two exports of one run differ"; ok
done_checks
