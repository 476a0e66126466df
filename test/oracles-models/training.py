"""Oracle of a whole training: 20 steps of a masked ResNet-8 in PyTorch (float64, CPU), its modules and its optimizer.

    python3 training.py [--out FOLDER] [--seed N]

Weights, batches and masks come from names, as make.py tells: images of step k are 2 u of the name `batch.k`, labels of the
batch (i + k) mod classes, evaluation images 2 u of `evaluation`; an entry of a kernel is kept where u of `mask.KERNEL` lies
below density - 1/2. Stored are the loss of every step, the running statistics of the first and of the last norm, the
loss of the evaluation batch in evaluation mode, and the norm of every parameter after the last step.
"""
import argparse
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / 'bench' / 'peers'))
from make import uniform  # noqa: E402
from torch_train import ResNet  # noqa: E402

SETTINGS = {'batch': 16, 'input': [12, 12, 3], 'classes': 10, 'steps': 20, 'density': 0.4, 'rate': 0.05,
            'momentum': 0.9, 'decay': 0.01, 'milestones': [0.5, 0.75], 'gamma': 0.1}
ROLES = {'weight': 'scale', 'bias': 'shift', 'running_mean': 'running-mean', 'running_var': 'running-variance'}


def first_value(name, role, shape, seed):
    u = uniform(f'{name}.{role}', shape, seed)
    if role == 'kernel':
        return u * (2 * math.sqrt(3 / math.prod(shape[:-1])))
    return {'scale': 1 + 0.4 * u, 'running-variance': 1 + 0.8 * u}.get(role, 0.2 * u)


def to_torch(array):
    """From [kh, kw, in, out] or [in, out] to PyTorch's layout."""
    return array.permute(3, 2, 0, 1) if array.dim() == 4 else array.T if array.dim() == 2 else array


def bench_shape(shape):
    return (*shape[2:], shape[1], shape[0]) if len(shape) == 4 else (*shape[::-1],)


def begin(model, seed):
    masks = {}
    parameters = dict(model.named_parameters())
    for name, tensor in model.state_dict().items():
        layer, part = name.rsplit('.', 1)
        if part == 'num_batches_tracked':
            continue
        shape = bench_shape(tensor.shape)
        role = 'kernel' if len(shape) > 1 else 'bias' if layer == 'classifier' else ROLES[part]
        value = first_value(layer, role, shape, seed)
        if role == 'kernel':
            mask = (uniform(f'mask.{layer}.kernel', shape, seed) < SETTINGS['density'] - 0.5).double()
            value, masks[parameters[name]] = value * mask, to_torch(mask)
        tensor.copy_(to_torch(value))
    return masks


def images(name, seed):
    return to_images(2 * uniform(name, (SETTINGS['batch'], *SETTINGS['input']), seed))


def to_images(x):
    return x.permute(0, 3, 1, 2).contiguous()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', default=HERE)
    parser.add_argument('--seed', type=int, default=0)
    options = parser.parse_args()
    model = ResNet(8)
    masks = begin(model, options.seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=SETTINGS['rate'], momentum=SETTINGS['momentum'], nesterov=True,
                                weight_decay=SETTINGS['decay'])
    marks = [round(fraction * SETTINGS['steps']) for fraction in SETTINGS['milestones']]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, marks, SETTINGS['gamma'])
    losses = []
    for step in range(SETTINGS['steps']):
        y = (torch.arange(SETTINGS['batch']) + step) % SETTINGS['classes']
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images(f'batch.{step}', options.seed)), y)
        loss.backward()
        for parameter, mask in masks.items():
            parameter.grad.mul_(mask)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        y = torch.arange(SETTINGS['batch']) % SETTINGS['classes']
        evaluation = F.cross_entropy(model(images('evaluation', options.seed)), y).item()
    norms = {'stem.norm': model.stem['norm'], 'stage3.block1.norm2': model.stage3['block1'].norm2}
    answer = {
        'seed': options.seed, **SETTINGS, 'losses': losses, 'evaluation': evaluation,
        'statistics': {name: {'running-mean': norm.running_mean.tolist(), 'running-variance': norm.running_var.tolist()}
                       for name, norm in norms.items()},
        'norms': {name: float(np.linalg.norm(value.detach())) for name, value in model.named_parameters()},
    }
    (pathlib.Path(options.out) / 'training.json').write_text(json.dumps(answer) + '\n')


if __name__ == '__main__':
    main()
