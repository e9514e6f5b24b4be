import { describe, expect, it } from 'vitest';
import { OrderTape, parseOrderTape } from '../../../src/adapters/simulator/index.ts';
import { priceTicks, qtyLots } from '../../../src/model/index.ts';
import { BTC, brief, START } from './fixture.ts';
import { Replay } from './replay-world.ts';

const NS = String(START);

const parsed = (...lines: string[]) => parseOrderTape(Buffer.from(lines.join('\n')), [BTC]);

function errorOf(...lines: string[]): string {
  const result = parsed(...lines);
  return result.ok ? 'taken' : result.error;
}

/** A line `ms` after the start. */
const line = (ms: number, what: string): string =>
  `${START + BigInt(ms) * 1_000_000n} ${BTC.symbol} ${what}`;

function tapeOf(...lines: string[]): OrderTape {
  const result = parsed(...lines);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('a record of orders', () => {
  it('has one change a line, and passes over what concerns nobody here', () => {
    const tape = tapeOf(
      '# a comment',
      line(0, 'add buy x-1 60000.0 0.010'),
      '',
      `${NS} OTHER add buy y 1 1`,
      line(1, 'execute buy x-1 0.004\r'),
      line(2, 'modify buy x-1 60000.0 0.002'),
      line(3, 'cancel buy x-1'),
    );
    const first = Number(START / 1000n);
    expect([tape.take(), tape.take(), tape.take(), tape.take()]).toEqual([
      { change: 'add', symbol: 0, side: 0, id: 1, ticks: 600_000, lots: 10, atUs: first },
      { change: 'execute', symbol: 0, side: 0, id: 1, ticks: 0, lots: 4, atUs: first + 1_000 },
      { change: 'modify', symbol: 0, side: 0, id: 1, ticks: 600_000, lots: 2, atUs: first + 2_000 },
      { change: 'cancel', symbol: 0, side: 0, id: 1, ticks: 0, lots: 0, atUs: first + 3_000 },
    ]);
    expect(tape.nextAt).toBe(Number.POSITIVE_INFINITY);
    expect(tape.covers(BTC)).toBe(true);
    expect(new OrderTape([]).covers(BTC)).toBe(false);
  });

  it.each([
    ['add buy 1 60000.0', 'line 1 is no change'],
    ['add both 1 60000.0 0.001', 'line 1 is no change'],
    ['swap buy 1 60000.0 0.001', 'line 1 is no change'],
    ['cancel buy 1 60000.0', 'line 1 is no change'],
    ['add buy 1 60000.05 0.001', 'line 1: price 60000.05 is not on the grid'],
    ['add buy 1 60000.0 0', 'line 1: quantity 0 is not on the grid'],
    ['execute buy 1 0.0001', 'line 1: quantity 0.0001 is not on the grid'],
    ['add buy 1 999999999999999999 0.001', 'line 1: price 999999999999999999 is not on the grid'],
    ['execute buy 1 999999999999999999', 'line 1: quantity 999999999999999999 is not on the grid'],
  ])('refuses a line that is none: %s', (what, expected) => {
    expect(errorOf(line(0, what))).toContain(expected);
  });

  it.each(['0000000000000000000', '9999999999999999999'])('refuses the time %s', (time) => {
    expect(errorOf(`${time} ${BTC.symbol} cancel buy 1`)).toContain('line 1 is no change');
  });

  it('refuses times that go back, and bytes that are no lines', () => {
    expect(errorOf(line(1, 'cancel buy 1'), line(0, 'cancel buy 1'))).toContain('line 2 is before');
    expect(errorOf('\u0000\u0001')).toContain('line 1 is no change');
    expect(errorOf('\u001b[2J')).toBe('line 1 is no change: ?[2J');
  });
});

describe('an order in a market that is recorded order by order', () => {
  const opening = [line(1, 'add buy 1 60000.0 0.010'), line(1, 'add sell 2 60001.0 0.010')];

  function fills(...lines: string[]): string[] {
    const replay = new Replay({ queueModel: 'exact', orders: tapeOf(...opening, ...lines) });
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_000), quantity: qtyLots(2) });
    replay.pass(100);
    return replay.reports.map(brief);
  }

  it('waits for exactly the orders that stood before it', () => {
    // Our order arrives 4 ms after the start.
    expect(fills(line(8, 'add buy 3 60000.0 0.005'), line(9, 'execute buy 1 0.010'))).toEqual([
      'accepted a',
    ]);
    expect(
      fills(
        line(8, 'add buy 3 60000.0 0.005'),
        line(9, 'cancel buy 1'),
        line(10, 'execute buy 3 0.001'),
        line(11, 'execute buy 3 0.001'),
      ),
    ).toEqual(['accepted a', 'filled a 1 maker', 'filled a 1 maker']);
  });

  it('is stamped with the time of the change that filled it', () => {
    const orders = tapeOf(
      ...opening,
      line(9, 'execute buy 1 0.010'),
      line(20, 'add sell 4 60000.0 0.002'),
    );
    const replay = new Replay({ queueModel: 'exact', orders });
    replay.synchronise();
    replay.send('a', { price: priceTicks(600_000), quantity: qtyLots(2) });
    replay.pass(100);
    const fill = replay.reports.find(({ kind }) => kind === 'order-filled');
    expect(fill?.kind === 'order-filled' && fill.fill.at).toBe(START + 20_000_000n);
  });

  it('takes from the recorded orders', () => {
    const replay = new Replay({ queueModel: 'exact', orders: tapeOf(...opening) });
    replay.synchronise();
    replay.send('a', { price: priceTicks(610_000), timeInForce: 'ioc', quantity: qtyLots(12) });
    replay.pass(100);
    expect(replay.reports.map(brief)).toEqual([
      'accepted a',
      'filled a 10 taker',
      'order-expired a unfilled-rest',
    ]);
  });

  it('is told of a record that contradicts itself', () => {
    const orders = tapeOf(...opening, line(2, 'cancel buy 9'), line(2, 'execute buy 1 0.011'));
    const replay = new Replay({ queueModel: 'exact', orders });
    replay.synchronise();
    replay.pass(10);
    expect(replay.venue.refusedChanges).toBe(2);
  });

  it('has the exact model and a record together or neither', () => {
    expect(() => new Replay({ queueModel: 'exact' })).toThrow('the exact model alone');
    expect(() => new Replay({ orders: tapeOf(...opening) })).toThrow('the exact model alone');
  });
});
