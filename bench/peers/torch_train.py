"""Trains a CIFAR ResNet in PyTorch (eager, CPU) as `lab study run` does: the peer of docs/results/images.md.

usage: torch_train.py START.npz DATA --out FILE.json [--depth 20] [--epochs E] [--evaluations N] ...
START.npz holds first values and masks (bench/initial-state.ts); DATA the six binary files of CIFAR-10.
Same settings as the bench: validation split 0.1, statistics of the training rows, reflect-pad 4, random crop
and flip, SGD with Nesterov momentum and weight decay, rate divided by 10 at 1/2 and 3/4. Masked weights stay 0:
their gradients are masked before the decay. Data order and augmentation are drawn anew from the seed.
"""
import argparse
import json
import os
import resource
import time

import numpy
import torch
from torch import nn
from torch.nn import functional as F

PAD = 4


def read_cifar(folder):
    def records(names):
        parts = [numpy.fromfile(os.path.join(folder, name), numpy.uint8).reshape(-1, 3073) for name in names]
        rows = numpy.concatenate(parts)
        return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0].astype(numpy.int64)

    return records([f"data_batch_{k}.bin" for k in range(1, 6)]), records(["test_batch.bin"])


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(filters)
        self.projects = stride != 1 or channels != filters
        if self.projects:
            self.add_module("shortcut", nn.Conv2d(channels, filters, 1, stride, bias=False))
            self.add_module("shortcut-norm", nn.BatchNorm2d(filters))

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        if self.projects:
            x = self.get_submodule("shortcut-norm")(self.get_submodule("shortcut")(x))
        return F.relu(y + x)


class ResNet(nn.Module):
    """Modules carry the names of the bench's zoo."""

    def __init__(self, depth):
        super().__init__()
        self.stem = nn.ModuleDict({"conv": nn.Conv2d(3, 16, 3, 1, 1, bias=False), "norm": nn.BatchNorm2d(16)})
        channels = 16
        for stage, filters in enumerate((16, 32, 64), 1):
            blocks = {}
            for block in range(1, (depth - 2) // 6 + 1):
                blocks[f"block{block}"] = Block(channels, filters, 2 if stage > 1 and block == 1 else 1)
                channels = filters
            self.add_module(f"stage{stage}", nn.ModuleDict(blocks))
        self.classifier = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.stem["norm"](self.stem["conv"](x)))
        for stage in (self.stage1, self.stage2, self.stage3):
            for block in stage.values():
                x = block(x)
        return self.classifier(x.mean((2, 3)))


def augment(images, generator):
    """Reflect-pad, a crop of the original size, a flip; images [n, 3, 32, 32] in bytes."""
    n, _, height, width = images.shape
    padded = numpy.pad(images, ((0, 0), (0, 0), (PAD, PAD), (PAD, PAD)), mode="reflect")
    tops, lefts = generator.integers(0, 2 * PAD + 1, (2, n))
    out = numpy.empty_like(images)
    for k, (top, left, flip) in enumerate(zip(tops, lefts, generator.integers(0, 2, n))):
        crop = padded[k, :, top : top + height, left : left + width]
        out[k] = crop[:, :, ::-1] if flip else crop
    return out


@torch.no_grad()
def start_from(model, arrays):
    """Takes values by name; answers the masks by parameter."""
    state = model.state_dict()
    missing = [name for name in state if name not in arrays and not name.endswith("num_batches_tracked")]
    extra = [name for name in arrays if name not in state and not name.endswith("_mask")]
    if missing or extra:
        raise SystemExit(f"first values: lacks {missing}, has no place for {extra}")
    for name in state:
        if name in arrays:
            state[name].copy_(torch.from_numpy(arrays[name]))
    named = dict(model.named_parameters())
    return {named[name[: -len("_mask")]]: torch.from_numpy(mask).float()
            for name, mask in arrays.items() if name.endswith("_mask")}


@torch.no_grad()
def evaluate(model, images, labels, batch):
    model.eval()
    loss = correct = 0
    for at in range(0, len(labels), batch):
        logits = model(images[at : at + batch])
        loss += F.cross_entropy(logits, labels[at : at + batch], reduction="sum").item()
        correct += (logits.argmax(1) == labels[at : at + batch]).sum().item()
    model.train()
    return {"loss": loss / len(labels), "accuracy": correct / len(labels)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("start")
    parser.add_argument("data")
    parser.add_argument("--out", required=True)
    parser.add_argument("--depth", type=int, default=20)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--stop", type=int, default=0, help="steps after which it ends early; 0 goes to the end")
    parser.add_argument("--evaluations", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--decay", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    generator = numpy.random.default_rng(options.seed)
    (train_images, train_labels), (test_images, test_labels) = read_cifar(options.data)
    order = numpy.random.default_rng(0).permutation(len(train_labels))
    held = len(order) // 10
    validation, train = order[:held], order[held:]
    mean = train_images[train].mean((0, 2, 3), keepdims=True, dtype=numpy.float64).astype(numpy.float32)
    deviation = train_images[train].std((0, 2, 3), keepdims=True, dtype=numpy.float64).astype(numpy.float32)

    def ready(images):
        return torch.from_numpy((images.astype(numpy.float32) - mean) / deviation)

    splits = {
        "validation": (ready(train_images[validation]), torch.from_numpy(train_labels[validation])),
        "test": (ready(test_images), torch.from_numpy(test_labels)),
    }
    model = ResNet(options.depth)
    masks = start_from(model, dict(numpy.load(options.start)))
    optimizer = torch.optim.SGD(model.parameters(), lr=options.rate, momentum=0.9, nesterov=True,
                                weight_decay=options.decay)
    steps_per_epoch = len(train) // options.batch
    total = round(options.epochs * steps_per_epoch)
    every = max(1, round(steps_per_epoch / options.evaluations))
    points, step_ms = [], []

    def report(step):
        row = {"step": step, **{name: evaluate(model, *split, options.batch) for name, split in splits.items()}}
        points.append(row)
        print(json.dumps(row), flush=True)
        with open(options.out, "w") as file:
            json.dump({"torch": torch.__version__, **vars(options), "points": points,
                       "median_step_ms": float(numpy.median(step_ms)) if step_ms else None,
                       "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}, file, indent=2)

    report(0)
    for step in range(total):
        if step % steps_per_epoch == 0:
            order = generator.permutation(train)
        rows = order[step % steps_per_epoch * options.batch :][: options.batch]
        x, y = ready(augment(train_images[rows], generator)), torch.from_numpy(train_labels[rows])
        passed = sum(step >= round(fraction * total) for fraction in (0.5, 0.75))
        for group in optimizer.param_groups:
            group["lr"] = options.rate * 0.1**passed
        started = time.perf_counter()
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        for parameter, mask in masks.items():
            parameter.grad.mul_(mask)
        optimizer.step()
        step_ms.append((time.perf_counter() - started) * 1e3)
        if (step + 1) % every == 0 or step + 1 == total:
            report(step + 1)
        if step + 1 == options.stop:
            break


if __name__ == "__main__":
    main()
