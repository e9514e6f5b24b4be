import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditPaths, FileAuditLog, verifyAuditLog } from '../../../src/adapters/audit-log/index.ts';
import { type ChainHead, chainEntry, EMPTY_HEAD } from '../../../src/audit/index.ts';
import { eventTime, type Rng, seededRng } from '../../../src/core/index.ts';

const ENTRIES = 120;
const directory = mkdtempSync(join(tmpdir(), 'bot4-audit-'));
const paths = auditPaths(directory);
let lines: string[] = [];
let original: Buffer;
let anchor: Buffer;

beforeAll(() => {
  const log = FileAuditLog.open({ dataDir: directory });
  if (!log.ok) throw new Error(log.error.detail);
  for (let n = 1; n <= ENTRIES; n += 1) {
    const detail = { n, words: `entry ${n} – “quoted” \\ \n`, nested: { list: [n, null, true] } };
    log.value.append({
      at: eventTime(BigInt(n)),
      actor: 'service',
      action: 'noted',
      detail,
      journalSeq: null,
    });
  }
  log.value.close();
  original = readFileSync(paths.log);
  anchor = readFileSync(paths.anchor);
  lines = original.toString().trimEnd().split('\n');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const below = (rng: Rng, n: number): number => Math.floor(rng.uniform() * n);
const joined = (all: readonly string[]): Buffer =>
  Buffer.from(all.map((line) => `${line}\n`).join(''));

/** Rewrites entries from `from` on with right hashes and another key, as one without the key can. */
function rebuilt(from: number, edited: string): string[] {
  const forged = lines.slice(0, from);
  const before = JSON.parse(forged.at(-1) ?? '{"hash":""}') as { hash: string };
  let head: ChainHead = from === 0 ? EMPTY_HEAD : { count: from, hash: before.hash };
  for (let index = from; index < lines.length; index += 1) {
    const { at, actor, action, detail } = JSON.parse(lines[index]!);
    const draft = { at: eventTime(BigInt(at)), actor, action, journalSeq: null };
    const content = index === from ? { ...detail, words: edited } : detail;
    const { entry, line } = chainEntry(head, { ...draft, detail: content }, Buffer.alloc(32, 1));
    forged.push(line);
    head = { count: entry.seq, hash: entry.hash };
  }
  return forged;
}

/** One way to tamper: the new content and the line (from 1) that is the first bad one. */
type Tampering = (rng: Rng) => { readonly content: Buffer; readonly firstBad: number };

const tamperings: Readonly<Record<string, Tampering>> = {
  'a changed byte': (rng) => {
    const at = below(rng, original.length);
    const content = Buffer.from(original);
    content[at] = (content[at]! + 1 + below(rng, 255)) & 0xff;
    const firstBad = original.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
    return { content, firstBad };
  },
  'deleted entries': (rng) => {
    const from = below(rng, ENTRIES);
    const count = 1 + below(rng, ENTRIES - from);
    const content = joined([...lines.slice(0, from), ...lines.slice(from + count)]);
    return { content, firstBad: from + 1 };
  },
  'two swapped entries': (rng) => {
    const first = below(rng, ENTRIES - 1);
    const second = first + 1 + below(rng, ENTRIES - first - 1);
    const swapped = [...lines];
    [swapped[first], swapped[second]] = [lines[second]!, lines[first]!];
    return { content: joined(swapped), firstBad: first + 1 };
  },
  'a cut-off end': (rng) => {
    const length = below(rng, original.length);
    const content = original.subarray(0, length);
    return { content, firstBad: content.filter((byte) => byte === 0x0a).length + 1 };
  },
  'a repeated entry': (rng) => {
    const at = below(rng, ENTRIES);
    const content = joined([...lines.slice(0, at + 1), ...lines.slice(below(rng, at + 1))]);
    return { content, firstBad: at + 2 };
  },
  'an inserted line': (rng) => {
    const at = below(rng, ENTRIES);
    const line = ['', '{}', ' ', lines[below(rng, at + 1)]!.slice(1)][below(rng, 4)]!;
    return { content: joined([...lines.slice(0, at), line, ...lines.slice(at)]), firstBad: at + 1 };
  },
  'a rebuilt chain': (rng) => {
    const from = below(rng, ENTRIES);
    return { content: joined(rebuilt(from, `edited ${below(rng, 1e9)}`)), firstBad: from + 1 };
  },
};

describe('an audit log that was tampered with', () => {
  it('is found in 1,000 random ways, and the first bad entry is named', () => {
    const seed = 20_251_101;
    const rng = seededRng(seed);
    const kinds = Object.keys(tamperings);
    for (let round = 0; round < 1_000; round += 1) {
      const kind = kinds[round % kinds.length]!;
      const { content, firstBad } = tamperings[kind]!(rng);
      writeFileSync(paths.log, content);
      const check = verifyAuditLog(paths);
      const found = check.ok ? (check.value.firstBad?.line ?? 'none') : check.error.detail;
      expect(`${kind}, round ${round}, seed ${seed}: line ${found}`).toBe(
        `${kind}, round ${round}, seed ${seed}: line ${firstBad}`,
      );
    }
    writeFileSync(paths.log, original);
  });

  it('together with its anchor is found at the anchor that was not written with the key', () => {
    const cut = lines.slice(0, 50);
    writeFileSync(paths.log, joined(cut));
    const { hash } = JSON.parse(cut.at(-1)!) as { hash: string };
    const forged = { ...JSON.parse(anchor.toString()), count: 50, hash, bytes: joined(cut).length };
    writeFileSync(paths.anchor, JSON.stringify(forged));
    const check = verifyAuditLog(paths);
    expect(check.ok && check.value.firstBad?.problem).toBe(
      'the anchor was not written with the key of this log',
    );
    writeFileSync(paths.anchor, anchor);
    writeFileSync(paths.log, original);
  });

  it('is not opened for writing', () => {
    writeFileSync(paths.log, joined(lines.slice(0, 30)));
    expect(FileAuditLog.open({ dataDir: directory })).toMatchObject({
      ok: false,
      error: { code: 'tampered', path: paths.log },
    });
    writeFileSync(paths.log, original);
    for (const gone of [paths.anchor, paths.key]) {
      const kept = readFileSync(gone);
      rmSync(gone);
      expect(FileAuditLog.open({ dataDir: directory })).toMatchObject({
        ok: false,
        error: { code: 'tampered', path: gone },
      });
      writeFileSync(gone, kept);
    }
  });

  it('is intact again once everything is as it was written', () => {
    const check = verifyAuditLog(paths);
    expect(check).toMatchObject({
      ok: true,
      value: { firstBad: null, keyed: true, anchoredCount: ENTRIES, tornBytes: 0 },
    });
  });
});
