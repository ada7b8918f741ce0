#!/usr/bin/env bash
# Sounds through blocks of features, from files to C: training, int8, the self-test of the package, and emulated cores
# with an FPU and without one, which must give the bytes of the desk.
. "$(dirname "$0")/support.bash"
checks 66
installed python3 || skip_all "python3 is not installed (./dev setup)"
cd "$work"

cat >sounds.py <<'P'
# Clips of a quarter of a second: a tone that rises, one that falls, and noise, at any loudness.
import math, os, random, struct, wave
random.seed(4)
for name in ('rising', 'falling', 'noise'):
    os.makedirs('words/data/' + name)
    for n in range(12):
        samples, phase, loud = [], 0, 10 ** random.uniform(2.5, 4.2)
        first, last = (300, 1500) if name == 'rising' else (1500, 300)
        for i in range(2000):
            phase += 2 * math.pi * (first + (last - first) * i / 2000) / 8000
            samples.append(int(loud * (random.gauss(0, .5) if name == 'noise' else math.sin(phase) + random.gauss(0, .05))))
        with wave.open(f'words/data/{name}/{name}_{n}.wav', 'wb') as f:
            f.setnchannels(1); f.setsampwidth(2); f.setframerate(8000)
            f.writeframes(struct.pack('<2000h', *(max(-32768, min(32767, s)) for s in samples)))
P
quietly python3 sounds.py
project() {  # the blocks
  cat >words/mote.toml <<END
name = "words"
seed = 3
[data]
window = 2000
[features]
blocks = [$1]
[model]
layers = [
  { type = "conv1d", filters = 8, kernel = 3, activation = "relu" },
  { type = "global_avg_pool1d" },
  { type = "dense", units = "classes", activation = "softmax" },
]
[train]
epochs = 40
learning_rate = 0.01
END
}

check "the blocks are listed" "$mote" features
check "and the settings of one" "$mote" features --block mfe
check "a block runs on a sound" "$mote" features --block mfe --set filters=20 words/data/noise/noise_0.wav --output mfe.npy
not "a block that is none" "$mote" features --block mel words/data/noise/noise_0.wav --output none.npy
absent none.npy

project '{ block = "mfe", filters = 16, frame_ms = 32, step_ms = 16 }'
check "sounds are recordings" "$mote" data words
check "training" "$mote" train words
check "int8" "$mote" quantize words
said '"accuracy": \(0\.9\|1\.0\)' "$mote" evaluate words --json
check "the C gives the desk's bytes" "$mote" export words --format c --output c --verify
check "also where the compiler would fuse and reorder what it may" \
  gcc -std=gnu11 -O3 -march=native -ffp-contract=fast -o native c/*.c
check "the same bytes" ./native
on_cores() {
  for core in "$@"; do
    if installed arm-none-eabi-gcc qemu-system-arm qemu-system-riscv32 riscv64-unknown-elf-gcc; then
      check "on an emulated $core" "$mote" profile words --core "$core" --emulate
    else
      skip 1 "$core: its compiler or emulator is not installed (./dev setup)"
    fi
  done
}
on_cores cortex-m4 cortex-m0plus rv32imac

# a stream whose frames are computed once each: what push() tells of it on the chip is what the desk tells of whole windows
mkdir streamed
cp -r words/data words/mote.toml streamed
sed -i 's/^epochs = .*/epochs = 8/' streamed/mote.toml
printf '\n[decision]\npolicy = "stream"\nhop = 512\nsmoothing = 1\nthreshold = 0.0\n' >>streamed/mote.toml
quietly "$mote" train streamed --quiet
quietly "$mote" quantize streamed
python3 - <<'P'
import wave
with wave.open('long.wav', 'wb') as out:
    out.setnchannels(1); out.setsampwidth(2); out.setframerate(8000)
    for name in ('rising', 'noise', 'falling', 'noise', 'rising'):
        with wave.open(f'words/data/{name}/{name}_3.wav') as f: out.writeframes(f.readframes(2000))
P
said 'computes mfe frame by frame, of 256 rows every 128' "$mote" export streamed --format c --output frames_c --push frames
for core in cortex-m4 cortex-m0plus; do
  if installed arm-none-eabi-gcc qemu-system-arm; then
    said 'push() tells the same' "$mote" predict streamed long.wav --emulate --core $core
    "$mote" profile streamed --core $core --emulate --json >frames.json
    check "what push() keeps is what the linker placed" python3 - frames.json <<'P'
import json, sys
p = json.load(open(sys.argv[1]))
assert p['push']['ram_bytes'] == p['ram_bytes'] + p['stream_bytes'], (p['push'], p['ram_bytes'], p['stream_bytes'])
assert 0.3 * p['instructions'] < p['blocks'][0]['instructions'] < p['instructions'], (p['blocks'], p['instructions'])
assert p['push']['rest_instructions'] * 512 < 0.5 * p['instructions'], p['push']
P
  else
    skip 2 "$core: its compiler or emulator is not installed (./dev setup)"
  fi
done

# chains of mote's own blocks, whose features are a list
in_integers() { sed -i 's/^\[features\]/[features]\narithmetic = "fixed"/' "$1/mote.toml"; }
chain() {  # the blocks, in which arithmetic
  project "$1"
  if [ "${2-float}" = fixed ]; then in_integers words; fi
  sed -i '/^layers/,$d' words/mote.toml
  printf 'layers = [{ type = "dense", units = "classes", activation = "softmax" }]\n[train]\nepochs = 60\nlearning_rate = 0.02\n' >>words/mote.toml
  check "training of a chain" "$mote" train words
  check "int8" "$mote" quantize words
  rm -rf c native
  check "the C gives the desk's bytes" "$mote" export words --format c --output c --verify
  check "optimized" gcc -std=gnu11 -O3 -march=native -ffp-contract=fast -o native c/*.c
  check "the same bytes" ./native
}
chain '{ block = "filter", kind = "bandpass", low_hz = 150, high_hz = 1800, order = 2 }, { block = "decimate", factor = 2 },
  { block = "spectral", fft_length = 128, values = ["band_energies", "peaks", "moments", "entropy"], bands = [0, 500, 1000, 2000] }'
refused "cannot be computed frame by frame" "$mote" export words --format c --output by_frames --push frames
on_cores cortex-m4 cortex-m55 cortex-m0plus rv32imac
chain '{ block = "window_normalization" }, { block = "resample", to_hz = 5000 }, { block = "wavelet", level = 4 }'
on_cores cortex-m55 cortex-m0plus

# the same bits in integers, with an FPU, with vectors and without any of them
project '{ block = "mfe", filters = 16, frame_ms = 32, step_ms = 16 }'
in_integers words
check "training in integers" "$mote" train words
check "int8" "$mote" quantize words
said '"accuracy": \(0\.9\|1\.0\)' "$mote" evaluate words --json
rm -rf c native
check "the C gives the desk's bytes" "$mote" export words --format c --output c --verify
check "optimized" gcc -std=gnu11 -O3 -march=native -o native c/*.c
check "the same bytes" ./native
check "as cores that multiply 32 by 32 bits to 32 do" gcc -std=gnu11 -O2 -DMOTE_FIXED_IS_NARROW=1 -o native c/*.c
check "the same bytes" ./native
on_cores cortex-m4 cortex-m55 cortex-m0plus rv32imac
in_integers streamed
quietly "$mote" train streamed --quiet
quietly "$mote" quantize streamed
if installed arm-none-eabi-gcc qemu-system-arm; then
  said 'push() tells the same' "$mote" predict streamed long.wav --emulate --core cortex-m0plus
else
  skip 1 "cortex-m0plus: its compiler or emulator is not installed (./dev setup)"
fi
refused "edge_impulse_flatten has no routine in integers" "$mote" train words --set 'features.blocks=[{block="edge_impulse_flatten"}]'
chain '[{ block = "filter", kind = "bandpass", low_hz = 150, high_hz = 1800, order = 2 }, { block = "decimate", factor = 2 },
  { block = "spectral", fft_length = 128 }], [{ block = "statistics" }], [{ block = "raw", scale = 0.3 }, { block = "magnitude" },
  { block = "wavelet", level = 4 }], [{ block = "sign_free" }, { block = "window_normalization" }, { block = "autocorrelation" }]' fixed
check "as cores that multiply 32 by 32 bits to 32 do" gcc -std=gnu11 -O2 -DMOTE_FIXED_IS_NARROW=1 -o native c/*.c
check "the same bytes" ./native
on_cores cortex-m4 cortex-m0plus rv32imac

# pictures, brought to another size and to grey in the model
cat >pictures.py <<'P'
import os, random
random.seed(2)
for name, first in (('falling', 200), ('rising', 40)):
    os.makedirs('pictures/data/' + name)
    for n in range(20):
        pixels = bytes(min(255, max(0, int((first * (15 - y) + (240 - first) * y) / 15 + random.gauss(0, 15))))
                       for y in range(16) for x in range(16) for c in range(3))
        with open(f'pictures/data/{name}/{n}.ppm', 'wb') as f: f.write(b'P6 16 16 255\n' + pixels)
with open('other.ppm', 'wb') as f: f.write(b'P6 12 12 255\n' + bytes(432))
P
quietly python3 pictures.py
cat >pictures/mote.toml <<'END'
name = "pictures"
seed = 1
[features]
blocks = [{ block = "image", height = 8, width = 6, resize = "area", color = "grayscale", values = "signed" }]
[model]
layers = [{ type = "flatten" }, { type = "dense", units = "classes", activation = "softmax" }]
[train]
epochs = 30
END
check "training of pictures" "$mote" train pictures
check "int8" "$mote" quantize pictures
check "the C gives the desk's bytes" "$mote" export pictures --format c --output pictures_c --verify
check "a picture of the size that the block takes" "$mote" predict pictures pictures/data/rising/3.ppm
check "a picture of another size" "$mote" predict pictures other.ppm
