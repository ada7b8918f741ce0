#!/usr/bin/env bash
# Models made by others as generated C: the recorded outputs of TensorFlow Lite Micro, on the desk by two compilers at
# several optimization levels. On emulated cores: firmware.sh.
# Every setting of the compilers compiles every routine of the runtime: a model that calls one that no model before it
# called is compiled by all, the others by one, each by the next. The same C comes from a program with sanitizers: there,
# one is enough for each.
. "$(dirname "$0")/support.bash"
data=${MOTE_DATA:-$source/../shared/data}/golden
cache=$(dirname "$mote")/CMakeCache.txt every=1
if [ -f "$cache" ] && grep -q '^MOTE_SANITIZE:[A-Z]*=.' "$cache"; then every=0; fi
checks $((27 + 16 * 4 * every))
[ -f "$data/index.tsv" ] || skip_all "the recorded models are absent (set MOTE_DATA)"
cd "$work"

# A main that pipes raw samples through mote_NAME_invoke, from its prototype.
runner() {  # folder
  local prototype name
  prototype=$(grep -o 'void mote_[a-z0-9_]*_invoke([^)]*)' "$1/model.h")
  name=${prototype#void mote_}; name=${name%%_invoke*}; name=${name^^}
  echo '#include <stdio.h>'; echo '#include "model.h"'; echo 'int main(void) {'
  local parameters=${prototype#*\(} parameter in="" out="" arguments=""
  IFS=, read -ra list <<<"${parameters%\)}"
  for parameter in "${list[@]}"; do
    local variable=${parameter##*\*} type=${parameter%\**}
    type=${type#const }; type=${type# const }
    echo "  static $type $variable[MOTE_${name}_${variable^^}_SIZE];"
    case $variable in input*) in="$in & (fread($variable, sizeof($variable), 1, stdin) == 1)" ;; *) out="$out fwrite($variable, sizeof($variable), 1, stdout);" ;; esac
    arguments="$arguments, $variable"
  done
  echo "  while (1${in}) { ${prototype%%\(*}(${arguments#, });$out }" | sed 's/void mote/mote/'
  echo '  return 0;'; echo '}'
}

tail -n +2 "$data/index.tsv" >models.tsv
touch routines
# calls_others FOLDER: its model calls a routine that is not yet in the file `routines`, which then has it
calls_others() {
  local before
  before=$(wc -l <routines)
  grep -oE 'mote_[a-z0-9_]+\(' "$1/model.c" | awk '!/_invoke/' | sort -u - routines >more
  mv more routines
  [ "$(wc -l <routines)" != "$before" ]
}
settings=("gcc -O0" "gcc -O2" "gcc -O3" "clang-14 -O0" "clang-14 -O3")
number=0
while IFS=$'\t' read -r name model _; do
  "$mote" export "$data/$model" --format c --output "c_$name" --golden 2 >said
  runner "c_$name" >main.c
  sources=$(find "c_$name" -name "*.c" ! -name "*selftest*")
  chosen=("${settings[number % ${#settings[@]}]}")
  number=$((number + 1))
  if [ $every = 1 ] && calls_others "c_$name"; then chosen=("${settings[@]}"); fi
  for compiler in "${chosen[@]}"; do
    if ! installed ${compiler% *}; then skip 1 "$name by $compiler: not installed"; continue; fi
    rm -f run
    # shellcheck disable=SC2086
    $compiler -std=c99 -I"c_$name" -o run main.c $sources
    ./run <"$data/$name.in" >out
    same out "$data/$name.tflm.out"
  done
done <models.tsv
