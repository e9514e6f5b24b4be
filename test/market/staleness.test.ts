import { describe, expect, it } from 'vitest';
import { DataQualityCounters, Staleness } from '../../src/market/index.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import { at, BTC, ETH, throughDisk } from '../portfolio/sample-account.ts';

describe('staleness', () => {
  it('begins beyond the limit, not at it', () => {
    const staleness = new Staleness(2, 500);
    staleness.note(0, at(1_000));
    expect(staleness.isStale(0, at(1_500))).toBe(false);
    expect(staleness.isStale(0, at(1_500.000001))).toBe(true);
  });

  it('holds before the first data', () => {
    const staleness = new Staleness(1, 500);
    expect(staleness.isStale(0, at(0))).toBe(true);
    expect(staleness.ageMs(0, at(0))).toBeNull();
    expect(staleness.freshestAgeMs(at(0))).toBeNull();
  });

  it('is not made fresher by old data, and no age is below zero', () => {
    const staleness = new Staleness(1, 500);
    staleness.note(0, at(1_000));
    staleness.note(0, at(900));
    expect(staleness.ageMs(0, at(1_100))).toBe(100);
    expect(staleness.ageMs(0, at(500))).toBe(0);
  });

  it('knows the freshest of all instruments and ignores ones that are not there', () => {
    const staleness = new Staleness(3, 500);
    staleness.note(0, at(100));
    staleness.note(2, at(300));
    staleness.note(9, at(999));
    expect(staleness.freshestAgeMs(at(400))).toBe(100);
    expect(staleness.isStale(9, at(999))).toBe(true);
  });
});

describe('data quality', () => {
  it('counts what happens to each book, also over a restart', () => {
    const events: DomainEvent[] = [
      { kind: 'book-synchronised', at: at(0), instrument: BTC.id, updateId: 1n },
      { kind: 'book-desynchronised', at: at(1), instrument: BTC.id, reason: 'gap' },
      { kind: 'book-synchronised', at: at(2), instrument: BTC.id, updateId: 2n },
    ];
    const before = new DataQualityCounters();
    for (const event of events) before.apply(event);
    const after = DataQualityCounters.restore(throughDisk(before.snapshot()));
    after.apply({ kind: 'book-desynchronised', at: at(3), instrument: BTC.id, reason: 'crossed' });
    expect(after.of(BTC.id)).toEqual({
      desynchronised: 2,
      synchronised: 2,
      bars: 0,
      lastReason: 'crossed',
    });
    expect(after.of(ETH.id)).toMatchObject({ desynchronised: 0, lastReason: null });
  });
});
