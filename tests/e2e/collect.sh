#!/usr/bin/env bash
# From a board to an answer of the exported C: a board on a pseudo-terminal plays recordings, which are collected, trained on,
# exported; what it plays next goes through push(), which answers as the desk does. And what goes wrong while one records.
. "$(dirname "$0")/support.bash"
checks 36
installed python3 || skip_all "python3 is not installed (./dev setup)"
cd "$work"

# real gestures where they are, else generated ones
data=${MOTE_DATA:-$source/../shared/data}/gestures/martinlindholdt
labels="punch flex"
if [ -d "$data" ]; then
  mkdir played
  for label in $labels; do tr -d '\r' <"$data/$label.csv" >"played/$label.csv"; done
else
  quietly "$mote" synth gestures --output synthetic --persons 1 --recordings 17
  mkdir played
  for label in $labels; do cp "synthetic/person_1/$label.csv" played; done
fi
quietly "$mote" init wave --template gesture
sed -i 's/^epochs = .*/epochs = 12/' wave/mote.toml

board=
plug() {  # TABLE...: a board that plays these
  python3 "$source/tests/e2e/board.py" "$work/port" 119 "$@" &
  board=$!
  until [ -e "$work/port" ]; do sleep 0.1; done
}
unplug() { kill "$board"; rm -f "$work/port"; }
collect() { "$mote" collect "$@" --port "$work/port" --countdown 0 --patience 60; }

for label in $labels; do
  plug "played/$label.csv"
  check "16 recordings of $label" collect wave --label "$label" --count 16 --seconds 1 --json
  cp "$shelf/out" session.json
  unplug
  equal "what came of $label" "$(json '[j.recordings, j.lost_rows, j.damaged, j.skipped_bytes, j.baud, j.channels.length, j.source].join()' <session.json)" 16,0,0,0,115200,6,frames
  each wave/data/"$label"/*.csv
  equal "a file each" "${#list[@]}" 16
  holds '^# board: player$' "${list[0]}"
  holds '^# label: '"$label"'$' "${list[0]}"
  holds '^# lost_rows: 0$' "${list[0]}"
  holds '^# measured_rate_hz: 119' "${list[0]}"
  # the first recording is the first second of what was played
  grep -v '^#' "${list[0]}" | tail -n +2 | cut -d, -f2- >recorded
  awk '/^[-0-9]/ && n++ < 119' "played/$label.csv" >sent
  check "the rows are those that were sent" python3 - recorded sent <<'P'
import struct, sys
f = lambda path: [[struct.unpack('f', struct.pack('f', float(c)))[0] for c in l.split(',')] for l in open(path)]
assert len(f(sys.argv[1])) == 119 and f(sys.argv[1]) == f(sys.argv[2])
P
done

# what is recorded is trained on, without a setting
check "data" "$mote" data wave --json
cp "$shelf/out" data.json
equal "classes" "$(json 'j.classes.map(c => c.label).join()' <data.json)" flex,punch
check "training" "$mote" train wave --quiet
check "quantize" "$mote" quantize wave --quiet
check "export" "$mote" export wave --format c --output c --verify

# another session, of both, through push() of the exported C
plug played/flex.csv played/punch.csv
check "a session without a class" collect --output new --label session --count 1 --seconds 30
unplug
session=$(newest new/session)
check "the desk answers" "$mote" predict wave "$session" --all --json
cp "$shelf/out" answers.json
json 'j.files[0].windows.filter(w => w.decision !== null).map(w => w.start + " " + w.decision).join("\n")' <answers.json >desk
cat >push.c <<'C'
#include <stdio.h>
#include "model.h"
int main(void) {
  float row[MOTE_WAVE_CHANNELS];
  int number = 0, have = 0;
  while (scanf("%f%*[,\n]", &row[have]) == 1) {
    if (++have < MOTE_WAVE_CHANNELS) continue;
    have = 0;
    const int answer = mote_wave_push(row);
    if (answer != MOTE_WAVE_NOTHING)
      printf("%d %s\n", number + 1 - MOTE_WAVE_WINDOW, answer == MOTE_WAVE_UNKNOWN ? "UNKNOWN" : mote_wave_labels[answer]);
    ++number;
  }
  return 0;
}
C
rm c/selftest.c
each c/*.c
code=("${list[@]}")
check "push() is compiled" cc -std=c99 -O1 -Ic -o push push.c "${code[@]}"
grep -v '^#' "$session" | tail -n +2 | cut -d, -f2- >rows
check "push() answers" ./push <rows
cp "$shelf/out" chip
same chip desk

# what goes wrong
refused "there is no such port" "$mote" collect wave --port /dev/ttyMOTE9 --label punch
refused "holds a separator of folders" "$mote" collect wave --port /dev/ttyMOTE9 --label a/b
refused "begins with a dot" "$mote" collect wave --port /dev/ttyMOTE9 --label ..
exits 2 "$mote" collect wave --label punch
exits 2 "$mote" collect wave --port /dev/ttyMOTE9 --label ""
exits 2 "$mote" collect wave --port /dev/ttyMOTE9 --microphone --label punch
plug played/flex.csv
full() { limited 4 "$mote" collect --output full --port "$work/port" --label flex --countdown 0 --seconds 1; }
refused "cannot write" full
check "nothing half-written is left" [ -z "$(found full -type f)" ]
unplug
plug played/flex.csv
exits 1 "$mote" collect --output short --port "$work/port" --label flex --countdown 0 --seconds 5 --count 99 --patience 2
holds "nothing has come for 2 s; [0-9]* whole recordings are kept" "$shelf/err"
unplug
