import { describe, expect, it } from 'vitest';
import { CONTROL_KINDS, MAX_REASON_LENGTH } from '../../../src/adapters/control/index.ts';
import {
  type ControlCommand,
  type ControlReply,
  decodeCommand,
  decodeReply,
  encodeCommand,
  encodeReply,
} from '../../../src/adapters/control/protocol.ts';
import fc from '../../fast-check.ts';

const commands: fc.Arbitrary<ControlCommand> = fc.record({
  kind: fc.constantFrom(...CONTROL_KINDS),
  reason: fc.option(fc.string({ maxLength: MAX_REASON_LENGTH })),
});

describe('a control command', () => {
  it('survives the way over the wire, on one line', () => {
    fc.assert(
      fc.property(commands, (command) => {
        const line = encodeCommand(command);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(decodeCommand(line)).toEqual({ ok: true, value: command });
      }),
    );
  });

  it.each([
    ['', 'it is not JSON'],
    ['status', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    ['null', 'it is not a JSON object'],
    ['{}', 'its version is undefined, this side speaks 1'],
    ['{"version":2,"kind":"status"}', 'its version is 2, this side speaks 1'],
    ['{"version":"1","kind":"status"}', 'its version is "1", this side speaks 1'],
    ['{"version":1}', 'its kind is undefined; known are status, pause'],
    ['{"version":1,"kind":"STATUS"}', 'its kind is "STATUS"'],
    ['{"version":1,"kind":"buy"}', 'its kind is "buy"'],
    ['{"version":1,"kind":"toString"}', 'its kind is "toString"'],
    ['{"version":1,"kind":"pause","reason":5}', 'its reason is not a text'],
    [`{"version":1,"kind":"pause","reason":"${'x'.repeat(201)}"}`, 'at most 200 characters'],
    ['{"version":1,"kind":"pause","side":"buy"}', 'it has the unknown key "side"'],
  ])('is refused when it is %s', (line, why) => {
    const decoded = decodeCommand(line);
    if (decoded.ok) throw new Error('was accepted');
    expect(decoded.error).toContain(why);
  });

  it('is never misread, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (line) => {
        expect(decodeCommand(line).ok).toBe(false);
      }),
    );
  });
});

describe('a control reply', () => {
  const replies: fc.Arbitrary<ControlReply> = fc.oneof(
    fc.record({ ok: fc.constant(true as const), result: fc.constant({ mode: 'PAUSE', n: 1 }) }),
    fc.record({
      ok: fc.constant(false as const),
      code: fc.constantFrom('refused', 'failed', 'bad-request', 'busy'),
      message: fc.string(),
    }),
  );

  it('survives the way over the wire', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        expect(decodeReply(encodeReply(reply))).toEqual({ ok: true, value: reply });
      }),
    );
  });

  it('carries bigints as decimal text', () => {
    const line = encodeReply({ ok: true, result: { seq: 12345678901234567890n } });
    expect(line).toContain('"seq":"12345678901234567890"');
  });

  it.each([
    ['x', 'it is not JSON'],
    ['{"version":3,"ok":true,"result":1}', 'its version is 3'],
    ['{"version":1,"ok":true}', 'neither a result nor a refusal'],
    ['{"version":1,"ok":false}', 'neither a result nor a refusal'],
    ['{"version":1,"ok":false,"code":"odd"}', 'neither a result nor a refusal'],
    ['{"version":1,"ok":1,"result":1}', 'neither a result nor a refusal'],
  ])('is refused when it is %s', (line, why) => {
    const decoded = decodeReply(line);
    if (decoded.ok) throw new Error('was accepted');
    expect(decoded.error).toContain(why);
  });
});
