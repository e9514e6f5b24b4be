import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../src/model/index.ts';
import { Engine, type EngineControlFrame, type EngineOptions } from '../../src/native/index.ts';
import { instrumentNamed, START } from './venue-messages.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const future = instrumentNamed('AAAUSDT', 0);
const stream: EngineOptions = {
  instruments: [future],
  connections: [{ venue: 'binance', framing: 'websocket' }],
};

/** One unmasked WebSocket frame of less than 64 KiB. */
function frame(opcode: number, body: Uint8Array): Uint8Array {
  const { length } = body;
  const header = length < 126 ? [length] : [126, length >> 8, length & 255];
  return Uint8Array.of(0x80 | opcode, ...header, ...body);
}

const SNAPSHOT = text('{"lastUpdateId":100,"bids":[["100.0","0.5"]],"asks":[["101.0","0.6"]]}');
const UPDATE = text(
  '{"e":"depthUpdate","E":1,"T":1,"s":"AAAUSDT","U":100,"u":103,"pu":100,' +
    '"b":[["100.0","0.7"]],"a":[]}',
);

describe('Engine connections', () => {
  it('reads messages out of a WebSocket stream and reports its pings', () => {
    const engine = new Engine(stream);
    engine.push(0, START, SNAPSHOT);
    const bytes = Uint8Array.of(...frame(9, text('are you there')), ...frame(1, UPDATE));
    for (const at of bytes.keys()) engine.push(-1, START, bytes.subarray(at, at + 1));
    expect(engine.run(null)).toBe('drained');
    expect(engine.touch(0)).toMatchObject({ bid: 1000, bidLots: 700 });
    const frames: EngineControlFrame[] = [];
    engine.takeControlFrames((each) => frames.push(each));
    expect(frames).toEqual([
      { connection: 0, kind: 'ping', at: START, body: text('are you there') },
    ]);
    expect(engine.connection(0)).toEqual({
      framingError: null,
      isClosed: false,
      frames: bytes.length + 1,
      bytes: bytes.length + SNAPSHOT.length,
      messages: 2,
      fallbacks: engine.connection(0).fallbacks,
      sequence: null,
      sequenceGaps: 0,
    });
  });

  it('names what broke a stream, and begins anew after a reset', () => {
    const engine = new Engine(stream);
    engine.push(0, START, SNAPSHOT);
    engine.push(-1, START, Uint8Array.of(0xc1, 0));
    engine.run(null);
    expect(engine.connection(0).framingError).toBe('reserved-bits');
    expect(engine.state(0)).toMatchObject({ sync: 'broken', brokenBy: 'bad-frame' });
    engine.resetConnection(0);
    engine.push(0, START, SNAPSHOT);
    engine.push(-1, START, frame(1, UPDATE));
    engine.push(-1, START, frame(8, Uint8Array.of(3, 232)));
    engine.run(null);
    expect(engine.connection(0)).toMatchObject({ framingError: null, isClosed: true });
    expect(engine.syncState(0)).toBe('synchronised');
  });

  it('takes a receive time in two numbers as it takes a bigint', () => {
    const engine = new Engine({ instruments: [future] });
    for (const [seconds, nanoseconds] of [
      [0, 1],
      [1_700_000_000, 0],
      [1_700_000_000, 999_999_999],
      [1_763_841_999, 123_456_789],
      [2 ** 32 - 1, 999_999_999],
    ] as const) {
      engine.pushAt(0, seconds, nanoseconds, SNAPSHOT);
      engine.run(null);
      expect(engine.now()).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
    }
    expect(() => engine.pushAt(0, 1, 1e9, SNAPSHOT)).toThrow('nanoseconds below 10^9');
  });

  it('reads three venues side by side, each by its own rule', () => {
    const kraken: Instrument = {
      ...instrumentNamed('BTC/USD', 1),
      tickSizeE8: 10_000_000n,
      stepSizeE8: 1n,
      sequenceRule: 'kraken',
      depth: 10,
      priceDecimals: 1,
      quantityDecimals: 8,
    };
    const coinbase: Instrument = { ...instrumentNamed('BTC-USD', 2), sequenceRule: 'coinbase' };
    const engine = new Engine({
      instruments: [future, kraken, coinbase],
      connections: [
        { venue: 'coinbase', framing: 'messages' },
        { venue: 'kraken', framing: 'messages' },
        { venue: 'binance', framing: 'messages' },
      ],
    });
    const level2 = (sequence: number, type: string): Uint8Array =>
      text(
        `{"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:00.123456Z",` +
          `"sequence_num":${sequence},"events":[{"type":"${type}","product_id":"BTC-USD",` +
          `"updates":[{"side":"bid","event_time":"2026-04-07T14:30:00.123456Z",` +
          `"price_level":"100.0","new_quantity":"0.5"}]}]}`,
      );
    engine.push(0, START, SNAPSHOT, 2);
    engine.push(-1, START, level2(0, 'snapshot'), 0);
    engine.push(-1, START, level2(1, 'update'), 0);
    engine.push(-1, START, UPDATE, 2);
    engine.push(-1, START, UPDATE, 1);
    engine.run(null);
    expect(engine.syncState(0)).toBe('synchronised');
    expect(engine.touch(0)).toMatchObject({ bidLots: 700 });
    expect(engine.syncState(2)).toBe('synchronised');
    expect(engine.connection(0)).toMatchObject({ sequence: 1, sequenceGaps: 0, messages: 2 });
    expect(engine.syncState(1)).toBe('waiting-snapshot');
    engine.push(-1, START, level2(3, 'update'), 0);
    engine.run(null);
    expect(engine.state(2)).toMatchObject({ sync: 'broken', brokenBy: 'sequence-gap' });
    expect(engine.connection(0)).toMatchObject({ sequence: 3, sequenceGaps: 1 });
  });

  it.each([
    [{ venue: 'bitmex' }, {}, "venue is 'bitmex'; allowed are 'binance', 'kraken', 'coinbase'"],
    [{ framing: 'json' }, {}, "framing is 'json'; allowed are 'messages', 'websocket'"],
    [{ maxMessageBytes: 10 }, {}, 'maxMessageBytes is 10; allowed are whole numbers from 1024'],
    [{}, { sequenceRule: 'kraken' }, "sequenceRule 'kraken' has no connection of its venue"],
    [{ venue: 'kraken', instruments: [0] }, {}, 'is not of the venue of connection 0'],
    [{}, { sequenceRule: 'cme' }, "sequenceRule is 'cme'; allowed are 'binance-spot'"],
    [{ venue: 'kraken' }, { sequenceRule: 'kraken' }, 'depth is absent; allowed for'],
    [{ venue: 'kraken' }, { sequenceRule: 'kraken', depth: 20 }, 'depth is 20; allowed for'],
    [{}, { depth: -1 }, 'depth is -1; allowed are whole numbers from 0 to 10000'],
    [{}, { priceDecimals: 9 }, 'priceDecimals is 9; allowed are whole numbers from 0 to 8'],
    [{}, { priceDecimals: 0 }, 'priceDecimals is 0, which cannot show every multiple'],
    [{}, { quantityDecimals: 2 }, 'quantityDecimals is 2, which cannot show every multiple'],
  ])('refuses the connection %j with the instrument %j', (connection, instrument, message) => {
    const options = {
      instruments: [{ ...future, ...instrument }],
      connections: [{ venue: 'binance', framing: 'messages', ...connection }],
    } as EngineOptions;
    expect(() => new Engine(options)).toThrow(
      expect.objectContaining({
        code: 'ERR_BOT4_ARGUMENT',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('refuses one symbol twice on one connection, and takes it on two', () => {
    const spot: Instrument = { ...future, index: 1, sequenceRule: 'binance-spot' };
    const instruments = [future, spot];
    const twice = `instruments[1]: symbol '${future.symbol}' is that of instruments[0], too`;
    const binance = { venue: 'binance', framing: 'messages' } as const;
    expect(() => new Engine({ instruments })).toThrow(twice);
    expect(() => new Engine({ instruments, connections: [binance, binance] })).toThrow(twice);
    const connections = [
      { ...binance, instruments: [0] },
      { ...binance, instruments: [1] },
    ];
    expect(new Engine({ instruments, connections }).connectionCount).toBe(2);
  });

  it('refuses streams whose messages may take more than 1 GiB together', () => {
    const connections = Array.from({ length: 5 }, () => ({
      venue: 'binance' as const,
      framing: 'websocket' as const,
      maxMessageBytes: 2 ** 28,
    }));
    expect(() => new Engine({ instruments: [future], connections })).toThrow(
      'are 1342177280 together; allowed are at most 1073741824',
    );
  });
});
