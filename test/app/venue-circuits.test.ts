import { describe, expect, it } from 'vitest';
import { QUIET } from '../../src/app/trader/trader.ts';
import { VenueCircuits } from '../../src/app/trader/venue-circuits.ts';
import { addMs } from '../../src/core/index.ts';
import type { Instrument } from '../../src/model/index.ts';
import { CircuitBreaker, circuitOf } from '../../src/native/index.ts';
import { instrumentNamed } from '../native/venue-messages.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

const binance = [instrumentNamed('AAAUSDT', 0), instrumentNamed('BBBUSDT', 1)];
const spot: Instrument = {
  ...instrumentNamed('AAAUSDT', 0),
  venue: 'binance-spot',
  sequenceRule: 'binance-spot',
};
const kraken: Instrument = {
  ...instrumentNamed('AAA/USD', 2),
  venue: 'kraken',
  sequenceRule: 'kraken',
};
const [ours, theirs] = [circuitOf(binance[0]!), circuitOf(kraken)];

function watched() {
  const breaker = new CircuitBreaker();
  const circuits = new VenueCircuits(breaker, [...binance, kraken]);
  const observe = (stale: readonly number[], failure: string | null = null): void =>
    circuits.observe(
      ({ index }) => stale.includes(index),
      ({ venue }) => (venue === binance[0]!.venue ? failure : null),
    );
  return { breaker, circuits, observe };
}

describe('the circuit of a venue', () => {
  it('is open while none of its instruments has fresh data, and of no other venue', () => {
    const { breaker, circuits, observe } = watched();
    observe([0]);
    expect(circuits.open()).toEqual([]);
    observe([0, 1]);
    expect([breaker.isOpen(ours), breaker.isOpen(theirs)]).toEqual([true, false]);
    expect(circuits.open()).toEqual([
      { venue: 'test', reason: 'none of its instruments has fresh market data' },
    ]);
    observe([1, 2]);
    expect([breaker.isOpen(ours), breaker.isOpen(theirs)]).toEqual([false, true]);
    observe([]);
    expect(breaker.isOpen(theirs)).toBe(false);
    expect(circuits.open()).toEqual([]);
  });

  it('is open while orders are not answered, and says the reason that holds now', () => {
    const { breaker, circuits, observe } = watched();
    observe([], 'timed out');
    expect([breaker.isOpen(ours), breaker.isOpen(theirs)]).toEqual([true, false]);
    expect(circuits.open()[0]?.reason).toBe('it does not answer orders (timed out)');
    observe([0, 1]);
    expect(circuits.open().map(({ reason }) => reason)).toEqual([
      'none of its instruments has fresh market data',
    ]);
    observe([]);
    expect(breaker.isOpen(ours)).toBe(false);
  });

  it('stays as another left it', () => {
    const { breaker, observe } = watched();
    breaker.trip(ours, 32);
    observe([]);
    expect(breaker.reason(ours)).toBe(32);
    observe([0, 1], 'timed out');
    expect(breaker.owners(ours)).toBe(32 + 2 + 1);
    observe([]);
    expect(breaker.owners(ours)).toBe(32);
  });

  it("of Binance's spot market and that of its futures market are two", () => {
    const breaker = new CircuitBreaker();
    const futures = { ...binance[0]!, index: 1 };
    const circuits = new VenueCircuits(breaker, [spot, futures]);
    circuits.observe(
      () => false,
      ({ venue }) => (venue === 'binance-spot' ? 'timed out' : null),
    );
    expect([breaker.isOpen(circuitOf(spot)), breaker.isOpen(circuitOf(futures))]).toEqual([
      true,
      false,
    ]);
    expect(circuits.open()).toEqual([
      { venue: 'binance-spot', reason: 'it does not answer orders (timed out)' },
    ]);
  });

  it('is none where there is no breaker', () => {
    const circuits = new VenueCircuits(null, binance);
    circuits.observe(
      () => true,
      () => 'gone',
    );
    expect(circuits.open()).toEqual([]);
  });
});

describe('a trader whose venue falls silent', () => {
  it('opens its circuit, which the engine obeys at the next decision, and closes it after', () => {
    const world = new VirtualWorld(configFor());
    const { trader } = world;
    const reasons = (): readonly string[] =>
      trader.engine.reasons(trader.engine.decision(0)!.reasonBits);
    world.run(10_000);
    expect(trader.state.safety.mode).toBe('NORMAL');
    expect(trader.circuits.open()).toEqual([]);
    expect(reasons()).not.toContain('breaker-open');
    const silent = addMs(world.now, world.config.staleAfterMs + 100);
    trader.onTimer(silent, QUIET);
    expect(trader.circuits.open().map(({ venue }) => venue)).toEqual(['sim']);
    world.now = silent;
    world.venue.advanceTo(silent);
    expect(reasons()).toContain('breaker-open');
    trader.onTimer(silent, QUIET);
    expect(trader.circuits.open()).toEqual([]);
    world.run(200);
    expect(reasons()).not.toContain('breaker-open');
  });
});
