import { describe, expect, it } from 'vitest';
import { TradingHalt } from '../../src/app/trader/trading-halt.ts';
import { CircuitBreaker, type Engine } from '../../src/native/index.ts';

const recordingEngine = () => {
  const bits: number[] = [];
  return { bits, engine: { setHalt: (value: number) => bits.push(value) } as unknown as Engine };
};

describe('a halt of trading', () => {
  it('reaches the engine and trips the breaker of all venues, and lifts both', () => {
    const { engine, bits } = recordingEngine();
    const breaker = new CircuitBreaker();
    const halt = new TradingHalt(engine, breaker);
    halt.set(1);
    expect(breaker.isOpen(0)).toBe(true);
    expect(breaker.reason('all')).toBe(1);
    halt.set(0);
    expect(breaker.isOpen(0)).toBe(false);
    expect(bits).toEqual([1, 0]);
  });

  it('leaves the circuit of a single venue as it is', () => {
    const breaker = new CircuitBreaker();
    breaker.trip(4, 7);
    const halt = new TradingHalt(recordingEngine().engine, breaker);
    halt.set(1);
    halt.set(0);
    expect(breaker.isOpen(4)).toBe(true);
    expect(breaker.isOpen(5)).toBe(false);
  });

  it('halts the engine alone where nothing else watches', () => {
    const { engine, bits } = recordingEngine();
    new TradingHalt(engine, null).set(1);
    expect(bits).toEqual([1]);
  });
});
