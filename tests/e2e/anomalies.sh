#!/usr/bin/env bash
# Detectors of anomalies from mote.toml to C: an autoencoder, Gaussians and k-means learn from a slow fan alone, the threshold
# keeps to the false-alarm rate, the exported C says of every window what mote evaluate says; what is refused, and why.
. "$(dirname "$0")/support.bash"
checks 78
installed python3 cc || skip_all "python3 or cc is not installed (./dev setup)"
emulates=yes
for tool in arm-none-eabi-gcc qemu-system-arm make; do installed $tool || emulates=no; done
cd "$work"

quietly "$mote" synth fan --persons 3 --recordings 20 --output data
# project DETECTOR LINE...: a folder of that name, with these lines under [model]
project() {
  local name=$1
  shift
  mkdir "$name"
  {
    printf 'name = "fan"\n[data]\npath = "../data"\nrate_hz = 200\nwindow = 100\nstride = 50\nfile_names = ["{group}??.csv"]\n'
    printf '[features]\nblocks = [{ block = "statistics" }]\n[train]\nepochs = 30\n'
    printf '[anomaly]\nnormal = ["fan_0_low_0_weight"]\nfalse_alarms = 0.1\n[model]\n'
    printf '%s\n' "$@"
  } >"$name/mote.toml"
}
project autoencoder 'detector = "autoencoder"' 'preset = "autoencoder_dense"'
project diagonal 'detector = "gaussian"'
project full 'detector = "gaussian"' 'covariance = "full"'
project kmeans 'detector = "kmeans"' 'centroids = 3'

# Reads windows, answers with the scores of each, its class, and whether its score reaches the threshold.
cat >driver.c <<'C'
#include <stdio.h>
#include "model.h"
int main(void) {
  float window[MOTE_FAN_WINDOW * MOTE_FAN_CHANNELS];
  int8_t scores[MOTE_FAN_OUTPUT_SIZE];
  while (fread(window, sizeof window, 1, stdin) == 1) {
    const int c = mote_fan_predict(window, scores);
    printf("%d %d %s %d\n", scores[0], scores[1], mote_fan_labels[c],
           mote_fan_score(scores) >= MOTE_FAN_SCORE_THRESHOLD);
  }
  return 0;
}
C
cat >desk.py <<'P'
import csv, struct
values = open('dump/outputs.s8', 'rb').read()
values = struct.unpack('%db' % len(values), values)
for i, row in enumerate(list(csv.reader(open('dump/classes.csv')))[1:]):
    print(values[2 * i], values[2 * i + 1], row[3], int(row[3] == 'anomaly'))
P

for name in autoencoder diagonal full kmeans; do
  said "normal validation windows are above it" "$mote" train "$name" --quiet
  said "normal validation windows are above it" "$mote" quantize "$name"
  "$mote" evaluate "$name" --json >scores.json
  equal "$name: two classes" "$(json 'j.evaluations[1].labels.join()' <scores.json)" "normal,anomaly"
  equal "$name: no more false alarms than in validation, give or take" "$(json 'j.evaluations.every(e => e.detection.false_alarms <= 0.4 * e.detection.normal)' <scores.json)" true
  equal "$name: the faults are found" "$(json 'j.evaluations.every(e => e.detection.auc > 0.9)' <scores.json)" true
  equal "$name: int8 ranks as float" "$(json 'Math.abs(j.evaluations[0].detection.auc - j.evaluations[1].detection.auc) <= 0.005' <scores.json)" true
  rm -rf c dump sources
  quietly "$mote" evaluate "$name" --precision int8 --dump dump
  said "golden vectors equal" "$mote" export "$name" --format c --output c --verify
  mkdir sources
  each c/*.c
  cp "${list[@]}" sources/
  rm sources/*selftest.c
  quietly cc -std=c99 -O1 -Wall -Wextra -Werror -Ic driver.c sources/*.c -o driver
  ./driver <dump/windows.f32 >chip.txt
  python3 desk.py >desk.txt
  same chip.txt desk.txt
  holds anomaly chip.txt
  holds normal chip.txt
  # push() on an emulated Cortex-M4 tells what the desk tells of a fault, row by row
  if [ $emulates = yes ]; then
    said "the same" "$mote" predict "$name" data/fan_0_low_1_weight/0001.csv --emulate --core cortex-m4
  else
    skip 1 "arm-none-eabi-gcc or qemu-system-arm is not installed"
  fi
done

# what is told of files and of a stream: a fan that gets a weight, and loses it
said "anomaly" "$mote" predict autoencoder data/fan_0_low_1_weight/0001.csv
equal "each window has a score" "$("$mote" predict autoencoder data/fan_0_low_1_weight/0001.csv --json | json 'j.files[0].windows.every(w => w.score > 0)')" true
quietly "$mote" report autoencoder
each autoencoder/runs/*/report.html
holds "partial AUC" "${list[0]}"
quietly "$mote" report diagonal
each diagonal/runs/*/report.html
holds "fitted to the normal training windows in one go" "${list[0]}"
quietly "$mote" export autoencoder --format tflite --output tflite
holds "score and its threshold are not in this file" tflite/fan_README.md
check "the file has the threshold" grep -aq '"threshold":' tflite/fan.tflite
refused "no operator of TensorFlow Lite" "$mote" export full --format tflite --output none
cat >string.py <<'P'
def rows(state):
    return [l for n in range(1, 7) for l in open('data/%s/%04d.csv' % (state, n)).read().split('\n') if l]
a, b = rows('fan_0_low_0_weight'), rows('fan_0_low_1_weight')
open('stream.csv', 'w').write('\n'.join(a + b + a) + '\n')
open('events.csv', 'w').write('start_row,end_row,label\n0,5,fan_0_low_0_weight\n%d,%d,weight\n' % (len(a), len(a) + len(b) - 1))
P
quietly python3 string.py
"$mote" evaluate autoencoder --stream stream.csv --labels events.csv --json >stream.json
equal "a mark of any other name is an anomaly" "$(json 'j.scores.events' <stream.json)" 1
equal "it is found" "$(json 'j.scores.found' <stream.json)" 1
# by the same list as in training: a mark of rest that is not in it is an anomaly
sed 's/,weight$/,idle/' events.csv >idle.csv
equal "a mark of rest is an anomaly where it is not normal" \
  "$("$mote" evaluate autoencoder --stream stream.csv --labels idle.csv --json | json 'j.scores.events')" 1

# what drifts: a running mean is taken off, on the desk and by push(); fixed and float features
cat >drift.py <<'P'
import csv, glob, os
for path in glob.glob('data/*/*.csv'):
    rows = list(csv.reader(open(path)))
    n, far = int(os.path.basename(path)[:4]), 'drift/' + path.split('/')[1]
    os.makedirs(far, exist_ok=True)
    with open(far + '/' + os.path.basename(path), 'w') as out:
        for r, row in enumerate(rows):
            try:
                out.write(','.join('%.6g' % (float(v) + (3 + 1e-5 * r) * n) for v in row) + '\n')
            except ValueError:
                out.write(','.join(row) + '\n')
P
quietly python3 drift.py
for arithmetic in float fixed; do
  cp -r full drifting_$arithmetic
  rm -rf drifting_$arithmetic/runs
  sed -i "s|../data|../drift|; s|^false_alarms.*|&\nadapt = 60|; s|^blocks = .*|&\narithmetic = \"$arithmetic\"|" drifting_$arithmetic/mote.toml
  quietly "$mote" train drifting_$arithmetic --quiet
  quietly "$mote" quantize drifting_$arithmetic
  "$mote" evaluate drifting_$arithmetic --json >scores.json
  equal "$arithmetic: faults are found whatever drifts" "$(json 'j.evaluations.every(e => e.detection.auc > 0.9)' <scores.json)" true
  if [ $emulates = yes ]; then
    said "the same" "$mote" predict drifting_$arithmetic drift/fan_0_low_1_weight/0001.csv --emulate --core cortex-m4
  else
    skip 1 "arm-none-eabi-gcc or qemu-system-arm is not installed"
  fi
done
refused "takes it off itself" "$mote" evaluate drifting_float --emulate --core cortex-m4

# several seeds: what is compared is named as what it is
"$mote" train kmeans --quiet --seeds 2 --json >seeds.json
equal "seeds are compared by the score that is known of normal windows" "$(json 'j.figure + ", " + j.test_figure' <seeds.json)" \
  "mean score of normal windows, AUC"
equal "the AUC of each is one" "$(json 'j.seeds.every(s => s.test > 0.9 && s.test <= 1)' <seeds.json)" true
equal "the one with the smaller score is kept" \
  "$(json 'j.keep.seed == j.seeds.reduce((a, b) => b.validation < a.validation ? b : a).seed' <seeds.json)" true
said "mean squared distance to the nearest centroid" "$mote" train kmeans --quiet
each kmeans/runs/*/history.json
equal "a fit has no epochs' figures" "$(json '["mae", "learning_rate"].some(k => k in j.epochs[0])' <"${list[-1]}")" false

# what it will cost is known before the training: the score reads the input to the end
before=$("$mote" profile autoencoder --untrained --target nano33ble --json | json 'j.buffer_bytes')
after=$("$mote" profile autoencoder --target nano33ble --json | json 'j.buffer_bytes')
equal "RAM before the training is that after it" "$before" "$after"
"$mote" explain autoencoder --json >explain.json
equal "no remedy is judged by windows without anomalies" "$(json '(j.remedies ?? []).length' <explain.json)" 0

# what is refused
train() { "$mote" train full --quiet "$@"; }
refused "has no recordings of class 'ok' (anomaly.normal)" train --set 'anomaly.normal=["ok"]'
refused "names no class" train --set 'anomaly.normal=[]'
refused "outside 0 .. 0.999" train --set anomaly.false_alarms=1
refused "does not go together with model.detector" train --set model.preset=autoencoder_dense
refused "has no events to learn" train --set decision.policy=trigger
refused "fitted to the windows as they are" train --set augment.noise=0.1
refused "is not for a detector" "$mote" quantize autoencoder --method qat
refused "has no folds" train --folds 3
refused "centroids, and there are" "$mote" train kmeans --quiet --set model.centroids=4000
refused "it belongs to model.detector" "$mote" train diagonal --quiet --set model.detector=kmeans --set model.covariance=full
said "less than one" train --set anomaly.false_alarms=0.001
mkdir nan
printf '1,2,nan\n' >nan/fan_0_low_0_weight.csv
refused "has nan in column" "$mote" evaluate full --data nan
