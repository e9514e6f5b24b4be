# Peers of bench/quant/dependence.mjs, one job per line on stdin, microseconds and results as JSON:
#   dcc     one evaluation of the DCC likelihood by numpy, residuals from the first file
#   copula  a t copula fit by scipy, data from the second file: nu and the correlations at once over a
#           Cholesky factor with rows of length 1, BFGS with scipy's own differences
import json
import sys
import time

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import rankdata
from scipy.stats import t as student

z = np.loadtxt(sys.argv[1])
x = np.loadtxt(sys.argv[2])


def dcc(a, b):
    qbar = np.cov(z.T)
    q = qbar.copy()
    total = 0.0
    for row in z:
        scale = 1 / np.sqrt(np.diag(q))
        r = q * np.outer(scale, scale)
        _, logdet = np.linalg.slogdet(r)
        total -= 0.5 * (logdet + row @ np.linalg.solve(r, row) - row @ row)
        q = (1 - a - b) * qbar + a * np.outer(row, row) + b * q
    return total


def copula_fit():
    n, d = x.shape
    u = np.apply_along_axis(rankdata, 0, x) / (n + 1)
    lower = np.tril_indices(d, -1)

    def negative(p):
        nu = np.exp(p[0])
        factor = np.eye(d)
        factor[lower] = p[1:]
        factor /= np.linalg.norm(factor, axis=1)[:, None]
        v = student.ppf(u, nu)
        y = np.linalg.solve(factor, v.T)
        form = (y * y).sum(axis=0)
        constant = gammaln((nu + d) / 2) + (d - 1) * gammaln(nu / 2) - d * gammaln((nu + 1) / 2)
        value = n * (constant - np.log(np.diag(factor)).sum())
        value -= (nu + d) / 2 * np.log1p(form / nu).sum()
        return -(value + (nu + 1) / 2 * np.log1p(v * v / nu).sum())

    start = np.linalg.cholesky(2 * np.sin(np.pi / 6 * np.corrcoef(u.T)))
    start /= np.diag(start)[:, None]
    bounds = [(np.log(2.5), np.log(30))] + [(None, None)] * len(lower[0])
    fit = minimize(negative, np.concatenate(([np.log(8)], start[lower])), method="L-BFGS-B",
                   bounds=bounds)
    return {"nu": float(np.exp(fit.x[0])), "value": float(-fit.fun)}


for line in sys.stdin:
    job = json.loads(line)
    start = time.perf_counter()
    if job["name"] == "dcc":
        out = {"value": dcc(job["a"], job["b"])}
    else:
        out = copula_fit()
    out["us"] = (time.perf_counter() - start) * 1e6
    print(json.dumps(out), flush=True)
