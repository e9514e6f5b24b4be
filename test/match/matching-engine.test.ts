import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import {
  BUY,
  loadAddon,
  MATCH_FLAGS,
  MATCH_PROTOCOL,
  MatchingEngine,
  type MatchSide,
  type MatchVisitor,
  NativeError,
  poolBytes,
  SELL,
} from '../../src/native/index.ts';

/** Writes down every event as a line of text. */
class Transcript implements MatchVisitor {
  readonly lines: string[] = [];

  accepted(symbol: number, id: number): void {
    this.lines.push(`${symbol} accepted ${id}`);
  }
  rejected(symbol: number, id: number, reason: string): void {
    this.lines.push(`${symbol} rejected ${id} ${reason}`);
  }
  trade(
    symbol: number,
    maker: number,
    taker: number,
    side: MatchSide,
    ticks: number,
    lots: number,
    rest: number,
  ): void {
    const word = side === BUY ? 'buys' : 'sells';
    this.lines.push(`${symbol} ${taker} ${word} ${lots}@${ticks} from ${maker} rest ${rest}`);
  }
  cancelled(symbol: number, id: number, lots: number, reason: string): void {
    this.lines.push(`${symbol} cancelled ${id} ${lots} ${reason}`);
  }
  expired(symbol: number, id: number, lots: number): void {
    this.lines.push(`${symbol} expired ${id} ${lots}`);
  }
  cancelRejected(symbol: number, id: number, reason: string): void {
    this.lines.push(`${symbol} cancel-rejected ${id} ${reason}`);
  }
  level(symbol: number, side: MatchSide, ticks: number, lots: number): void {
    this.lines.push(`${symbol} ${side === BUY ? 'bid' : 'ask'} ${ticks}=${lots}`);
  }
}

const touchOf = (engine: MatchingEngine, symbol: number) => {
  const touch = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };
  engine.touch(symbol, touch);
  return touch;
};

const small = () => new MatchingEngine({ symbols: 2, maxOrders: 64, maxCommands: 64 });

describe('the numbers of the match records', () => {
  it('are those of the addon', () => {
    const { matchProtocol } = loadAddon<{ readonly matchProtocol: unknown }>();
    expect(matchProtocol).toEqual(MATCH_PROTOCOL);
  });
});

describe('MatchingEngine', () => {
  it('tells what happened to each command in order, for each symbol apart', () => {
    const engine = small();
    const seen = new Transcript();
    engine.limit(0, 1, 0, SELL, 101, 5, MATCH_FLAGS.gtc);
    engine.limit(1, 2, 0, SELL, 7, 1, MATCH_FLAGS.gtc);
    engine.limit(0, 3, 0, BUY, 101, 7, MATCH_FLAGS.gtc);
    engine.cancel(0, 3);
    engine.cancel(1, 99);
    engine.run(seen);
    expect(seen.lines).toEqual([
      '0 accepted 1',
      '0 ask 101=5',
      '1 accepted 2',
      '1 ask 7=1',
      '0 accepted 3',
      '0 3 buys 5@101 from 1 rest 0',
      '0 ask 101=0',
      '0 bid 101=2',
      '0 cancelled 3 2 requested',
      '0 bid 101=0',
      '1 cancel-rejected 99 unknown-order',
    ]);
    expect(touchOf(engine, 0)).toEqual({ bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 });
    expect(touchOf(engine, 1)).toEqual({ bidTicks: 0, bidLots: 0, askTicks: 7, askLots: 1 });
    expect(engine.restingOrders).toBe(1);
  });

  it('refuses commands with numbers that are not whole or not in range, and executes none', () => {
    const engine = small();
    const seen = new Transcript();
    engine.limit(0, 1, 0, BUY, 1.5, 1, MATCH_FLAGS.gtc);
    engine.limit(0, 2, 0, BUY, Number.NaN, 1, MATCH_FLAGS.gtc);
    engine.limit(0, 3, 0, BUY, 2 ** 60, 1, MATCH_FLAGS.gtc);
    engine.limit(0, 4, 0, BUY, 0, 1, MATCH_FLAGS.gtc);
    engine.limit(5, 5, 0, BUY, 1, 1, MATCH_FLAGS.gtc);
    engine.limit(0, 6, 0, BUY, 1, -1, MATCH_FLAGS.gtc);
    engine.run(seen);
    expect(seen.lines).toEqual([
      '0 rejected 1 bad-command',
      '0 rejected 2 bad-command',
      '0 rejected 3 bad-command',
      '0 rejected 4 bad-price',
      '5 rejected 5 bad-symbol',
      '0 rejected 6 bad-quantity',
    ]);
    expect(engine.restingOrders).toBe(0);
  });

  it('runs a batch whose events do not fit at once to its end', () => {
    const engine = new MatchingEngine({ symbols: 1, maxOrders: 300, maxCommands: 2000 });
    const seen = new Transcript();
    let id = 0;
    for (let round = 0; round < 5; round += 1) {
      for (let i = 0; i < 300; i += 1) engine.limit(0, ++id, 0, SELL, 100 + i, 1, MATCH_FLAGS.gtc);
      engine.market(0, ++id, 0, BUY, 10_000, 300);
    }
    engine.run(seen);
    const trades = seen.lines.filter((line) => line.includes(' buys '));
    expect(trades).toHaveLength(1500);
    expect(engine.restingOrders).toBe(0);
    expect(seen.lines.filter((line) => line.includes('rejected'))).toEqual([]);
  });

  it('refuses the order after the last place of its pool, and takes one again when one has left', () => {
    const engine = new MatchingEngine({ symbols: 1, maxOrders: 2, maxCommands: 8 });
    const seen = new Transcript();
    for (let id = 1; id <= 3; id += 1) engine.limit(0, id, 0, BUY, id, 1, MATCH_FLAGS.gtc);
    engine.cancel(0, 1);
    engine.limit(0, 4, 0, BUY, 4, 1, MATCH_FLAGS.gtc);
    engine.run(seen);
    expect(seen.lines).toContain('0 rejected 3 book-full');
    expect(seen.lines).toContain('0 accepted 4');
    expect(engine.restingOrders).toBe(2);
  });

  it('takes memory for its orders when asked to pre-fault it, and keeps those that rest', () => {
    const maxOrders = 1_000_000;
    const engine = new MatchingEngine({ symbols: 1, maxOrders, maxCommands: 8 });
    const seen = new Transcript();
    engine.limit(0, 1, 0, BUY, 5, 7, MATCH_FLAGS.gtc);
    engine.run(seen);
    const { orders } = poolBytes({ orders: maxOrders, ticks: 1, signals: 1 });
    const options = { hugePages: false, lock: false, prefault: false };
    const before = engine.prepareMemory(options);
    expect(before.residentBytes).toBeLessThan(orders / 4);
    const after = engine.prepareMemory({ ...options, prefault: true });
    expect(after).toEqual({ refusals: [], residentBytes: expect.any(Number) });
    expect(after.residentBytes).toBeGreaterThanOrEqual(orders);
    expect(touchOf(engine, 0)).toEqual({ bidTicks: 5, bidLots: 7, askTicks: 0, askLots: 0 });
  });

  it('asserts that no more commands wait than it has room for', () => {
    const engine = new MatchingEngine({ symbols: 1, maxOrders: 4, maxCommands: 2 });
    engine.cancel(0, 1);
    engine.cancel(0, 2);
    expect(() => engine.cancel(0, 3)).toThrow('at most 2 commands wait for a run');
  });

  it.each([
    [{ symbols: 0, maxOrders: 1, maxCommands: 1 }, 'symbols must be 1 to 4096'],
    [{ symbols: 1, maxOrders: 0, maxCommands: 1 }, 'maxOrders must be 1 to 1048576'],
    [{ symbols: 1, maxOrders: 1_048_577, maxCommands: 1 }, 'maxOrders must be 1 to 1048576'],
    [{ symbols: 1, maxOrders: Number.NaN, maxCommands: 1 }, 'maxOrders must be 1 to 1048576'],
    [{ symbols: 1, maxOrders: 1, maxCommands: 1e9 }, 'maxCommands must be 1 to 65536'],
  ])('refuses the size %o', (size, message) => {
    expect(() => new MatchingEngine(size)).toThrow(message);
    expect(() => new MatchingEngine(size)).toThrow(NativeError);
  });
});

/** The rules again, written for plainness. */
class NaiveBook {
  readonly lines: string[] = [];
  #orders: { id: number; side: MatchSide; ticks: number; lots: number; owner: number }[] = [];

  limit(id: number, owner: number, side: MatchSide, ticks: number, lots: number, flags: number) {
    if (this.#orders.some((order) => order.id === id)) {
      this.lines.push(`0 rejected ${id} duplicate-id`);
      return;
    }
    if (flags === MATCH_FLAGS.postOnly && this.#best(side, ticks) !== undefined) {
      this.lines.push(`0 rejected ${id} post-only-would-take`);
      return;
    }
    this.lines.push(`0 accepted ${id}`);
    let left = lots;
    for (let maker = this.#best(side, ticks); left > 0 && maker; maker = this.#best(side, ticks)) {
      if (owner !== 0 && maker.owner === owner) {
        this.#remove(maker.id);
        this.lines.push(`0 cancelled ${maker.id} ${maker.lots} self-trade`);
        continue;
      }
      const traded = Math.min(left, maker.lots);
      left -= traded;
      maker.lots -= traded;
      const word = side === BUY ? 'buys' : 'sells';
      this.lines.push(
        `0 ${id} ${word} ${traded}@${maker.ticks} from ${maker.id} rest ${maker.lots}`,
      );
      if (maker.lots === 0) this.#remove(maker.id);
    }
    if (left === 0) return;
    if (flags === MATCH_FLAGS.ioc) this.lines.push(`0 expired ${id} ${left}`);
    else this.#orders.push({ id, side, ticks, lots: left, owner });
  }

  cancel(id: number) {
    const found = this.#orders.find((order) => order.id === id);
    this.lines.push(
      found === undefined
        ? `0 cancel-rejected ${id} unknown-order`
        : `0 cancelled ${id} ${found.lots} requested`,
    );
    this.#remove(id);
  }

  #best(taker: MatchSide, limit: number) {
    const sign = taker === BUY ? 1 : -1;
    return this.#orders
      .filter((order) => order.side !== taker && sign * order.ticks <= sign * limit)
      .sort((a, b) => sign * (a.ticks - b.ticks))[0];
  }

  #remove(id: number) {
    this.#orders = this.#orders.filter((order) => order.id !== id);
  }
}

describe('MatchingEngine against a naive book', () => {
  it.each([1, 2, 3, 4, 5, 6])('gives the same trades for random commands, seed %i', (seed) => {
    const rng = seededRng(seed);
    const between = (low: number, high: number) => low + (rng.uint32() % (high - low + 1));
    const engine = new MatchingEngine({ symbols: 1, maxOrders: 4096, maxCommands: 64 });
    const naive = new NaiveBook();
    const seen = new Transcript();
    let id = 0;
    for (let i = 0; i < 1500; i += 1) {
      if (between(0, 99) < 70) {
        const flags = between(0, 2) as 0 | 1 | 2;
        const side = between(0, 1) as MatchSide;
        const order = [between(0, 2), side, between(980, 1020), between(1, 25)] as const;
        id += 1;
        engine.limit(0, id, ...order, flags);
        naive.limit(id, ...order, flags);
      } else {
        const old = between(Math.max(1, id - 80), id + 1);
        engine.cancel(0, old);
        naive.cancel(old);
      }
      if (i % 7 === 0) engine.run(seen);
    }
    engine.run(seen);
    const withoutLevels = seen.lines.filter((line) => !/^0 (bid|ask) /.test(line));
    expect(withoutLevels).toEqual(naive.lines);
    expect(withoutLevels.some((line) => line.includes(' buys '))).toBe(true);
    expect(withoutLevels.some((line) => line.includes('self-trade'))).toBe(true);
  });
});
