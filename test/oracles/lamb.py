"""LAMB by timm's own class and by NumPy, which must agree to 1e-12: lamb.json, in the form of optim.json.

`masks` hold for weights and gradients; `without_decay` names parameters of a group with weight decay 0; `stacked` names
tensors whose first axis counts parameters. Global clipping of the gradient, timm's default, is off.
"""
import json
import pathlib

import numpy as np
import timm
import torch
from timm.optim import Lamb

STEPS = 6
rng = np.random.default_rng(20260102)


def tensors(values):
    return {k: {"shape": list(v.shape), "data": [float(f"{x:.12g}") for x in v.ravel()]} for k, v in values.items()}


def rounded(*shape):
    return np.round(rng.normal(size=shape), 4)


def by_numpy(weights, gradients, rates, decays, eps, b1=0.9, b2=0.999):
    weights = {k: v.copy() for k, v in weights.items()}
    m = {k: np.zeros_like(v) for k, v in weights.items()}
    v = {k: np.zeros_like(x) for k, x in weights.items()}
    after = []
    for t, (rate, gradient) in enumerate(zip(rates, gradients), 1):
        for k, w in weights.items():
            m[k] = b1 * m[k] + (1 - b1) * gradient[k]
            v[k] = b2 * v[k] + (1 - b2) * gradient[k] ** 2
            u = m[k] / (1 - b1**t) / (np.sqrt(v[k] / (1 - b2**t)) + eps) + decays[k] * w
            norms = np.linalg.norm(w), np.linalg.norm(u)
            ratio = norms[0] / norms[1] if decays[k] and min(norms) > 0 else 1
            weights[k] = w - rate * ratio * u
        after.append({k: w.copy() for k, w in weights.items()})
    return after


def by_timm(weights, gradients, rates, decays, eps):
    leaves = {k: torch.nn.Parameter(torch.tensor(w)) for k, w in weights.items()}
    groups = [{"params": [leaf], "weight_decay": decays[k]} for k, leaf in leaves.items()]
    optimizer = Lamb(groups, lr=1, eps=eps, max_grad_norm=None)
    after = []
    for rate, gradient in zip(rates, gradients):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for k, leaf in leaves.items():
            leaf.grad = torch.tensor(gradient[k])
        optimizer.step()
        after.append({k: leaf.detach().numpy().copy() for k, leaf in leaves.items()})
    return after


def case(name, shapes, decay, eps=1e-6, masked=(), without=(), stacked=(), zeros=(), idle=()):
    weights = {k: np.zeros(s) if k in zeros else rounded(*s) for k, s in shapes.items()}
    masks = {k: (rng.uniform(size=shapes[k]) < 0.4).astype(float) for k in masked}
    for k, mask in masks.items():
        weights[k] = weights[k] * mask
    dense = [{k: np.zeros(s) if k in idle else rounded(*s) for k, s in shapes.items()} for _ in range(STEPS)]
    rates = [0.05, 0.05, 0.05, 0.01, 0.01, 0.01]

    def apart(values):
        """Each parameter under its own name."""
        return {
            (k, i): x
            for k, v in values.items()
            for i, x in enumerate(v if k in stacked else [v])
        }

    given = [{k: g * masks.get(k, 1) for k, g in step.items()} for step in dense]
    decays = {key: 0 if key[0] in without else decay for key in apart(weights)}
    arguments = apart(weights), [apart(g) for g in given], rates, decays, eps
    one, other = by_numpy(*arguments), by_timm(*arguments)
    worst = max(np.abs(a[k] - b[k]).max() for a, b in zip(one, other) for k in a)
    assert worst < 1e-12, (name, worst)
    after = [{k: np.stack([s[k, i] for i in range(len(v))]) if k in stacked else s[k, 0] for k, v in weights.items()} for s in one]
    return {
        "name": name,
        "optimizer": "LAMB",
        "options": {"weight_decay": decay, "eps": eps, "betas": [0.9, 0.999]},
        "without_decay": list(without),
        "stacked": list(stacked),
        "masks": tensors(masks),
        "lr_per_step": rates,
        "params": tensors(weights),
        "grads_per_step": [tensors(step) for step in dense],
        "params_after_step": [tensors(step) for step in after],
        "verified": {"timm_abs": float(f"{worst:.3g}")},
    }


cases = [
    case("lamb", {"a": (3, 4), "b": (4,)}, 0.05),
    case("lamb_masked", {"a": (5, 6), "b": (6,)}, 0.05, masked=["a"]),
    case("lamb_without_decay", {"a": (3, 4), "b": (4,)}, 0.05, without=["b"]),
    case("lamb_no_decay_at_all", {"a": (3, 4), "b": (4,)}, 0.0),
    case("lamb_stacked", {"a": (3, 4, 2), "b": (3, 5)}, 0.02, masked=["a"], stacked=["a", "b"]),
    case("lamb_norms_of_0", {"a": (3, 4), "b": (4,), "c": (5,)}, 0.05, zeros=["a", "c"], idle=["c"]),
]
pathlib.Path(__file__).with_name("lamb.json").write_text(json.dumps({"timm": timm.__version__, "cases": cases}) + "\n")
