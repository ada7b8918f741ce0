#!/usr/bin/env bash
# The same bits on another processor: the training engine, built for aarch64 and run by qemu-user, gives the
# weights that it gives here.
. "$(dirname "$0")/support.bash"
cross=aarch64-linux-gnu-g++
checks 4
installed $cross qemu-aarch64 || skip_all "g++-aarch64-linux-gnu or qemu-user is not installed (./dev setup)"
cd "$source"
sources=(src/{tensor,program,graph,features,ops,nn,nn/layers,kernels}/*.cpp runtime/*.c runtime/features/*.c tests/cross/step_bits.cpp \
  src/base/{cpu,error,form,math,random,text,threads}.cpp src/train/{network,network_plan,layer_ranges,loss,optimizer}.cpp)
# Sources that the build compiles as one file (cmake/unity.cmake) are compiled as one here too.
build=$(dirname "$mote")
mkdir "$work/units"
for part in engine ops; do
  if [ -f "$build/unity/mote_$part.tsv" ]; then cat "$build/unity/mote_$part.tsv"; fi
done >"$work/groups"
for file in "${sources[@]}"; do
  group=$(awk -F'\t' -v file="$file" '{ sub(".*/src/", "src/", $2) } $2 == file { print $1 }' "$work/groups")
  if [ -n "$group" ]; then unit=$group.cpp; else unit=${file//\//_}; fi
  echo "#include \"$source/$file\"" >>"$work/units/$unit"
done
equal "sources in the units" "$(cat "$work"/units/* | sort -u | wc -l)" "${#sources[@]}"
objects() {  # folder compiler flags...: compiles all, two at a time
  local folder=$1
  shift
  mkdir -p "$folder"
  find "$work/units" -type f -printf '%f\n' | xargs -P 2 -I{} sh -c \
    'unit=$0/$1; out=$2/$1.o; shift 2; case $unit in *.c) std="-x c -std=c99" ;; *) std="-std=c++20 -include common.h" ;; esac
     exec "$@" $std -c "$unit" -o "$out"' "$work/units" {} "$folder" "$@" || fail "does not compile for $folder"
}
generated=$build/generated
flags="-O1 -ffp-contract=off -fno-math-errno -Iinclude -Isrc -Iruntime -Iruntime/features -I$generated"
# these and the generated headers are the same for every processor; no other header of this one may be seen
mkdir -p "$work/include"; ln -s /usr/include/fmt /usr/include/nlohmann "$work/include"
# What nearly every unit includes, read once; and {fmt}, compiled once: there is no libfmt for the other processor
printf '#include %s\n' '<fmt/format.h>' '"ops/integer_support.h"' '"ops/op_list.h"' '"nn/layer.h"' >"$work/include/common.h"
flags="$flags -I$work/include -Werror=invalid-pch"
quietly $cross $flags -std=c++20 -x c++-header "$work/include/common.h" -o "$work/include/common.h.gch"
cat >"$work/units/fmt.cpp" <<END
#include <fmt/format-inl.h>
template char fmt::detail::decimal_point_impl(fmt::detail::locale_ref);
template fmt::detail::thousands_sep_result<char> fmt::detail::thousands_sep_impl(fmt::detail::locale_ref);
END
objects "$work/arm" $cross $flags
$cross -static "$work"/arm/*.o -o "$work/arm_bits" -lpthread
qemu-aarch64 "$work/arm_bits" > "$work/neon" 2> "$work/tier"
holds neon "$work/tier"
step_bits=$build/tests/step_bits
for tier in avx512 avx2; do  # the scalar tier is compared with these elsewhere
  attempt env MOTE_TIER=$tier "$step_bits"
  if [ $status = 1 ] && grep -q 'not a tier of this processor' "$shelf/err"; then
    skip 1 "tier $tier is not available here"
    continue
  fi
  [ $status = 0 ] || fail "tier $tier ended with $status: $(outputs)"
  cp "$shelf/out" "$work/$tier"
  same "$work/neon" "$work/$tier"
done
cat "$work/neon"
