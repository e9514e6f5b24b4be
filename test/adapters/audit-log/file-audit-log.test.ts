import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditPaths, FileAuditLog, verifyAuditLog } from '../../../src/adapters/audit-log/index.ts';
import { chainEntry, EMPTY_HEAD } from '../../../src/audit/index.ts';
import { scratchDirectories } from '../journal/scratch.ts';
import { draft } from './draft.ts';

const scratch = scratchDirectories();

function opened(dataDir: string): FileAuditLog {
  const log = FileAuditLog.open({ dataDir });
  if (!log.ok) throw new Error(`${log.error.code}: ${log.error.detail}`);
  return log.value;
}

describe('an audit log in a file', () => {
  it('has written an entry before append returns', () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    expect(log.append(draft(1))).toMatchObject({ ok: true, value: { seq: 1 } });
    expect(readFileSync(auditPaths(dataDir).log, 'utf8')).toContain('"action":"noted"');
    log.close();
  });

  it('goes on after a restart where it ended', () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    log.append(draft(1));
    log.append(draft(2));
    const { head } = log;
    log.close();
    const again = opened(dataDir);
    expect(again.head).toEqual(head);
    expect(again.journalSeq).toBe(20n);
    again.append(draft(3));
    again.close();
    expect(verifyAuditLog(auditPaths(dataDir))).toMatchObject({
      ok: true,
      value: { firstBad: null, head: { count: 3 } },
    });
  });

  it('goes on after a crash that came before the anchor, keeping every whole entry', () => {
    const dataDir = scratch();
    const crashed = opened(dataDir);
    for (let n = 1; n <= 5; n += 1) crashed.append(draft(n));
    const { head } = crashed;
    // No close: the anchor still says that the log is empty.
    const again = opened(dataDir);
    expect(again.head).toEqual(head);
    expect(again.journalSeq).toBe(50n);
    again.close();
    crashed.close();
  });

  it('cuts a last line that a crash left half written, and never a whole one', () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    log.append(draft(1));
    log.close();
    const { log: path } = auditPaths(dataDir);
    const before = readFileSync(path, 'utf8');
    const { line } = chainEntry(EMPTY_HEAD, draft(2), Buffer.alloc(32));
    for (const length of [1, 50, line.length]) {
      appendFileSync(path, line.slice(0, length));
      const check = verifyAuditLog(auditPaths(dataDir));
      expect(check).toMatchObject({ ok: true, value: { firstBad: null, tornBytes: length } });
      opened(dataDir).close();
      expect(readFileSync(path, 'utf8')).toBe(before);
    }
  });

  it('moves the anchor to its end by itself', async () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    log.append(draft(1));
    const deadline = Date.now() + 20_000;
    const anchored = (): number => {
      const check = verifyAuditLog(auditPaths(dataDir));
      return check.ok ? check.value.anchoredCount : -1;
    };
    while (anchored() < 1 && Date.now() < deadline) await new Promise((r) => setTimeout(r, 10));
    expect(anchored()).toBe(1);
    log.close();
  });

  it('anchors on demand, once for any number of entries, also when asked twice at a time', async () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    for (let n = 1; n <= 10; n += 1) log.append(draft(n));
    const [first, second] = await Promise.all([log.anchor(), log.anchor()]);
    expect(first).toEqual({ ok: true, value: log.head });
    expect(second).toEqual(first);
    log.close();
  });

  it('keeps log, anchor and key readable by their owner alone', () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    log.append(draft(1));
    log.close();
    for (const path of Object.values(auditPaths(dataDir))) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
  });

  it('refuses entries after it was closed', async () => {
    const log = opened(scratch());
    log.close();
    expect(log.append(draft(1))).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(await log.anchor()).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(log.close()).toEqual({ ok: true, value: undefined });
  });

  it('is refused with the path where it cannot be made', () => {
    const file = join(scratch(), 'file');
    writeFileSync(file, '');
    expect(FileAuditLog.open({ dataDir: file })).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
  });

  it('is refused when its key is no key', () => {
    const dataDir = scratch();
    opened(dataDir).close();
    writeFileSync(auditPaths(dataDir).key, 'zz');
    expect(FileAuditLog.open({ dataDir })).toMatchObject({
      ok: false,
      error: { code: 'tampered' },
    });
  });
});

describe('verifying an audit log', () => {
  it('accepts a data directory that has none', () => {
    const dataDir = scratch();
    const check = verifyAuditLog(auditPaths(dataDir));
    expect(check).toMatchObject({ ok: true, value: { firstBad: null, head: { count: 0 } } });
    expect(existsSync(join(dataDir, 'audit'))).toBe(false);
  });

  it.each([
    ['missing', (key: string) => rmSync(key), 'is missing, so entries may have been rebuilt'],
    ['no key', (key: string) => writeFileSync(key, 'x'), 'is not a key of 64 hexadecimal digits'],
  ])('does not call a log intact whose key is %s', (_, spoil, problem) => {
    const dataDir = scratch();
    const log = opened(dataDir);
    log.append(draft(1));
    log.close();
    spoil(auditPaths(dataDir).key);
    const check = verifyAuditLog(auditPaths(dataDir));
    expect(check).toMatchObject({
      ok: true,
      value: {
        keyed: false,
        head: { count: 1 },
        firstBad: { seq: null, line: 2, problem: expect.stringContaining(problem) },
      },
    });
  });

  it('finds an edit even when the key is gone', () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    for (let n = 1; n <= 3; n += 1) log.append(draft(n));
    log.close();
    const { key, log: path } = auditPaths(dataDir);
    rmSync(key);
    writeFileSync(path, readFileSync(path, 'utf8').replace('{"n":2}', '{"n":7}'));
    const check = verifyAuditLog(auditPaths(dataDir));
    expect(check).toMatchObject({ ok: true, value: { firstBad: { seq: 2, line: 2 } } });
  });

  it('names the line that is longer than any entry', () => {
    const dataDir = scratch();
    const log = opened(dataDir);
    log.append(draft(1));
    log.close();
    appendFileSync(auditPaths(dataDir).log, 'x'.repeat(5_000_000));
    const check = verifyAuditLog(auditPaths(dataDir));
    expect(check).toMatchObject({
      ok: true,
      value: { firstBad: { line: 2, problem: 'the line is longer than any entry' } },
    });
  });

  it('checks at least 100,000 entries a second', () => {
    const dataDir = scratch();
    opened(dataDir).close();
    const paths = auditPaths(dataDir);
    const key = Buffer.from(readFileSync(paths.key, 'utf8').trim(), 'hex');
    let head = EMPTY_HEAD;
    const lines: string[] = [];
    for (let n = 1; n <= 100_000; n += 1) {
      const { entry, line } = chainEntry(head, draft(n), key);
      lines.push(line);
      head = { count: entry.seq, hash: entry.hash };
    }
    writeFileSync(paths.log, `${lines.join('\n')}\n`);
    // Time on the processor, and the best of five: other tests run on the same cores.
    let best = 0;
    for (let run = 0; run < 5; run += 1) {
      const before = process.cpuUsage();
      const check = verifyAuditLog(paths);
      const { user, system } = process.cpuUsage(before);
      expect(check).toMatchObject({ ok: true, value: { firstBad: null, head } });
      best = Math.max(best, Math.round(1e5 / ((user + system) / 1e6)));
    }
    console.info(`audit verification: ${best} entries/s`);
    expect(best).toBeGreaterThanOrEqual(100_000);
  });
});
