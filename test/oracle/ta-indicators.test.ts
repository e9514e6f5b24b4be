import { it } from 'vitest';
import * as quant from '../../src/quant/index.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('ta_indicators');

/** The value of a result that must be there. */
function value<T>(result: quant.QuantResult<T>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

type Bars = quant.HighLowCloseVolume;
type Outputs = Readonly<Record<string, Float64Array>>;

/** Each indicator of TTR by the name of the fixture without its period, under the fixture's fields. */
const TTR: Record<string, (bars: Bars, period: number) => Outputs> = {
  SMA: ({ close }, n) => ({ v1: value(quant.sma(close, n)) }),
  EMA: ({ close }, n) => ({ v1: value(quant.ema(close, n)) }),
  EMA_wilder: ({ close }, n) => ({ v1: value(quant.ema(close, n, { smoothing: 'wilder' })) }),
  WMA: ({ close }, n) => ({ v1: value(quant.wma(close, n)) }),
  DEMA: ({ close }, n) => ({ v1: value(quant.dema(close, n)) }),
  HMA: ({ close }, n) => ({ v1: value(quant.hma(close, n)) }),
  ZLEMA: ({ close }, n) => ({ v1: value(quant.zlema(close, n)) }),
  VWAP: ({ close, volume }, n) => ({ v1: value(quant.vwap(close, volume, n)) }),
  RSI: ({ close }, n) => ({ v1: value(quant.rsi(close, n)) }),
  MACD: ({ close }) => value(quant.macd(close)),
  BBands: ({ close }, n) => {
    const { lower, middle, upper, place } = value(quant.bollingerBands(close, n));
    return { dn: lower, mavg: middle, up: upper, pctB: place };
  },
  ATR: (bars, n) => {
    const { range, average, trueHigh, trueLow } = value(quant.averageTrueRange(bars, n));
    return { tr: range, atr: average, trueHigh, trueLow };
  },
  ADX: (bars, n) => {
    const { plus, minus, index, average } = value(quant.adx(bars, n));
    return { DIp: plus, DIn: minus, DX: index, ADX: average };
  },
  CCI: (bars, n) => ({ v1: value(quant.cci(bars, n)) }),
  stoch: (bars) => value(quant.stochastic(bars)),
  OBV: ({ close, volume }) => ({ v1: value(quant.onBalanceVolume(close, volume)) }),
  MFI: (bars, n) => ({ v1: value(quant.mfi(bars, n)) }),
  SAR: (bars) => ({ sar: value(quant.parabolicSar(bars)) }),
  aroon: (bars, n) => {
    const { up, down, oscillator } = value(quant.aroon(bars, n));
    return { aroonUp: up, aroonDn: down, oscillator };
  },
  CMF: (bars, n) => ({ v1: value(quant.chaikinMoneyFlow(bars, n)) }),
  Donchian: (bars, n) => {
    const { high, middle, low } = value(quant.donchianChannel(bars, n));
    return { high, mid: middle, low };
  },
  // TTR smooths its signal over n as well, not over nSig.
  TRIX: ({ close }) => {
    const { trix, signal } = value(quant.trix(close, 20, 20));
    return { TRIX: trix, signal };
  },
  ROC_discrete: ({ close }, n) => ({ v1: value(quant.rateOfChange(close, n)) }),
  WPR: (bars, n) => ({ v1: value(quant.williamsR(bars, n)) }),
  CMO: ({ close }, n) => ({ v1: value(quant.cmo(close, n)) }),
  UO: (bars) => ({ v1: value(quant.ultimateOscillator(bars)) }),
  KST: ({ close }) => value(quant.knowSureThing(close)),
  chaikinVol: (bars) => ({ v1: value(quant.chaikinVolatility(bars)) }),
  ADline: (bars) => ({ v1: value(quant.accumulationDistribution(bars)) }),
  momentum: ({ close }, n) => ({ v1: value(quant.momentum(close, n)) }),
};

/** Each indicator of the package ta. */
const TA: Record<string, (bars: Bars) => Outputs | Float64Array> = {
  ichimoku: (bars) => {
    const full = value(quant.ichimoku(bars));
    const partial = value(quant.ichimoku(bars, { spanWindow: 'partial' }));
    return {
      tenkan: partial.conversion,
      kijun: partial.base,
      senkou_a_unshifted: partial.spanA,
      senkou_b_unshifted: partial.spanB,
      tenkan_strict: full.conversion,
      kijun_strict: full.base,
      senkou_b_strict: full.spanB,
    };
  },
  KAMA: ({ close }) => value(quant.kama(close)),
  keltner_atr: (bars) => {
    const { middle, upper } = value(quant.keltnerChannel(bars));
    return { mid: middle, hi: upper };
  },
  TSI: ({ close }) => value(quant.trueStrength(close)),
  vortex_pos: (bars) => value(quant.vortex(bars)).plus,
  mass_index: (bars) => value(quant.massIndex(bars)),
  stc: ({ close }) => value(quant.schaffTrendCycle(close)),
  ulcer: ({ close }) => value(quant.rollingUlcer(close)),
};

function bars(ohlcv: Json): Bars {
  return {
    high: series(ohlcv.High),
    low: series(ohlcv.Low),
    close: series(ohlcv.Close),
    volume: series(ohlcv.Volume),
  };
}

it.skipIf(fixture === null)('indicators equal TTR and ta', () => {
  const { input, expected, tolerance } = fixture!;
  const compared = comparison!;
  const within = { abs: tolerance.abs_rel, rel: tolerance.abs_rel };
  const data = bars(input.ohlcv);
  for (const name of Object.keys(expected.TTR)) {
    const compute = TTR[name.replace(/\d+/, '')];
    if (compute === undefined) compared.leaveOut(`/TTR/${name}`, 'an indicator we do not have');
    else compared.compare(`/TTR/${name}`, compute(data, Number(name.match(/\d+/)?.[0])), within);
  }
  for (const name of Object.keys(expected.ta)) {
    const compute = TA[name];
    if (compute === undefined) compared.leaveOut(`/ta/${name}`, 'an indicator we do not have');
    else compared.compare(`/ta/${name}`, compute(data), within);
  }
});

const comparison = fixture && new Comparison('ta_indicators', fixture);
