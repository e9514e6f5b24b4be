import { describe, it } from 'vitest';
import {
  abdiRanaldoSpread,
  amihudIlliquidity,
  byPeriod,
  closeRollSpread,
  corwinSchultzSpread,
  differences,
  edgeSpread,
  hasbrouckLambda,
  kyleLambda,
  leastSquares,
  microprice,
  type OhlcBar,
  ohlcSpread,
  orderFlowEvents,
  type Quote,
  rollSpread,
} from '../../src/features/index.ts';
import { expectAllFields, hasFixture, readFixture } from './typed-fixture.ts';

type QuoteRow = readonly [number, number, number, number, number];

interface Input {
  /** Time [ms], bid, its quantity, ask, its quantity. */
  readonly bbo: readonly QuoteRow[];
  readonly secs: {
    readonly price_last: readonly number[];
    readonly signed_volume: readonly number[];
    readonly dollar_volume: readonly number[];
  };
  readonly tick_prices: readonly number[];
  readonly roll_synthetic_prices: readonly number[];
  readonly ohlc: {
    readonly Open: readonly number[];
    readonly High: readonly number[];
    readonly Low: readonly number[];
    readonly Close: readonly number[];
  };
}

interface Expected {
  readonly ofi: {
    readonly e_first20: readonly number[];
    readonly microprice_first5: readonly number[];
  };
}

const NAME = 'microstructure.json';

/** The events of order flow by second, and the line of the change of the last mid on them. */
function orderFlow(rows: readonly QuoteRow[], expected: Expected) {
  const quotes = rows.map(
    ([, bid, bidQuantity, ask, askQuantity]): Quote => ({ bid, bidQuantity, ask, askQuantity }),
  );
  const events = orderFlowEvents(quotes);
  const times = rows.slice(1).map(([ms]) => ms);
  const seconds = byPeriod(times, events, 1000);
  const sums = seconds.map(({ values }) => values.reduce((total, e) => total + e, 0));
  const mids = quotes.slice(1).map(({ bid, ask }) => (bid + ask) / 2);
  const lastMids = byPeriod(times, mids, 1000).map(({ values }) => values.at(-1)!);
  const line = leastSquares(sums.slice(1), differences(lastMids));
  return {
    e_first20: events.slice(0, expected.ofi.e_first20.length),
    ofi_1s: sums,
    sec: seconds.map(({ period }) => period),
    beta: line?.slope,
    alpha: line?.intercept,
    r2: line?.r2,
    microprice_first5: quotes.slice(0, expected.ofi.microprice_first5.length).map(microprice),
  };
}

function roll(prices: readonly number[]) {
  const spread = rollSpread(prices);
  return {
    cov_population: spread.covariancePopulation,
    cov_ddof1: spread.covarianceSample,
    spread_population: spread.spreadPopulation,
    spread_ddof1: spread.spreadSample,
  };
}

function kyle({ price_last: prices, signed_volume: volumes }: Input['secs']) {
  const line = kyleLambda(prices, volumes);
  return {
    lambda: line?.slope,
    intercept: line?.intercept,
    t: line?.t,
    r2: line?.r2,
    lambda_no_intercept: line?.slopeThroughOrigin,
    hasbrouck_sqrt: hasbrouckLambda(prices, volumes)?.slope,
  };
}

function barSpreads({ Open, High, Low, Close }: Input['ohlc']) {
  const bars = Open.map(
    (open, i): OhlcBar => ({ open, high: High[i]!, low: Low[i]!, close: Close[i]! }),
  );
  return {
    EDGE: edgeSpread(bars),
    ROLL: closeRollSpread(bars),
    CS: corwinSchultzSpread(bars),
    AR: abdiRanaldoSpread(bars),
    OHLC: ohlcSpread(bars),
  };
}

describe('the microstructure estimators', () => {
  it.skipIf(!hasFixture(NAME))('equal every field of the reference fixture', () => {
    const { input, expected, tolerance } = readFixture<Input, Expected, { abs_rel: number }>(NAME);
    const actual = {
      ofi: orderFlow(input.bbo, expected),
      kyle: kyle(input.secs),
      amihud_mean_abs_logret_per_dollar: amihudIlliquidity(
        input.secs.price_last,
        input.secs.dollar_volume,
      ),
      roll: roll(input.tick_prices),
      roll_synthetic: roll(input.roll_synthetic_prices),
      bidask_pkg_signed: barSpreads(input.ohlc),
    };
    // "abs_rel" for numbers below one is meant relative: Amihud's ratio is of the order of 1e-10.
    const allowed = (path: string, x: number): number =>
      tolerance.abs_rel * (path.startsWith('amihud') ? Math.abs(x) : Math.max(1e-3, Math.abs(x)));
    expectAllFields(NAME, actual, expected, allowed);
  });
});
