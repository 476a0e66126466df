"""Oracles of convolution operators and of mean-field theory, in NumPy and SciPy, from the definitions alone.

    python3 theory.py --out . --seed 18        # writes operators.json and mean_field.json

Operators: circular ones by the FFT over space of the kernel wrapped to the map, an SVD a frequency, checked
against the SVD of the explicit matrix. Mean field: expectations by adaptive quadrature between the kinks;
q* is the limit of the variance's map from q = 1, by iteration with a bracketing root at the end.
"""

import argparse
import itertools
import json
from pathlib import Path

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erf, expit


def number(x):
    return x if x is None or isinstance(x, str) else float(f"{x:.12g}")


def circular(kernel, side):
    taps, _, inputs, outputs = kernel.shape
    wrapped = np.zeros((side, side, inputs, outputs))
    for a, b in itertools.product(range(taps), repeat=2):
        wrapped[a % side, b % side] += kernel[a, b]
    values = np.linalg.svd(np.fft.fft2(wrapped, axes=(0, 1)), compute_uv=False).ravel()
    matrix = np.zeros((side, side, inputs, side, side, outputs))
    for i, j, a, b in itertools.product(range(side), range(side), range(taps), range(taps)):
        matrix[(i + a) % side, (j + b) % side, :, i, j, :] += kernel[a, b]
    explicit = np.linalg.svd(matrix.reshape(side * side * inputs, -1), compute_uv=False)
    values = np.sort(values)[::-1]
    assert np.allclose(values, explicit[: values.size], atol=1e-10)
    return values


def operators(rng):
    cases = []
    for taps, inputs, outputs in [(3, 2, 2), (3, 2, 3), (3, 4, 2), (5, 2, 2), (5, 1, 3), (1, 3, 3), (3, 1, 1)]:
        kernel = np.round(rng.normal(size=(taps, taps, inputs, outputs)) / np.sqrt(taps * taps * inputs), 4)
        found = []
        for side in (4, 6, 8):
            values = circular(kernel, side)
            found.append({
                "map": side, "padding": "circular", "count": int(values.size), "min": number(values[-1]),
                "mean": number(values.mean()), "max": number(values[0]),
                "singular_values": [number(v) for v in values] if values.size <= 80 else None,
            })
        cases.append({
            "name": f"k{taps}_{inputs}_{outputs}",
            "kernel": {"shape": list(kernel.shape), "data": kernel.ravel().tolist()},
            "operators": found,
        })
    return {"file": "operators.json", "cases": cases}


LAMBDA, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
phi_cdf = lambda x: (1 + erf(x / np.sqrt(2))) / 2
bell = lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
# name: value, slope, kinks, homogeneous
ACTIVATIONS = {
    "linear": (lambda x: x, lambda x: 1.0, [], True),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0), [0], True),
    "leaky_relu": (lambda x: x if x > 0 else 0.01 * x, lambda x: 1.0 if x > 0 else 0.01, [0], True),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2, [], False),
    "hardtanh": (lambda x: np.clip(x, -1, 1), lambda x: float(abs(x) < 1), [-1, 1], False),
    "selu": (lambda x: LAMBDA * (x if x > 0 else ALPHA * np.expm1(x)),
             lambda x: LAMBDA * (1.0 if x > 0 else ALPHA * np.exp(x)), [0], False),
    "gelu": (lambda x: x * phi_cdf(x), lambda x: phi_cdf(x) + x * bell(x), [], False),
    "swish": (lambda x: x * expit(x), lambda x: expit(x) * (1 + x * (1 - expit(x))), [], False),
}


def mean(f, q, kinks):
    root = np.sqrt(q)
    ends = sorted({-12.0, -3.0, 0.0, 3.0, 12.0, *(k / root for k in kinks if abs(k) < 12 * root)})
    return sum(quad(lambda z: f(root * z) * bell(z), a, b, epsabs=1e-13, epsrel=1e-12, limit=200)[0]
               for a, b in zip(ends, ends[1:]))


def fixed_point(value, kinks, gain, bias):
    step = lambda q: gain**2 * mean(lambda x: value(x) ** 2, q, kinks) + bias**2
    q = 1.0
    for _ in range(400):
        after = step(q)
        if after > 1e6:
            return None
        if abs(after - q) < 1e-13 * q:
            return after
        q = after
    # Slow towards a point near criticality: the rest by a bracket on the side that the steps go to.
    up = step(q) > q
    far = q
    while (step(far) > far) == up:
        far *= 1.02 if up else 1 / 1.02
        if far < 1e-9:
            return 0.0
    return brentq(lambda x: step(x) - x, min(q, far), max(q, far), xtol=1e-16, rtol=1e-14)


def expected(name, gain, bias, depth, density, scheme):
    value, slope, kinks, homogeneous = ACTIVATIONS[name]
    effective = gain * np.sqrt(density) if scheme == "base-uncorrected" else gain
    s1 = {"eoi": 0.0, "gaussian": -1.0}.get(scheme, density**2 - 1)
    moment = lambda q, k: mean(lambda x: slope(x) ** (2 * k), q, kinks)
    if homogeneous:
        chi = effective**2 * moment(1.0, 1)
        if abs(chi - 1) < 1e-12:
            q = "any" if bias == 0 else None
        else:
            q = bias**2 / (1 - chi) if chi < 1 else None
        at = 1.0
    else:
        q = at = fixed_point(value, kinks, effective, bias)
        if q is None:
            return None
    if at == 0:
        mu1, mu2 = ((slope(-1e-12) ** k + slope(1e-12) ** k) / 2 for k in (2, 4))
    else:
        mu1, mu2 = moment(at, 1), moment(at, 2)
    chi = effective**2 * mu1
    return {
        "q_star": number(q), "effective_sigma_w": number(effective), "mu1": number(mu1), "mu2": number(mu2),
        "chi": number(chi), "xi": None if abs(chi - 1) < 1e-12 else number(-1 / np.log(chi)), "s1": number(s1),
        "log_mean": number(depth * np.log(chi)),
        "variance_over_mean_squared": number(depth * (mu2 / mu1**2 - 1 - s1)),
    }


def mean_field(_):
    points = {
        "linear": [(1, 0.0), (0.9, 0.3)], "relu": [(np.sqrt(2), 0.0), (1, 0.3)],
        "leaky_relu": [(np.sqrt(2 / 1.0001), 0.0), (1, 0.3)],
        "tanh": [(1.0247, 0.00448), (1.2, 0.3), (0.9, 0.1)], "hardtanh": [(1.05, 0.1), (1.3, 0.3)],
        "selu": [(1, 0.0), (0.8, 0.2)], "gelu": [(1.4, 0.2), (1.0, 0.5)], "swish": [(1.5, 0.2), (1.0, 0.5)],
    }
    schemes = [("eoi", 1.0, 10), ("eoi", 0.125, 1000), ("base-corrected", 0.25, 10),
               ("base-corrected", 0.5, 100), ("gaussian", 1.0, 10), ("base-uncorrected", 0.25, 10)]
    cases = []
    for name, settings in points.items():
        for index, (gain, bias) in enumerate(settings):
            for scheme, density, depth in schemes:
                cases.append({
                    "name": f"{name}_{index}_{scheme}_{depth}", "activation": name, "sigma_w": float(gain),
                    "sigma_b": bias, "depth": depth, "density": density, "scheme": scheme,
                    "expected": expected(name, gain, bias, depth, density, scheme),
                })
    return {"file": "mean_field.json", "cases": cases}


parser = argparse.ArgumentParser()
parser.add_argument("--out", type=Path, default=Path("."))
parser.add_argument("--seed", type=int, default=18)
options = parser.parse_args()
for made in (operators(np.random.default_rng(options.seed)), mean_field(None)):
    (options.out / made["file"]).write_text(json.dumps(made, separators=(",", ":")) + "\n")
