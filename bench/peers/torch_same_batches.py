"""Repeats in PyTorch the steps that bench/same-batches.ts wrote, and compares loss by loss.

usage: torch_same_batches.py FILE.npz [--depth 20] [--decay 1e-4] [--threads 2] [--json OUT]
Same first values, same batches after augmentation, same rates: nothing random is left, so that the losses must agree
but for rounding, which training amplifies. To show how much, PyTorch also repeats itself from values that
differ by one part in 10^7.
"""
import argparse
import json

import numpy
import torch
from torch.nn import functional as F

from torch_train import ResNet, evaluate, start_from

OWN = ("batches", "labels", "rates", "validation", "validation-labels")


def train(arrays, options, nudge):
    model = ResNet(options.depth)
    state = {name: array for name, array in arrays.items() if name not in OWN and ":" not in name}
    masks = start_from(model, state)
    if nudge:
        generator = torch.Generator().manual_seed(1)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(1 + nudge * torch.randn(parameter.shape, generator=generator))
    optimizer = torch.optim.SGD(model.parameters(), lr=1, momentum=0.9, nesterov=True, weight_decay=options.decay)
    losses = []
    for x, y, rate in zip(arrays["batches"], arrays["labels"], arrays["rates"]):
        for group in optimizer.param_groups:
            group["lr"] = float(rate)
        optimizer.zero_grad()
        images = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous()
        loss = F.cross_entropy(model(images), torch.from_numpy(y).long())
        loss.backward()
        for parameter, mask in masks.items():
            parameter.grad.mul_(mask)
        optimizer.step()
        losses.append(loss.item())
    images = torch.from_numpy(arrays["validation"]).permute(0, 3, 1, 2).contiguous()
    labels = torch.from_numpy(arrays["validation-labels"]).long()
    return numpy.array(losses), evaluate(model, images, labels, 128)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--depth", type=int, default=20)
    parser.add_argument("--decay", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    arrays = dict(numpy.load(options.file))
    losses, evaluation = train(arrays, options, 0)
    others = {name[len("losses:"):]: (array, arrays["evaluation:" + name[len("losses:"):]])
              for name, array in arrays.items() if name.startswith("losses:")}
    nudged, nudged_evaluation = train(arrays, options, 1e-7)
    others["PyTorch, nudged by 1e-7"] = (nudged, list(nudged_evaluation.values()))
    marks = [k for k in (1, 2, 5, 10, 20, 50, 100, 150, 200) if k <= len(losses)]
    print("largest difference of the loss up to step", marks)
    for name, (values, found) in others.items():
        apart = numpy.abs(values - losses)
        print(f"{name:26}", " ".join(f"{apart[:k].max():.1e}" for k in marks),
              f"mean loss {values.mean():.4f} ({losses.mean():.4f})",
              f"evaluation {found[0]:.4f} {found[1]:.4f} ({evaluation['loss']:.4f} {evaluation['accuracy']:.4f})")
    if options.json:
        rows = {name: [float(v) for v in values] for name, (values, _) in others.items()}
        with open(options.json, "w") as out:
            json.dump({"PyTorch": losses.tolist(), **rows}, out)


if __name__ == "__main__":
    main()
