#!/usr/bin/env bash
# Three models in one firmware, from each format that mote writes: linked as its build system links, on this machine
# and on an emulated Cortex-M4, every self-test gives 0; shared code is there once; another version's code is beside it.
. "$(dirname "$0")/support.bash"
checks 35
cd "$work"

quietly "$mote" synth gestures --output data --persons 3 --recordings 3
convolution='{ type = "conv1d", filters = 4, kernel = 5, stride = 3, activation = "relu" }'
classifier cnn 119 "$convolution, { type = \"flatten\" }"
classifier recurrent 119 "{ type = \"conv1d\", filters = 4, kernel = 7, stride = 7, activation = \"relu\" }, { type = \"gru\", units = 4 }"
classifier third 119 "$convolution, { type = \"max_pool1d\", pool = 2 }, { type = \"global_average_pool1d\" }"
quietly "$mote" export third --format tflite --output foreign.tflite
models="cnn recurrent foreign"
for format in c arduino zephyr esp-idf cmake; do
  for model in cnn recurrent foreign.tflite; do
    quietly "$mote" export $model --format $format --output "$format/${model%.tflite}"
  done
done

# An application of all: it ends with how many golden vectors differ. On the emulator it is the firmware's main.
application() {  # include...
  printf '#include "%s"\n' "$@"
  echo 'int main(void) { return mote_cnn_selftest() + mote_recurrent_selftest() + mote_foreign_selftest(); }'
}
application c/cnn/model.h c/recurrent/model.h c/foreign/model.h >plain.c
application mote_cnn.h mote_recurrent.h mote_foreign.h >packed.c
headers() { local model; for model in $models; do printf -- '-I%s/%s/%s ' "$1" $model "$2"; done; }

# objects FORMAT COMPILER...: each source apart, as all build systems do, to made/MODEL/N.o
objects() {
  local format=$1 model file n flags
  shift
  rm -rf made
  for model in $models; do
    mkdir -p made/$model
    n=0
    while read -r file; do
      n=$((n + 1))
      flags=""
      if [ "$format" = esp-idf ]; then flags="-I$format/$model/include"; fi
      # shellcheck disable=SC2086
      "$@" -c -O2 -ffunction-sections -fdata-sections $flags "$file" -o made/$model/$n.o
    done < <(find "$format/$model" -name '*.c' ! -name selftest.c ! -path '*/examples/*' ! -path '*/samples/*' | sort)
    "$archiver" rcs made/lib$model.a made/$model/*.o
  done
}
once() {  # how often a routine is in a program
  "$lister" "$1" | awk -v name="$2" '$3 ~ "^" name "(_[0-9a-f]+)?$" { ++n } END { print n + 0 }'
}

# linked WHAT COMPILER...: with the objects of made/, in the ways of the build systems
try_all() {  # COMPILER... (with the flags of the target)
  local include=packed.c format
  for format in c arduino zephyr esp-idf; do
    quietly objects $format "$@"
    if [ $format = c ]; then include=plain.c; else include=packed.c; fi
    # shellcheck disable=SC2046
    quietly "$@" -O2 $(headers $format include) $(headers $format src) -c $include -o app.o
    rm -f program
    case $format in
      c | arduino) quietly "$@" app.o made/*/*.o $last -Wl,--gc-sections -o program ;;
      zephyr) quietly "$@" app.o -Wl,--whole-archive made/lib*.a -Wl,--no-whole-archive $last -Wl,--gc-sections -o program ;;
      esp-idf) quietly "$@" app.o made/lib*.a $last -o program ;;
    esac
    check "$format: all golden vectors of three models, $1" run program
    equal "$format: the dense layer is there once, $1" "$(once program mote_fully_connected_s8)" 1
    equal "$format: the convolution is there once, $1" "$(once program mote_conv2d_s8)" 1
  done
  # PlatformIO archives libraries too, and IDEs may do so with Arduino's
  quietly objects arduino "$@"
  # shellcheck disable=SC2046
  quietly "$@" -O2 $(headers arduino src) -c packed.c -o app.o
  quietly "$@" app.o made/lib*.a $last -o program
  check "Arduino libraries as archives, $1" run program
}

# another_version: a runtime whose dense layer is wrong, and has the name that its content gives it
another_version() {
  rm -rf other
  cp -r c other
  sed -i 's/  int32_t n, first, i, r, sum\[MOTE_BLOCK\];/  int32_t n, first, i, r, sum[MOTE_BLOCK];\n  x += 1;/' other/foreign/fully_connected_s8.c
  sed -i 's/\(mote_fully_connected_s8 mote_fully_connected_s8_\).*/\100000000/' other/foreign/mote_names.h
  differ c/foreign/fully_connected_s8.c other/foreign/fully_connected_s8.c
  differ c/foreign/mote_names.h other/foreign/mote_names.h
}
versions_apart() {
  local order model parts
  printf '#include "other/%s/model.h"\n' $models >apart.c
  cat >>apart.c <<'END'
int main(void) { return mote_cnn_selftest() || mote_recurrent_selftest() || mote_foreign_selftest() == 0; }
END
  quietly objects other "$@"
  quietly "$@" -O2 -c apart.c -o app.o
  for order in "cnn foreign recurrent" "foreign recurrent cnn"; do
    parts=()
    for model in $order; do
      each made/"$model"/*.o
      parts+=("${list[@]}")
    done
    # shellcheck disable=SC2086
    quietly "$@" app.o "${parts[@]}" $last -o program
    check "each model has the code of its version, $1" run program
  done
}

last="" archiver=ar lister=nm
run() { "./$1"; }
try_all cc
another_version
versions_apart cc

cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.13)
project(firmware C)
add_executable(firmware packed.c)
foreach(model cnn recurrent foreign)
  add_subdirectory(cmake/${model})
  target_link_libraries(firmware PRIVATE mote_${model})
endforeach()
END
if installed cmake; then
  quietly cmake -B built -DCMAKE_BUILD_TYPE=Release
  quietly cmake --build built
  check "cmake: all golden vectors of three models" built/firmware
else
  skip 1 "cmake is not installed"
fi

routines() { sed -n 's/^#define \(mote_[a-z0-9_]*\) .*/\1/p' c/cnn/mote_names.h; }
defined() { nm made/cnn/*.o | awk '$2 == "W" { sub(/_[0-9a-f]*$/, "", $3); print $3 }' | sort -u; }
foreign_names() { nm made/cnn/*.o | awk '$2 ~ /[A-Z]/ && $2 != "U" && $3 !~ /^mote_cnn_/ && $3 !~ /^mote_[a-z0-9_]*_[0-9a-f]+$/' | wc -l; }
quietly objects c cc
equal "what a package defines beside its model has names with a checksum" "$(foreign_names)" 0
equal "they are those of mote_names.h" "$(defined)" "$(routines | sort)"

if installed arm-none-eabi-gcc qemu-system-arm; then
  quietly "$mote" export cnn --format qemu --core cortex-m4 --output board
  core="-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -nostartfiles --specs=nano.specs --specs=nosys.specs -T board/memory.ld"
  # shellcheck disable=SC2086
  for part in board start_arm; do quietly arm-none-eabi-gcc -O2 $core -c board/$part.c -o $part.o; done
  last="board.o start_arm.o" archiver=arm-none-eabi-ar lister=arm-none-eabi-nm
  run() {
    timeout 100 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none -icount shift=6,align=off,sleep=off \
      -semihosting-config enable=on,target=native -kernel "$1"
  }
  # shellcheck disable=SC2086
  try_all arm-none-eabi-gcc $core
  # shellcheck disable=SC2086
  versions_apart arm-none-eabi-gcc $core
else
  skip 15 "arm-none-eabi-gcc and qemu-system-arm are not installed (./dev setup)"
fi
