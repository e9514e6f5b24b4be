import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import { Engine } from '../../src/native/index.ts';
import { CAPTURES, type CaptureName, HAS_CAPTURES, readCapture } from '../native/captures.ts';
import { instrumentNamed, VenueMessages } from '../native/venue-messages.ts';
import { GeneratedMarket } from './generated-market.ts';
import { type BookChange, ReferenceFeatures, type ReferenceLevels } from './reference-features.ts';
import type { SideChange } from './reference-queues.ts';

type RawLevels = readonly (readonly [string, string])[];

interface RawMessage {
  readonly lastUpdateId?: number;
  readonly e?: string;
  readonly b?: RawLevels;
  readonly a?: RawLevels;
  readonly bids?: RawLevels;
  readonly asks?: RawLevels;
  readonly p?: string;
  readonly q?: string;
  readonly m?: boolean;
}

/** A book of Maps, read by sorting: nothing in common with the engine's. */
class PlainBook {
  readonly #sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  readonly #ticksPerUnit: number;
  readonly #lotsPerUnit: number;

  constructor(tickE8: bigint, stepE8: bigint) {
    this.#ticksPerUnit = 1e8 / Number(tickE8);
    this.#lotsPerUnit = 1e8 / Number(stepE8);
  }

  ticks = (text: string): number => Math.round(Number(text) * this.#ticksPerUnit);
  lots = (text: string): number => {
    const lots = Number(text) * this.#lotsPerUnit;
    const whole = Math.abs(lots - Math.round(lots)) < 1e-6 ? Math.round(lots) : Math.floor(lots);
    return whole === 0 && lots > 0 ? 1 : whole;
  };

  /** Returns what the levels changed. */
  apply(side: 'bids' | 'asks', levels: RawLevels): SideChange {
    const book = this.#sides[side];
    const touch = this.best(side)[0]?.[0];
    const change = { added: 0, removed: 0, touchRemoved: 0 };
    for (const [price, quantity] of levels) {
      const [ticks, lots] = [this.ticks(price), this.lots(quantity)];
      const growth = lots - (book.get(ticks) ?? 0);
      change.added += Math.max(growth, 0);
      change.removed += Math.max(-growth, 0);
      if (ticks === touch) change.touchRemoved += Math.max(-growth, 0);
      if (lots === 0) book.delete(ticks);
      else book.set(ticks, lots);
    }
    return change;
  }

  applyBoth(bids: RawLevels, asks: RawLevels): BookChange {
    return { bid: this.apply('bids', bids), ask: this.apply('asks', asks) };
  }

  best(side: 'bids' | 'asks'): ReferenceLevels {
    const direction = side === 'bids' ? -1 : 1;
    const book = this.#sides[side];
    const best: [number, number][] = [];
    for (const [ticks, lots] of book) {
      if (best.length === 10 && direction * (ticks - best[9]![0]) > 0) continue;
      let at = best.length;
      while (at > 0 && direction * (best[at - 1]![0] - ticks) > 0) at -= 1;
      best.splice(at, 0, [ticks, lots]);
      if (best.length > 10) best.pop();
    }
    return best;
  }
}

/** Features that need a second book of the same underlying. */
const OF_COMPOSITES = ['compositeDeviation', 'compositeSpread'];

/** Features that need messages of mark prices and forced orders, which these streams lack. */
const OF_MARKS = ['markBasis', 'markDeviation', 'fundingRate', 'liquidationPressure'];

function firstDifference(name: CaptureName, limit: number) {
  const instrument = CAPTURES[name];
  const engine = new Engine({ instruments: [instrument] });
  const book = new PlainBook(instrument.tickSizeE8, instrument.stepSizeE8);
  const reference = new ReferenceFeatures(engine.featureNames, instrument.tickSizeE8);
  const held: RawMessage[] = [];
  const unmoved = new Set<string>(engine.featureNames);
  let [compared, applied] = [0, 0];
  for (const { at, bytes } of readCapture(name)) {
    if (compared >= limit) break;
    engine.push(0, at, bytes);
    engine.run(null);
    engine.takeTrades(() => {});
    const text = new TextDecoder().decode(bytes);
    const parsed = JSON.parse(text) as { data?: RawMessage } & RawMessage;
    const raw = parsed.data ?? parsed;
    const state = engine.state(0);
    if (raw.lastUpdateId !== undefined) {
      let change = book.applyBoth(raw.bids!, raw.asks!);
      // The held updates that the snapshot does not cover come with it, as one change of the book.
      applied = state.counters.depthApplied;
      for (const update of held.slice(held.length - applied)) {
        change = book.applyBoth(update.b!, update.a!);
      }
      reference.onBook(book.best('bids'), book.best('asks'), change, at);
    } else if (raw.e === 'depthUpdate' && state.sync !== 'synchronised') {
      held.push(raw);
      continue;
    } else if (raw.e === 'depthUpdate' && state.counters.depthApplied > applied) {
      applied = state.counters.depthApplied;
      const change = book.applyBoth(raw.b!, raw.a!);
      reference.onBook(book.best('bids'), book.best('asks'), change, at);
    } else if (raw.e === 'trade' && state.sync === 'synchronised') {
      reference.onTrade(book.ticks(raw.p!), book.lots(raw.q!), raw.m ? -1 : 1, at);
    } else {
      continue;
    }
    compared += 1;
    for (const feature of engine.featureNames) {
      if (reference.values[feature] !== 0) unmoved.delete(feature);
      if (!Object.is(state.features[feature], reference.values[feature])) {
        return { compared, feature, engine: state.features[feature], ...reference.values };
      }
    }
  }
  return { compared, unmoved: [...unmoved] };
}

describe('the engine’s features', () => {
  // Recorded data lies beside the repository, not in it: skipped where it is absent.
  it.skipIf(!HAS_CAPTURES).each([
    ['market/binance_raw/usdm_btcusdt_20240808.ws.gz', 6000],
    ['market/binance_raw/spot_ethusdt_20240808.ws.gz', 4000],
    ['market/binance_raw/cm_btcusd_perp_20240808.ws.gz', 6000],
  ] as const)('equal the plain reference to the last bit on %s', (name, limit) => {
    const unmoved = [...OF_MARKS, ...OF_COMPOSITES];
    expect(firstDifference(name, limit)).toEqual({ compared: limit, unmoved });
  });

  it.each([1, 2, 3])(
    'equal the plain reference to the last bit on a generated market, seed %i',
    (seed) => {
      const instrument = instrumentNamed('AAA', 0);
      const engine = new Engine({ instruments: [instrument] });
      const market = new GeneratedMarket(engine, 'AAA', instrument.tickSizeE8, seed);
      const unmoved = new Set<string>(engine.featureNames);
      for (let step = 0; step < 4000; step += 1) {
        market.step();
        engine.run(null);
        engine.takeTrades(() => {});
        const { sync, features } = engine.state(0);
        expect(sync).toBe('synchronised');
        for (const feature of engine.featureNames) {
          const [actual, expected] = [features[feature], market.reference.values[feature]];
          if (!Object.is(actual, expected)) expect({ step, feature, actual }).toEqual({ expected });
          if (expected !== 0) unmoved.delete(feature);
        }
      }
      expect([...unmoved]).toEqual(OF_COMPOSITES);
    },
  );

  it('compare a book with the composite of two as the plain formula does, to the last bit', () => {
    const instruments = [
      instrumentNamed('AAA', 0),
      { ...instrumentNamed('BBB', 1), tickSizeE8: 2_500_000n },
    ];
    const engine = new Engine({
      instruments,
      composites: [{ instruments: [0, 1], maxAgeMs: 60_000 }],
    });
    const venues = instruments.map(({ symbol, index }) => new VenueMessages(engine, symbol, index));
    const rng = seededRng(11);
    /** [bid, ask] in 1e-8 by book; null before its first. */
    const books: (readonly [number, number] | null)[] = [null, null];
    let crossed = 0;
    for (let step = 0; step < 400; step += 1) {
      const at = step < 2 ? step : Math.floor(rng.uniform() * 2);
      // Prices of the messages are in 0.1; the second book's grid is finer.
      const bid = 50_000 + Math.floor(rng.uniform() * 6);
      const ask = bid + 1 + Math.floor(rng.uniform() * 4);
      for (const venue of venues) venue.wait(10);
      venues[at]!.lose().depth([], []);
      venues[at]!.snapshot([[bid, 5]], [[ask, 7]]);
      engine.run(null);
      expect(engine.syncState(at)).toBe('synchronised');
      books[at] = [bid * 1e7, ask * 1e7];
      const known = books.filter((book) => book !== null);
      const best = Math.max(...known.map(([price]) => price));
      const offer = Math.min(...known.map(([, price]) => price));
      const composite = (best + offer) * 0.5;
      const tick = Number(instruments[at]!.tickSizeE8);
      const mid = ((bid * 1e7) / tick + (ask * 1e7) / tick) * 0.5;
      const { features } = engine.state(at);
      expect(features['compositeDeviation']).toBe(((mid * tick) / composite - 1) * 1e4);
      expect(features['compositeSpread']).toBe(((offer - best) / composite) * 1e4);
      if (offer < best) crossed += 1;
    }
    expect(crossed).toBeGreaterThan(20);
  });
});
