#!/usr/bin/env bash
# The table of docs/data-sets.md is what `mote init --from` makes of the sets today; each has at most three questions.
. "$(dirname "$0")/support.bash"
checks 3
data=${MOTE_DATA:-$source/../shared/data}
[ -d "$data" ] || skip_all "the shared recordings are absent (set MOTE_DATA)"
cd "$work"
check "the table" bash "$source/scripts/data-sets" "$mote" "$data"
equal "sets that are absent" "none $(cat "$shelf/err")" "none "
cp "$shelf/out" now
sed -n '/^| set | described/,/^$/{/./p;}' "$source/docs/data-sets.md" >page
same page now
