import { describe, expect, it } from 'vitest';
import { lossesOf } from '../../src/app/trader/losses.ts';
import { MarketDesk } from '../../src/app/trader/market-desk.ts';
import type { Recorder } from '../../src/app/trader/recorder.ts';
import { TradingHalt } from '../../src/app/trader/trading-halt.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { Engine } from '../../src/native/index.ts';
import { instrumentNamed } from '../native/venue-messages.ts';
import { configFor } from './virtual-world.ts';

/** An engine on a thread that has no room when it is told so. */
class CrowdedEngine extends Engine {
  room: boolean[] = [];
  override pushAt(...given: Parameters<Engine['pushAt']>): boolean {
    return (this.room.shift() ?? true) && super.pushAt(...given);
  }
}

function deskOf(engine: Engine): MarketDesk {
  const instruments = [instrumentNamed('AAAUSDT', 0)];
  return new MarketDesk({
    engine,
    halt: new TradingHalt(engine, null),
    state: new TradingState(instruments, configFor().risk),
    recorder: { failure: null } as unknown as Recorder,
    instruments,
    strategies: new Map(),
    feed: null,
    staleAfterMs: 1000,
    afterRun: null,
    onIntent: () => {},
  });
}

describe('a market desk whose engine has no room', () => {
  it('counts a frame as lost once, and only when it found none after a run either', () => {
    const engine = new CrowdedEngine({
      instruments: [instrumentNamed('AAAUSDT', 0)],
      threads: { shards: 1, pin: null, idle: 'park' },
    });
    const desk = deskOf(engine);
    const frame = { symbol: 0, seconds: 1_700_000_000, nanoseconds: 5, bytes: Buffer.from('{}') };
    engine.room = [false, true];
    desk.onFrame(frame);
    expect(lossesOf(engine.totals())['frames']).toBe(0);
    engine.room = [false, false];
    desk.onFrame(frame);
    desk.onFrame(frame);
    expect(lossesOf(engine.totals())['frames']).toBe(1);
    expect(engine.settle(20_000)).toBe(true);
    expect(engine.totals().frames).toBe(2);
    expect(engine.now()).toBe(1_700_000_000_000_000_005n);
  });
});
