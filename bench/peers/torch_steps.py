"""Times PyTorch eager training steps on the CPU: the peer of bench/training-steps.ts.

usage: torch_steps.py NAME [--threads N] [--repeat N]; prints {"version", "steps_ms"}.
A step: forward, cross entropy, backward, SGD with Nesterov momentum 0.9 and weight decay 1e-4, on a
random batch of 128 held in memory. Kernels are dense; PyTorch has no masked training of its own.
"""
import argparse
import json
import time

import torch

NETWORKS = {"mlp-1": (1, 128), "mlp-7": (6, 100), "mlp-100": (100, 128), "mlp-1000": (1000, 128)}
BATCH, WARM_UP = 128, 3


def build(depth, width):
    sizes = [784] + [width] * depth
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        linear = torch.nn.Linear(fan_in, fan_out)
        torch.nn.init.orthogonal_(linear.weight)
        layers += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, 10))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=NETWORKS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=15)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    model = build(*NETWORKS[arguments.name])
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9, nesterov=True, weight_decay=1e-4)
    x, y = torch.rand(BATCH, 784) * 2 - 1, torch.randint(0, 10, (BATCH,))
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
