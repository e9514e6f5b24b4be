"""Peers of bench/quant/regime.mjs: one JSON request a line, one JSON answer a line.

viterbi: numpy, logs, one step of the series after the other.
fit:     statsmodels MarkovRegression with switching mean and variance, its defaults.
Times are taken here around the work alone.
"""

import json
import sys
import time
import warnings

import numpy

warnings.simplefilter("ignore")


def viterbi(x, initial, transitions, means, variances):
    log_transitions = numpy.log(transitions)
    logs = -0.5 * (numpy.log(2 * numpy.pi * variances) + (x[:, None] - means) ** 2 / variances)
    score = numpy.log(initial) + logs[0]
    back = numpy.empty((len(x), len(initial)), dtype=numpy.int64)
    for t in range(1, len(x)):
        through = score[:, None] + log_transitions
        back[t] = through.argmax(axis=0)
        score = through.max(axis=0) + logs[t]
    path = [int(score.argmax())]
    for t in range(len(x) - 1, 0, -1):
        path.append(int(back[t, path[-1]]))
    return float(score.max()), path[::-1]


def fit(x, states):
    from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

    model = MarkovRegression(x, k_regimes=states, switching_variance=True)
    return float(model.fit(disp=False).llf)


def versions():
    import statsmodels

    return {"numpy": numpy.__version__, "statsmodels": statsmodels.__version__}


def answer(request):
    arrays = {k: numpy.array(v) for k, v in request.items() if isinstance(v, list)}
    if request["what"] == "versions":
        return versions()
    begin = time.perf_counter_ns()
    if request["what"] == "viterbi":
        score, path = viterbi(**arrays)
        spent = time.perf_counter_ns() - begin
        return {"ns": spent, "logProbability": score, "path": path}
    value = fit(arrays["x"], request["states"])
    return {"ns": time.perf_counter_ns() - begin, "logLikelihood": value}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
