# Answers each line "<task> <count>" with seconds and a result; "absent" for a package that is not there.
import sys
import time

import numpy

try:
    import QuantLib as ql
except ImportError:
    ql = None

SPOT, DRIFT, VOLATILITY, STEPS = 100.0, 0.05, 0.3, 252
generator = numpy.random.default_rng(1)


def increments(count):
    z = generator.standard_normal((count, STEPS))
    z *= VOLATILITY / STEPS**0.5
    z += (DRIFT - VOLATILITY**2 / 2) / STEPS
    return z


def chunks(count, work):
    # A thousand paths at a time stay in the cache: the fastest size here.
    return numpy.concatenate([work(min(1000, count - i)) for i in range(0, count, 1000)])


def numpy_terminal(count):
    return chunks(count, lambda n: SPOT * numpy.exp(increments(n).sum(axis=1))).mean()


def drawdown(count):
    path = numpy.cumsum(increments(count), axis=1)
    high = numpy.maximum(numpy.maximum.accumulate(path, axis=1), 0)
    return 1 - numpy.exp(-(high - path).max(axis=1))


def numpy_drawdown(count):
    return chunks(count, drawdown).mean()


def quantlib_terminal(count):
    process = ql.GeometricBrownianMotionProcess(SPOT, DRIFT, VOLATILITY)
    uniform = ql.UniformRandomSequenceGenerator(STEPS, ql.UniformRandomGenerator(42))
    paths = ql.GaussianPathGenerator(process, 1.0, STEPS,
                                     ql.GaussianRandomSequenceGenerator(uniform), False)
    return sum(paths.next().value().back() for _ in range(count)) / count


def quantlib_solver(count):
    """VanillaOption.impliedVolatility: its instrument, engine and Brent's search."""
    today = ql.Date(1, 1, 2025)
    ql.Settings.instance().evaluationDate = today
    days = ql.Actual365Fixed()
    none = ql.YieldTermStructureHandle(ql.FlatForward(today, 0.0, days))
    spread = ql.BlackVolTermStructureHandle(
        ql.BlackConstantVol(today, ql.NullCalendar(), 0.3, days))
    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(SPOT)), none, none, spread)
    total = 0.0
    for kind, strike, price in options[:count]:
        option = ql.VanillaOption(ql.PlainVanillaPayoff(kind, strike),
                                  ql.EuropeanExercise(today + 365))
        total += option.impliedVolatility(price, process, 1e-10, 200, 1e-4, 8.0)
    return total / count


def quantlib_implied(options):
    total = 0.0
    for kind, strike, price in options:
        total += ql.blackFormulaImpliedStdDev(kind, strike, 100.0, price)
    return total / len(options)


options = []
for line in iter(sys.stdin.readline, ''):
    task, rest = line.split(' ', 1)
    if task == 'options':
        values = [float(v) for v in rest.split()]
        if ql is not None:
            options = [(ql.Option.Call if values[i] > 0 else ql.Option.Put, values[i + 1],
                        values[i + 2]) for i in range(0, len(values), 3)]
        print(len(values) // 3, flush=True)
        continue
    if ql is None and task.startswith('quantlib'):
        print('absent', flush=True)
        continue
    begin = time.perf_counter()
    if task == 'quantlib_implied':
        result = quantlib_implied(options)
    else:
        result = {'numpy_terminal': numpy_terminal, 'numpy_drawdown': numpy_drawdown,
                  'quantlib_terminal': quantlib_terminal,
                  'quantlib_solver': quantlib_solver}[task](int(rest))
    print(time.perf_counter() - begin, result, flush=True)
