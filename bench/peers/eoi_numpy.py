"""Times initialization schemes written with NumPy, plainly, as their papers state them: the peer of bench/initializations.ts.

usage: eoi_numpy.py SCHEME SIZE [--density D] [--count N] [--steps S] [--repeat R]; prints {"version", "times_ms"}.
eoi: rotate two random columns of a copy, count the nonzeros of the whole matrix, keep the nearer of the last two.
qr: QR of a Gaussian, signs fixed. sao: one random block, repeated, rows of c x c orthogonal matrices.
ai: gradient steps on ||(W*M)(W*M)' - I||_F. COUNT matrices are made in each repetition.
"""
import argparse
import json
import time

import numpy as np


def eoi(rng, n, density):
    matrix = np.eye(n)
    while np.count_nonzero(matrix) / n**2 < density:
        i, j = rng.choice(n, 2, replace=False)
        angle = rng.uniform(0, 2 * np.pi)
        c, s = np.cos(angle), np.sin(angle)
        previous, matrix = matrix, matrix.copy()
        matrix[:, i] = c * previous[:, i] + s * previous[:, j]
        matrix[:, j] = -s * previous[:, i] + c * previous[:, j]
        now, before = np.count_nonzero(matrix) / n**2, np.count_nonzero(previous) / n**2
        if now >= density and density - before < now - density:
            return previous
    return matrix


def qr(rng, n, _density=1):
    q, r = np.linalg.qr(rng.standard_normal((n, n)))
    return q * np.sign(np.diag(r))


def sao(rng, n, density):
    c = round(density * n)
    groups = n // c
    order = rng.permutation(n).reshape(groups, c)
    matrix = np.zeros((n, n))
    for group in range(groups):
        matrix[np.ix_(range(group, n, groups), order[group])] = qr(rng, c)
    return matrix


def ai(rng, n, density, steps):
    mask = np.zeros(n * n)
    mask[rng.choice(n * n, round(density * n * n), replace=False)] = 1
    mask = mask.reshape(n, n)
    weights = qr(rng, n) * mask
    for _ in range(steps):
        difference = weights @ weights.T - np.eye(n)
        weights = weights - 0.1 * 2 * (difference @ weights) / np.linalg.norm(difference) * mask
    return weights


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scheme", choices=["eoi", "qr", "sao", "ai"])
    parser.add_argument("size", type=int)
    parser.add_argument("--density", type=float, default=0.1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    extra = [given.steps] if given.scheme == "ai" else []
    make = globals()[given.scheme]
    rng = np.random.default_rng(1)
    make(rng, 64, given.density, *[10 for _ in extra])
    times = []
    for _ in range(given.repeat):
        started = time.perf_counter()
        for _ in range(given.count):
            make(rng, given.size, given.density, *extra)
        times.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"version": np.__version__, "times_ms": times}))


if __name__ == "__main__":
    main()
