#!/usr/bin/env bash
# Long recordings: events, misses and false accepts an hour; a rule chosen on other streams goes into the export, whose C
# tells the same row by row; false accepts become recordings; streams and labels that are odd.
. "$(dirname "$0")/support.bash"
checks 58
installed python3 cc || skip_all "python3 or cc is not installed (./dev setup)"
cd "$work"

small_project wave
printf '\n[decision]\npolicy = "stream"\n' >>wave/mote.toml
quietly "$mote" train wave --quiet

# String recordings of a person together: stream NAME PERSON writes NAME.csv and its events, in rows, to NAME_events.csv.
cat >string.py <<'P'
import csv, sys
def recordings(path):
    found, own = [], []
    lines = open(path).read().split('\n')
    for line in lines[1:] + ['']:
        if line.strip():
            own.append(line)
        elif own:
            found.append(own)
            own = []
    return lines[0], found
name, person, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
kinds = {k: recordings('wave/data/%s/%s.csv' % (person, k)) for k in ('idle', 'punch', 'flex')}
rows, events = [], []
for n in range(8):
    rows += kinds['idle'][1][(n + seed) % len(kinds['idle'][1])]
    rows += kinds['idle'][1][(n + seed + 1) % len(kinds['idle'][1])]
    kind = ('punch', 'flex')[n % 2]
    own = kinds[kind][1][n // 2 % len(kinds[kind][1])]
    events.append((name + '.csv', len(rows), len(rows) + len(own) - 1, kind))
    rows += own
rows += kinds['idle'][1][0]
open(name + '.csv', 'w').write(kinds['idle'][0] + '\n' + '\n'.join(rows) + '\n')
with open(name + '_events.csv', 'w') as f:
    f.write('file,start_row,end_row,label\n')
    for e in events:
        f.write('%s,%d,%d,%s\n' % e)
P
# rows are counted from 0: the first line of each table says so
quietly python3 string.py test person_3 0
quietly python3 string.py val person_2 1
for name in test val; do sed -i "1a $name.csv,0,5,idle" ${name}_events.csv; done

said 'the float model is judged' sh -c "'$mote' evaluate wave --stream test.csv --labels test_events.csv 2>&1"
refused "there is none" "$mote" evaluate wave --stream test.csv --labels test_events.csv --tune
quietly "$mote" quantize wave

# two streams on an emulated core: its push(), begun anew between them, tells what the desk tells
if installed arm-none-eabi-gcc && installed qemu-system-arm && installed make; then
  "$mote" evaluate wave --stream test.csv val.csv --emulate --core cortex-m4 --json >core.json
  equal "the core was given all rows" "$(json 'j.emulated[0].rows == j.streams.reduce((n, s) => n + s.rows, 0) && j.streams.length == 2' <core.json)" true
  equal "it told something" "$(json 'j.emulated[0].answers.length > 0' <core.json)" true
else
  skip 2 "arm-none-eabi-gcc, qemu-system-arm or make is not installed"
fi

# counts
said "by the float model's own rule" "$mote" evaluate wave --stream test.csv --labels test_events.csv --precision float
said 'false accepts: .* of background' "$mote" evaluate wave --stream test.csv --labels test_events.csv
"$mote" evaluate wave --stream test.csv --labels test_events.csv --json >before.json
equal "events are those of the table" "$(json 'j.scores.events' <before.json)" 8
equal "they are where it says" "$(json 'j.streams[0].events[0].first' <before.json)" "$(sed -n 3p test_events.csv | cut -d, -f2)"
equal "each is found or missed" "$(json 'j.scores.found + j.scores.missed' <before.json)" 8
equal "found events have a detection of theirs" "$(json 'j.streams[0].detections.filter(d => d.kind == "found").map(d => [j.streams[0].events[d.event], d]).every(([e, d]) => e.label == d.label && e.found && e.first <= d.row)' <before.json)" true

# a rule chosen on the run's own recordings, then on another stream; never on the one that is judged
said 'strung together' sh -c "'$mote' evaluate wave --stream test.csv --labels test_events.csv --tune 2>&1"
said 'chosen for at most 1 false accepts an hour on validation recordings' "$mote" evaluate wave --stream test.csv --json
refused "may not be chosen on it" "$mote" evaluate wave --stream test.csv --labels test_events.csv --tune --validation test.csv --validation-labels test_events.csv
refused "nothing says where events are" "$mote" evaluate wave --stream test.csv --labels test_events.csv --tune --validation val.csv
refused "may not be chosen on it" "$mote" evaluate wave --stream wave/data --tune
said "own training or validation" sh -c "'$mote' evaluate wave --stream wave/data 2>&1"
refused "nan is out of range" "$mote" evaluate wave --stream test.csv --labels test_events.csv --tolerance nan
refused "nan is out of range" "$mote" evaluate wave --stream test.csv --labels test_events.csv --tune --false-accepts nan
"$mote" evaluate wave --stream test.csv --labels test_events.csv --tune --validation val.csv --validation-labels val_events.csv --false-accepts 2 \
  --curve curve.csv --picture test.png --json >tuned.json
equal "the rate is the one that was asked for" "$(json 'j.tuning.allowed_per_hour' <tuned.json)" 2
present curve.csv
present test.png
holds '^threshold,events,missed,false_accepts,false_accepts_per_hour$' curve.csv
equal "the curve has the rule's own point" "$(json 'const p = j.curve.find(p => p.threshold == j.rule.threshold); p.missed + " " + p.false' <tuned.json)" \
  "$(json 'j.scores.missed + " " + j.scores.false' <tuned.json)"
"$mote" evaluate wave --stream test.csv --labels test_events.csv --json >after.json
equal "the run keeps it" "$(json 'JSON.stringify([j.rule.text, j.scores, j.streams])' <after.json)" "$(json 'JSON.stringify([j.rule.text, j.scores, j.streams])' <tuned.json)"
equal "another rule tells otherwise" "$(json 'j.rule.text == "'"$(json 'j.rule.text' <before.json)"'"' <after.json)" false

# the exported C tells the same
quietly "$mote" export wave --format c --output c
check "the export has its threshold" sh -c "grep -q \"THRESHOLD $(json 'Math.round(j.rule.threshold * 256)' <after.json)\$\" c/*.h"
cat >push.c <<'C'
#include <stdio.h>
#include "model.h"
int main(void) {
  float row[MOTE_WAVE_CHANNELS];
  int before = MOTE_WAVE_NOTHING;
  long r;
  for (r = 0; fread(row, sizeof row, 1, stdin) == 1; ++r) {
    const int now = mote_wave_push(row);
    if (now == MOTE_WAVE_NOTHING || now == before) continue;
    before = now;
    printf("%ld %s\n", r, now < 0 ? "UNKNOWN" : mote_wave_labels[now]);
  }
  return 0;
}
C
mkdir sources
each c/*.c
cp "${list[@]}" sources/
rm sources/*selftest.c
quietly cc -std=c99 -O1 -Ic push.c sources/*.c -o push -lm
quietly python3 -c 'import csv, struct, sys; sys.stdout.buffer.write(b"".join(struct.pack("<%df" % len(r), *map(float, r)) for r in list(csv.reader(open("test.csv")))[1:] if r))'
cp "$shelf/out" rows.bin
./push <rows.bin >chip.txt
json 'j.streams[0].answers.map(a => a.row + " " + a.decision).join("\n")' <after.json >desk.txt
same chip.txt desk.txt
check "it tells of events" grep -q -e punch -e flex desk.txt

# hard negatives: everything that a loud rule tells of a stream said to have no events
said 'recordings to be labelled' "$mote" evaluate wave --stream test.csv --background --collect hard
each hard/*.csv
equal "named by file, time, label and score" "$(basename "${list[0]}" | sed 's/[0-9]/9/g; s/punch\|flex/LABEL/')" "test_99999.999s_LABEL_9.99.csv"
equal "with the channels of the model" "$(head -n 1 "${list[0]}")" "$(head -n 1 test.csv)"
ls -l --time-style=full-iso hard >list1
said 'Run ' "$mote" evaluate wave --stream test.csv --background --collect hard
ls -l --time-style=full-iso hard >list2
same list1 list2
quietly "$mote" data hard
mkdir night
cp test.csv night
refused "lies in night" "$mote" evaluate wave --stream night --background --collect night/hard
absent night/hard
refused "is no folder" "$mote" evaluate wave --stream test.csv --background --collect val.csv

# without labels, with a label track, with labels that are odd
said '^Told:' "$mote" evaluate wave --stream test.csv
refused "nothing says where events are" "$mote" evaluate wave --stream test.csv --curve none.csv
absent none.csv
printf '1.5\t2.5\tpunch\n4\t5\tjump\n' >track.txt
said "is no class of the model" sh -c "'$mote' evaluate wave --stream test.csv --labels track.txt 2>&1"
refused "which is of one recording" "$mote" evaluate wave --stream test.csv val.csv --labels track.txt
printf 'start_s,end_s,label\n1.5,2.5,punch\n' >plain.csv
said 'punch  *1  ' "$mote" evaluate wave --stream test.csv --labels plain.csv
printf 'start_s,end_s,label\n9000,9001,punch\n' >behind.csv
refused "behind the end of" "$mote" evaluate wave --stream test.csv --labels behind.csv
printf 'file,start_s,end_s,label\nother.csv,1,2,punch\n' >other.csv
said "1 of 2 files is not named in test_events.csv" sh -c "'$mote' evaluate wave --stream test.csv val.csv --labels test_events.csv 2>&1"
said "none of the streams" sh -c "'$mote' evaluate wave --stream test.csv --labels other.csv 2>&1"

# streams that are odd
head -n 30 test.csv >short.csv
refused "the model's window is" "$mote" evaluate wave --stream short.csv
: >empty.csv
refused "empty.csv" "$mote" evaluate wave --stream empty.csv
sed '50s/[^,]*/nan/' test.csv >nan.csv
refused "nan.csv" "$mote" evaluate wave --stream nan.csv
refused "no such file" "$mote" evaluate wave --stream nowhere.csv
refused "is given twice" "$mote" evaluate wave --stream test.csv ./test.csv
awk -F, 'NR == 1 { print "t," $0; next } { print (NR < 700 ? NR * 10 : (NR - 700) * 10) "," $0 }' test.csv >restart.csv
said 'begins anew 1 time' sh -c "'$mote' evaluate wave --stream restart.csv --background 2>&1"
for rate in 119 50; do awk -F, -v rate=$rate 'NR == 1 { print "t," $0; next } { print NR / rate "," $0 }' test.csv >at_$rate.csv; done
refused "is sampled at 50 Hz, the streams before it at 119 Hz" "$mote" evaluate wave --stream at_119.csv at_50.csv --background
awk -F, 'NR == 1 { print "label," $0; next } { print (NR > 400 && NR < 520 ? "punch" : "idle") "," $0 }' test.csv >column.csv
said 'punch  *1  ' "$mote" evaluate wave --stream column.csv
refused "name it .png or .svg" "$mote" evaluate wave --stream test.csv --picture x.txt
exits 2 "$mote" evaluate wave --labels test_events.csv

# a training that chooses by false accepts as well
quietly "$mote" train wave --quiet --set train.epochs=1 --set decision.false_accepts_per_hour=3
said 'chosen for at most 3 false accepts an hour on validation' "$mote" evaluate wave --stream test.csv --json

# and one that keeps the weights of the epoch that is best by them
quietly "$mote" train wave --quiet --set train.epochs=4 --set train.early_stopping.patience=4 --set train.early_stopping.monitor=val_stream
each wave/runs/*
run=${list[-1]}
equal "each epoch is judged on the stream" "$(json 'j.epochs.filter(e => e.val_stream >= 0).length' <$run/history.json)" 4
equal "and the best by it is kept" "$(json 'j.epochs.findIndex(e => e.val_stream == Math.min(...j.epochs.map(e => e.val_stream))) + 1' <$run/history.json)" \
  "$(json 'j.best_epoch' <$run/history.json)"
