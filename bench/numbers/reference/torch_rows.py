"""bench/numbers/reference/torch_rows.py ROW...: what a row of docs/numbers.md reaches without mote: a linear model (ridge regression in
numpy) and a PyTorch network of the same size with an ordinary recipe (Adam, 0.001 down along a cosine, inputs shifted at random).

The recordings and folds are those of bench/numbers/rows.py, nothing else is shared: features are computed here. Needs
apt-get install python3-torch libopenblas0-pthread python3-pil
"""
import argparse
import glob
import os
import re
import sys
import tempfile
import wave

import numpy as np
import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import rows  # noqa: E402


# --- inputs: arrays [examples, height, width], classes, and of each example the key by which its fold is known --------------

def samples(path, rate_hz):
    """One second, cut or filled with zeros at its end; -1 to 1."""
    with wave.open(path) as file:
        x = np.frombuffer(file.readframes(file.getnframes()), "<i2")[:rate_hz] / 32768
    return np.pad(x, (0, rate_hz - len(x)))


def log_mel(x, rate_hz, frame, step, filters):
    """[frames, filters]: logarithms of energies in triangles of equal width in mel (2595 log10(1 + f / 700)), 20 Hz to half of the rate."""
    length = 1 << (frame - 1).bit_length()
    starts = np.arange(0, len(x) - frame + 1, step)
    power = np.abs(np.fft.rfft(x[starts[:, None] + np.arange(frame)] * np.hanning(frame + 1)[:-1], length)) ** 2
    mel = lambda hz: 2595 * np.log10(1 + hz / 700)  # noqa: E731
    edges = np.linspace(mel(20), mel(rate_hz / 2), filters + 2)
    bins = mel(np.arange(length // 2 + 1) * rate_hz / length)[:, None]
    rising, falling = (bins - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - bins) / np.diff(edges)[1:]
    return np.log(power @ np.maximum(0, np.minimum(rising, falling)) + 1e-6)


def sounds(data, name, rate_hz, frame, step, filters, key):
    paths = sorted(glob.glob(os.path.join(data, name), recursive=True))
    keys = [key(path) for path in paths]
    return np.array([log_mel(samples(path, rate_hz), rate_hz, frame, step, filters) for path in paths]), keys


def spoken(field):
    def read(data):
        x, keys = sounds(data, "*.wav", 8000, 256, 128, 24, lambda path: os.path.basename(path)[:-4].split("_"))
        number = [k[field] for k in keys]
        if field == 2:  # five folds of numbers of recordings
            number = [int(n) % 5 for n in number]
        return x, [k[0] for k in keys], number
    return read


def keywords(data):
    def key(path):
        speaker, number = rows.SPEAKER.search(os.path.basename(path)).groups()
        return os.path.basename(os.path.dirname(path)), int(speaker, 16) // 4 % 3 if speaker else int(number) % 3
    x, keys = sounds(data, "*/*.wav", 16000, 640, 320, 40, key)
    return x, [k[0] for k in keys], [k[1] for k in keys]


def hands(data):
    from PIL import Image
    paths = sorted(glob.glob(f"{data}/*/*.JPG"))
    tens = [int(re.search(r"(\d+)\.JPG$", path).group(1)) // 10 for path in paths]
    order = sorted(set(tens))
    fold = {t: k for k in range(5) for t in order[k * len(order) // 5:(k + 1) * len(order) // 5]}
    x = [np.asarray(Image.open(path).convert("L").resize((32, 32), Image.Resampling.BOX), np.float32) for path in paths]
    return np.array(x), [path.split("/")[-2] for path in paths], [fold[t] for t in tens]


# --- networks of the rows' sizes ---------------------------------------------------------------------------------------

def block(*layers):
    return nn.Sequential(*layers, nn.BatchNorm2d(layers[-1].out_channels), nn.ReLU())


def over_time(classes):
    """Three convolutions along time; frequencies are channels. [N, 1, T, F]"""
    class Turn(nn.Module):
        def forward(self, x):
            return x.permute(0, 3, 2, 1)
    return nn.Sequential(Turn(), block(nn.Conv2d(24, 32, (5, 1), (2, 1))), block(nn.Conv2d(32, 40, (3, 1), (2, 1))),
                         block(nn.Conv2d(40, 48, (3, 1))), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, classes))


def ds_cnn(classes):
    pairs = [layer for _ in range(4) for layer in (block(nn.Conv2d(64, 64, 3, padding=1, groups=64)), block(nn.Conv2d(64, 64, 1)))]
    return nn.Sequential(block(nn.Conv2d(1, 64, (10, 4), (2, 4), (5, 1))), *pairs, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Dropout(0.2), nn.Linear(64, classes))


def pictures(classes):
    layers, before = [], 1
    for filters in (16, 32, 48):
        layers += [block(nn.Conv2d(before, filters, 3, padding=1)), nn.MaxPool2d(2)]
        before = filters
    return nn.Sequential(*layers, block(nn.Conv2d(48, 64, 3)), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


# row: what is read, the network, epochs, the largest shift along height and width
ROWS = {
    "spoken_digits": (spoken(2), over_time, 60, (6, 0)),
    "spoken_strangers": (spoken(1), over_time, 60, (6, 0)),
    "keywords": (keywords, ds_cnn, 30, (5, 0)),
    "hand_signs": (hands, pictures, 50, (3, 3)),
}


# --- models ------------------------------------------------------------------------------------------------------------

def ridge(x, y, classes, test):
    """Classes as 0 and 1; the penalty with the least squared error of leaving each training example out."""
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    x, test = (x - mean) / deviation, (test - mean) / deviation
    target = np.eye(classes)[y]
    offset = target.mean(0)
    values, vectors = np.linalg.eigh(x @ x.T)
    values = np.maximum(values, 0)
    along = vectors.T @ (target - offset)
    best = None
    for penalty in values.mean() * 10.0 ** np.arange(-3, 3):
        share = values / (values + penalty)
        left = (target - offset - vectors @ (share[:, None] * along)) / (1 - (vectors ** 2) @ share - 1 / len(x))[:, None]
        if best is None or (left ** 2).mean() < best[0]:
            best = ((left ** 2).mean(), penalty)
    weights = x.T @ (vectors @ (along / (values + best[1])[:, None]))
    return (test @ weights + offset).argmax(1)


def shifted(x, most, normal):
    """Each example by another number of rows and columns; what comes in at the edge is 0, or of sound the quietest value."""
    out = torch.full_like(x, 0.0 if normal else float(x.min()))
    for i in range(len(x)):
        down, right = (int(torch.randint(-m, m + 1, ())) for m in most)
        h, w = x.shape[2:]
        out[i, :, max(0, down):h + min(0, down), max(0, right):w + min(0, right)] = \
            x[i, :, max(0, -down):h + min(0, -down), max(0, -right):w + min(0, -right)]
    return out


def network(make, classes, x, y, test, epochs, most, seed):
    torch.manual_seed(seed)
    mean, deviation = x.mean(), x.std()
    x, test = ((torch.tensor(v, dtype=torch.float32)[:, None] - mean) / deviation for v in (x, test))
    y = torch.tensor(y)
    model = make(classes)
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        model.train()
        for batch in torch.randperm(len(x)).split(32):
            if len(batch) < 2:
                continue
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(shifted(x[batch], most, most[1] > 0)), y[batch]).backward()
            optimizer.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        return torch.cat([model(part).argmax(1) for part in test.split(256)]).numpy(), sum(p.numel() for p in model.parameters())


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rows", nargs="+", choices=list(ROWS))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--linear", action="store_true", help="the linear model alone")
    parser.add_argument("--folds", help="only these, as 0,2")
    o = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    shared = os.path.abspath(os.environ.get("MOTE_DATA", os.path.join(os.path.dirname(__file__), "../../../../shared/data")))
    for name in o.rows:
        read, make, epochs, most = ROWS[name]
        with tempfile.TemporaryDirectory() as work:
            rows.ROWS[name].prepare(shared, os.path.join(work, "data"))
            x, labels, keys = read(os.path.join(work, "data"))
        names = sorted(set(labels))
        y, keys = np.array([names.index(label) for label in labels]), np.array(keys)
        folds = [keys == k for i, k in enumerate(sorted(set(keys.tolist()))) if not o.folds or str(i) in o.folds.split(",")]
        tested = sum(f.sum() for f in folds)
        right = [(ridge(x[~f].reshape(sum(~f), -1), y[~f], len(names), x[f].reshape(sum(f), -1)) == y[f]).sum() for f in folds]
        print(f"{name}: {tested} examples, {len(folds)} folds; linear model {100 * sum(right) / tested:.2f} %; folds",
              *(f"{100 * r / f.sum():.1f}" for r, f in zip(right, folds)), flush=True)
        for seed in range(1, 1 if o.linear else o.seeds + 1):
            right = []
            for f in folds:
                told, parameters = network(make, len(names), x[~f], y[~f], x[f], epochs, most, seed)
                right.append((told == y[f]).sum())
            print(f"{name}: PyTorch, {parameters} parameters, seed {seed}: {100 * sum(right) / tested:.2f} %; folds",
                  *(f"{100 * r / f.sum():.1f}" for r, f in zip(right, folds)), flush=True)


if __name__ == "__main__":
    main()
