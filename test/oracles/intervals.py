"""95 % t intervals of a mean, of Welch's and of paired differences by SciPy, for accuracies and others: intervals.json."""
import json
import pathlib

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20260202)
cases = []


def interval(center, error, degrees):
    half = stats.t.ppf(0.975, degrees) * error
    return [center - half, center + half]


for size in [2, 3, 4, 5, 8, 20]:
    for center, spread in [(0.92, 0.01), (-0.3, 0.6)]:
        sample = np.round(rng.normal(center, spread, size), 4)
        cases.append({"kind": "mean", "a": sample.tolist(), "interval": interval(sample.mean(), stats.sem(sample), size - 1)})
for n, m in [(2, 2), (2, 3), (3, 3), (3, 5), (5, 5), (10, 6)]:
    a = np.round(rng.normal(0.92, 0.01, n), 4)
    b = np.round(rng.normal(0.91, 0.03, m), 4)
    test = stats.ttest_ind(a, b, equal_var=False)
    low, high = test.confidence_interval(0.95)
    cases.append({"kind": "welch", "a": a.tolist(), "b": b.tolist(), "degrees": test.df, "interval": [low, high]})
    if n == m:
        low, high = stats.ttest_rel(a, b).confidence_interval(0.95)
        cases.append({"kind": "paired", "a": a.tolist(), "b": b.tolist(), "degrees": n - 1, "interval": [low, high]})
pathlib.Path(__file__).with_name("intervals.json").write_text(json.dumps({"scipy": scipy.__version__, "cases": cases}, indent=1))
