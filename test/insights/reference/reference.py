"""Values of NumPy and SciPy that Daymark's closed forms are held against: python3 reference.py > reference.json, then `npm run format`

Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1. The tests need neither.
"""
import json

import numpy as np
from scipy import linalg, stats

random = np.random.default_rng(20261125)


def ar1(n, phi):
    values = np.empty(n)
    values[0] = random.normal()
    for i in range(1, n):
        values[i] = phi * values[i - 1] + np.sqrt(1 - phi**2) * random.normal()
    return values


def dated(n, phi, missing):
    days = np.arange(n)[random.random(n) >= missing]
    moods = np.clip(np.round(5.5 + 1.5 * ar1(n, phi)), 1, 10)[days]
    weights = random.integers(1, 4, len(days)).astype(float)
    return days, moods, weights


def student():
    freedoms = [1, 1.5, 2, 3.7, 8, 29.3, 100, 1e4, 1e6]
    return [
        {"p": p, "freedom": f, "t": stats.t.ppf(p, f), "tail": stats.t.sf(2.5, f)}
        for f in freedoms
        for p in (0.6, 0.95, 0.975, 0.9995)
    ]


def moments():
    samples = [random.normal(5, 2, n).tolist() for n in (2, 3, 10, 101)] + [[7, 7, 7], [1, 10]]
    return [
        {
            "values": s,
            "mean": np.mean(s),
            "variance": np.var(s, ddof=1),
            "sd": np.std(s, ddof=1),
            "median": np.median(s),
        }
        for s in samples
    ]


def slopes():
    cases = []
    for n in (20, 200):
        x, y, w = random.normal(7, 1, n), random.normal(5, 2, n), random.integers(1, 4, n).astype(float)
        presence = (random.random(n) < 0.3).astype(float)
        present, absent = presence == 1, presence == 0
        cases += [
            {"x": x, "y": y, "w": np.ones(n), "slope": stats.linregress(x, y).slope},
            # polyfit weighs residuals before they are squared.
            {"x": x, "y": y, "w": w, "slope": np.polyfit(x, y, 1, w=np.sqrt(w))[0]},
            {"x": presence, "y": y, "w": np.ones(n), "slope": y[present].mean() - y[absent].mean()},
            {
                "x": presence,
                "y": y,
                "w": w,
                "slope": np.average(y[present], weights=w[present]) - np.average(y[absent], weights=w[absent]),
            },
        ]
    return cases


def discovery():
    cases = [random.random(n) ** 3 for n in (1, 2, 12, 200)] + [np.array([0.01, 0.01, 0.5, 1.0])]
    return [{"p": p, "q": stats.false_discovery_control(p)} for p in cases]


def correlation(days, values):
    off = values - values.mean()
    pairs = np.flatnonzero(np.diff(days) == 1)
    raw = np.mean(off[pairs] * off[pairs + 1]) / np.mean(off**2)
    return min(0.95, max(0.0, raw + (1 + 3 * raw) / len(values)))


def means():
    cases = []
    for n, phi, missing in ((10, 0, 0), (60, 0.6, 0), (90, 0.6, 0.3), (365, 0.8, 0.5)):
        days, moods, weights = dated(n, phi, missing)
        found = correlation(days, moods)
        # Every pair of days, instead of the sum that is carried along.
        matrix = found ** np.abs(np.subtract.outer(days, days)).astype(float)
        size = weights.sum() ** 2 / (weights @ matrix @ weights)
        mean = np.average(moods, weights=weights)
        error = np.sqrt(np.average((moods - mean) ** 2, weights=weights) / (size - 1))
        low, high = stats.t.interval(0.95, size - 1, mean, error)
        cases.append(
            {
                "days": days, "values": moods, "weights": weights, "phi": found, "size": size,
                "mean": mean, "error": error, "interval": [low, high],
            }
        )  # fmt: skip
    return cases


def differences():
    cases = []
    for n, m in ((6, 6), (30, 12)):
        a, b = random.normal(6, 1, n), random.normal(5, 2, m)
        found = stats.ttest_ind(a, b, equal_var=False)
        cases.append({"later": a, "earlier": b, "freedom": found.df, "interval": list(found.confidence_interval())})
    return cases


def autoregressions():
    cases = []
    for n, phi, means in ((60, 0.0, 1), (200, 0.6, 1), (200, 0.6, 4), (400, 0.8, 4)):
        values = ar1(n, phi)
        off = values - values.mean()
        raw = np.array([off[lag:] @ off[: n - lag] for lag in range(5)]) / (off @ off)
        m = n / means
        rho = min(0.95, max(0.0, raw[1] + (1 + 3 * raw[1]) / m))
        lags = np.arange(5)
        bias = ((1 + rho) / (1 - rho) * (1 - rho**lags) + 2 * lags * rho**lags) / m
        r = np.minimum(0.95**lags, raw + bias)
        r[0] = 1
        fits = [linalg.solve_toeplitz(r[:k], r[1 : k + 1]) if k > 0 else np.array([]) for k in range(5)]
        errors = [1 - w @ r[1 : len(w) + 1] for w in fits]
        criteria = [n * np.log(e) + 2 * n * (k + 1) / (n - k - 2) for k, e in enumerate(errors)]
        cases.append({"values": values, "means": means, "weights": fits[int(np.argmin(criteria))]})
    return cases


def permutations():
    cases = []
    for n, k in ((12, 4), (14, 7), (16, 5)):
        y = np.round(random.normal(5.5, 1.5, n))
        x = np.zeros(n)
        x[random.choice(n, k, replace=False)] = 1
        y[x == 1] += 1
        # All ways to choose the days, counted.
        found = stats.permutation_test(
            (y[x == 1], y[x == 0]),
            lambda a, b, axis: np.abs(a.mean(axis=axis) - b.mean(axis=axis)),
            vectorized=True, n_resamples=np.inf, alternative="greater",
        )  # fmt: skip
        cases.append({"x": x, "y": y, "p": found.pvalue})
    return cases


reference = {
    "student": student(),
    "moments": moments(),
    "slopes": slopes(),
    "discovery": discovery(),
    "means": means(),
    "differences": differences(),
    "autoregressions": autoregressions(),
    "permutations": permutations(),
}
print(json.dumps(reference, default=lambda each: each.tolist()))
