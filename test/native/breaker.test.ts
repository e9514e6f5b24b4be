import { describe, expect, it } from 'vitest';
import { CircuitBreaker, circuitOf, Engine, type EngineThreads } from '../../src/native/index.ts';
import { instrumentNamed, TAKE, VenueMessages } from './venue-messages.ts';

const futures = [instrumentNamed('AAAUSDT', 0), instrumentNamed('BBBUSDT', 1)];
const PARKED: EngineThreads = { shards: 2, pin: null, idle: 'park' };

describe('an engine that watches a circuit breaker', () => {
  it.each([
    ['in the loop', null],
    ['on threads', PARKED],
  ])('%s stops at the next decision while its venue or all are tripped', (_, threads) => {
    const breaker = new CircuitBreaker();
    const engine = new Engine({ instruments: futures, breaker, threads });
    const venues = futures.map(({ symbol, index }) => new VenueMessages(engine, symbol, index));
    const decide = (): [intents: number, reasons: readonly string[]] => {
      let intents = 0;
      for (const venue of venues) {
        venue.wait(1000).depth([[1000, 900]], [[1010, 100]]);
        while (engine.run(null) !== 'drained') engine.takeIntents(() => (intents += 1));
      }
      expect(engine.settle(20_000)).toBe(true);
      engine.takeIntents(() => (intents += 1));
      return [intents, engine.reasons(engine.decision(1)!.reasonBits)];
    };
    for (const [index, venue] of venues.entries()) {
      expect(engine.setPolicy(index, TAKE).ok).toBe(true);
      venue.snapshot([[1000, 900]], [[1010, 100]]);
    }
    expect(decide()[0]).toBeGreaterThan(1);
    breaker.trip(circuitOf(futures[0]!), 5);
    expect(decide()).toEqual([0, expect.arrayContaining(['breaker-open'])]);
    breaker.reset(circuitOf(futures[0]!), 5);
    breaker.trip(circuitOf({ sequenceRule: 'kraken' }), 5);
    expect(decide()[0]).toBe(2);
    breaker.trip('all', 1);
    expect(decide()[0]).toBe(0);
    breaker.reset('all', 1);
    expect(decide()[0]).toBe(2);
  });

  it('stops one venue while another one goes on', () => {
    const breaker = new CircuitBreaker();
    const instruments = [
      futures[0]!,
      { ...instrumentNamed('BTC-USD', 1), sequenceRule: 'coinbase' as const },
    ];
    const engine = new Engine({
      instruments,
      breaker,
      connections: [
        { venue: 'binance', framing: 'messages' },
        { venue: 'coinbase', framing: 'messages' },
      ],
    });
    const [binance, coinbase] = instruments.map(circuitOf);
    expect(binance).not.toBe(coinbase);
    const venue = new VenueMessages(engine, 'AAAUSDT', 0);
    engine.setPolicy(0, TAKE);
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    breaker.trip(coinbase!, 1);
    venue.wait(1000).depth([[1000, 900]], [[1010, 100]]);
    expect(engine.run(null)).toBe('intent');
    expect(engine.reasons(engine.decision(0)!.reasonBits)).not.toContain('breaker-open');
  });

  it('keeps the words alive when only the engine is left, and refuses what is no breaker', () => {
    let engine: Engine | null = new Engine({
      instruments: futures,
      breaker: new CircuitBreaker(),
      threads: PARKED,
    });
    expect(engine.settle(20_000)).toBe(true);
    engine = null;
    const handle = {} as never;
    expect(
      () => new Engine({ instruments: futures, breaker: { handle } as unknown as CircuitBreaker }),
    ).toThrow('breaker must be an object that createBreaker returned');
  });
});

describe('the circuit breaker', () => {
  it('stops one venue without the others, and all of them at once', () => {
    const breaker = new CircuitBreaker();
    const venues = Array.from({ length: breaker.handle.venues }, (_, venue) => venue);
    expect(venues).toHaveLength(16);
    expect(venues.some((venue) => breaker.isOpen(venue))).toBe(false);
    breaker.trip(15, 0xffff_ffff);
    expect(venues.filter((venue) => breaker.isOpen(venue))).toEqual([15]);
    expect(breaker.owners(15)).toBe(0xffff_ffff);
    expect(breaker.reason(15)).toBe(0x8000_0000);
    expect(breaker.isOpen('all')).toBe(false);
    breaker.trip('all', 4);
    expect(venues.every((venue) => breaker.isOpen(venue))).toBe(true);
    expect(breaker.reason('all')).toBe(4);
    breaker.reset('all', 4);
    expect(venues.filter((venue) => breaker.isOpen(venue))).toEqual([15]);
    breaker.reset(15, 0x7fff_ffff);
    expect(breaker.isOpen(15)).toBe(true);
    breaker.reset(15, 0x8000_0000);
    expect(breaker.isOpen(15)).toBe(false);
    expect(breaker.reason(0)).toBeNull();
  });

  it('keeps the circuits of two breakers apart', () => {
    const [one, other] = [new CircuitBreaker(), new CircuitBreaker()];
    one.trip('all', 1);
    expect(other.isOpen(0)).toBe(false);
  });

  it('refuses a venue or a reason outside its bounds by name', () => {
    const breaker = new CircuitBreaker();
    expect(() => breaker.trip(16, 1)).toThrow('a venue is a whole number from 0 to 15, not 16');
    expect(() => breaker.isOpen(-1)).toThrow('not -1');
    expect(() => breaker.trip(0, 0)).toThrow('the bits of owners are a whole number from 1');
  });
});
