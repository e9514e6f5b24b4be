import { describe, expect, it } from 'vitest';
import { QUIET } from '../../src/app/trader/trader.ts';
import { HALT_OWNERS, TradingHalt } from '../../src/app/trader/trading-halt.ts';
import { CircuitBreaker, type Engine } from '../../src/native/index.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

const recordingEngine = () => {
  const bits: number[] = [];
  return { bits, engine: { setHalt: (value: number) => bits.push(value) } as unknown as Engine };
};

describe('a halt of trading', () => {
  it('reaches the engine and trips the breaker of all venues, and lifts both', () => {
    const { engine, bits } = recordingEngine();
    const breaker = new CircuitBreaker();
    const halt = new TradingHalt(engine, breaker);
    halt.set('mode', true);
    expect(breaker.isOpen(0)).toBe(true);
    expect(breaker.reason('all')).toBe(HALT_OWNERS.mode);
    halt.set('mode', false);
    expect(breaker.isOpen(0)).toBe(false);
    expect(bits).toEqual([1, 0]);
  });

  it('stands until every owner has lifted its own, and the strongest is the reason', () => {
    const { engine, bits } = recordingEngine();
    const breaker = new CircuitBreaker();
    const halt = new TradingHalt(engine, breaker);
    halt.set('stopping', true);
    halt.set('journal', true);
    halt.set('mode', false);
    expect(breaker.reason('all')).toBe(HALT_OWNERS.stopping);
    halt.set('stopping', false);
    expect(breaker.reason('all')).toBe(HALT_OWNERS.journal);
    expect(bits.at(-1)).toBe(HALT_OWNERS.journal);
    halt.set('journal', false);
    expect([breaker.isOpen(0), bits.at(-1)]).toEqual([false, 0]);
  });

  it('lifts no trip of another owner of the circuit of all venues', () => {
    const breaker = new CircuitBreaker();
    breaker.trip('all', 1 << 20);
    const halt = new TradingHalt(recordingEngine().engine, breaker);
    halt.set('mode', true);
    halt.set('mode', false);
    expect(breaker.reason('all')).toBe(1 << 20);
  });

  it('leaves the circuit of a single venue as it is', () => {
    const breaker = new CircuitBreaker();
    breaker.trip(4, 7);
    const halt = new TradingHalt(recordingEngine().engine, breaker);
    halt.set('mode', true);
    halt.set('mode', false);
    expect(breaker.isOpen(4)).toBe(true);
    expect(breaker.isOpen(5)).toBe(false);
  });

  it('halts the engine alone where nothing else watches', () => {
    const { engine, bits } = recordingEngine();
    new TradingHalt(engine, null).set('mode', true);
    expect(bits).toEqual([1]);
  });
});

describe('a trader that is stopping', () => {
  it('stays halted whatever the timer finds, and its venue too', () => {
    const world = new VirtualWorld(configFor());
    world.run(10_000);
    const { trader } = world;
    expect(trader.state.safety.mode).toBe('NORMAL');
    expect(world.breaker.isOpen(0)).toBe(false);
    trader.beginStop(world.now);
    trader.onTimer(world.now, QUIET);
    expect(trader.state.safety.mode).toBe('NORMAL');
    expect(world.breaker.reason('all')).toBe(HALT_OWNERS.stopping);
    world.run(200);
    expect(trader.engine.reasons(trader.engine.decision(0)!.reasonBits)).toContain('halted');
  });
});
