#!/usr/bin/env bash
# The pages are true: every sh, toml and c block of README.md, the guide and the pages beside it, and docs/howto is typed, read by
# mote or compiled, from the first of a page to its last. What cannot be is marked in the page, `<!-- not run: reason -->` above the
# block, and listed here. The C++ of the README and docs/layers.md have tests of their own (readme_program,
# layer_examples_test); its CMake is built by installed.sh.
. "$(dirname "$0")/support.bash"
checks 49

# block files NUMBER.LANGUAGE of a page, in order; a marked one has NUMBER.LANGUAGE.reason beside it
blocks() {
  awk -v folder="$2" '
    /^<!-- not run: .* -->$/ { reason = $0; gsub(/^<!-- not run: | -->$/, "", reason); next }
    /^```/ { if (on) { on = 0; close(file); next }
             on = 1; language = substr($0, 4); if (language == "") language = "text"
             file = sprintf("%s/%03d.%s", folder, FNR, language); printf "" >file
             if (reason != "") print reason >(file ".reason"); reason = ""; next }
    on { print >file }' "$source/$1"
}
# samples WHERE: what the pages take for granted, small: three people, and a recording that nobody has seen
mkdir -p "$work/bin" "$work/home" "$work/samples"
ln -s "$mote" "$work/bin/mote"
export PATH=$work/bin:$PATH HOME=$work/home
cd "$work"
quietly mote synth gestures --output home/recordings --persons 3 --recordings 4
quietly mote synth gestures --output samples/new --persons 1 --recordings 2 --seed 9
each samples/new/*/*.csv
cp "${list[0]}" new.csv
for class in punch flex idle; do
  quietly find home/recordings -name "$class*.csv"
  cat "$shelf/out" >found
  read -r first <found
  cp "$first" samples/$class.csv
  { read -r _; while read -r other; do tail -n +2 "$other"; done; } <found >>samples/$class.csv
done
# quick PROJECT: few epochs
quick() { sed -i 's/^epochs = .*/epochs = 4/' "$1/mote.toml"; }
newest_run() { newest "$1/runs"; }

# begin_training: one that somebody stops
begin_training() {
  local wait
  for wait in 0.2 0.3 0.4 0.6 0.8 1 2 4; do
    if timeout -s INT $wait mote train wave --quiet; then continue; fi  # the end that is asked for is a failure
    if [ -n "$(found wave/runs -name '*.unfinished')" ]; then return; fi
  done
  echo "no training was stopped in time" >&2
  return 1
}

# digit_images: MNIST in the page; here grey squares
digit_images() {
  local digit n
  for digit in 0 1 2 3 4 5 6 7 8 9; do
    for n in 1 2 3 4 5 6; do
      mkdir -p train/$digit test/$digit
      { printf 'P5\n28 28\n255\n'; head -c 784 /dev/zero | tr '\0' "\\$(printf %o $((20 * digit + n + 33)))"; } >train/$digit/$n.pgm
    done
    cp train/$digit/1.pgm test/$digit
  done
}
# ready PAGE BLOCK: what the text before a block has made; by its first line
ready() {
  case $(head -n 1 "$2") in
    "mote init wave --from"*) rm -rf wave ;;  # instead of the first one
    "mote data wave"*) rm -rf wave; quietly mote init wave --template gesture; cp -r home/recordings/. wave/data; quick wave ;;
    *"train wave --resume"*)
      sed -i 's/^epochs = .*/epochs = 250/; s/^batch = .*/batch = 1/; s/^patience = .*/patience = 1000/' wave/mote.toml
      declare -f begin_training found >begin.sh
      sed -i "s/^mote train wave --resume/. .\/begin.sh; begin_training\n&/; s/RUN/$(basename "$(newest_run wave)")/" "$2" ;;
    *"predict wave new.csv "*)
      quietly find wave/runs -name model_int8.mote
      read -r model <"$shelf/out"
      cp "$model" .
      sed -i "s/20261128-101500-wave/$(basename "$(dirname "$model")")/" "$2" ;;
    "mote quantize wave"*) quick wave ;;
    "mote train digits"*)
      sed -i 's/^val = .*/val = 0.2/; s/^train = 0.96/train = 0.8/; s/^epochs = 12/epochs = 2/' digits/mote.toml ;;
    "build/mote init"*) ln -s "$work/bin" build; cp samples/*.csv . ;;
  esac
}
run_sh() {
  if grep -q -- '--emulate' "$1" && ! installed qemu-system-arm arm-none-eabi-gcc; then sed -i '/--emulate/d' "$1"; fi
  if [ "$(head -n 1 "$1" | cut -c1-10)" = build/mote ]; then
    # a project with few epochs: the line behind `init`
    sed -i "1a sed -i 's/^epochs = .*/epochs = 4/' wave/mote.toml" "$1"
  fi
  check "the block is typed: $1" bash -eu -o pipefail "$1"
  case $(cat "$1") in "mote init wave --template"*) quick wave; cp -r home/recordings/. wave/data ;; esac
}
read_toml() {  # a file of boards, a project, or a part of one
  local head
  head=$(head -n 1 "$1")
  if [ "$head" = "[[board]]" ]; then
    said "$(sed -n 's/^name = "\(.*\)"/\1/p' "$1")" mote boards --boards "$1"
  elif [ "${head%% *}" = name ]; then
    mkdir -p digits
    cp "$1" digits/mote.toml
    digit_images
    check "the project is read: $1" mote data digits
  else
    cp wave/mote.toml kept.toml
    cat "$1" >>wave/mote.toml
    check "the settings are read: $1" mote profile wave
    mv kept.toml wave/mote.toml
  fi
}
compile_c() {
  if [ ! -d c ]; then quietly mote export wave --format c --output c; fi
  local unit=block.c
  if grep -q '^#include' "$1"; then  # a file, or the text of a function behind its head
    { cat "$1"; } >$unit
    sed -i 's/^#include "model.h".*/&\nvoid tell(const char *label);/' $unit
    if ! grep -Eq '^(void|int) [a-z_]+\(' "$1"; then
      awk '/predict\(/ || /int8_t scores/ { body = body $0 "\n"; next } { print } END { print "int told(void);\nint told(void) {\n" body "return c; }" }' "$unit" >moved.c
      mv moved.c $unit
    fi
  else
    { printf '#include "model.h"\nvoid led(int n);\nvoid on_row(const float *row);\nvoid on_row(const float *row) {\n'; cat "$1"; echo '}'; } >$unit
  fi
  local include=-Ic package
  for package in project/components/mote_wave modules/mote_wave firmware/wave firmware/second; do include+=" -I$package/include"; done
  # shellcheck disable=SC2086
  check "the C compiles: $1" cc -std=c99 -Wall -Wextra -Werror -Wno-missing-prototypes $include -Ifirmware/lib/mote_wave/src -c $unit -o block.o
}

marked=()
each "$source"/docs/howto/*.md
howto=("${list[@]}")
for page in docs/guide.md docs/int8.md docs/push.md docs/device.md docs/compression.md docs/report.md "${howto[@]#"$source/"}" README.md; do
  mkdir -p "$work/blocks/$page"
  blocks "$page" "$work/blocks/$page"
  # each page but the guide, which the others go on from, begins anew
  if [ $page = README.md ]; then mkdir "$work/readme"; cp -r new.csv samples home "$work/readme"; cd "$work/readme"; rm -rf wave c; fi
  each "$work/blocks/$page"/*
  page_blocks=("${list[@]}")
  for block in "${page_blocks[@]}"; do
    case $block in *.reason) continue ;; esac
    if [ -e "$block.reason" ]; then
      marked+=("$page: $(head -n 1 "$block"): $(cat "$block.reason")")
      continue
    fi
    ready "$page" "$block"
    case $block in
      *.sh) run_sh "$block" ;;
      *.toml) read_toml "$block" ;;
      *.c) compile_c "$block" ;;
      *.cpp|*.cmake) ;;  # see the head
      *) fail "$page: $block is neither sh, toml, c, cpp nor cmake, so nothing tests it" ;;
    esac
  done
done
printf 'not run: %s\n' "${marked[@]}"
equal "blocks that are marked" "${#marked[@]}" 10
