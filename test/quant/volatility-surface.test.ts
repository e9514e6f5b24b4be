import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type DeribitOption,
  fitSurface,
  fitSvi,
  gammaExposure,
  impliedOutcomes,
  impliedVolatilities,
  maxPain,
  parseDeribitChain,
  type SmileQuotes,
  type SviSlice,
  surfaceArbitrage,
  sviVolatility,
} from '../../src/quant/index.ts';
import { value } from './results.ts';

const slice = (years: number, change: Partial<SviSlice> = {}): SviSlice => ({
  years,
  a: 0.02 * years,
  b: 0.12 * Math.sqrt(years),
  rho: -0.35,
  m: 0.05,
  sigma: 0.2,
  error: 0,
  from: -0.6,
  to: 0.6,
  ...change,
});

const quotesOf = (of: SviSlice, n = 25): SmileQuotes => {
  const logMoneyness = Float64Array.from({ length: n }, (_, i) => -0.6 + (1.2 * i) / (n - 1));
  const volatility = logMoneyness.map((k) => sviVolatility(of, k));
  return { years: of.years, logMoneyness, volatility };
};

describe('SVI', () => {
  it('comes back from its own smile', () => {
    for (const true_ of [slice(0.5), slice(0.1, { rho: 0.4, m: -0.1 }), slice(2, { sigma: 0.5 })]) {
      const fit = value(fitSvi(quotesOf(true_)));
      expect(fit.error).toBeLessThan(1e-6);
      for (const k of [-0.5, -0.1, 0, 0.2, 0.55]) {
        expect(Math.abs(sviVolatility(fit, k) - sviVolatility(true_, k))).toBeLessThan(1e-4);
      }
      expect(Math.abs(fit.rho - true_.rho)).toBeLessThan(0.02);
    }
  });

  it('keeps the wings within the bound of Lee, whatever the quotes', () => {
    const logMoneyness = Float64Array.from({ length: 11 }, (_, i) => (i - 5) / 5);
    const volatility = logMoneyness.map((k) => 0.3 + 4 * Math.abs(k));
    const fit = value(fitSvi({ years: 1, logMoneyness, volatility }));
    expect(fit.b * (1 + Math.abs(fit.rho))).toBeLessThanOrEqual(2 + 1e-9);
    expect(Math.abs(fit.rho)).toBeLessThanOrEqual(1);
    expect(fit.b).toBeGreaterThanOrEqual(0);
  });

  it('refuses quotes it cannot fit and names them', () => {
    const good = quotesOf(slice(0.5));
    const detail = (change: Partial<SmileQuotes>) => {
      const result = fitSvi({ ...good, ...change });
      return result.ok ? '' : result.error.detail;
    };
    const short = Float64Array.of(0, 1, 2, 3);
    expect(detail({ years: 0 })).toBe('years is 0; it must be above 0');
    expect(detail({ logMoneyness: short })).toMatch(/has 4 values; at least 5/);
    expect(detail({ volatility: good.volatility.map(() => Number.NaN) })).toMatch(/finite/);
    expect(detail({ volatility: good.volatility.map(() => -1) })).toMatch(/it must be above 0/);
    expect(detail({ logMoneyness: good.logMoneyness.map(() => 0.1) })).toMatch(/the same for all/);
  });
});

describe('Surfaces', () => {
  it('of growing variance have no arbitrage', () => {
    const surface = value(fitSurface([0.6, 0.2, 1.5].map((t) => quotesOf(slice(t)))));
    expect(surface.slices.map((s) => s.years)).toEqual([0.2, 0.6, 1.5]);
    expect(surface.arbitrage).toEqual([]);
  });

  it('show the butterfly of the example of Vogt', () => {
    const vogt = { a: -0.041, b: 0.1331, m: 0.3586, rho: 0.306, sigma: 0.4153 };
    const found = surfaceArbitrage([slice(1, { ...vogt, from: -1, to: 1 })]);
    expect(found.map((a) => a.kind)).toEqual(['butterfly']);
    expect(found[0]!.logMoneyness).toBeGreaterThan(0.5);
  });

  it('show a calendar spread where a later slice has less variance', () => {
    const found = surfaceArbitrage([slice(0.5), { ...slice(0.4), years: 0.6 }]);
    expect(found.map((a) => [a.kind, a.years])).toEqual([['calendar', 0.6]]);
  });

  it('refuse two slices of one expiry, and none', () => {
    const quotes = quotesOf(slice(0.5));
    expect(fitSurface([quotes, quotes]).ok).toBe(false);
    expect(fitSurface([]).ok).toBe(false);
  });
});

describe('Chains', () => {
  const chain = [
    { kind: 'call', strike: 100, openInterest: 10 },
    { kind: 'call', strike: 120, openInterest: 5 },
    { kind: 'put', strike: 90, openInterest: 20 },
  ] as const;

  it('pay least at max pain', () => {
    const pain = value(maxPain(chain));
    expect(pain.pain).toEqual([
      { strike: 90, paid: 0 },
      { strike: 100, paid: 0 },
      { strike: 120, paid: 200 },
    ]);
    expect(pain.strike).toBe(90);
    expect(pain.putCallRatio).toBeCloseTo(20 / 15, 14);
    expect(value(maxPain([chain[2]])).putCallRatio).toBe(null);
    expect(maxPain([]).ok).toBe(false);
    expect(maxPain([{ ...chain[0], openInterest: -1 }]).ok).toBe(false);
  });

  it('have a gamma exposure whose sign follows the convention of dealers', () => {
    const with_ = (kind: 'call' | 'put') =>
      ({ kind, strike: 100, openInterest: 3, forward: 100, volatility: 0.5, years: 0.1 }) as const;
    const call = value(gammaExposure([with_('call')], { spot: 100 }));
    expect(call).toBeGreaterThan(0);
    expect(value(gammaExposure([with_('put')], { spot: 100 }))).toBe(-call);
    const short = { spot: 100, dealers: 'all-short' } as const;
    expect(value(gammaExposure([with_('call')], short))).toBe(-call);
    expect(value(gammaExposure([with_('call')], { spot: 100, move: 0.02 }))).toBeCloseTo(
      2 * call,
      12,
    );
  });

  it('in CSV need their columns and numbers', () => {
    const detail = (csv: string) => {
      const result = parseDeribitChain(csv);
      return result.ok ? '' : result.error.detail;
    };
    expect(detail('a,b\n1,2\n')).toMatch(/no column strike/);
    const heading =
      'instrument_name,currency,expiry_datetime,option_type,strike,open_interest,futures_price,' +
      'implied_volatility,time_to_maturity,index_price,mark_price,delta,vega';
    expect(detail(`${heading}\nX,BTC,2026,call,1,2,3,,5,6,7,8,9\n`)).toBe(
      'line 2: implied_volatility is ""; a number is needed',
    );
    expect(detail(`${heading}\nX,BTC,2026,both,1,2,3,4,5,6,7,8,9\n`)).toMatch(/call or put/);
  });
});

const folder = fileURLToPath(new URL('../../../shared/market/deribit_chain/', import.meta.url));
const snapshots = [
  'deribit_options_snapshot_20260227T042840Z.csv.gz',
  'deribit_options_snapshot_20260821T154701Z.csv.gz',
].filter((name) => existsSync(folder + name));

describe.skipIf(snapshots.length === 0)('Recorded chains of Deribit', () => {
  it.each(snapshots)('%s: volatilities come back from marks and fit a surface', (name) => {
    const all = value(parseDeribitChain(gunzipSync(readFileSync(folder + name)).toString('utf8')));
    const near = (o: DeribitOption) =>
      o.currency === 'BTC' && o.years > 0.02 && Math.abs(Math.log(o.strike / o.forward)) < 0.5;
    // Marks are rounded to 1e-8 coin at best: take those out of the money, of some worth.
    const chain = all.filter(
      (o) => near(o) && (o.kind === 'call') === o.strike >= o.forward && o.markPrice > 0.001,
    );
    expect(chain.length).toBeGreaterThan(50);
    const column = (f: (o: DeribitOption) => number) => Float64Array.from(chain, f);
    const { volatility, outcome } = value(
      impliedVolatilities({
        price: column((o) => o.markPrice * o.forward),
        forward: column((o) => o.forward),
        strike: column((o) => o.strike),
        sign: column((o) => (o.kind === 'call' ? 1 : -1)),
        years: column((o) => o.years),
      }),
    );
    const off = chain.map((o, i) => Math.abs(volatility[i]! - o.volatility));
    expect(outcome.every((o) => impliedOutcomes[o] === 'found')).toBe(true);
    expect(off.sort((a, b) => a - b)[Math.floor(0.9 * off.length)]).toBeLessThan(0.01);
    const expiries = [...new Set(chain.map((o) => o.expiry))]
      .map((expiry) => chain.filter((o) => o.expiry === expiry))
      .filter((options) => options.length >= 8);
    const surface = value(
      fitSurface(
        expiries.map((options) => ({
          years: options[0]!.years,
          logMoneyness: Float64Array.from(options, (o) => Math.log(o.strike / o.forward)),
          volatility: Float64Array.from(options, (o) => o.volatility),
        })),
      ),
    );
    for (const fit of surface.slices) {
      const at = expiries.find((options) => options[0]!.years === fit.years)!;
      const errors = at.map(
        (o) => sviVolatility(fit, Math.log(o.strike / o.forward)) - o.volatility,
      );
      const rms = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
      expect(rms, `expiry ${at[0]!.expiry}`).toBeLessThan(0.01);
    }
  });
});
