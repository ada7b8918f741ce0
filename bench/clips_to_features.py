#!/usr/bin/env python3
"""How long `mote train` takes from WAV files to features, and what it takes when they are kept.

    bench/clips_to_features.py build/mote [--clips 10000] [--folder DIR]

Writes one-second clips of 16 kHz (tones and noise of four classes), trains one epoch on MFE features, and says: seconds
until the features are in PROJECT/.mote, seconds of the whole training by the clock and of processors, the same of a
second training, which finds them there, and the largest memory of each.
"""
import argparse
import array
import math
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import wave

TOML = """name = "clips"
[data]
path = "data"
[split]
train = 0.7
val = 0.15
test = 0.15
[features]
blocks = [{ block = "mfe" }]
[model]
layers = [{ type = "conv1d", filters = 8, kernel = 3, stride = 2, activation = "relu" }, { type = "global_avg_pool1d" },
          { type = "dense", units = "classes", activation = "softmax" }]
[train]
epochs = 1
"""
RATE = 16000


def write_clips(folder, count):
    """Clips of one tone in noise, each turned by another number of samples."""
    draw, kinds = random.Random(5), []
    for n in range(32):
        step = 2 * math.pi * (300, 700, 1500, 3100)[n % 4] / RATE
        gain = draw.uniform(500, 6000)
        kinds.append(array.array("h", (int(gain * math.sin(step * t) + draw.gauss(0, 900)) for t in range(RATE))))
    for n in range(count):
        os.makedirs(f"{folder}/class_{n % 4}", exist_ok=True)
        kind, at = kinds[n % len(kinds)], n // len(kinds) * 7 % RATE
        with wave.open(f"{folder}/class_{n % 4}/{n}.wav", "wb") as f:
            f.setnchannels(1)
            f.setsampwidth(2)
            f.setframerate(RATE)
            f.writeframes((kind[at:] + kind[:at]).tobytes())


def train(mote, project):
    """Seconds until a new file of features is there, seconds in all, MB."""
    start, found, ended = time.monotonic(), [], threading.Event()

    def watch():
        kept = f"{project}/.mote"
        while not ended.is_set() and not found:
            if os.path.isdir(kept) and any(name.endswith(".bin") for name in os.listdir(kept)):
                found.append(time.monotonic() - start)
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process = subprocess.Popen([mote, "train", project, "--quiet"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    ended.set()
    watcher.join()
    if status != 0:
        sys.exit("the training failed")
    return (found or [float("nan")])[0], seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mote")
    parser.add_argument("--clips", type=int, default=10000)
    parser.add_argument("--folder", default=None)
    o = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=o.folder) as project:
        with open(f"{project}/mote.toml", "w") as f:
            f.write(TOML)
        write_clips(f"{project}/data", o.clips)
        ready, first, busy, memory = train(o.mote, project)
        print(f"{o.clips} clips, {os.cpu_count()} cores: features after {ready:.1f} s, training {first:.1f} s "
              f"({busy:.1f} s of processors), {memory:.0f} MB")
        _, second, busy, memory = train(o.mote, project)
        print(f"again: training {second:.1f} s ({busy:.1f} s of processors), {memory:.0f} MB")


if __name__ == "__main__":
    main()
