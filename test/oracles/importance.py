"""Type II sums of squares by least squares on indicator columns, written independently: numpy.linalg.lstsq
on every run, rank by numpy, p by scipy's F distribution. Writes test/oracles/importance.json."""
import itertools, json
import numpy as np
from scipy import stats

def indicators(cols):
    keys = list(zip(*cols))
    levels = sorted(set(keys))
    return np.array([[1.0 if key == level else 0.0 for level in levels] for key in keys])

def fit(terms, data, y):
    x = np.hstack([np.ones((len(y), 1))] + [indicators([data[f] for f in t]) for t in terms])
    coef, _, rank, _ = np.linalg.lstsq(x, y, rcond=1e-10)
    return float(((y - x @ coef) ** 2).sum()), int(rank)

def anova(fields, data, y):
    y = np.array(y)
    terms = [(f,) for f in fields] + list(itertools.combinations(fields, 2))
    total = float(((y - y.mean()) ** 2).sum())
    cells = {}
    for i, key in enumerate(zip(*[data[f] for f in fields])):
        cells.setdefault(key, []).append(y[i])
    within = sum(float(((np.array(v) - np.mean(v)) ** 2).sum()) for v in cells.values())
    df_within = len(y) - len(cells)
    rss_all, rank_all = fit(terms, data, y)
    rest = (rss_all - within, len(cells) - rank_all)
    error = (within, df_within) if df_within > 0 else rest
    out = []
    for t in terms:
        others = [o for o in terms if not set(t) <= set(o)]
        before, rank0 = fit(others, data, y)
        after, rank1 = fit(others + [t], data, y)
        df = rank1 - rank0
        ss = before - after
        f = p = None
        if df > 0 and error[1] > 0:
            f = ss / df / (error[0] / error[1])
            p = float(stats.f.sf(f, df, error[1]))
        out.append(dict(fields=list(t), share=ss / total, degrees=df, f=f, p=p))
    return dict(terms=out, rest=dict(share=rest[0] / total, degrees=rest[1]),
                seeds=dict(share=within / total, degrees=df_within))

def case(name, fields, rows, rng):
    data = {f: [r[i] for r in rows] for i, f in enumerate(fields)}
    effect = {key: rng.normal() for key in sorted({(f, v) for f in fields for v in data[f]})}
    pair = {key: 0.5 * rng.normal() for key in sorted(set(zip(data[fields[0]], data[fields[1]])))}
    y = [sum(effect[(f, data[f][i])] for f in fields) + pair[(data[fields[0]][i], data[fields[1]][i])]
         + 0.3 * rng.normal() for i in range(len(rows))]
    y = [round(v, 12) for v in y]
    return dict(name=name, fields=fields, rows=[dict(levels=list(r), value=v) for r, v in zip(rows, y)],
                expected=anova(fields, data, y))

rng = np.random.default_rng(20140622)
names = ['Scheme', 'Density', 'Activation']
full = list(itertools.product(['Base', 'AI', 'EOI'], ['0.1', '0.2', '0.5'], ['relu', 'tanh']))
three = [r for r in full for _ in range(3)]
holes = [r for i, r in enumerate(three) if rng.random() < 0.7]
dense = three + [('Dense', 'any', a) for a in ['relu', 'tanh'] for _ in range(2)]
cases = [case('full grid, three seeds', names, three, rng), case('full grid, one seed', names, full, rng),
         case('runs are missing', names, holes, rng), case('a dense network without densities', names, dense, rng),
         case('two fields that never differ apart', ['A', 'B', 'C'],
              [(a, a + a, c) for a in 'xyz' for c in 'pq' for _ in range(2)], rng)]
json.dump(cases, open('test/oracles/importance.json', 'w'))
