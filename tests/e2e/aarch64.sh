#!/usr/bin/env bash
# The same bits on another processor: the training engine, built for aarch64 and run by qemu-user, gives the
# weights that it gives here.
set -euo pipefail
. "$(dirname "$0")/support.bash"
cross=aarch64-linux-gnu-g++
command -v $cross >/dev/null && command -v qemu-aarch64 >/dev/null ||
  { echo "skipped: g++-aarch64-linux-gnu or qemu-user is not installed"; exit 77; }
cd "$source"
sources=$(ls src/{tensor,program,graph,ops,nn,nn/layers,kernels}/*.cpp runtime/*.c tests/cross/step_bits.cpp \
  src/base/{cpu,error,math,random,text,threads}.cpp src/train/{network,loss,optimizer}.cpp)
objects() {  # folder compiler flags...: compiles all, two at a time
  local folder=$1
  shift
  mkdir -p "$folder"
  printf '%s\n' $sources | xargs -P 2 -I{} sh -c \
    'out=$0/$(echo "$1" | tr / _).o; shift; f=$1; shift; case $f in *.c) std="-x c -std=c99" ;; *) std=-std=c++20 ;; esac
     exec "$@" $std -c "$f" -o "$out"' "$folder" {} {} "$@" || fail "does not compile for $folder"
}
generated=$(dirname "$mote")/generated
flags="-O1 -ffp-contract=off -fno-math-errno -DFMT_HEADER_ONLY -Isrc -Iruntime -I$generated"
# fmt and the generated headers are the same for every processor; no other header of this one may be seen
mkdir -p "$work/include"; ln -s /usr/include/fmt "$work/include/fmt"
objects "$work/arm" $cross $flags -I"$work/include"
$cross -static "$work"/arm/*.o -o "$work/arm_bits" -lpthread
qemu-aarch64 "$work/arm_bits" > "$work/neon" 2> "$work/tier"
grep -q neon "$work/tier" || fail "not the neon tier: $(cat "$work/tier")"
step_bits=$(dirname "$mote")/tests/step_bits
for tier in avx512 avx2; do  # the scalar tier is compared with these elsewhere
  MOTE_TIER=$tier "$step_bits" > "$work/$tier" 2>/dev/null || { echo "tier $tier is not available here"; continue; }
  cmp "$work/neon" "$work/$tier" || fail "aarch64 and $tier differ: $(diff "$work/neon" "$work/$tier")"; ok
done
cat "$work/neon"
done_checks
