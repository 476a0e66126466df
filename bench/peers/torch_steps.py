"""Times PyTorch eager training steps on the CPU: the peer of bench/training-steps.ts.

usage: torch_steps.py NAME [--threads N] [--repeat N]; prints {"version", "steps_ms"}.
A step: forward, cross entropy, backward, SGD with Nesterov momentum 0.9 and weight decay 1e-4, on a
random batch held in memory. Kernels are dense; PyTorch has no masked training of its own.
"""
import argparse
import json
import re
import time

import torch
from torch import nn

from torch_networks import deit_tiny, efficientnet_b0, gpt, resnet_50

BATCH, WARM_UP, IMAGE = 128, 3, (3, 32, 32)
TIME, TOKENS = 256, 96


def perceptron(depth, width):
    sizes = [784] + [width] * depth
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        linear = nn.Linear(fan_in, fan_out)
        nn.init.orthogonal_(linear.weight)
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers, nn.Linear(width, 10)), (784,)


def plain(depth, width=128):
    """The bench's cnn: a stem with strides 1, 2, 2, then `depth` more with stride 2 in the middle and at the end."""
    layers, channels = [], 3
    strides = [1, 2, 2] + [2 if k in (-(-depth // 2), depth) else 1 for k in range(1, depth + 1)]
    for stride in strides:
        layers += [nn.Conv2d(channels, width, 3, stride, 1, padding_mode="circular"), nn.Tanh()]
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10)), IMAGE


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(channels, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters))
        self.shortcut = nn.Identity()
        if stride != 1 or channels != filters:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        return torch.relu(self.second(self.first(x)) + self.shortcut(x))


def residual(depth):
    layers, channels = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for stage, filters in enumerate((16, 32, 64)):
        for block in range((depth - 2) // 6):
            layers.append(Block(channels, filters, 2 if stage and not block else 1))
            channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)), IMAGE


def vgg(blocks):
    layers, channels = [], 3
    for count, filters in zip(blocks, (64, 128, 256, 512, 512)):
        for _ in range(count):
            layers += [nn.Conv2d(channels, filters, 3, 1, 1), nn.BatchNorm2d(filters), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for _ in range(2):
        layers += [nn.Linear(512, 512), nn.ReLU(), nn.BatchNorm1d(512)]
    return nn.Sequential(*layers, nn.Linear(512, 10)), IMAGE


NETWORKS = {
    "mlp-7": lambda: perceptron(6, 100),
    "cnn-32": lambda: plain(32), "resnet-32": lambda: residual(32), "resnet-56": lambda: residual(56),
    "vgg-16": lambda: vgg((2, 2, 3, 3, 3)),
}


LARGE = {
    "efficientnet-b0": (efficientnet_b0, 64, 32), "resnet-50": (resnet_50, 224, 16),
    "deit-tiny": (deit_tiny, 224, 16), "deit-tiny-attention": (deit_tiny, 224, 16),
}


def network(name):
    """The module, the shape of an example, and the batch."""
    if name == "gpt":
        return gpt(), (TIME,), 16
    if name in LARGE:
        make, side, batch = LARGE[name]
        return make(), (3, side, side), batch
    return (*small_network(name), BATCH)


def small_network(name):
    deep = re.fullmatch(r"mlp-(\d+)", name)
    if name in NETWORKS or not deep:
        return NETWORKS[name]()
    return perceptron(int(deep[1]), 128)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", help=f"mlp-N or one of {', '.join([*NETWORKS, *LARGE, 'gpt'])}")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=15)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    model, shape, batch = network(arguments.name)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9, nesterov=True, weight_decay=1e-4)
    if arguments.name == "gpt":
        x, y = torch.randint(0, TOKENS, (batch, *shape)), torch.randint(0, TOKENS, (batch * TIME,))
    else:
        x, y = torch.rand(batch, *shape) * 2 - 1, torch.randint(0, 10, (batch,))
    steps = []
    for _ in range(WARM_UP + arguments.repeat):
        started = time.perf_counter()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        steps.append((time.perf_counter() - started) * 1e3)
    print(json.dumps({"version": torch.__version__, "steps_ms": steps[WARM_UP:]}))


if __name__ == "__main__":
    main()
