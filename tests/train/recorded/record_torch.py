"""Records ten training steps of the two reference networks with PyTorch, for tests/train/torch_test.cpp.

    python3 tests/train/recorded/record_torch.py tests/train/recorded

Recorded with Debian 12's python3-torch 1.13.1 and numpy 1.24.2. Parameters are stored in mote's layout: dense [in, out],
conv [1, K, C, F]; x is [steps, batch, 100, 3]. Arrays: x, y, loss [steps], and for each parameter i in order
w<i> (before), g<i>_first and g<i>_last (gradients of steps 1 and 10), v<i> (after ten steps).
"""
import sys
import numpy as np
import torch
from torch import nn

STEPS, BATCH = 10, 16


class DenseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(300, 32), nn.Linear(32, 16), nn.Linear(16, 3)])

    def forward(self, x):  # [N, 100, 3]
        x = x.reshape(len(x), -1)
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv1d(3, 8, 5), nn.Conv1d(8, 16, 3), nn.Linear(736, 16), nn.Linear(16, 3)])

    def forward(self, x):
        x = x.permute(0, 2, 1)
        x = nn.functional.max_pool1d(torch.relu(self.layers[0](x)), 2)
        x = torch.relu(self.layers[1](x))
        x = x.permute(0, 2, 1).reshape(len(x), -1)  # rows of channels, as mote's Flatten
        return self.layers[3](torch.relu(self.layers[2](x)))


def to_mote(t):
    t = t.detach().numpy()
    if t.ndim == 2:
        return np.ascontiguousarray(t.T)
    if t.ndim == 3:
        return np.ascontiguousarray(t.transpose(2, 1, 0))[None]
    return t.copy()


def record(model, make_optimizer, path):
    torch.manual_seed(7)
    rng = np.random.RandomState(7)
    x = rng.randn(STEPS, BATCH, 100, 3).astype(np.float32)
    y = rng.randint(0, 3, (STEPS, BATCH)).astype(np.int32)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.from_numpy((rng.uniform(-1, 1, p.shape) * (0.1 if p.ndim > 1 else 0.02)).astype(np.float32)))
    optimizer = make_optimizer(model.parameters())
    out = {"x": x, "y": y}
    for i, p in enumerate(model.parameters()):
        out[f"w{i}"] = to_mote(p)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(torch.from_numpy(x[step])), torch.from_numpy(y[step]).long())
        loss.backward()
        losses.append(loss.item())
        if step in (0, STEPS - 1):
            for i, p in enumerate(model.parameters()):
                out[f"g{i}_{'first' if step == 0 else 'last'}"] = to_mote(p.grad)
        optimizer.step()
    out["loss"] = np.array(losses, np.float64)
    for i, p in enumerate(model.parameters()):
        out[f"v{i}"] = to_mote(p)
    np.savez_compressed(path, **out)


folder = sys.argv[1]
adam = lambda p: torch.optim.Adam(p, lr=1e-3, eps=1e-7)
sgd = lambda p: torch.optim.SGD(p, lr=1e-2, momentum=0.9)
record(DenseNet(), adam, f"{folder}/dense_adam.npz")
record(ConvNet(), adam, f"{folder}/conv_adam.npz")
record(ConvNet(), sgd, f"{folder}/conv_sgd.npz")
