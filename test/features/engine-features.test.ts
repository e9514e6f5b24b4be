import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/native/index.ts';
import { CAPTURES, type CaptureName, HAS_CAPTURES, readCapture } from '../native/captures.ts';
import { ReferenceFeatures, type ReferenceLevels } from './reference-features.ts';

interface RawMessage {
  readonly lastUpdateId?: number;
  readonly e?: string;
  readonly b?: readonly (readonly [string, string])[];
  readonly a?: readonly (readonly [string, string])[];
  readonly bids?: readonly (readonly [string, string])[];
  readonly asks?: readonly (readonly [string, string])[];
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

  apply(side: 'bids' | 'asks', levels: readonly (readonly [string, string])[]): void {
    for (const [price, quantity] of levels) {
      const lots = this.lots(quantity);
      if (lots === 0) this.#sides[side].delete(this.ticks(price));
      else this.#sides[side].set(this.ticks(price), lots);
    }
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

function firstDifference(name: CaptureName, limit: number) {
  const instrument = CAPTURES[name];
  const engine = new Engine({ instruments: [instrument] });
  const book = new PlainBook(instrument.tickSizeE8, instrument.stepSizeE8);
  const reference = new ReferenceFeatures();
  const held: RawMessage[] = [];
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
      book.apply('bids', raw.bids!);
      book.apply('asks', raw.asks!);
      // The held updates that the snapshot does not cover come with it, as one change of the book.
      applied = state.counters.depthApplied;
      for (const update of held.slice(held.length - applied)) {
        book.apply('bids', update.b!);
        book.apply('asks', update.a!);
      }
      reference.onBook(book.best('bids'), book.best('asks'), at);
    } else if (raw.e === 'depthUpdate' && state.sync !== 'synchronised') {
      held.push(raw);
      continue;
    } else if (raw.e === 'depthUpdate' && state.counters.depthApplied > applied) {
      applied = state.counters.depthApplied;
      book.apply('bids', raw.b!);
      book.apply('asks', raw.a!);
      reference.onBook(book.best('bids'), book.best('asks'), at);
    } else if (raw.e === 'trade' && state.sync === 'synchronised') {
      reference.onTrade(book.ticks(raw.p!), book.lots(raw.q!), raw.m ? -1 : 1, at);
    } else {
      continue;
    }
    compared += 1;
    for (const feature of engine.featureNames) {
      if (!Object.is(state.features[feature], reference.values[feature])) {
        return { compared, feature, engine: state.features[feature], ...reference.values };
      }
    }
  }
  return { compared };
}

describe('the engine’s features', () => {
  // Recorded data lies beside the repository, not in it: skipped where it is absent.
  it.skipIf(!HAS_CAPTURES).each([
    ['market/binance_raw/usdm_btcusdt_20240808.ws.gz', 6000],
    ['market/binance_raw/spot_ethusdt_20240808.ws.gz', 4000],
    ['market/binance_raw/cm_btcusd_perp_20240808.ws.gz', 6000],
  ] as const)('equal the plain reference to the last bit on %s', (name, limit) => {
    expect(firstDifference(name, limit)).toEqual({ compared: limit });
  });
});
