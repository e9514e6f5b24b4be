# Answers each line "<repeats>" with the microseconds of one scipy genpareto fit; data in the first.
import sys
import time

import numpy
import scipy.stats

x = numpy.array([float(v) for v in sys.stdin.readline().split()])
u = float(sys.stdin.readline())
y = x[x > u] - u
xi, _, beta = scipy.stats.genpareto.fit(y, floc=0)
print(-scipy.stats.genpareto.logpdf(y, xi, 0, beta).sum(), xi, beta, flush=True)
for line in iter(sys.stdin.readline, ''):
    repeats = int(line)
    begin = time.perf_counter()
    for _ in range(repeats):
        scipy.stats.genpareto.fit(x[x > u] - u, floc=0)
    print((time.perf_counter() - begin) / repeats * 1e6, flush=True)
