"""Welch's and the paired t-test and Holm's correction by SciPy, for random samples: significance.json."""
import json
import pathlib

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20260101)
cases = []
for n, m, shift, spread in [(2, 2, 0.1, 1), (3, 5, 0.5, 2), (5, 5, 0.02, 0.1), (5, 5, 1.0, 5), (12, 7, 0.3, 0.5), (40, 33, 0.2, 1)]:
    a = rng.normal(0, 1, n)
    b = rng.normal(shift, spread, m)
    welch = stats.ttest_ind(a, b, equal_var=False)
    case = {"a": a.tolist(), "b": b.tolist(), "welch": {"t": welch.statistic, "p": welch.pvalue, "degrees": welch.df}}
    if n == m:
        paired = stats.ttest_rel(a, b)
        interval = stats.t.interval(0.95, n - 1, loc=a.mean(), scale=stats.sem(a))
        case["paired"] = {"t": paired.statistic, "p": paired.pvalue}
        case["interval"] = list(interval)
    # 200,000 resamples: the percentile interval to about two digits of its width.
    draws_a = rng.choice(a, (200_000, n)).mean(axis=1)
    draws_b = rng.choice(b, (200_000, m)).mean(axis=1)
    case["bootstrap"] = np.quantile(draws_a - draws_b, [0.025, 0.975]).tolist()
    cases.append(case)

ps = rng.uniform(0, 0.2, 9)
order = np.argsort(ps)
adjusted = np.empty_like(ps)
running = 0.0
for rank, index in enumerate(order):
    running = max(running, min(1.0, (len(ps) - rank) * ps[index]))
    adjusted[index] = running
pathlib.Path(__file__).with_name("significance.json").write_text(
    json.dumps({"scipy": scipy.__version__, "cases": cases, "holm": {"p": ps.tolist(), "adjusted": adjusted.tolist()}}, indent=1)
)
