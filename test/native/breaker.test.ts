import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/native/index.ts';

describe('the circuit breaker', () => {
  it('stops one venue without the others, and all of them at once', () => {
    const breaker = new CircuitBreaker();
    const venues = Array.from({ length: breaker.handle.venues }, (_, venue) => venue);
    expect(venues).toHaveLength(16);
    expect(venues.some((venue) => breaker.isOpen(venue))).toBe(false);
    breaker.trip(15, 0xffff_ffff);
    expect(venues.filter((venue) => breaker.isOpen(venue))).toEqual([15]);
    expect(breaker.reason(15)).toBe(0xffff_ffff);
    expect(breaker.isOpen('all')).toBe(false);
    breaker.trip('all', 3);
    expect(venues.every((venue) => breaker.isOpen(venue))).toBe(true);
    expect(breaker.reason('all')).toBe(3);
    breaker.reset('all');
    expect(venues.filter((venue) => breaker.isOpen(venue))).toEqual([15]);
    breaker.reset(15);
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
    expect(() => breaker.trip(0, 0)).toThrow('a reason is a whole number from 1');
  });
});
