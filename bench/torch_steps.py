"""Times one training step of a network in PyTorch, for ./dev bench train --against torch.

    python3 bench/torch_steps.py MODEL BATCH THREADS SECONDS [channels_last] [flat]

prints the best time of a step (forward, loss, backward, Adam) in microseconds. flat: all parameters in one tensor for Adam, an
expert's trick. Denormal numbers are flushed. The GRU is PyTorch's own.
"""
import sys
import time
import torch
import torch.nn as nn
import torch.nn.functional as F


class Same(nn.Module):
    """TensorFlow's padding."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        pads = []
        for size, k, s in zip(x.shape[:1:-1], self.layer.kernel_size[::-1], self.layer.stride[::-1]):
            total = max((-(-size // s) - 1) * s + k - size, 0)
            pads += [total // 2, total - total // 2]
        return self.layer(F.pad(x, pads) if any(pads) else x)


def conv(c, f, kernel, stride=1, groups=1):
    return Same(nn.Conv2d(c, f, kernel, stride, groups=groups))


def block(c, f, kernel, stride=1, groups=1):
    return nn.Sequential(conv(c, f, kernel, stride, groups), nn.BatchNorm2d(f), nn.ReLU())


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class ResNet8(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = block(3, 16, 3)
        self.main, self.short = nn.ModuleList(), nn.ModuleList()
        c = 16
        for f, s in [(16, 1), (32, 2), (64, 2)]:
            self.main.append(nn.Sequential(block(c, f, 3, s), conv(f, f, 3), nn.BatchNorm2d(f)))
            self.short.append(conv(c, f, 1, s) if s == 2 else nn.Identity())
            c = f
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        x = self.stem(x)
        for main, short in zip(self.main, self.short):
            x = F.relu(main(x) + short(x))
        return self.head(x.mean((2, 3)))


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.head = nn.GRU(3, 32, batch_first=True), nn.Linear(32, 3)

    def forward(self, x):
        return self.head(self.gru(x)[0][:, -1])


def ds_cnn():
    layers = [block(1, 64, (10, 4), 2), nn.Dropout(0.2)]
    for _ in range(4):
        layers += [block(64, 64, 3, 1, 64), block(64, 64, 1)]
    return nn.Sequential(*layers, nn.Dropout(0.4), Mean(), nn.Linear(64, 12))


def mobilenet():
    layers, c = [block(3, 8, 3, 2)], 8
    for s, f in [(1, 16), (2, 32), (1, 32), (2, 64), (1, 64), (2, 128)] + [(1, 128)] * 5 + [(2, 256), (1, 256)]:
        layers += [block(c, c, 3, s, c), block(c, f, 1)]
        c = f
    return nn.Sequential(*layers, Mean(), nn.Linear(256, 2))


def autoencoder():
    layers, c = [], 640
    for units in [128] * 4 + [8] + [128] * 4:
        layers += [nn.Linear(c, units), nn.BatchNorm1d(units), nn.ReLU()]
        c = units
    return nn.Sequential(*layers, nn.Linear(c, 640))


MODELS = {  # input shape, classes, network
    "gesture_dense": ((300,), 3, lambda: nn.Sequential(nn.Linear(300, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 3))),
    "gesture_conv": ((3, 1, 100), 3, lambda: nn.Sequential(nn.Conv2d(3, 8, (1, 5)), nn.ReLU(), nn.MaxPool2d((1, 2)), nn.Conv2d(8, 16, (1, 3)),
                     nn.ReLU(), nn.Flatten(), nn.Linear(736, 16), nn.ReLU(), nn.Linear(16, 3))),
    "mnist_cnn": ((1, 28, 28), 10, lambda: nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(),
                  nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 10))),
    "ds_cnn": ((1, 49, 10), 12, ds_cnn),
    "resnet8": ((3, 32, 32), 10, ResNet8),
    "mobilenet_vww": ((3, 96, 96), 2, mobilenet),
    "autoencoder": ((640,), 0, autoencoder),
    "gesture_gru": ((100, 3), 3, Gru),
}

name, batch, threads, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
torch.manual_seed(1)
shape, classes, build = MODELS[name]
model, x = build(), torch.randn(batch, *shape)
if "channels_last" in sys.argv[5:] and len(shape) == 3:
    model, x = model.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
y = torch.randint(0, classes, (batch,)) if classes else None
params = list(model.parameters())
if "flat" in sys.argv[5:]:  # parameters and gradients as views of one tensor each
    flat = torch.cat([p.detach().reshape(-1) for p in params])
    flat.grad, at = torch.zeros_like(flat), 0
    for p in params:
        n = p.numel()
        p.data, p.grad = flat[at:at + n].view_as(p), flat.grad[at:at + n].view_as(p)
        at += n
    params = [flat]
optimizer = torch.optim.Adam(params, lr=1e-3, eps=1e-7)
start, best, steps = time.perf_counter(), 1e9, 0
while time.perf_counter() - start < seconds or steps < 5:
    t = time.perf_counter()
    optimizer.zero_grad(set_to_none="flat" not in sys.argv)
    out = model(x)
    (F.cross_entropy(out, y) if classes else F.mse_loss(out, x)).backward()
    optimizer.step()
    if steps >= 3:
        best = min(best, time.perf_counter() - t)
    steps += 1
print(f"{1e6 * best:.1f}")
