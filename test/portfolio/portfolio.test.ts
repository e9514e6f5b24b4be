import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import { type DomainEvent, money, priceTicks } from '../../src/model/index.ts';
import { averageEntryE8, averageEntryTicks, Portfolio } from '../../src/portfolio/index.ts';
import {
  at,
  BTC,
  DUST,
  ETH,
  filled,
  fillOf,
  INSTRUMENTS,
  throughDisk,
  usdt,
} from './sample-account.ts';

const opened = (...events: DomainEvent[]): Portfolio => {
  const portfolio = new Portfolio(INSTRUMENTS);
  portfolio.apply({ kind: 'cash-deposited', at: at(0), amount: usdt('100000') });
  for (const event of events) portfolio.apply(event);
  return portfolio;
};

const btcAt = (ticks: number) => new Map([[BTC.id, priceTicks(ticks)]]);

describe('the books', () => {
  it('value a long position at the mark and take fees from the cash', () => {
    const portfolio = opened(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 500, fee: '15' }),
    );
    const value = portfolio.value(btcAt(610_000));
    expect(portfolio.cash).toBe(usdt('69985'));
    expect(value.unrealised).toBe(usdt('500'));
    expect(value.equity).toBe(usdt('100485'));
    expect(value.gross).toBe(usdt('30500'));
    expect(value.net).toBe(usdt('30500'));
    expect(value.fees).toBe(usdt('15'));
  });

  it('value a short position below zero and gain when the price falls', () => {
    const portfolio = opened(filled({ trade: '1', side: 'sell', price: 600_000, lots: 500 }));
    const value = portfolio.value(btcAt(590_000));
    expect(portfolio.cash).toBe(usdt('130000'));
    expect(value.net).toBe(usdt('-29500'));
    expect(value.gross).toBe(usdt('29500'));
    expect(value.unrealised).toBe(usdt('500'));
  });

  it('average the entry over fills of one side', () => {
    const portfolio = opened(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 100 }),
      filled({ trade: '2', side: 'buy', price: 630_000, lots: 200 }),
    );
    const position = portfolio.position(BTC.id);
    expect(averageEntryE8(position, BTC)).toBe(usdt('62000'));
    expect(averageEntryTicks(position, BTC)).toBe(620_000);
    expect(averageEntryE8(portfolio.position(ETH.id), ETH)).toBeNull();
  });

  it('realise only the closed part and keep the average of the rest', () => {
    const portfolio = opened(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 300 }),
      filled({ trade: '2', side: 'sell', price: 640_000, lots: 100 }),
    );
    const position = portfolio.position(BTC.id);
    expect(position.lots).toBe(200);
    expect(position.realised).toBe(usdt('400'));
    expect(averageEntryE8(position, BTC)).toBe(usdt('60000'));
  });

  it('split a fill that flips the position at zero', () => {
    const portfolio = opened(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 100, ms: 1 }),
      filled({ trade: '2', side: 'sell', price: 620_000, lots: 250, ms: 2 }),
    );
    const position = portfolio.position(BTC.id);
    expect(position.lots).toBe(-150);
    expect(position.realised).toBe(usdt('200'));
    expect(position.cost).toBe(usdt('-9300'));
    expect(averageEntryE8(position, BTC)).toBe(usdt('62000'));
    expect(position.openedAt).toBe(at(2));
  });

  it('round the closed cost half to even and leave nothing behind when flat', () => {
    const portfolio = opened(
      filled({ trade: '1', of: DUST, side: 'buy', price: 3, lots: 7 }),
      filled({ trade: '2', of: DUST, side: 'sell', price: 5, lots: 3 }),
      filled({ trade: '3', of: DUST, side: 'sell', price: 1, lots: 4 }),
    );
    const position = portfolio.position(DUST.id);
    expect(position.lots).toBe(0);
    expect(position.cost).toBe(0n);
    expect(position.openedAt).toBeNull();
    const { equity } = portfolio.value(new Map());
    expect(equity).toBe(portfolio.cash);
    expect(equity).toBe(usdt('100000') + position.realised);
  });

  it('remember when a position left flat, not when it grew', () => {
    const portfolio = opened(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 100, ms: 10 }),
      filled({ trade: '2', side: 'buy', price: 600_000, lots: 100, ms: 20 }),
      filled({ trade: '3', side: 'sell', price: 600_000, lots: 50, ms: 30 }),
    );
    expect(portfolio.position(BTC.id).openedAt).toBe(at(10));
  });

  it('value an instrument without a mark at its latest fill', () => {
    const portfolio = opened(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 100 }),
      filled({ trade: '2', side: 'buy', price: 610_000, lots: 100 }),
    );
    expect(portfolio.value(new Map()).net).toBe(usdt('12200'));
  });

  it('give a rebate back to the cash', () => {
    const portfolio = opened(
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 100, fee: '-0.6' }),
    );
    expect(portfolio.cash).toBe(usdt('94000.6'));
    expect(portfolio.value(new Map()).fees).toBe(usdt('-0.6'));
  });

  it('do not book a fill of an instrument without books, nor one without a quantity', () => {
    const portfolio = new Portfolio([BTC]);
    portfolio.apply(filled({ trade: '1', of: ETH, side: 'buy', price: 1, lots: 1 }));
    portfolio.apply(filled({ trade: '2', side: 'buy', price: 1, lots: 0 }));
    expect(portfolio.unbookedFills).toBe(2);
    expect([portfolio.cash, portfolio.lots().size]).toEqual([0n, 0]);
  });
});

describe('repeated fills', () => {
  it('are booked once', () => {
    const fill = filled({ trade: '7', side: 'buy', price: 600_000, lots: 100 });
    expect(opened(fill, fill, fill).snapshot()).toEqual(opened(fill).snapshot());
  });

  it('are booked once across a restart', () => {
    const fill = filled({ trade: '7', side: 'buy', price: 600_000, lots: 100 });
    const before = opened(fill);
    const after = Portfolio.restore(throughDisk(before.snapshot()), INSTRUMENTS);
    after.apply(fill);
    expect(canonicalJson(after.snapshot())).toBe(canonicalJson(before.snapshot()));
  });

  it('are told apart from both halves of a trade with ourselves', () => {
    const portfolio = opened(
      filled({ trade: '7', order: 'b4-1-1', side: 'buy', price: 600_000, lots: 100 }),
      filled({ trade: '7', order: 'b4-1-2', side: 'sell', price: 600_000, lots: 100 }),
    );
    expect(portfolio.position(BTC.id).lots).toBe(0);
    expect(portfolio.position(BTC.id).fills).toBe(2);
  });

  it('are never guessed about: beyond the window an old fill is counted but not booked', () => {
    const portfolio = new Portfolio(INSTRUMENTS, 3);
    const fills = [1, 2, 3, 4, 5].map((n) =>
      fillOf({ trade: `${n}`, side: 'buy', price: 600_000, lots: 1, ms: n }),
    );
    for (const fill of fills) portfolio.apply({ kind: 'order-filled', at: fill.at, fill });
    expect(portfolio.fillHorizon).toBe(at(2));
    expect(portfolio.fillStanding(fills[0]!)).toBe('older-than-window');
    expect(portfolio.fillStanding(fills[1]!)).toBe('older-than-window');
    expect(portfolio.fillStanding(fills[3]!)).toBe('duplicate');
    portfolio.apply({ kind: 'order-filled', at: at(9), fill: fills[0]! });
    expect(portfolio.position(BTC.id).lots).toBe(5);
    expect(portfolio.unbookedFills).toBe(1);
  });

  it('do not stop a late fill that is younger than the horizon', () => {
    const portfolio = new Portfolio(INSTRUMENTS, 2);
    for (const ms of [1, 5, 6]) {
      portfolio.apply(filled({ trade: `${ms}`, side: 'buy', price: 600_000, lots: 1, ms }));
    }
    portfolio.apply(filled({ trade: 'late', side: 'buy', price: 600_000, lots: 1, ms: 3 }));
    expect(portfolio.position(BTC.id).lots).toBe(4);
  });
});

describe('the drawdown', () => {
  const sampled = (equity: string): DomainEvent => ({
    kind: 'equity-sampled',
    at: at(0),
    equity: usdt(equity),
    cash: usdt(equity),
    realised: money(0n),
    unrealised: money(0n),
    fees: money(0n),
    marks: [],
  });

  it('is the fall from the highest sample', () => {
    const portfolio = opened(sampled('110000'), sampled('99000'));
    expect(portfolio.drawdown()).toEqual({
      peak: usdt('110000'),
      amount: usdt('11000'),
      fraction: 0.1,
    });
    expect(portfolio.drawdown(usdt('88000')).fraction).toBeCloseTo(0.2, 12);
    expect(portfolio.drawdown(usdt('120000')).fraction).toBe(0);
  });

  it('is not made smaller by a deposit', () => {
    const portfolio = opened(sampled('90000'));
    portfolio.apply({ kind: 'cash-deposited', at: at(1), amount: usdt('50000') });
    expect(portfolio.drawdown().amount).toBe(usdt('10000'));
  });

  it('starts anew when a person lifts its cause, and keeps the deepest one', () => {
    const portfolio = opened(sampled('80000'));
    portfolio.apply({
      kind: 'cause-cleared',
      at: at(2),
      causeId: 'drawdown-reduce',
      reason: 'restore',
    });
    expect(portfolio.drawdown().fraction).toBe(0);
    expect(portfolio.deepestDrawdown).toBeCloseTo(0.2, 12);
  });

  it('does not start anew when another cause is lifted', () => {
    const portfolio = opened(sampled('80000'));
    portfolio.apply({ kind: 'cause-cleared', at: at(2), causeId: 'feeds-stale', reason: 'x' });
    expect(portfolio.drawdown().fraction).toBeCloseTo(0.2, 12);
  });
});

describe('a restart', () => {
  it('continues from a snapshot as if nothing had happened', () => {
    const first = [
      filled({ trade: '1', side: 'buy', price: 600_000, lots: 300, fee: '3.3', ms: 1 }),
      filled({ trade: '2', of: ETH, side: 'sell', price: 300_000, lots: 77, fee: '0.1', ms: 2 }),
    ];
    const then = [
      filled({ trade: '3', side: 'sell', price: 610_000, lots: 444, fee: '1', ms: 3 }),
      filled({ trade: '4', of: ETH, side: 'buy', price: 290_000, lots: 20, ms: 4 }),
    ];
    const straight = opened(...first, ...then);
    const restored = Portfolio.restore(throughDisk(opened(...first).snapshot()), INSTRUMENTS);
    for (const event of then) restored.apply(event);
    expect(canonicalJson(restored.snapshot())).toBe(canonicalJson(straight.snapshot()));
  });

  it('refuses to lose an instrument that is still held', () => {
    const held = opened(filled({ trade: '1', of: ETH, side: 'buy', price: 300_000, lots: 9 }));
    expect(() => Portfolio.restore(throughDisk(held.snapshot()), [BTC])).toThrow(
      '9 lots of sim:ETHUSDT are held, so it must stay configured',
    );
  });

  it('retires a flat instrument that is no longer configured, earnings and fees included', () => {
    const closed = opened(
      filled({ trade: '1', of: ETH, side: 'buy', price: 300_000, lots: 100, fee: '1' }),
      filled({ trade: '2', of: ETH, side: 'sell', price: 310_000, lots: 100, fee: '2' }),
    );
    const once = Portfolio.restore(throughDisk(closed.snapshot()), [BTC]);
    const twice = Portfolio.restore(throughDisk(once.snapshot()), INSTRUMENTS);
    for (const portfolio of [once, twice]) {
      expect(portfolio.value(new Map())).toEqual(closed.value(new Map()));
    }
  });

  it('refuses grids that changed under a traded instrument, and only under such a one', () => {
    const finer = { ...BTC, tickSizeE8: BTC.tickSizeE8 / 10n };
    const traded = opened(filled({ trade: '1', side: 'buy', price: 600_000, lots: 1 }));
    expect(() => Portfolio.restore(throughDisk(traded.snapshot()), [finer, ETH, DUST])).toThrow(
      /traded on the grids 10000000 100000/,
    );
    const untouched = throughDisk(opened().snapshot());
    expect(Portfolio.restore(untouched, [finer, ETH, DUST]).cash).toBe(usdt('100000'));
  });
});

describe('an equity sample', () => {
  it('carries the valuation and the marks it was made with', () => {
    const portfolio = opened(filled({ trade: '1', side: 'buy', price: 600_000, lots: 100 }));
    const event = portfolio.sample(at(5), btcAt(605_000));
    expect(event).toMatchObject({ kind: 'equity-sampled', equity: usdt('100050') });
    expect(event.marks).toEqual([{ instrument: BTC.id, price: 605_000 }]);
    expect(event.equity).toBe(event.cash + usdt('6050'));
  });
});
