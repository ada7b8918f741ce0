#!/usr/bin/env bash
# Bad input: a clear sentence, exit 1, nothing half-written.
. "$(dirname "$0")/support.bash"
checks 72
cd "$work"
small_project p
quietly "$mote" train p --quiet
quietly "$mote" quantize p
run=$(newest p/runs)

# a fresh project whose data folder is filled by the function's standard input
with_data() { rm -rf q; mkdir -p q/data; sed 's/^window = .*/window = 4/; s/^stride = .*/stride = 4/' p/mote.toml >q/mote.toml; }
class() { printf 'aX,aY,aZ,gX,gY,gZ\n' >"q/data/$1.csv"; for n in 1 2 3 4 5 6 7 8; do for r in 1 2 3 4; do echo "$n,$r,0.5,1,2,$((n * r))"; done; echo; done >>"q/data/$1.csv"; }
no_run() { check "no partial run is left" [ -z "$(find q -path 'q/runs/*')" ]; }
train_refused() { refused "$1" "$mote" train q --quiet; no_run; }

with_data;                                                      train_refused "holds no recordings"
with_data; class a; class b; : >q/data/b.csv;                   train_refused "b.csv: is empty"
with_data; class a; class b; echo 'aX,aY,aZ,gX,gY,gZ' >q/data/b.csv; train_refused "has a header but no rows"
with_data; class a; class b; sed -i '5s/0.5/five/' q/data/b.csv; train_refused "b.csv:5: 'five' in column aZ is not a number"
with_data; class a; class b; sed -i '4s/,0.5//' q/data/b.csv;    train_refused "b.csv:4: has 5 values, expected 6"
with_data; class a; class b; sed -i '3s/0.5/nan/' q/data/b.csv;  train_refused "has nan in column aZ"
with_data; class a;                                             train_refused "only one class"
with_data; class a; class b; head -5 q/data/a.csv >q/data/b.csv; train_refused "class 'b' has 1 usable recording"
with_data; class a; class b; sed -i 's/^window = .*/window = 500/' q/mote.toml; train_refused "longer than every recording (the longest has 4)"
with_data; class a; class b; sed -i 's/^epochs/epoch/' q/mote.toml; train_refused "did you mean 'train.epochs'?"
with_data; class a; class b; printf '\xff\xfe' >>q/mote.toml;    train_refused "not UTF-8"
with_data; class a; class b; head -c 700 /dev/urandom >q/data/b.csv; train_refused "b.csv"
with_data; class a; class b; sed -i 's/"conv1d", filters = 8, kernel = 5/"conv1d", filters = 8, kernel = 50/' q/mote.toml; train_refused "[conv2d 'conv1d'] a window of 50 does not fit"
with_data; class a; class b; sed -i 's/^window = .*/window = 8/' q/mote.toml; printf 'x\n' >q/data/X.npy; train_refused "X.npy: is not an .npy file"
rm -rf q; refused "no such file; \`mote init" "$mote" train q --quiet
refused "no such file or folder" "$mote" data q
refused "is not a run" "$mote" evaluate p/data; with_data; refused "there is no finished run" "$mote" evaluate q

# CRLF and a byte order mark are fine
with_data; class a; class b; sed -i 's/$/\r/' q/data/a.csv q/mote.toml; sed -i '1s/^/\xef\xbb\xbf/' q/data/b.csv q/mote.toml
sed -i 's/kernel = 5/kernel = 2/; s/kernel = 3/kernel = 1/' q/mote.toml
check "CRLF" "$mote" train q --quiet

# mote data reports what train refuses, and exits 1
sed -i '3s/0.5/oops/' q/data/b.csv
exits 1 "$mote" data q
holds "b.csv:3: 'oops'" "$shelf/out"

# files that are not what they claim
head -c 1000 "$run/model_int8.mote" >cut.mote;                  refused "cut.mote" "$mote" summary cut.mote
cp "$run/model_int8.mote" flip.mote; printf '\x55\x55\x55' | dd of=flip.mote bs=1 seek=200 conv=notrunc status=none; refused "flip.mote" "$mote" summary flip.mote
quietly "$mote" export p --format tflite --output m.tflite
head -c 3000 m.tflite >cut.tflite;                              refused "truncated or damaged" "$mote" run cut.tflite --input m.tflite --output o.bin
absent o.bin
: >empty.bin;                                                   refused "has 0 bytes, which is not a multiple" "$mote" run m.tflite --input empty.bin --output o.bin
head -c 5 m.tflite >five.bin;                                   refused "not a multiple" "$mote" run m.tflite --input five.bin --output o.bin
cp p/data/person_1/flex.csv x.bin; refused "neither a .mote nor a .tflite" "$mote" run x.bin --input five.bin --output o.bin

# places that cannot be written
refused "cannot" "$mote" export p --format c --output /proc/nowhere/c
refused "cannot" "$mote" synth gestures --output /proc/nowhere
mkdir -p foreign; echo mine >foreign/mine.c; refused "was not written by mote export" "$mote" export p --format c --output foreign
equal "foreign folder" "$(found foreign -type f)" foreign/mine.c

# a disk that fills up at any point: an error, and neither a run nor a temporary file is left
whole_or_nothing() {  # folder file: after success the file is in it, after exit 1 and a sentence nothing is
  local there=nothing
  [ -z "$(found "$1" -mindepth 1)" ] || there=something
  [ -z "$(found "$1" -name "$2" -size +0)" ] || there=whole
  case $status in
    0) equal "success with $blocks KB" "$there" whole ;;
    1) grep -q 'cannot write' "$shelf/err" || fail "$blocks KB: $(outputs)"
       equal "left by a full disk" "$there" nothing
       refusals=$((refusals + 1)) ;;
    *) fail "$blocks KB: ended with $status: $(outputs)" ;;
  esac
}
refusals=0
mkdir p/kept  # as deep as p/runs: an export reads the data of the project
cp -r "$run" p/kept/run
for blocks in 0 1 2 4 8 16 32; do
  rm -rf p/runs full
  attempt limited $blocks "$mote" train p --quiet
  whole_or_nothing p/runs model.mote
  attempt limited $blocks "$mote" export p/kept/run --format c --output full
  whole_or_nothing full model.c
  equal "temporary files" "none$(find . -name '*.tmp-*')" none
done
check "both commands met a full disk" [ $refusals -ge 8 ]
# Data beyond memory: in files, with the same result; a place that cannot take them is named.
small_project large
whole=$("$mote" train large --quiet --json | json j.run)
beyond=$(MOTE_MEMORY_LIMIT_MB=0 "$mote" train large --quiet --json | json j.run)
same "$whole/model.mote" "$beyond/model.mote"
refused "beyond memory: No such file or directory" env MOTE_MEMORY_LIMIT_MB=0 TMPDIR=/nowhere "$mote" train large --quiet
refused "beyond memory: File too large" bash -c 'trap "" XFSZ; ulimit -f 100; MOTE_MEMORY_LIMIT_MB=0 exec "$0" train large --quiet' "$mote"
refused "is not a number of MB" env MOTE_MEMORY_LIMIT_MB=much "$mote" train large --quiet
