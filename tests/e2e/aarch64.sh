#!/usr/bin/env bash
# The same bits on another processor: the training engine, built for aarch64 and run by qemu-user, gives the
# weights that it gives here.
. "$(dirname "$0")/support.bash"
cross=aarch64-linux-gnu-g++
checks 3
installed $cross qemu-aarch64 || skip_all "g++-aarch64-linux-gnu or qemu-user is not installed (./dev setup)"
cd "$source"
sources=(src/{tensor,program,graph,ops,nn,nn/layers,kernels}/*.cpp runtime/*.c tests/cross/step_bits.cpp \
  src/base/{cpu,error,math,random,text,threads}.cpp src/train/{network,loss,optimizer}.cpp)
objects() {  # folder compiler flags...: compiles all, two at a time
  local folder=$1
  shift
  mkdir -p "$folder"
  printf '%s\n' "${sources[@]}" | xargs -P 2 -I{} sh -c \
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
holds neon "$work/tier"
step_bits=$(dirname "$mote")/tests/step_bits
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
