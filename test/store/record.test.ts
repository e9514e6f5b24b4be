import { describe, expect, it } from 'vitest';
import { canonicalJson, eventTime, type Json } from '../../src/core/index.ts';
import {
  decodeRecord,
  encodeCheckpoint,
  encodeEntry,
  encodeSealed,
  stateHash,
} from '../../src/store/index.ts';
import { glanceAtRecord } from '../../src/store/ports.ts';
import fc from '../fast-check.ts';
import { anyEvent } from './arbitrary-events.ts';

const read = (payload: string) => decodeRecord(Buffer.from(payload));
const refusal = (payload: string): string => {
  const record = read(payload);
  return record.ok ? 'accepted' : `${record.error.code}: ${record.error.detail}`;
};

describe('a journal record', () => {
  it('gives an entry back with its number, and a glance sees the same number', () => {
    fc.assert(
      fc.property(anyEvent, fc.bigInt({ min: 1n, max: 2n ** 63n }), (event, seq) => {
        const payload = encodeEntry({ seq, event });
        expect(payload).toBe(canonicalJson({ seq, event }));
        const record = read(payload);
        expect(record).toMatchObject({ ok: true, value: { kind: 'entry', entry: { seq } } });
        expect(glanceAtRecord(Buffer.from(payload))).toEqual({ kind: 'entry', seq });
      }),
      { numRuns: 500 },
    );
  });

  it('gives a checkpoint back with a state that has the same hash', () => {
    const state: Json = { cash: -12_345_678_901_234_567_890n, open: [{ id: 'a' }], half: 0.5 };
    const payload = encodeCheckpoint(42n, state);
    const record = read(payload);
    expect(record.ok && record.value.kind === 'checkpoint').toBe(true);
    if (!record.ok || record.value.kind !== 'checkpoint') return;
    expect(record.value.checkpoint.seq).toBe(42n);
    expect(record.value.checkpoint.stateHash).toBe(stateHash(state));
    expect(stateHash(record.value.checkpoint.state)).toBe(stateHash(state));
    expect(glanceAtRecord(Buffer.from(payload))).toEqual({ kind: 'checkpoint', seq: 42n });
  });

  it('refuses a checkpoint whose state was changed, naming both hashes', () => {
    const payload = encodeCheckpoint(42n, { cash: 100n }).replace('"100"', '"900"');
    expect(refusal(payload)).toMatch(
      /^state-hash: checkpoint 42 has state hash [0-9a-f]{64}, it says [0-9a-f]{64}$/,
    );
  });

  it('gives back the statement that the earlier segments are durable', () => {
    expect(read(encodeSealed(7n))).toEqual({ ok: true, value: { kind: 'sealed', seq: 7n } });
    expect(glanceAtRecord(Buffer.from(encodeSealed(7n)))).toEqual({ kind: 'sealed', seq: 7n });
  });

  it.each([
    ['no JSON', '{"event"', /^record-shape: the record is not JSON/],
    ['a list', '[]', /^record-shape: record is not an object/],
    ['an entry without number', '{"event":{}}', /^record-shape: record\.seq is undefined/],
    ['entry number 0', '{"event":{},"seq":"0"}', /^record-shape: record\.seq is 0, must be at/],
    ['an unknown member', '{"event":{},"seq":"1","x":1}', /^record-shape: record\.x is not/],
    ['an unknown kind', '{"kind":"note","seq":"1"}', /^record-shape: record\.kind is not/],
    ['a wrong event', '{"event":{"kind":"a"},"seq":"1"}', /^event-shape: event\.kind is "a"/],
    ['a checkpoint without state', '{"kind":"checkpoint","seq":"1"}', /record\.state is missing/],
  ])('refuses %s', (_, payload, expected) => {
    expect(refusal(payload)).toMatch(expected);
  });

  it('is not recognised by a glance when it is of another format', () => {
    for (const payload of ['{}', '{"event":{}}', '{"kind":"other","seq":"1"}', '{"seq":"1"}']) {
      expect(glanceAtRecord(Buffer.from(payload))).toBeNull();
    }
  });

  it('is not misread by a glance when the event quotes an entry number', () => {
    const event = { kind: 'run-stopped', at: eventTime(1n), reason: '","seq":"999"}' } as const;
    expect(glanceAtRecord(Buffer.from(encodeEntry({ seq: 5n, event })))).toEqual({
      kind: 'entry',
      seq: 5n,
    });
  });
});
