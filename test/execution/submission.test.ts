import { describe, expect, it } from 'vitest';
import {
  ClientOrderIds,
  parseClientOrderId,
  prepareCancel,
  prepareSubmission,
} from '../../src/execution/index.ts';
import type { OrderRequest } from '../../src/model/index.ts';
import { type RiskApproved, RiskGate } from '../../src/risk/index.ts';
import { at, INSTRUMENTS } from '../portfolio/sample-account.ts';
import { contextOf, limitsWith, requestWith } from '../risk/sample-context.ts';
import { id, life, ordersOf } from './sample-orders.ts';

const approved = (): RiskApproved<OrderRequest> => {
  const result = new RiskGate(INSTRUMENTS, limitsWith()).approve(requestWith(), contextOf());
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};

describe('client order ids', () => {
  it('carry the run epoch and a counter in base 36', () => {
    const ids = new ClientOrderIds(1_296);
    expect(ids.next()).toBe('b4-100-1');
    for (let n = 2; n <= 35; n += 1) ids.next();
    expect(ids.next()).toBe('b4-100-10');
  });

  it('never repeat over runs, even when each run starts its counter anew', () => {
    const seen = new Set<string>();
    for (let epoch = 1; epoch <= 300; epoch += 1) {
      const ids = new ClientOrderIds(epoch);
      for (let n = 0; n < 50; n += 1) seen.add(ids.next());
    }
    expect(seen.size).toBe(300 * 50);
  });

  it('are read back, and nothing else is taken for one', () => {
    expect(parseClientOrderId('b4-100-z')).toEqual({ runEpoch: 1_296, counter: 35 });
    for (const foreign of [
      'x4-1-1',
      'b4-1',
      'b4-1-1-1',
      'b4-A-1',
      'b4-01-1',
      'b4--1',
      '',
      'b4-1-',
    ]) {
      expect(parseClientOrderId(foreign), foreign).toBeNull();
    }
    expect(parseClientOrderId('b4-zzzzzzzzzzz-1')).toBeNull();
  });

  it('need a run epoch above zero', () => {
    for (const epoch of [0, -1, 1.5, Number.NaN]) {
      expect(() => new ClientOrderIds(epoch)).toThrow(/run epoch/);
    }
  });
});

describe('a submission', () => {
  it('is an event with the plain request, and the order it will become', () => {
    const submission = prepareSubmission(approved(), new ClientOrderIds(1), at(7));
    expect(submission.event).toEqual({
      kind: 'order-submitted',
      at: at(7),
      clientOrderId: 'b4-1-1',
      request: requestWith(),
    });
    expect(Object.getOwnPropertySymbols(submission.event.request)).toEqual([]);
    expect(ordersOf(submission.event).get(id(1))).toEqual(submission.order);
  });

  it('is refused for a request that risk did not approve, whatever its type claims', () => {
    const forged = requestWith() as RiskApproved<OrderRequest>;
    expect(() => prepareSubmission(forged, new ClientOrderIds(1), at(0))).toThrow(/risk approved/);
  });
});

describe('a cancel', () => {
  it('is prepared for every order that is not final, also one in doubt', () => {
    for (const events of [
      [life.submitted()],
      [life.submitted(), life.accepted()],
      [life.submitted(), life.doubted()],
    ]) {
      const result = prepareCancel(ordersOf(...events).get(id(1)), id(1), at(9));
      expect(result).toEqual({ ok: true, value: life.cancelRequested(1, 9) });
    }
  });

  it('is not sent for an unknown or ended order, nor a second time', () => {
    const code = (orders: ReturnType<typeof ordersOf>) => {
      const result = prepareCancel(orders.get(id(1)), id(1), at(9));
      return result.ok ? 'sent' : result.error.code;
    };
    expect(code(ordersOf())).toBe('order-unknown-here');
    expect(code(ordersOf(life.submitted(), life.cancelled()))).toBe('order-final');
    expect(code(ordersOf(life.submitted(), life.cancelRequested()))).toBe('cancel-under-way');
  });
});
