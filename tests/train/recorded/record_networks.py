"""Records ten training steps of the published networks with PyTorch, for tests/train/networks_test.cpp.

    python3 tests/train/recorded/record_networks.py tests/train/recorded

Recorded with Debian 12's python3-torch 1.13.1 and numpy 1.24.2. Inputs and first weights follow from a formula
(uniform() below) in mote's layouts and in the order of mote's parameters, so the files hold results only:
  loss [steps]; offset, scale [parameters]: weights start as offset + scale * uniform;
  first<i>, last<i>: gradients of steps 1 and 10 as int8, 127 = largest magnitude; first<i>_max, last<i>_max;
  first<i>_dot, last<i>_dot, after<i>_dot: sums of eight random signs times the gradient, or the weights after
  ten steps, in double precision. Moving statistics of batch normalization stand among the weights.
All in double precision. Normalized values are moved away from ReLU's kink, at which the rounding of single precision
would decide over whole gradients: PyTorch's own float32 run of MobileNet differs by 5 % in the first step without that.
Dropout is left out. Padding and initial state are those of Keras; the GRU has PyTorch's reset convention.
"""
import sys
import numpy as np
import torch
import torch.nn.functional as F

STEPS, SIGNS, DATA, CLASSES = 10, 8, 1000, 2000
torch.set_default_dtype(torch.float64)  # from float32 weights and inputs
torch.set_num_threads(1)


def uniform(stream, count):
    """-1 .. 1 in steps of 2^-23: splitmix64 of (stream, index)."""
    with np.errstate(over="ignore"):
        z = (np.uint64(stream) << np.uint64(32)) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float64) / 2**23 - 1).astype(np.float32)


class Net:
    """Layers as functions; parameters are made at the first call, in mote's layout and order."""

    def __init__(self, momentum=0.99, epsilon=1e-3):
        self.params, self.offset, self.scale, self.trained = [], [], [], []
        self.momentum, self.epsilon = momentum, epsilon

    def start(self):
        self.next = 0

    def param(self, shape, scale, offset=0.0, trained=True):
        if self.next == len(self.params):
            u = uniform(len(self.params), int(np.prod(shape)))
            data = np.float32(offset) + np.float32(scale) * u
            self.params.append(torch.tensor(data.reshape(shape).astype(np.float64), requires_grad=trained))
            self.offset.append(offset), self.scale.append(scale), self.trained.append(trained)
        self.next += 1
        return self.params[self.next - 1]

    @staticmethod
    def pad_same(x, kernel, stride):
        pads = []
        for size, k, s in zip(x.shape[:1:-1], kernel[::-1], stride[::-1]):
            total = max((-(-size // s) - 1) * s + k - size, 0)
            pads += [total // 2, total - total // 2]
        return F.pad(x, pads)

    def conv(self, x, filters, kernel, stride=(1, 1), same=True, bias=True):  # x [N, C, H, W]
        c = x.shape[1]
        w = self.param((*kernel, c, filters), (6.0 / (kernel[0] * kernel[1] * c)) ** 0.5)
        b = self.param((filters,), 0.05) if bias else None
        x = self.pad_same(x, kernel, stride) if same else x
        return F.conv2d(x, w.permute(3, 2, 0, 1), b, stride)

    def depthwise(self, x, kernel, stride=(1, 1), same=True, bias=True):
        c = x.shape[1]
        w = self.param((*kernel, c, 1), (6.0 / (kernel[0] * kernel[1])) ** 0.5)
        b = self.param((c,), 0.05) if bias else None
        x = self.pad_same(x, kernel, stride) if same else x
        return F.conv2d(x, w.permute(2, 3, 0, 1), b, stride, groups=c)

    def norm(self, x):
        c = x.shape[1]
        gamma, beta = self.param((c,), 0.1, 0.5), self.param((c,), 0.1, 1.0)
        mean, variance = self.param((c,), 0.0, 0.0, False), self.param((c,), 0.0, 1.0, False)
        axes = [0] + list(range(2, x.dim()))
        with torch.no_grad():
            mean.mul_(self.momentum).add_((1 - self.momentum) * x.mean(axes))
            variance.mul_(self.momentum).add_((1 - self.momentum) * x.var(axes, unbiased=False))
        return F.batch_norm(x, None, None, gamma, beta, True, 0.0, self.epsilon)

    def dense(self, x, units):
        w = self.param((x.shape[1], units), (3.0 / x.shape[1]) ** 0.5)
        return x @ w + self.param((units,), 0.05)

    def gru(self, x, units):  # [N, T, C]; gates z, r, n
        w = self.param((x.shape[2], 3 * units), (3.0 / x.shape[2]) ** 0.5 * 0.5)
        u = self.param((units, 3 * units), (3.0 / units) ** 0.5 * 0.5)
        b = self.param((2, 3 * units), 0.05)
        h = torch.zeros(len(x), units)
        for t in range(x.shape[1]):
            zx, rx, nx = (x[:, t] @ w + b[0]).chunk(3, 1)
            zh, rh, nh = (h @ u + b[1]).chunk(3, 1)
            z, r = torch.sigmoid(zx + zh), torch.sigmoid(rx + rh)
            h = (1 - z) * torch.tanh(nx + r * nh) + z * h
        return h


relu = torch.relu
rows = lambda x: x.permute(0, 2, 3, 1).reshape(len(x), -1)  # NHWC, as mote's Flatten
image = lambda x: x.permute(0, 3, 1, 2)


def mnist_cnn(n, x):
    x = F.max_pool2d(relu(n.conv(image(x), 8, (3, 3), same=False)), 2)
    x = F.max_pool2d(relu(n.conv(x, 16, (3, 3), same=False)), 2)
    return n.dense(rows(x), 10)


def ds_cnn(n, x):
    x = relu(n.norm(n.conv(image(x), 64, (10, 4), (2, 2))))
    for _ in range(4):
        x = relu(n.norm(n.depthwise(x, (3, 3))))
        x = relu(n.norm(n.conv(x, 64, (1, 1))))
    return n.dense(x.mean((2, 3)), 12)


def mobilenet_vww(n, x):
    x = relu(n.norm(n.conv(image(x), 8, (3, 3), (2, 2))))
    for stride, f in [(1, 16), (2, 32), (1, 32), (2, 64), (1, 64), (2, 128), (1, 128), (1, 128), (1, 128), (1, 128),
                      (1, 128), (2, 256), (1, 256)]:
        x = relu(n.norm(n.depthwise(x, (3, 3), (stride, stride))))
        x = relu(n.norm(n.conv(x, f, (1, 1))))
    return n.dense(x.mean((2, 3)), 2)


def resnet8(n, x):
    x = relu(n.norm(n.conv(image(x), 16, (3, 3))))
    for f, s in [(16, 1), (32, 2), (64, 2)]:
        y = relu(n.norm(n.conv(x, f, (3, 3), (s, s))))
        y = n.norm(n.conv(y, f, (3, 3)))
        x = relu((n.conv(x, f, (1, 1), (2, 2)) if s == 2 else x) + y)
    return n.dense(x.mean((2, 3)), 10)


def autoencoder(n, x):
    for units in [128] * 4 + [8] + [128] * 4:
        x = relu(n.norm(n.dense(x, units)))
    return n.dense(x, 640)


def gesture_gru(n, x):
    return n.dense(n.gru(x, 32), 3)


def summaries(out, name, i, value):
    flat = value.detach().numpy().astype(np.float64).ravel()
    signs = np.sign(uniform(5000 + i, SIGNS * flat.size).reshape(SIGNS, -1) + 2.0**-24)
    out[f"{name}{i}_dot"] = signs @ flat
    if name != "after":
        top = max(np.abs(flat).max(), 1e-30)
        out[f"{name}{i}_max"] = np.array([top])
        out[f"{name}{i}"] = np.round(flat / top * 127).astype(np.int8)


def record(folder, forward, shape, batch, classes, optimizer):
    net, out, losses = Net(), {}, []
    size = batch * int(np.prod(shape))
    with torch.no_grad():  # makes the parameters
        net.start()
        forward(net, torch.tensor(uniform(DATA, size).reshape(batch, *shape).astype(np.float64)))
    for p, offset, scale, trained in zip(net.params, net.offset, net.scale, net.trained):
        if not trained:
            p.fill_(offset)
    trained = [i for i, t in enumerate(net.trained) if t]
    steps = optimizer([net.params[i] for i in trained])
    for step in range(STEPS):
        x = torch.tensor((np.float32(1.5) * uniform(DATA + step, size)).reshape(batch, *shape).astype(np.float64))
        net.start(), steps.zero_grad()
        y = forward(net, x)
        if classes:
            truth = torch.tensor(((uniform(CLASSES + step, batch).astype(np.float64) + 1) / 2 * classes).astype(np.int64))
            loss = F.cross_entropy(y, truth)
        else:
            loss = F.mse_loss(y, x)
        loss.backward()
        losses.append(loss.item())
        if step in (0, STEPS - 1):
            for i in trained:
                summaries(out, "first" if step == 0 else "last", i, net.params[i].grad)
        steps.step()
    for i, p in enumerate(net.params):
        summaries(out, "after", i, p)
    out["loss"], out["offset"], out["scale"] = map(np.array, (losses, net.offset, net.scale))
    np.savez_compressed(f"{folder}/{forward.__name__}.npz", **out)
    print(forward.__name__, sum(net.params[i].numel() for i in trained), losses)


folder = sys.argv[1]
adam = lambda p: torch.optim.Adam(p, lr=1e-3, eps=1e-7)
sgd = lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9)  # Adam would blow up the noise of gradients that are zero
record(folder, mnist_cnn, (28, 28, 1), 16, 10, adam)
record(folder, ds_cnn, (49, 10, 1), 16, 12, sgd)
record(folder, mobilenet_vww, (96, 96, 3), 8, 2, sgd)
record(folder, resnet8, (32, 32, 3), 8, 10, sgd)
record(folder, autoencoder, (640,), 32, 0, sgd)
record(folder, gesture_gru, (100, 3), 16, 3, adam)
