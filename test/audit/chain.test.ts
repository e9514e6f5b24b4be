import { describe, expect, it } from 'vitest';
import {
  type AuditDraft,
  type AuditEntry,
  auditDraftOf,
  type ChainHead,
  ChainVerifier,
  chainEntry,
  EMPTY_HEAD,
} from '../../src/audit/index.ts';
import { decodeAnchor, encodeAnchor } from '../../src/audit/ports.ts';
import { canonicalJson, eventTime, type Json } from '../../src/core/index.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import fc from '../fast-check.ts';

const KEY = Buffer.alloc(32, 7);
const latin1 = (line: string): string => Buffer.from(line).toString('latin1');

const draft = (detail: Json, journalSeq: bigint | null = null): AuditDraft => ({
  at: eventTime(1_700_000_000_000_000_000n),
  actor: 'human',
  action: 'cause-raised',
  detail,
  journalSeq,
});

function chain(details: readonly Json[]): {
  lines: string[];
  entries: AuditEntry[];
  head: ChainHead;
} {
  let head = EMPTY_HEAD;
  const lines: string[] = [];
  const entries: AuditEntry[] = [];
  for (const detail of details) {
    const { entry, line } = chainEntry(head, draft(detail), KEY);
    lines.push(line);
    entries.push(entry);
    head = { count: entry.seq, hash: entry.hash };
  }
  return { lines, entries, head };
}

describe('an audit chain', () => {
  it('of any content is accepted as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), (details) => {
        const { lines, head } = chain(details as Json[]);
        const verifier = new ChainVerifier(KEY, null);
        for (const line of lines) expect(verifier.accept(latin1(line))).toBe(true);
        expect(verifier.head).toEqual(head);
      }),
    );
  });

  it('writes each entry as canonical JSON of all its members', () => {
    const { line, entry } = chainEntry(EMPTY_HEAD, draft({ b: 1, a: 'ü' }, 5n), KEY);
    const { mac } = JSON.parse(line) as { mac: string };
    expect(line).toBe(canonicalJson({ ...entry, mac }));
    expect(entry).toMatchObject({ seq: 1, prevHash: '0'.repeat(64), journalSeq: 5n });
  });

  it('tells the highest journal entry that it covers', () => {
    const verifier = new ChainVerifier(KEY, null);
    let head = EMPTY_HEAD;
    for (const journalSeq of [4n, null, 9n]) {
      const { entry, line } = chainEntry(head, draft({}, journalSeq), KEY);
      verifier.accept(line);
      head = { count: entry.seq, hash: entry.hash };
    }
    expect(verifier.journalSeq).toBe(9n);
  });

  it('with an edited entry is refused at that entry', () => {
    const { lines } = chain([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const verifier = new ChainVerifier(KEY, null);
    expect(verifier.accept(lines[0]!)).toBe(true);
    expect(verifier.accept(lines[1]!.replace('"n":2', '"n":9'))).toBe(false);
    expect(verifier.bad).toMatchObject({ seq: 2, line: 2 });
    expect(verifier.bad!.problem).toMatch(/^the content has hash \w+…, the entry says \w+…$/);
    // Nothing after the first bad entry counts as good.
    expect(verifier.accept(lines[2]!)).toBe(false);
    expect(verifier.head.count).toBe(1);
  });

  it('rebuilt without the key is refused at the first rebuilt entry', () => {
    const { lines, entries } = chain([{ n: 1 }, { n: 2 }]);
    const head = { count: 1, hash: entries[0]!.hash };
    const forged = chainEntry(head, draft({ n: 9 }), Buffer.alloc(32, 8)).line;
    const keyed = new ChainVerifier(KEY, null);
    keyed.accept(lines[0]!);
    expect(keyed.accept(forged)).toBe(false);
    expect(keyed.bad).toEqual({
      seq: 2,
      line: 2,
      problem: 'the entry was not written with the key of this log: the chain was rebuilt',
    });
    // Without the key the same chain looks whole: only the anchor can tell.
    const unkeyed = new ChainVerifier(null, null);
    expect(unkeyed.accept(lines[0]!) && unkeyed.accept(forged)).toBe(true);
  });

  it('rebuilt is refused at the anchored entry even without the key', () => {
    const { lines, head } = chain([{ n: 1 }, { n: 2 }]);
    const anchor = { bytes: 1, count: 2, hash: 'e'.repeat(64), journalSeq: 0n, mac: '' };
    const verifier = new ChainVerifier(null, anchor);
    expect(verifier.accept(lines[0]!)).toBe(true);
    expect(verifier.accept(lines[1]!)).toBe(false);
    expect(verifier.bad!.problem).toContain('the anchor says entry 2 has hash eeeeeeeeeeee…');
    expect(new ChainVerifier(null, { ...anchor, hash: head.hash }).accept(lines[0]!)).toBe(true);
  });

  it('that ends before its anchor is refused at the first missing entry', () => {
    const { lines, head } = chain([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const text = encodeAnchor(KEY, { ...head, bytes: 900, journalSeq: 0n });
    const anchor = decodeAnchor(text);
    if (!anchor.ok) return expect.unreachable();
    const verifier = new ChainVerifier(KEY, anchor.value);
    verifier.accept(lines[0]!);
    expect(verifier.finish()).toEqual({
      seq: 2,
      line: 2,
      problem: 'the log ends after 1 entries, the anchor says there were 3: entries were cut off',
    });
  });

  it('without an anchor is refused unless it is empty', () => {
    const verifier = new ChainVerifier(KEY, null);
    expect(verifier.finish()).toBeNull();
    verifier.accept(chain([{}]).lines[0]!);
    expect(verifier.finish()?.problem).toContain('the anchor is missing');
  });

  it('with an anchor that another key wrote is refused', () => {
    const { lines, head } = chain([{}]);
    const text = encodeAnchor(Buffer.alloc(32, 9), { ...head, bytes: 1, journalSeq: 0n });
    const anchor = decodeAnchor(text);
    if (!anchor.ok) return expect.unreachable();
    const verifier = new ChainVerifier(KEY, anchor.value);
    verifier.accept(lines[0]!);
    expect(verifier.finish()?.problem).toBe('the anchor was not written with the key of this log');
  });
});

describe('reading an anchor', () => {
  const good = encodeAnchor(KEY, { count: 1, hash: 'a'.repeat(64), bytes: 10, journalSeq: 3n });

  it('gives back what was written', () => {
    expect(decodeAnchor(good)).toMatchObject({
      ok: true,
      value: { count: 1, bytes: 10, journalSeq: 3n },
    });
  });

  it.each([
    ['nothing', '', 'the anchor is not JSON'],
    ['null', 'null', 'the anchor has no whole `bytes` and `count`'],
    ['a negative count', good.replace('"count":1', '"count":-1'), 'no whole `bytes` and `count`'],
    ['a short hash', good.replace('aaaa', ''), 'the anchor has no `hash`'],
    ['a number for the journal', good.replace('"3"', '3'), 'the anchor has no `journalSeq`'],
    ['a wrong mac', good.replace(/"mac":"\w/, '"mac":"Z'), 'the anchor has no `mac`'],
  ])('refuses %s', (_, text, problem) => {
    const anchor = decodeAnchor(text);
    expect(anchor.ok ? 'accepted' : anchor.error).toContain(problem);
  });
});

describe('what the audit keeps of the journal', () => {
  const at = eventTime(5n);

  it('names human and hardware causes by their origin and others as safety', () => {
    const raised = (origin: 'human' | 'hardware' | 'automatic'): DomainEvent => ({
      kind: 'cause-raised',
      at,
      cause: { id: 'x', mode: 'PAUSE', origin, detail: '', since: at },
    });
    const actor = (event: DomainEvent): string | undefined =>
      auditDraftOf({ seq: 1n, event })?.actor;
    expect(actor(raised('human'))).toBe('human');
    expect(actor(raised('hardware'))).toBe('hardware');
    expect(actor(raised('automatic'))).toBe('safety');
  });

  it('keeps the facts and the number of the journal entry', () => {
    const event: DomainEvent = { kind: 'run-stopped', at, reason: 'signal' };
    expect(auditDraftOf({ seq: 77n, event })).toEqual({
      at,
      actor: 'service',
      action: 'run-stopped',
      detail: { reason: 'signal' },
      journalSeq: 77n,
    });
  });

  it('leaves samples and the routine of orders to the journal', () => {
    const cancel = { kind: 'cancel-requested', at, clientOrderId: 'a' } as unknown as DomainEvent;
    expect(auditDraftOf({ seq: 1n, event: cancel })).toBeNull();
  });
});
