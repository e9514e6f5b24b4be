import { beforeEach, describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/core/index.ts';
import { Engine, type EngineIntent, type EngineTrade, poolBytes } from '../../src/native/index.ts';
import { instrumentNamed, QUOTE, START, TAKE, VenueMessages } from './venue-messages.ts';

const instruments = [instrumentNamed('AAAUSDT', 0), instrumentNamed('BBBUSDT', 1)];
const bits = (engine: Engine, ...names: string[]): number =>
  names.reduce((sum, name) => sum | (1 << engine.reasonNames.indexOf(name)), 0);

describe('Engine', () => {
  let engine: Engine;
  let venue: VenueMessages;
  const intents = (): EngineIntent[] => {
    const taken: EngineIntent[] = [];
    engine.takeIntents((intent) => taken.push(intent));
    return taken;
  };

  beforeEach(() => {
    engine = new Engine({ instruments, inboxBytes: 8192, intentCapacity: 8 });
    venue = new VenueMessages(engine, 'AAAUSDT', 0);
  });

  it('waits for a snapshot, then knows the touch, the book and its sync state', () => {
    expect(engine.syncState(0)).toBe('waiting-snapshot');
    expect(engine.touch(0)).toBeNull();
    venue.snapshot(
      [
        [1000, 5],
        [990, 7],
      ],
      [
        [1010, 6],
        [1020, 8],
        [1030, 9],
      ],
    );
    expect(engine.run(null)).toBe('drained');
    expect(engine.syncState(0)).toBe('synchronised');
    expect(engine.touch(0)).toEqual({ bid: 1000, bidLots: 5, ask: 1010, askLots: 6 });
    expect(engine.book(0, 2)).toEqual({
      bids: [
        { price: 1000, quantity: 5 },
        { price: 990, quantity: 7 },
      ],
      asks: [
        { price: 1010, quantity: 6 },
        { price: 1020, quantity: 8 },
      ],
    });
    expect(engine.book(0, 0)).toEqual({ bids: [], asks: [] });
    expect(engine.state(0)).toMatchObject({ updateId: 100n, bidLevels: 2, askLevels: 3 });
    expect(engine.syncState(1)).toBe('waiting-snapshot');
  });

  it('tells a gap by its name and recovers with the next snapshot', () => {
    venue.snapshot([[1000, 5]], [[1010, 6]]);
    venue.depth([[1000, 6]], []);
    venue.lose().depth([[1000, 7]], []);
    engine.run(null);
    expect(engine.state(0)).toMatchObject({
      sync: 'broken',
      brokenBy: 'sequence-gap',
      touch: null,
      pending: 1,
      counters: { gaps: 1, depthApplied: 1, refused: { 'sequence-gap': 1 } },
    });
    venue.snapshot([[1000, 8]], [[1010, 6]]);
    engine.run(null);
    expect(engine.state(0)).toMatchObject({ sync: 'synchronised', brokenBy: null, pending: 0 });
  });

  it('hands over a take intent with the decision behind it', () => {
    expect(engine.setPolicy(0, TAKE)).toEqual({ ok: true, value: undefined });
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    expect(engine.run(null)).toBe('intent');
    const [intent] = intents();
    expect(intent).toMatchObject({
      kind: 'take',
      symbol: 0,
      at: START,
      sequence: 1,
      side: 'buy',
      price: 1012,
      quantity: 50,
      midTicks: 1005,
      reasonBits: bits(engine, 'capped', 'reduced', 'order-lots', 'position-room'),
    });
    expect(intent!.probability).toBeCloseTo(1 / (1 + Math.exp(-4 * 0.8)), 12);
    expect(engine.decision(0)).toMatchObject({
      at: START,
      side: 'buy',
      quantity: 500,
      probability: intent!.probability,
    });
    expect(intents()).toEqual([]);
    expect(engine.run(null)).toBe('drained');
  });

  it('shows intents where they stand in their ring, each through the same record', () => {
    engine.setPolicy(0, TAKE);
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    engine.run(null);
    engine.setPolicy(0, QUOTE);
    venue.wait(2_000).depth([[1000, 901]], []);
    while (engine.run(null) !== 'drained');
    const [records, copies] = [new Set<object>(), [] as EngineIntent[]];
    const fields: unknown[] = [];
    engine.readIntents((record) => {
      records.add(record);
      copies.push(record.copy());
      const { kind, symbol, at, sequence, probability, edge, reasonBits } = record;
      const { midTicks, volatilityBps, side, price, quantity, bid, ask } = record;
      const own = kind === 'take' ? { side, price, quantity } : { bid, ask };
      const common = { symbol, at, sequence, probability, edge, reasonBits };
      fields.push({ kind, ...common, midTicks, volatilityBps, ...own });
    });
    expect(copies.map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['take', 1],
      ['quote', 2],
    ]);
    expect([fields, records.size]).toEqual([copies, 1]);
    expect(intents()).toEqual([]);
  });

  it('cuts an order to the value that steering allows, its price to the collar, and says so', () => {
    engine.setPolicy(0, TAKE);
    engine.setSteering(0, { maxOrderNotional: 1011 * 7, maxCollarTicks: 1 });
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    expect(engine.run(null)).toBe('intent');
    const [intent] = intents();
    expect(intent).toMatchObject({ price: 1011, quantity: 7 });
    expect(engine.reasons(intent!.reasonBits)).toContain('order-notional');
    expect(engine.reasons(intent!.reasonBits)).toContain('collar');
  });

  it('refuses every order while a bound of steering is not a number', () => {
    engine.setPolicy(0, TAKE);
    engine.setSteering(0, { collarBps: Number.NaN });
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    expect(engine.run(null)).toBe('drained');
    expect(engine.reasons(engine.decision(0)!.reasonBits)).toContain('not-finite');
    expect(engine.state(0).mark).toBeNull();
  });

  it('hands over quotes, and takes them back when it is halted', () => {
    engine.setPolicy(0, QUOTE);
    venue.snapshot([[1000, 500]], [[1010, 500]]);
    engine.run(null);
    expect(intents()).toMatchObject([
      { kind: 'quote', bid: { price: 1001, quantity: 10 }, ask: { price: 1009, quantity: 10 } },
    ]);
    engine.setHalt(1);
    venue.wait(100).depth([[1000, 501]], []);
    engine.run(null);
    expect(intents()).toMatchObject([{ kind: 'quote', bid: null, ask: null }]);
    expect(engine.reasons(engine.decision(0)!.reasonBits)).toContain('halted');
    engine.setHalt(0);
    venue.wait(100).depth([[1000, 502]], []);
    engine.run(null);
    expect(intents()).toMatchObject([{ kind: 'quote', bid: { price: 1001 } }]);
    engine.setSymbolHalt(0, 2);
    venue.wait(100).depth([[1000, 503]], []);
    engine.run(null);
    expect(intents()).toMatchObject([{ bid: null, ask: null }]);
  });

  it('takes quotes back when the policy is removed', () => {
    engine.setPolicy(0, QUOTE);
    venue.snapshot([[1000, 500]], [[1010, 500]]);
    engine.run(null);
    expect(intents()).toHaveLength(1);
    expect(engine.setPolicy(0, null).ok).toBe(true);
    venue.wait(100).depth([[1000, 501]], []);
    engine.run(null);
    expect(intents()).toMatchObject([{ kind: 'quote', bid: null, ask: null }]);
    expect(engine.state(0).policy).toBe('none');
  });

  it('cuts orders to the position limit that steering sets', () => {
    engine.setPolicy(0, TAKE);
    engine.setSteering(0, { positionLots: 92 });
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    engine.run(null);
    expect(intents()).toMatchObject([{ quantity: 8 }]);
    engine.setSteering(0, { maxPositionLots: 92 });
    venue.wait(100).depth([[1000, 901]], []);
    engine.run(null);
    expect(intents()).toEqual([]);
    expect(engine.reasons(engine.decision(0)!.reasonBits)).toContain('position-limit');
  });

  it('refuses weights on features that do not exist and values outside their bounds', () => {
    engine.setPolicy(0, QUOTE);
    const model = { ...TAKE.model, weights: { imbalanceL1: 1, moonPhase: 2 } };
    expect(engine.setPolicy(0, { ...TAKE, model })).toMatchObject({
      ok: false,
      error: { code: 'unknown-feature', field: 'moonPhase' },
    });
    expect(engine.setPolicy(0, { ...TAKE, kellyFraction: 2 })).toMatchObject({
      ok: false,
      error: {
        code: 'out-of-bounds',
        field: 'kellyFraction',
        detail: expect.stringContaining('2'),
      },
    });
    const flat = { ...TAKE.model, deviations: { imbalanceL1: 0 } };
    expect(engine.setPolicy(0, { ...TAKE, model: flat })).toMatchObject({
      ok: false,
      error: { code: 'out-of-bounds', field: 'inverseSds' },
    });
    expect(engine.state(0).policy).toBe('quote');
  });

  it('stakes nothing while the volatility is unknown, then up to the cap of its scale', () => {
    engine.setPolicy(0, {
      ...TAKE,
      maxOrderLots: 10_000,
      maxPositionLots: 10_000,
      volatilityTargetBps: 1000,
      volatilityScaleCap: 3,
    });
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    engine.run(null);
    expect(intents()).toEqual([]);
    expect(engine.reasons(engine.decision(0)!.reasonBits)).toContain('not-warm');
    venue.wait(1000).depth(
      [],
      [
        [1010, 0],
        [1011, 100],
      ],
    );
    engine.run(null);
    // The mid has moved by some 5 bps, a small part of the target: the cap binds.
    expect(intents()).toMatchObject([{ quantity: 1500 }]);
  });

  it('gives the trades in order, with their aggressor', () => {
    venue.trade(1010, 5, 'buy', 1);
    venue.wait(5).trade(1000, 6, 'sell', 2);
    engine.run(null);
    const trades: EngineTrade[] = [];
    engine.takeTrades((trade) => trades.push(trade));
    expect(trades).toMatchObject([
      { symbol: 0, at: START, price: 1010, quantity: 5, aggressor: 'buy', tradeId: 1 },
      { symbol: 0, price: 1000, quantity: 6, aggressor: 'sell', tradeId: 2 },
    ]);
    expect(engine.state(0).lastTrade).toBe(1000);
    engine.takeTrades(() => expect.unreachable());
  });

  it('stops before frames that were received after the asked time', () => {
    venue.snapshot([[1000, 5]], [[1010, 6]]);
    venue.wait(10).depth([[1000, 9]], []);
    expect(engine.run(START)).toBe('until');
    expect(engine.touch(0)?.bidLots).toBe(5);
    expect(engine.now()).toBe(START);
    expect(engine.run(venue.now)).toBe('drained');
    expect(engine.touch(0)?.bidLots).toBe(9);
  });

  it('refuses a frame when the inbox is full and takes it after a run', () => {
    let pushed = 0;
    while (venue.trade(1000, 1, 'buy', pushed)) pushed += 1;
    expect(pushed).toBeGreaterThan(40);
    expect(engine.run(null)).toBe('drained');
    expect(venue.trade(1000, 1, 'buy', pushed)).toBe(true);
    engine.run(null);
    let taken = 0;
    engine.takeTrades((trade) => expect(trade.tradeId).toBe(taken++));
    expect(taken).toBe(pushed + 1);
    expect(engine.totals().tradesDropped).toBe(0);
  });

  it('makes room behind frames that wait for their time, keeping their order', () => {
    const soon = START + 1_000_000n;
    const trades: number[] = [];
    let id = 0;
    for (let i = 0; i < 10; i++) venue.trade(1000, 1, 'buy', id++);
    venue.wait(1);
    while (venue.trade(1000, 1, 'buy', id)) id += 1;
    engine.run(START);
    expect(venue.trade(1000, 1, 'buy', id)).toBe(true);
    engine.run(venue.now);
    engine.takeTrades((trade) => trades.push(trade.tradeId));
    expect(venue.now).toBe(soon);
    expect(trades).toEqual(Array.from({ length: id + 1 }, (_, i) => i));
  });

  it('drops a frame longer than its inbox and counts it', () => {
    expect(venue.push(' '.repeat(9000))).toBe(true);
    expect(engine.run(null)).toBe('drained');
    expect(engine.totals()).toMatchObject({ frames: 0, oversizedFrames: 1 });
  });

  it('routes messages by name when the frame names no symbol', () => {
    const text = '{"e":"trade","E":1,"T":1,"s":"BBBUSDT","t":9,"p":"1.0","q":"1","m":true}';
    engine.push(-1, START, new TextEncoder().encode(text));
    engine.push(-1, START, new TextEncoder().encode(text.replace('BBB', 'CCC')));
    engine.push(0, START, new TextEncoder().encode(text));
    engine.run(null);
    expect(engine.state(1).counters.trades).toBe(1);
    expect(engine.totals().refused).toEqual({ 'unknown-symbol': 1 });
    expect(engine.state(0).counters.refused).toEqual({ 'wrong-symbol': 1 });
  });

  it('counts what it refused by name and breaks only the book that was addressed', () => {
    const other = new VenueMessages(engine, 'BBBUSDT', 1);
    venue.snapshot([[1000, 5]], [[1010, 6]]);
    other.snapshot([[1000, 5]], [[1010, 6]]);
    venue.push('{"e":"depthUpdate","s":"AAAUSDT","b":[["1.05","1"]]}');
    engine.run(null);
    expect(engine.state(0)).toMatchObject({
      sync: 'broken',
      brokenBy: 'off-grid',
      counters: { refused: { 'off-grid': 1 } },
    });
    expect(engine.syncState(1)).toBe('synchronised');
  });

  it('drops intents that nobody takes, with a count', () => {
    engine.setPolicy(0, TAKE);
    venue.snapshot([[1000, 900]], [[1010, 100]]);
    for (let i = 0; i < 12; i++) venue.wait(10).depth([[1000, 900 + i]], []);
    let runs = 0;
    while (engine.run(null) === 'intent') runs += 1;
    expect(runs).toBe(8);
    expect(engine.totals()).toMatchObject({ intents: 8, intentsDropped: 5 });
    expect(intents().map((intent) => intent.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('has the same fingerprint for the same messages and another for others', () => {
    const replay = (lots: number): string => {
      const one = new Engine({ instruments });
      const messages = new VenueMessages(one, 'AAAUSDT', 0);
      one.setPolicy(0, TAKE);
      messages.snapshot([[1000, 900]], [[1010, 100]]);
      messages.wait(50).depth([[1000, lots]], []);
      while (one.run(null) !== 'drained') one.takeIntents(() => {});
      return one.stateHash();
    };
    expect(replay(901)).toMatch(/^[0-9a-f]{16}$/);
    expect(replay(901)).toBe(replay(901));
    expect(replay(902)).not.toBe(replay(901));
  });

  it('treats a symbol index that does not exist as a bug', () => {
    for (const symbol of [-1, 2, 0.5]) {
      expect(() => engine.state(symbol)).toThrow(InvariantError);
      expect(() => engine.setSteering(symbol, {})).toThrow(InvariantError);
      expect(() => engine.setPolicy(symbol, null)).toThrow(InvariantError);
    }
  });

  it('keeps as many trades as it was given room for, and no fewer than the inbox holds', () => {
    const kept = (tradeCapacity?: number): number => {
      const size = tradeCapacity === undefined ? {} : { tradeCapacity };
      const sized = new Engine({ instruments, inboxBytes: 4096, ...size });
      const messages = new VenueMessages(sized, 'AAAUSDT', 0);
      for (let id = 1; id <= 300; id += 1) {
        expect(messages.trade(1000, 1, 'buy', id)).toBe(true);
        sized.run(null);
      }
      let count = 0;
      sized.takeTrades(() => {
        count += 1;
      });
      expect(count + sized.totals().tradesDropped).toBe(300);
      return count;
    };
    expect(kept()).toBe(64);
    expect(kept(1)).toBe(64);
    expect(kept(200)).toBe(256);
    expect(kept(300)).toBe(300);
  });

  it.each([
    ['in the loop', null],
    ['on threads', { shards: 2, pin: null, idle: 'park' } as const],
  ])('%s takes memory for large rings when it is pre-faulted, not before', (_, threads) => {
    const sizes = { orders: 1, ticks: 1_000_000, signals: 500_000 };
    const options = { hugePages: false, lock: false, prefault: false };
    const two = [instrumentNamed('AAAUSDT', 0), instrumentNamed('BBBUSDT', 1)];
    const made = (prefault: boolean): Engine =>
      new Engine({
        instruments: two,
        threads,
        memory: { ...options, prefault },
        tradeCapacity: sizes.ticks,
        intentCapacity: sizes.signals,
      });
    const { ticks, signals } = poolBytes(sizes, threads?.shards ?? 0);
    expect(made(false).memory!.residentBytes).toBeLessThan((ticks + signals) / 4);
    const large = made(true);
    expect(large.memory!.refusals).toEqual([]);
    expect(large.memory!.residentBytes).toBeGreaterThanOrEqual(ticks + signals);
    const messages = new VenueMessages(large, 'AAAUSDT', 0);
    messages.trade(1000, 1, 'buy', 7);
    large.run(null);
    expect(large.settle(20_000)).toBe(true);
    large.takeTrades((trade) => expect(trade.tradeId).toBe(7));
    expect(large.totals()).toMatchObject({ frames: 1, tradesDropped: 0 });
  });

  it('says the memory that pools take: shards add rings of a fixed size for signals', () => {
    const of = (signals: number, shards: number): number =>
      poolBytes({ orders: 1, ticks: 1, signals }, shards).signals;
    expect(of(1000, 0)).toBe(1024 * 128);
    const perShard = of(1 << 20, 1) - of(1 << 20, 0);
    expect(perShard).toBe(of(1 << 14, 1) - of(1 << 14, 0));
    expect(of(1 << 20, 4) - of(1 << 20, 0)).toBe(4 * perShard);
    expect(perShard).toBeLessThan(6 * 2 ** 20);
    expect(new Engine({ instruments }).memory).toBeNull();
  });

  it('refuses memory options that are no booleans', () => {
    const memory = { hugePages: 1, lock: false, prefault: false } as never;
    expect(() => new Engine({ instruments, memory })).toThrow(
      'memory must be null or {hugePages, lock, prefault}, booleans',
    );
  });

  it('refuses instruments and sizes that the engine cannot hold', () => {
    const first = instrumentNamed('AAAUSDT', 0);
    const bad = (change: object, sizes: object = {}) =>
      new Engine({ instruments: [{ ...first, ...change }], ...sizes });
    const argument = expect.objectContaining({ code: 'ERR_BOT4_ARGUMENT' });
    expect(() => bad({ symbol: '' })).toThrow(argument);
    expect(() => bad({ symbol: 'X'.repeat(24) })).toThrow(argument);
    expect(() => bad({ tickSizeE8: 0n })).toThrow(argument);
    expect(() => bad({ stepSizeE8: -1n })).toThrow(argument);
    expect(() => bad({ tickSizeE8: 2n ** 63n })).toThrow(argument);
    expect(() => bad({ sequenceRule: 'bitmex' })).toThrow(argument);
    expect(() => bad({}, { inboxBytes: 100 })).toThrow(argument);
    expect(() => bad({}, { inboxBytes: 4096.5 })).toThrow('inboxBytes is 4096.5; allowed are');
    expect(() => bad({}, { intentCapacity: 1.5 })).toThrow('intentCapacity is 1.5; allowed are');
    expect(() => bad({}, { intentCapacity: 0 })).toThrow(argument);
    expect(() => bad({}, { tradeCapacity: 0 })).toThrow('tradeCapacity is 0; allowed are');
    expect(() => bad({}, { tradeCapacity: 2 ** 24 + 1 })).toThrow(argument);
    expect(() => bad({ index: 1 })).toThrow(InvariantError);
    expect(() => new Engine({ instruments: [] })).toThrow(argument);
  });
});
