import { describe, expect, it } from 'vitest';
import { instrumentId, type OrderRequest, priceTicks, qtyLots } from '../../src/model/index.ts';
import { isRiskApproved, type RiskCode, RiskGate } from '../../src/risk/index.ts';
import { at, BTC, ETH, INSTRUMENTS, throughDisk, usdt } from '../portfolio/sample-account.ts';
import { contextOf, limitsWith, requestWith, type Situation, submitted } from './sample-context.ts';

const gateWith = (limits: Readonly<Record<string, unknown>> = {}): RiskGate =>
  new RiskGate(INSTRUMENTS, limitsWith(limits));

const answer = (
  terms: Partial<OrderRequest>,
  situation: Situation = {},
  limits: Readonly<Record<string, unknown>> = {},
): RiskCode | 'approved' => {
  const result = gateWith(limits).approve(requestWith(terms), contextOf(situation));
  return result.ok ? 'approved' : result.error.code;
};

const detailOf = (terms: Partial<OrderRequest>, situation: Situation = {}): string => {
  const result = gateWith().approve(requestWith(terms), contextOf(situation));
  return result.ok ? 'approved' : result.error.detail;
};

describe('approval', () => {
  it('gives an ordinary order through with the mark of risk and its terms unchanged', () => {
    const request = requestWith();
    const result = gateWith().approve(request, contextOf());
    expect(result.ok && isRiskApproved(result.value)).toBe(true);
    expect(result.ok && JSON.stringify(result.value)).toBe(JSON.stringify(request));
  });

  it('cannot be had by copying terms, and cannot be changed afterwards', () => {
    const result = gateWith().approve(requestWith(), contextOf());
    if (!result.ok) throw new Error('expected approval');
    expect(isRiskApproved(requestWith())).toBe(false);
    expect(isRiskApproved({ ...result.value, quantity: qtyLots(9_999_999) })).toBe(false);
    expect(() => Object.assign(result.value, { quantity: qtyLots(9_999_999) })).toThrow(TypeError);
  });
});

describe('the shape of an order', () => {
  it('must name a configured instrument', () => {
    expect(answer({ instrument: instrumentId('sim', 'XRPUSDT') })).toBe('RISK_UNKNOWN_INSTRUMENT');
  });

  it.each([0, -5, 1.5, Number.NaN, 2 ** 53])('refuses a quantity of %d lots', (quantity) => {
    expect(answer({ quantity: quantity as never })).toBe('RISK_QUANTITY');
  });

  it.each([0, -1, 0.5, Number.POSITIVE_INFINITY])('refuses a price of %d ticks', (price) => {
    expect(answer({ price: price as never })).toBe('RISK_PRICE');
  });

  it('refuses a resting market order and an immediate post-only one', () => {
    expect(answer({ type: 'market', timeInForce: 'gtc' })).toBe('RISK_ORDER_SHAPE');
    expect(answer({ postOnly: true, timeInForce: 'ioc' })).toBe('RISK_ORDER_SHAPE');
    expect(answer({ type: 'market', timeInForce: 'ioc' })).toBe('approved');
    expect(answer({ postOnly: true, timeInForce: 'gtc' })).toBe('approved');
  });

  it('refuses an order below the venue minimum, but not one that only reduces', () => {
    const small = { of: ETH, price: priceTicks(300_000), quantity: qtyLots(1) };
    const terms = { instrument: ETH.id, price: small.price, quantity: small.quantity };
    expect(answer(terms)).toBe('RISK_MIN_NOTIONAL');
    const short: Situation = { positions: [[ETH, -1]] };
    expect(answer({ ...terms, reduceOnly: true }, short)).toBe('approved');
  });

  it('refuses an order above the limit of one order and accepts one exactly at it', () => {
    expect(answer({ quantity: qtyLots(166) }, {}, { maxOrderNotional: '9960' })).toBe('approved');
    expect(answer({ quantity: qtyLots(167) }, {}, { maxOrderNotional: '9960' })).toBe(
      'RISK_ORDER_NOTIONAL',
    );
    expect(detailOf({ quantity: qtyLots(1000) })).toBe(
      'order of 60000.00 USDT; allowed: at most 10000.00',
    );
  });
});

describe('the price collar', () => {
  it('trips exactly beyond the limit, on both sides of the mark', () => {
    const limits = { priceCollarBps: 50 };
    expect(answer({ price: priceTicks(603_000) }, {}, limits)).toBe('approved');
    expect(answer({ price: priceTicks(603_001) }, {}, limits)).toBe('RISK_PRICE_COLLAR');
    expect(answer({ price: priceTicks(597_000) }, {}, limits)).toBe('approved');
    expect(answer({ price: priceTicks(596_999) }, {}, limits)).toBe('RISK_PRICE_COLLAR');
  });

  it('binds orders that only reduce as well', () => {
    const terms = { side: 'sell', reduceOnly: true, price: priceTicks(500_000) } as const;
    expect(answer(terms, { positions: [[BTC, 100]] })).toBe('RISK_PRICE_COLLAR');
  });

  it('refuses every order of an instrument without a fresh mark', () => {
    expect(answer({}, { marks: [[ETH, 300_000]] })).toBe('RISK_NO_MARK');
  });
});

describe('the mode', () => {
  it.each(['PAUSE', 'REDUCE', 'EMERGENCY'] as const)('%s lets only reduce-only through', (mode) => {
    const long: Situation = { mode, positions: [[BTC, 100]] };
    expect(answer({}, long)).toBe('RISK_MODE');
    expect(answer({ side: 'sell' }, long)).toBe('RISK_MODE');
    expect(answer({ side: 'sell', reduceOnly: true }, long)).toBe('approved');
  });
});

describe('reduce-only', () => {
  const long: Situation = { positions: [[BTC, 100]] };
  const sell = { side: 'sell', reduceOnly: true } as const;

  it('closes up to the whole position and not one lot more', () => {
    expect(answer({ ...sell, quantity: qtyLots(100) }, long)).toBe('approved');
    expect(answer({ ...sell, quantity: qtyLots(101) }, long)).toBe('RISK_REDUCE_ONLY');
  });

  it('is refused on the side that would grow the position, and when flat', () => {
    expect(answer({ side: 'buy', reduceOnly: true }, long)).toBe('RISK_REDUCE_ONLY');
    expect(answer(sell)).toBe('RISK_REDUCE_ONLY');
  });

  it('leaves what other reduce-only orders already close', () => {
    const closing: Situation = { ...long, reserved: [[BTC, { reduceOnlySellLots: 60 }]] };
    expect(answer({ ...sell, quantity: qtyLots(40) }, closing)).toBe('approved');
    expect(answer({ ...sell, quantity: qtyLots(41) }, closing)).toBe('RISK_REDUCE_ONLY');
  });

  it('passes although the position is far over every limit, the one of an order included', () => {
    const over: Situation = { positions: [[BTC, 100_000]], equity: usdt('-5'), openOrders: 100 };
    expect(answer({ ...sell, quantity: qtyLots(100_000) }, over)).toBe('approved');
  });
});

describe('the position limit', () => {
  const limits = { maxPositionNotional: '12000' };

  it('counts the position and everything pending on the same side', () => {
    const situation: Situation = { positions: [[BTC, 50]], reserved: [[BTC, { buyLots: 50 }]] };
    expect(answer({ quantity: qtyLots(100) }, situation, limits)).toBe('approved');
    expect(answer({ quantity: qtyLots(101) }, situation, limits)).toBe('RISK_POSITION_LIMIT');
  });

  it('does not count on pending orders of the other side', () => {
    const situation: Situation = { positions: [[BTC, 150]], reserved: [[BTC, { sellLots: 150 }]] };
    expect(answer({ quantity: qtyLots(51) }, situation, limits)).toBe('RISK_POSITION_LIMIT');
  });

  it('binds short positions alike', () => {
    const situation: Situation = { positions: [[BTC, -150]] };
    expect(answer({ side: 'sell', quantity: qtyLots(50) }, situation, limits)).toBe('approved');
    expect(answer({ side: 'sell', quantity: qtyLots(51) }, situation, limits)).toBe(
      'RISK_POSITION_LIMIT',
    );
  });

  it('values at the worse of price and mark', () => {
    const above = { price: priceTicks(606_000), quantity: qtyLots(199) };
    expect(answer(above, { positions: [] }, { ...limits, maxOrderNotional: '20000' })).toBe(
      'RISK_POSITION_LIMIT',
    );
  });

  it('lets an order shrink a position that outgrew the limit', () => {
    const situation: Situation = { positions: [[BTC, 500]] };
    expect(answer({ side: 'sell', quantity: qtyLots(100) }, situation, limits)).toBe('approved');
  });
});

describe('the sum of positions', () => {
  it('is limited over all instruments, pending orders included', () => {
    const situation: Situation = {
      positions: [[ETH, -5_000]],
      reserved: [[ETH, { sellLots: 1_000 }]],
    };
    const limits = { maxGrossNotional: '24000' };
    expect(answer({ quantity: qtyLots(100) }, situation, limits)).toBe('approved');
    expect(answer({ quantity: qtyLots(101) }, situation, limits)).toBe('RISK_GROSS_NOTIONAL');
  });

  it('may not exceed the allowed multiple of the equity', () => {
    const situation: Situation = { equity: usdt('3000') };
    expect(answer({ quantity: qtyLots(100) }, situation, { maxLeverage: 2 })).toBe('approved');
    expect(answer({ quantity: qtyLots(101) }, situation, { maxLeverage: 2 })).toBe('RISK_LEVERAGE');
  });

  it('leaves no buying power when pending orders have reserved it', () => {
    const situation: Situation = {
      equity: usdt('5000'),
      reserved: [[ETH, { buyLots: 2_000 }]],
    };
    expect(answer({ quantity: qtyLots(66) }, situation, { maxLeverage: 2 })).toBe('approved');
    expect(answer({ quantity: qtyLots(67) }, situation, { maxLeverage: 2 })).toBe(
      'RISK_BUYING_POWER',
    );
  });

  it('allows nothing new without equity, but an order that shrinks', () => {
    expect(answer({}, { equity: usdt('-1') })).toBe('RISK_LEVERAGE');
    const long: Situation = { equity: usdt('-1'), positions: [[BTC, 100]] };
    expect(answer({ side: 'sell', quantity: qtyLots(50) }, long)).toBe('approved');
  });

  it('cannot be judged while another held instrument has no mark', () => {
    const blind: Situation = { marks: [[BTC, 600_000]], positions: [[ETH, 1]] };
    expect(answer({}, blind)).toBe('RISK_NO_MARK');
    expect(answer({}, { marks: [[BTC, 600_000]] })).toBe('approved');
  });
});

describe('the number of open orders', () => {
  it('is limited, with headroom for orders that only reduce', () => {
    const limits = { maxOpenOrders: 3 };
    expect(answer({}, { openOrders: 2 }, limits)).toBe('approved');
    expect(answer({}, { openOrders: 3 }, limits)).toBe('RISK_OPEN_ORDERS');
    const closing = { side: 'sell', reduceOnly: true } as const;
    const long = { positions: [[BTC, 100]] } as const;
    expect(answer(closing, { ...long, openOrders: 5 }, limits)).toBe('approved');
    expect(answer(closing, { ...long, openOrders: 6 }, limits)).toBe('RISK_OPEN_ORDERS');
  });
});

describe('an equal order', () => {
  it('is refused within the window and accepted at its end', () => {
    const gate = gateWith({ duplicateWindowMs: 100 });
    gate.apply(submitted(requestWith(), 0));
    const codeAt = (ms: number, terms: Partial<OrderRequest> = {}) => {
      const result = gate.approve(requestWith(terms), contextOf({ at: at(ms) }));
      return result.ok ? 'approved' : result.error.code;
    };
    expect(codeAt(99)).toBe('RISK_DUPLICATE_ORDER');
    expect(codeAt(100)).toBe('approved');
    expect(codeAt(50, { quantity: qtyLots(99) })).toBe('approved');
    expect(codeAt(50, { price: priceTicks(599_999) })).toBe('approved');
    expect(codeAt(50, { side: 'sell' })).toBe('approved');
  });

  it('is remembered over a restart', () => {
    const gate = gateWith({ duplicateWindowMs: 100 });
    gate.apply(submitted(requestWith(), 0));
    const again = RiskGate.restore(throughDisk(gate.snapshot()), INSTRUMENTS, gate.limits);
    const result = again.approve(requestWith(), contextOf({ at: at(50) }));
    expect(!result.ok && result.error.code).toBe('RISK_DUPLICATE_ORDER');
  });
});

describe('the order rate', () => {
  const limits = { maxOrdersPerSecond: 10, orderBurst: 5, duplicateWindowMs: 0 };
  const long: Situation = { positions: [[BTC, 10_000]] };

  const sendUntilRefused = (gate: RiskGate, ms: number, reduceOnly: boolean): number => {
    for (let sent = 0; sent < 100; sent += 1) {
      const terms = { side: 'sell', reduceOnly, quantity: qtyLots(10 + sent) } as const;
      const context = contextOf({ ...long, at: at(ms) });
      const result = gate.approve(requestWith(terms), context);
      if (!result.ok) {
        expect(result.error.code).toBe('RISK_ORDER_RATE');
        return sent;
      }
      gate.apply(submitted(requestWith(terms), ms));
    }
    return 100;
  };

  it('trips at exactly the burst and refills one order each interval', () => {
    const gate = gateWith(limits);
    expect(sendUntilRefused(gate, 0, false)).toBe(5);
    expect(sendUntilRefused(gate, 99.999999, false)).toBe(0);
    expect(sendUntilRefused(gate, 100, false)).toBe(1);
    expect(sendUntilRefused(gate, 450, false)).toBe(3);
    expect(sendUntilRefused(gate, 60_000, false)).toBe(5);
  });

  it('keeps headroom for orders that only reduce', () => {
    const gate = gateWith(limits);
    expect(sendUntilRefused(gate, 0, false)).toBe(5);
    expect(sendUntilRefused(gate, 0, true)).toBe(5);
    expect(sendUntilRefused(gate, 0, false)).toBe(0);
  });

  it('is as exhausted after a restart as before', () => {
    const gate = gateWith(limits);
    expect(sendUntilRefused(gate, 0, false)).toBe(5);
    const again = RiskGate.restore(throughDisk(gate.snapshot()), INSTRUMENTS, gate.limits);
    expect(sendUntilRefused(again, 50, false)).toBe(0);
    expect(sendUntilRefused(again, 100, false)).toBe(1);
  });

  it('says in a refusal when the next order is allowed', () => {
    const gate = gateWith(limits);
    sendUntilRefused(gate, 0, false);
    const result = gate.approve(requestWith(), contextOf({ at: at(0) }));
    expect(!result.ok && result.error.detail).toBe(
      'next order at 2023-11-14T22:13:20.100Z; allowed: 10 orders/s after 5 at once',
    );
  });
});

describe('the memory of the gate', () => {
  it('stays as large as the duplicate window, however many orders pass', () => {
    const gate = gateWith({ duplicateWindowMs: 100 });
    for (let n = 0; n < 5_000; n += 1) {
      gate.apply(submitted(requestWith({ quantity: qtyLots(n + 1) }), n));
    }
    const { recent } = throughDisk(gate.snapshot()) as { recent: unknown[] };
    expect(recent.length).toBeLessThanOrEqual(101);
  });
});
