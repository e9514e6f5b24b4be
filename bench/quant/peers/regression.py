# Answers one request a line, "<what> <repeats>": seconds a run and a check value. Data come as files of
# numbers, one a line, from the folder in the first argument.
import os
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
folder = sys.argv[1]


def read(name, columns=1):
    values = np.loadtxt(os.path.join(folder, name))
    return values if columns == 1 else values.reshape(-1, columns)


x, y, series, ics = read("x", 50), read("y"), read("series"), read("mixed", 3)
scores, labels, level, pair = read("scores"), read("labels"), read("level"), read("pair", 3)
tasks = {}
try:
    from sklearn.decomposition import PCA, FastICA
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import enet_path

    xc, yc = x - x.mean(0), y - y.mean()
    tasks["net"] = lambda: float(
        (enet_path(xc / xc.std(0), yc, l1_ratio=0.5, n_alphas=100, eps=1e-4, tol=1e-6)[1][:, 40] ** 2).sum()
    )
    tasks["isotonic"] = lambda: float((IsotonicRegression().fit(scores, labels).predict(scores) ** 2).sum())
    tasks["pca"] = lambda: float(PCA().fit(x).explained_variance_[0])
    tasks["ica"] = lambda: len(
        FastICA(3, whiten="unit-variance", tol=1e-8, max_iter=500, random_state=1).fit_transform(ics)
    )
except ImportError:
    pass
try:
    from statsmodels.tsa.api import VAR
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    tasks["arima"] = lambda: ARIMA(series, order=(1, 0, 1)).fit().llf
    tasks["var"] = lambda: float(VAR(pair).fit(2).irf(10).irfs[10][0, 0])

    def smooth():
        model = UnobservedComponents(level, "lltrend", use_exact_diffuse=True)
        return float(model.smooth([1.0, 0.1, 0.01]).smoothed_state[0, 5])

    tasks["smoother"] = smooth
except ImportError:
    pass

print("ready", *tasks, flush=True)
for line in sys.stdin:
    what, repeats = line.split()
    begin = time.perf_counter()
    for _ in range(int(repeats)):
        value = tasks[what]()
    print((time.perf_counter() - begin) / int(repeats), repr(float(value)), flush=True)
