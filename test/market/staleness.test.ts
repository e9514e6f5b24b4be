import { describe, expect, it } from 'vitest';
import { Staleness } from '../../src/market/index.ts';
import { at } from '../portfolio/sample-account.ts';

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
