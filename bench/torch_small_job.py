"""The small job of bench/small_job in PyTorch, as one would write it: read, train 200 epochs, write the history."""
import sys
import numpy as np
import torch
import torch.nn as nn

torch.set_num_threads(1)
windows, classes = [], []
for c in range(3):
    rows = np.loadtxt(f"{sys.argv[1]}/class{c}.csv", delimiter=",", skiprows=1, dtype=np.float32)
    for w in rows.reshape(-1, 300):
        windows.append(w)
        classes.append(c)
x, y = torch.tensor(np.array(windows)), torch.tensor(classes)
x = (x - x.mean(0)) / x.std(0)
order = torch.randperm(len(x))
train, val = order[:60], order[60:]
model = nn.Sequential(nn.Linear(300, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer, loss_of = torch.optim.Adam(model.parameters()), nn.CrossEntropyLoss()
history = []
for epoch in range(200):
    total = 0.0
    for batch in train[torch.randperm(60)].split(16):
        optimizer.zero_grad()
        loss = loss_of(model(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        accuracy = (model(x[val]).argmax(1) == y[val]).float().mean().item()
    history.append((total / 60, accuracy))
with open(f"{sys.argv[1]}/../history.csv", "w") as f:
    f.writelines(f"{loss},{accuracy}\n" for loss, accuracy in history)
torch.save(model.state_dict(), f"{sys.argv[1]}/../model.pt")
