import { describe, expect, it } from 'vitest';
import { InputFormatError, readInput, writeInput } from '../../src/app/recording/input-codec.ts';
import type { RunInput } from '../../src/app/recording/run-inputs.ts';
import { err, eventTime, ok } from '../../src/core/index.ts';
import { money, priceTicks, qtyLots } from '../../src/model/index.ts';
import fc from '../fast-check.ts';

function written(input: RunInput): Buffer {
  const parts: Buffer[] = [];
  const sink = {
    isOpen: true,
    line: (text: string, bytes: Uint8Array | null = null) => {
      parts.push(Buffer.from(text), Buffer.from(bytes ?? []));
    },
    end: () => {},
  };
  writeInput(input, sink);
  return Buffer.concat(parts);
}

const at = fc.bigInt({ min: 0n, max: 2n ** 62n }).map(eventTime);
const text = fc.string({ unit: 'binary' });

const inputs: fc.Arbitrary<RunInput> = fc.oneof(
  fc.record({
    kind: fc.constant('frame' as const),
    frame: fc.record({
      symbol: fc.integer({ min: -1, max: 1_000 }),
      seconds: fc.integer({ min: 0, max: 2 ** 40 }),
      nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
      bytes: fc.uint8Array({ maxLength: 200 }),
    }),
  }),
  fc.record({
    kind: fc.constant('timer' as const),
    now: at,
    outside: fc.record({
      eventLoopStallMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      clockSkewMs: fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((x) => x + 0)),
    }),
  }),
  fc.record({
    kind: fc.constant('report' as const),
    report: fc.record({
      kind: fc.constant('order-cancelled' as const),
      at,
      clientOrderId: text as fc.Arbitrary<never>,
      reason: text,
    }),
  }),
  fc.record({ kind: fc.constant('stop' as const), at }),
  fc.record({
    kind: fc.constant('notice' as const),
    notice: fc.record({
      kind: fc.constant('rate-limited' as const),
      at,
      retryAfterMs: fc.integer({ min: 0, max: 1e6 }),
      banned: fc.boolean(),
    }),
  }),
  fc.record({
    kind: fc.constant('command' as const),
    at,
    command: fc.record({ kind: fc.constant('pause' as const), detail: text }),
  }),
  fc.record({ kind: fc.constant('ended-early' as const), reason: text }),
);

describe('a recorded input', () => {
  it('is one line that reads back as it was', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const line = written(input);
        expect(line.includes(10)).toBe(false);
        const back = readInput(line);
        if (input.kind !== 'frame' || back.kind !== 'frame') {
          expect(back).toEqual(input);
          return;
        }
        expect(Buffer.from(back.frame.bytes)).toEqual(Buffer.from(input.frame.bytes));
        expect({ ...back.frame, bytes: 0 }).toEqual({ ...input.frame, bytes: 0 });
      }),
      { numRuns: 500 },
    );
  });

  it('holds an account with its maps and amounts, or why there was none', () => {
    const account = {
      at: eventTime(5n),
      openOrders: [],
      fills: [],
      positions: new Map([['sim:BTCUSDT', qtyLots(-3)]]) as never,
      cash: money(-12_345_678_901_234_567n),
      ended: new Map([['b4-1-1', 'filled']]) as never,
      endedSince: eventTime(1n),
      price: priceTicks(1),
    };
    const failure = { code: 'venue-timeout', detail: 'no answer "in time"' } as const;
    for (const answer of [ok(account), err(failure)]) {
      const input: RunInput = { kind: 'answer', question: 17, answer };
      expect(readInput(written(input))).toEqual(input);
    }
  });

  it.each(['', 'Q 1', 'T x', 'R {}', 'F 1 2', 'A 1 + {', 'E {"kind":"nothing"}', 'S 1.5'])(
    '"%s" is refused, never guessed',
    (line) => expect(() => readInput(Buffer.from(line))).toThrow(InputFormatError),
  );
});
