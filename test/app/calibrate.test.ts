import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { GeneratedMarket } from '../../src/adapters/simulator/index.ts';
import { recordedMarket } from '../../src/app/backtest/recorded-instruments.ts';
import { measureCaptures } from '../../src/app/calibrate/measure.ts';
import { runCalibration } from '../../src/app/calibrate.ts';
import { loadConfig } from '../../src/app/config.ts';
import { fittedMarket, halfTrip } from '../../src/app/config-models.ts';
import { DEFAULT_INSTRUMENTS } from '../../src/app/config-schema.ts';
import type { CalibrationReport } from '../../src/app/contracts.ts';
import { seededRng, standardNormal } from '../../src/core/index.ts';
import { money } from '../../src/model/index.ts';
import type { MarketSample } from '../../src/research/index.ts';
import { type Distances, distances, measureGenerated } from './calibrate/closeness.ts';
import { configFor } from './virtual-world.ts';

const captures = resolve(process.cwd(), '../shared/market/binance_raw');
const present = existsSync(captures);
if (!present) console.warn(`skipped: no recorded captures at ${captures}`);

const dir = mkdtempSync(join(tmpdir(), 'bot4-calibrate-'));
afterAll(() => rmSync(dir, { recursive: true }));

const quiet = { onLine: () => {}, signal: new AbortController().signal };

const calibrate = (files: readonly string[], out: string | null): Promise<CalibrationReport> =>
  runCalibration({ files, config: configFor(), ownFills: null, out, ...quiet });

const capture = (name: string): string => join(captures, `${name}_20240808.ws.gz`);

/** Prints what is compared, for more captures and seeds. */
const SHOWS = process.env['BOT4_SHOW'] !== undefined;

/** Statistics that no setting but a model changes. */
const BEYOND_SETTINGS = ['orderSize', 'timeBetweenOrders', 'levelIncrease'] as const;

const DEFAULTS = { dailyVolatility: 0.03, tradesPerSecond: 5 };

/** The configuration that a file with one instrument and this model gives. */
function loadWith(model: string) {
  const file = join(dir, `bot4-${Math.abs(hash(model))}.json`);
  const [first] = DEFAULT_INSTRUMENTS;
  const instruments = [{ ...first, market: { ...first.market, model } }];
  writeFileSync(file, JSON.stringify({ instruments, simulator: { latencyModel: model } }));
  return loadConfig({
    file,
    flags: [],
    environment: {},
    workingDirectory: dir,
    homeDirectory: dir,
  });
}

const hash = (text: string): number =>
  [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7);

/** The median over seeds. */
function typical(runs: readonly Distances[], statistic: keyof Distances): number {
  const sorted = runs.map((run) => run[statistic]).sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** What a person could set without a model: rate, volatility and depth of the fitted part. */
function byHand({ flows, meanPrice, dailyVolatility, marketOrders, seconds }: MarketSample) {
  const near = flows.reduce((sum, f) => sum + (f.toBps <= 10 ? f.meanQuantity : 0), 0);
  return {
    dailyVolatility,
    tradesPerSecond: marketOrders / seconds,
    depthNotional: money(BigInt(Math.round(near * meanPrice * 1e8))),
  };
}

describe.skipIf(!present)('a market fitted to a recording', () => {
  for (const name of SHOWS ? ['usdm_btcusdt', 'spot_btcusdt', 'spot_ethusdt'] : ['spot_ethusdt']) {
    it(`of ${name} makes a simulated one closer to the held-out part than the default`, async () => {
      const { instruments } = await recordedMarket([capture(name)], configFor());
      const instrument = {
        ...instruments[0]!.instrument,
        venue: 'sim',
        sequenceRule: 'binance-futures' as const,
      };
      const recorded = await measureCaptures(instrument, [capture(name)], quiet);
      const { model } = (await calibrate([capture(name)], null)).instruments[0]!;
      const ticks = BigInt(Math.round(model.meanPrice / model.tickSize));
      const start = { startPriceE8: ticks * instrument.tickSizeE8 };
      const markets: Record<'standard' | 'byHand' | 'fitted', GeneratedMarket> = {
        standard: { ...start, ...DEFAULTS },
        byHand: { ...start, ...byHand(recorded.train) },
        fitted: { ...start, ...DEFAULTS, fitted: fittedMarket(model) },
      };
      const seeds = SHOWS ? [1, 2, 3, 4, 5] : [7];
      const far = (market: GeneratedMarket) =>
        seeds.map((seed) =>
          distances(measureGenerated(instrument, market, { seconds: 120, seed }), recorded.test),
        );
      const standard = far(markets.standard);
      const hand = far(markets.byHand);
      const fitted = far(markets.fitted);
      if (SHOWS) {
        const parts = distances(recorded.train, recorded.test);
        console.log(JSON.stringify({ name, standard, hand, fitted, parts }));
      }
      for (const statistic of [...BEYOND_SETTINGS, 'depth'] as const) {
        expect(typical(fitted, statistic), statistic).toBeLessThan(typical(standard, statistic));
      }
      for (const statistic of BEYOND_SETTINGS) {
        expect(typical(fitted, statistic), `${statistic}, by hand`).toBeLessThan(
          typical(hand, statistic),
        );
      }
    }, 300_000);
  }

  it('is written to a file that the configuration takes, with its delays', async () => {
    const out = join(dir, 'model.json');
    const report = await calibrate([capture('spot_ethusdt')], out);
    const loaded = loadWith('model.json');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    const { config } = loaded.value;
    expect(config.instruments[0]!.market.fitted).toEqual(
      fittedMarket(report.instruments[0]!.model),
    );
    expect(config.simulator.latency.feedMs).toBe(report.latency.feed!.medianMs);
    expect(config.simulator.latency.feedSigma).toBe(report.latency.feed!.sigma);
    expect(await calibrate([capture('spot_ethusdt')], null)).toEqual({
      ...report,
      writtenTo: null,
    });
    const again = JSON.parse(readFileSync(out, 'utf8')) as { models: { marketOrders: object }[] };
    again.models[0]!.marketOrders = { ...again.models[0]!.marketOrders, branchingRatio: 1.2 };
    writeFileSync(join(dir, 'unstable.json'), JSON.stringify(again));
    const refused = loadWith('unstable.json');
    if (refused.ok) throw new Error('it was accepted');
    expect(refused.error.map(({ path }) => path)).toEqual([
      'instruments[0].market.model',
      'simulator.latencyModel',
    ]);
    expect(refused.error[0]!.problem).toContain('models[0].marketOrders.branchingRatio is 1.2');
    expect(refused.error[0]!.allowed).toBe('a number from 0 to 0.98');
  }, 60_000);
});

describe('a model file', () => {
  it('that is missing is refused with its name', () => {
    const refused = loadWith('nowhere.json');
    if (refused.ok) throw new Error('it was accepted');
    expect(refused.error[0]!.problem).toContain('nowhere.json');
  });
});

describe('a fitted round trip', () => {
  it('is the sum of two directions that are drawn apart', () => {
    const { medianMs, sigma } = halfTrip({ medianMs: 4.2, sigma: 0.23 });
    const rng = seededRng(5);
    const leg = (): number => medianMs * Math.exp(sigma * standardNormal(rng));
    const logs = Array.from({ length: 20_000 }, () => Math.log(leg() + leg()));
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    const variance = logs.reduce((a, b) => a + (b - mean) ** 2, 0) / logs.length;
    expect(Math.exp(mean)).toBeCloseTo(4.2, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.23, 2);
  });
});

describe('own orders', () => {
  it('are refused where there is no journal', async () => {
    const calibration = runCalibration({
      files: [],
      config: configFor(),
      ownFills: dir,
      out: null,
      ...quiet,
    });
    await expect(calibration).rejects.toThrow(`there is no journal in ${dir}`);
  });
});

describe('a place for the model that cannot hold it', () => {
  const into = (out: string) =>
    runCalibration({ files: ['/absent.ws'], config: configFor(), ownFills: null, out, ...quiet });

  it('is refused before anything is read', async () => {
    await expect(into(dir)).rejects.toThrow(`cannot write the model ${dir}: it is a directory`);
    const out = join(dir, 'nowhere', 'x.json');
    await expect(into(out)).rejects.toThrow(`there is no ${join(dir, 'nowhere')}`);
    await expect(into(join(dir, 'x.json'))).rejects.toThrow('/absent.ws: there is no such file');
  });
});
