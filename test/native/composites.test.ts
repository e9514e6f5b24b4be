import { describe, expect, it } from 'vitest';
import { Engine, type EngineComposite } from '../../src/native/index.ts';
import { instrumentNamed, VenueMessages } from './venue-messages.ts';

const coarse = instrumentNamed('AAAUSDT', 0);
const other = instrumentNamed('BBBUSDT', 1);
/** A tenth of the step of `coarse`: one lot of the messages is ten of its lots. */
const fine = { ...instrumentNamed('CCCUSDT', 2), stepSizeE8: 10_000n };
const instruments = [coarse, other, fine];
const composites: readonly EngineComposite[] = [{ instruments: [0, 2], maxAgeMs: 1000 }];

describe('a composite of several books', () => {
  it.each([
    ['in the loop', null],
    ['on threads', { shards: 2, pin: null, idle: 'park' } as const],
  ])('%s is the best of the proven and fresh ones, in exact units of 1e-8', (_, threads) => {
    const engine = new Engine({ instruments, composites, threads });
    const venues = instruments.map(({ symbol, index }) => new VenueMessages(engine, symbol, index));
    const [first, , third] = venues as [VenueMessages, VenueMessages, VenueMessages];
    const top = (): ReturnType<Engine['composite']> => {
      while (engine.run(null) !== 'drained');
      expect(engine.settle(20_000)).toBe(true);
      return engine.composite(0);
    };
    expect(top()).toBeNull();
    first.snapshot([[1000, 5]], [[1010, 7]]);
    expect(top()).toMatchObject({ fresh: [0], stale: [], bid: { instrument: 0 } });
    third.snapshot([[1004, 3]], [[1010, 8]]);
    expect(top()).toEqual({
      at: first.now,
      bid: {
        priceE8: 10_040_000_000n,
        quantityE8: 300_000n,
        totalQuantityE8: 300_000n,
        instrument: 2,
      },
      ask: {
        priceE8: 10_100_000_000n,
        quantityE8: 800_000n,
        totalQuantityE8: 1_500_000n,
        instrument: 2,
      },
      isLocked: false,
      isCrossed: false,
      fresh: [0, 2],
      stale: [],
    });
    expect(engine.state(2).features['compositeDeviation']).toBe(0);
    first.wait(1001).depth(
      [[1010, 5]],
      [
        [1010, 0],
        [1020, 1],
      ],
    );
    expect(top()).toMatchObject({ fresh: [0], stale: [2], bid: { instrument: 0 } });
    third
      .wait(1001)
      .lose()
      .depth([[1004, 9]], []);
    expect(top()).toMatchObject({ fresh: [0], stale: [], ask: { instrument: 0 } });
  });

  it('refuses what makes no composite, naming it', () => {
    const make =
      (given: readonly unknown[], threads: object | null = null) =>
      () =>
        new Engine({ instruments, composites: given, threads } as never);
    expect(make([{ instruments: [0], maxAgeMs: 1 }])).toThrow(
      'composites[0]: 1 instruments; allowed are 2 to 16',
    );
    expect(make([{ instruments: [0, 3], maxAgeMs: 1 }])).toThrow(
      'instruments[1] is 3; allowed are whole numbers from 0 to 2',
    );
    expect(make([{ instruments: [0, 0], maxAgeMs: 1 }])).toThrow(
      'which has a place in a composite already',
    );
    expect(make([{ instruments: [0, 1] }])).toThrow('maxAgeMs is absent');
    expect(make([{ instruments: [0, 1], maxAgeMs: -1 }])).toThrow('maxAgeMs is -1; allowed are');
    expect(make([7])).toThrow('composites[0]: must be an object');
    expect(
      make([{ instruments: [0, 1], maxAgeMs: 1 }], { shards: 2, pin: null, idle: 'park' }),
    ).toThrow('composites[0] has instrument 0 on shard 0 and instrument 1 on shard 1');
    expect(() => new Engine({ instruments }).composite(0)).toThrow(
      'composite 0 is an index below 0',
    );
  });
});
