# The rows of docs/anomalies.md: which recordings each is of, how they come into a project's data folder, with which detectors,
# and how they are judged. The project is examples/anomalies/ROW.toml; run has the order.
import array
import csv
import glob
import json
import os
import re
import struct
import sys
import wave
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "numbers"))
from rows import Absent, unpack  # noqa: E402

GAUSSIAN = ["model.detector=gaussian"]
FULL = GAUSSIAN + ["model.covariance=full"]
KMEANS = ["model.detector=kmeans"]
DENSE = ["model.detector=autoencoder", "model.preset=autoencoder_dense"]
CONV = ["model.detector=autoencoder", "model.preset=autoencoder_conv", "features.blocks=[]"]
FITTED = {"Gaussian, diagonal": GAUSSIAN, "Gaussian, full": FULL, "k-means": KMEANS, "autoencoder, dense": DENSE}


class Row:
    """prepare(shared, data) fills the folder `data`; detectors: name -> settings. With `rows`, a function of `data` that gives
    {file: 0 or 1 of each row}, files of a folder `test` beside `data` are scored by `mote predict` row by row; else `mote evaluate`
    scores the windows of the test part."""

    def __init__(self, prepare, detectors=FITTED, rows=None, sets=()):
        self.prepare, self.detectors, self.rows, self.sets = prepare, detectors, rows, list(sets)


# --- a ceiling fan: a second a file ----------------------------------------------------------------------------------

def fan(*states):
    def prepare(shared, data):
        unpack(shared, "fan/ceiling_fan_shared.tar.xz", data + ".all")
        os.makedirs(data)
        for state in ("fan_0_low_0_weight",) + states:
            os.rename(f"{data}.all/ceiling-fan/{state}", f"{data}/{state}")
    return prepare


# --- bearings: an accelerometer on a motor ---------------------------------------------------------------------------

def npy_of(path, name):
    """The float64 values of an array in an .npz."""
    with zipfile.ZipFile(path) as archive:
        bytes_ = archive.read(name + ".npy")
    start = 10 + struct.unpack("<H", bytes_[8:10])[0]
    values = array.array("d")
    values.frombytes(bytes_[start:])
    return values


def bearings(shared, data):
    """WAVs of a second and more, of the drive end. What is called Normal was recorded at 48 kHz (its lines stand at the same
    multiples of the shaft's rate as in the files of 12 kHz only then); mote brings all to 12 kHz. The first two thirds in time of
    Normal are for training and validation, by turns, the last third is the test."""
    unpack(shared, "cwru/cwru_1797rpm_de12.tar.xz", data + ".all")
    os.makedirs(data)
    for path in sorted(glob.glob(f"{data}.all/*.npz")):
        state = re.sub(r"1797_|_DE12", "", os.path.basename(path)[:-4])
        rate = 48000 if state == "Normal" else 12000
        with zipfile.ZipFile(path) as archive:
            name = next(n[:-4] for n in archive.namelist() if n[:-4].endswith("DE"))
        values = npy_of(path, name)
        length = rate // 2
        for k in range(len(values) // length):
            piece = values[k * length:(k + 1) * length]
            part = "test" if state != "Normal" or k >= 7 else "val" if k % 3 == 2 else "train"
            os.makedirs(f"{data}/{state.replace('@', '')}", exist_ok=True)
            with wave.open(f"{data}/{state.replace('@', '')}/{part}_{k:03}.wav", "wb") as out:
                out.setparams((1, 2, rate, 0, "NONE", ""))
                out.writeframes(array.array("h", [round(3000 * v) for v in piece]).tobytes())


# --- a water pump: eight sensors about once a second -----------------------------------------------------------------

SENSORS = 8
PARTS = ("train", "train", "test", "val")  # of normal pieces in time


def pump(shared, data):
    """Columns without time and marks; what is free of anomalies is cut into pieces in time, by turns for training, validation and test."""
    unpack(shared, "skab/skab_shared.tar.xz", data + ".all")
    os.makedirs(data + "/normal")
    os.makedirs(data + ".test")
    marks = {}
    for path in sorted(glob.glob(f"{data}.all/data/*/*.csv")):
        with open(path, newline="") as file:
            table = list(csv.reader(file, delimiter=";"))
        lines = [",".join(row[1:1 + SENSORS]) for row in table]
        kind, name = path.split(os.sep)[-2:]
        if kind == "anomaly-free":
            for k in range((len(lines) - 1) // 470):
                with open(f"{data}/normal/{PARTS[k % 4]}_{k:02}.csv", "w") as out:
                    out.write("\n".join([lines[0]] + lines[1 + 470 * k:471 + 470 * k]) + "\n")
            continue
        with open(f"{data}.test/{kind}_{name}", "w") as out:
            out.write("\n".join(lines) + "\n")
        marks[f"{kind}_{name}"] = [int(float(row[1 + SENSORS])) for row in table[1:]]
    with open(data + ".marks", "w") as out:
        json.dump(marks, out)


def marks(data):
    with open(data + ".marks") as file:
        return json.load(file)


# --- the temperature of a machine, every five minutes ----------------------------------------------------------------

def temperature(shared, data):
    """The first 15 % of the series are normal, as the benchmark has it; its authors' windows are the anomalies."""
    path = os.path.join(shared, "nab/machine_temperature_system_failure.csv")
    if not os.path.exists(path):
        raise Absent(f"{path} is absent")
    with open(path) as file:
        table = list(csv.reader(file))[1:]
    with open(os.path.join(shared, "nab/combined_windows.json")) as file:
        windows = next(v for k, v in json.load(file).items() if k.endswith("machine_temperature_system_failure.csv"))
    os.makedirs(data + "/normal")
    os.makedirs(data + ".test")
    seen = len(table) * 15 // 100
    piece = seen // 12
    for k in range(12):
        with open(f"{data}/normal/{PARTS[k % 4]}_{k:02}.csv", "w") as out:
            out.write("\n".join(["temperature"] + [row[1] for row in table[k * piece:(k + 1) * piece]]) + "\n")
    with open(data + ".test/rest.csv", "w") as out:
        out.write("\n".join(["temperature"] + [row[1] for row in table[seen:]]) + "\n")
    is_in = [int(any(low[:19] <= row[0] <= high[:19] for low, high in windows)) for row in table[seen:]]
    with open(data + ".marks", "w") as out:
        json.dump({"rest.csv": is_in}, out)


ROWS = {
    "fan_weight": Row(fan("fan_0_low_1_weight")),
    "fan_speeds": Row(fan("fan_0_off_0_weight", "fan_0_med_0_weight")),
    "bearings": Row(bearings),
    "bearings_without_level": Row(bearings),
    "pump": Row(pump, {**FITTED, "autoencoder, convolutional": CONV}, marks),
    "temperature": Row(temperature, FITTED, marks),
}
