import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EventTimeNs } from '../../src/core/index.ts';
import {
  CaptureFeed,
  Engine,
  type EngineIntent,
  type EngineTrade,
  NativeError,
} from '../../src/native/index.ts';
import { CAPTURES, type CaptureName, HAS_CAPTURES, readCapture, SHARED } from './captures.ts';
import { instrumentNamed, QUOTE } from './venue-messages.ts';

if (!HAS_CAPTURES) console.warn('skipped: no recorded captures beside the repository');

const NAMES = Object.keys(CAPTURES) as CaptureName[];

/** Steps of event time at which both ways stop, as a backtest does at its timers. */
const STEP_NS = 200_000_000n;

/** An engine that quotes on one recorded instrument, and what it gave. */
class Recording {
  readonly engine: Engine;
  readonly trades: EngineTrade[] = [];
  readonly intents: EngineIntent[] = [];

  constructor(name: CaptureName) {
    this.engine = new Engine({ instruments: [CAPTURES[name]], inboxBytes: 1 << 16 });
    this.engine.setPolicy(0, QUOTE);
  }

  /** Runs up to a time, noting what is written; the result of the last run. */
  run(until: EventTimeNs | null): string {
    for (;;) {
      const result = this.engine.run(until);
      this.engine.takeTrades((trade) => this.trades.push(trade));
      this.engine.takeIntents((intent) => this.intents.push(intent));
      if (result === 'drained' || result === 'until') return result;
    }
  }

  outcome(): unknown {
    const { engine, trades, intents } = this;
    const { refused, frames, bytes } = engine.totals();
    const state = engine.state(0);
    return { hash: engine.stateHash(), refused, frames, bytes, state, trades, intents };
  }
}

describe.skipIf(!HAS_CAPTURES)('the text of a recorded capture', () => {
  it.each(NAMES)('leads to what its messages lead to one by one: %s', (name) => {
    const byMessages = new Recording(name);
    for (const { at, bytes } of readCapture(name)) {
      if (!byMessages.engine.push(0, at, bytes)) {
        byMessages.run(null);
        byMessages.engine.push(0, at, bytes);
      }
    }
    byMessages.run(null);
    expect(byMessages.intents.length).toBeGreaterThan(10);

    const text = gunzipSync(readFileSync(new URL(name, SHARED)));
    const byText = new Recording(name);
    const feed = new CaptureFeed(byText.engine, [0]);
    let until: EventTimeNs | null = null;
    for (let at = 0; at < text.length; at += 99_991) {
      expect(feed.append(0, text.subarray(at, at + 99_991))).toBe(true);
      until ??= feed.headAt;
      while (until !== null && byText.run(until) === 'until') {
        until = (until + STEP_NS) as EventTimeNs;
      }
    }
    feed.finish(0);
    expect(byText.run(null)).toBe('drained');
    expect(byText.outcome()).toEqual(byMessages.outcome());
    expect(feed.messages(0)).toBe(byMessages.engine.totals().frames);
    expect(feed.unreadable(0)).toBe(0);
  });

  it('counts the price levels that were decoded', () => {
    const name = NAMES[0]!;
    let levels = 0;
    for (const { bytes } of readCapture(name)) {
      const { data, bids, asks } = JSON.parse(Buffer.from(bytes).toString());
      if (bids !== undefined) levels += bids.length + asks.length;
      else if (data.e === 'depthUpdate') levels += data.b.length + data.a.length;
    }
    const { engine } = new Recording(name);
    const feed = new CaptureFeed(engine, [0]);
    const text = gunzipSync(readFileSync(new URL(name, SHARED)));
    for (let at = 0; at < text.length; at += 4 << 20) {
      feed.append(0, text.subarray(at, at + (4 << 20)));
      while (engine.run(null) !== 'drained');
    }
    expect(levels).toBeGreaterThan(100_000);
    expect(feed.levelUpdates).toBe(levels);
  });
});

describe('a capture feed', () => {
  const text = (line: string): Uint8Array => new TextEncoder().encode(line);
  let engine: Engine;

  beforeEach(() => {
    const instruments = [instrumentNamed('AAAUSDT', 0), instrumentNamed('BBBUSDT', 1)];
    engine = new Engine({ instruments });
  });

  it('says which capture is dry, when the next line was received, and where it ends', () => {
    const feed = new CaptureFeed(engine, [1, 0]);
    expect(feed.dry).toBe(0);
    feed.append(0, text('1700000000000000007 {}\nbroken\n17000'));
    expect(feed.dry).toBe(1);
    expect(feed.headAt).toBeNull();
    feed.append(1, text('1700000000000000005 {}\n'));
    expect(feed.dry).toBeNull();
    expect(feed.headAt).toBe(1_700_000_000_000_000_005n);
    expect(engine.run(1_700_000_000_000_000_005n as EventTimeNs)).toBe('drained');
    expect(feed.dry).toBe(1);
    feed.finish(1);
    expect(engine.run(1_700_000_000_000_000_006n as EventTimeNs)).toBe('until');
    expect(engine.run(null)).toBe('drained');
    expect(feed.dry).toBe(0);
    feed.finish(0);
    expect(feed.dry).toBeNull();
    expect(feed.headAt).toBeNull();
    expect([feed.messages(0), feed.messages(1)]).toEqual([1, 1]);
    expect([feed.unreadable(0), feed.unreadable(1)]).toEqual([2, 0]);
    expect(engine.now()).toBe(1_700_000_000_000_000_007n);
  });

  it('refuses what it was not made for by name', () => {
    const refusal = (call: () => unknown): unknown => {
      try {
        return call();
      } catch (error) {
        expect(error).toBeInstanceOf(NativeError);
        return (error as NativeError).message;
      }
    };
    expect(refusal(() => new CaptureFeed(engine, []))).toMatch(/symbols must be 1 to 1024/);
    expect(refusal(() => new CaptureFeed(engine, [2]))).toMatch(/whole numbers from 0 to 1/);
    const feed = new CaptureFeed(engine, [0]);
    expect(refusal(() => new CaptureFeed(engine, [0]))).toMatch(/one capture feed at most/);
    expect(refusal(() => feed.append(1, text('')))).toMatch(/capture is 1; allowed .* 0 to 0/);
    expect(refusal(() => feed.append(0, new Uint8Array((4 << 20) + 1)))).toMatch(
      /4194305 bytes; allowed are at most 4194304/,
    );
    const bytes = new Uint16Array(1) as unknown as Uint8Array;
    expect(refusal(() => feed.append(0, bytes))).toMatch(/must be a Uint8Array/);
    feed.finish(0);
    expect(refusal(() => feed.append(0, text('x')))).toMatch(/is finished/);
    const threads = { shards: 1, pin: null, idle: 'park' } as const;
    const threaded = new Engine({ instruments: [instrumentNamed('AAAUSDT', 0)], threads });
    expect(refusal(() => new CaptureFeed(threaded, [0]))).toMatch(/on threads replays no captures/);
  });

  it('has no room for text that nobody takes, until lines are taken', () => {
    const feed = new CaptureFeed(engine, [0]);
    const piece = text('1700000000000000005 {}\n'.repeat(150_000));
    let pieces = 0;
    while (feed.append(0, piece)) pieces += 1;
    expect(pieces).toBe(2);
    engine.run(null);
    expect(feed.append(0, piece)).toBe(true);
  });
});
