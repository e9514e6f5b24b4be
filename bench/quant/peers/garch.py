# Fits GARCH(1,1) by scipy at every line on stdin and prints microseconds and coefficients (mu,
# omega, alpha, beta) as JSON: the recursion by lfilter, BFGS-B with scipy's own differences, no
# standard errors. The series is the file named by the argument.
import json
import sys
import time

import numpy as np
from scipy.optimize import minimize
from scipy.signal import lfilter

y = np.loadtxt(sys.argv[1])
n = len(y)


def negative(x):
    mu, omega, alpha, beta = x
    e2 = (y - mu) ** 2
    v = e2.mean()
    first = omega + (alpha + beta) * v
    drive = np.concatenate(([first], omega + alpha * e2[:-1]))
    h = lfilter([1.0], [1.0, -beta], drive)
    return 0.5 * (np.log(h) + e2 / h).sum()


for line in sys.stdin:
    start = time.perf_counter()
    v = y.var()
    fit = minimize(negative, [y.mean(), 0.05 * v, 0.1, 0.85], method="L-BFGS-B",
                   bounds=[(None, None), (1e-8 * v, None), (0, 1), (0, 0.9999)])
    print(json.dumps({"us": (time.perf_counter() - start) * 1e6, "c": list(fit.x)}), flush=True)
