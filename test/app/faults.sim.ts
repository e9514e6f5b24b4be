import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { FileJournal } from '../../src/adapters/journal/index.ts';
import { databaseOfJournal, EmbeddedServer } from '../../src/adapters/postgres/index.ts';
import type { StatusReport } from '../../src/app/contracts.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import { type RunningService, runningServices } from './running-service.ts';

const { root, start: startIn } = runningServices();

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const start = (dataDir: string, ...args: string[]): RunningService => startIn(dataDir, args);

function journalled(dataDir: string): Map<DomainEvent['kind'], number> {
  const opened = FileJournal.open({ directory: join(dataDir, 'journal') });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const counts = new Map<DomainEvent['kind'], number>();
  opened.value.replay(({ event }) => {
    counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
  }, 'beginning');
  opened.value.close();
  return counts;
}

describe('a database that is killed for a minute', () => {
  it('does not stop trading, and is filled without gaps when it returns', async () => {
    const dataDir = join(root, 'database');
    const service = start(dataDir, '--port', '0');
    await service.says(/^mode NORMAL/m);
    const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    const connected = (): Promise<StatusReport> =>
      service.statusOnce(({ database }) => database.startsWith('connected'));
    const before = await connected();
    let kills = 0;
    const killFor = async (ms: number): Promise<void> => {
      for (const until = Date.now() + ms; Date.now() < until; await wait(100)) {
        const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0;
        if (pid <= 1) continue;
        try {
          process.kill(pid, 'SIGKILL');
          kills += 1;
        } catch {
          // Gone already.
        }
      }
    };
    await killFor(60_000);
    let during = await service.status();
    // A stall of this machine pauses the service for some seconds, database or not.
    for (let i = 0; i < 20 && during.mode !== 'NORMAL'; i += 1) {
      await killFor(1_000);
      during = await service.status();
    }
    expect(kills).toBeGreaterThan(0);
    expect(during.mode).toBe('NORMAL');
    expect(during.fills).toBeGreaterThan(before.fills);
    expect(Number(during.journalSeq)).toBeGreaterThan(Number(before.journalSeq) + 100);
    await connected();
    await service.statusOnce(({ database }) => /, [0-9] entries behind/.test(database));
    expect(await service.stop()).toBe(0);

    const counts = journalled(dataDir);
    const journal = FileJournal.open({ directory: join(dataDir, 'journal') });
    if (!journal.ok) throw new Error(JSON.stringify(journal.error));
    const database = databaseOfJournal(journal.value.id);
    journal.value.close();
    const server = new EmbeddedServer({ dataDir, database });
    try {
      const ready = await server.ready();
      if (!ready.ok) throw new Error(JSON.stringify(ready.error));
      const client = new pg.Client(ready.value);
      await client.connect();
      const rows = async (table: string): Promise<number> =>
        Number((await client.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n);
      expect(await rows('fills')).toBe(counts.get('order-filled'));
      expect(await rows('orders')).toBe(counts.get('order-submitted'));
      expect(await rows('equity')).toBe(counts.get('equity-sampled'));
      expect(await rows('journal_gaps')).toBe(0);
      await client.end();
    } finally {
      await server.stop();
    }
  }, 360_000);
});

/** Mounts a tmpfs and takes it away again: a container's root may be forbidden to. */
function tmpfsCanBeMounted(): boolean {
  const scratch = mkdtempSync(join(tmpdir(), 'bot4-mount-'));
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', scratch]).status !== 0) return false;
    return spawnSync('umount', [scratch]).status === 0;
  } finally {
    rmdirSync(scratch);
  }
}
const canMount = tmpfsCanBeMounted();
if (!canMount) console.warn('skipped: full and read-only disks, since no tmpfs can be mounted');

describe.skipIf(!canMount)('a data directory that', () => {
  const disk = join(root, 'disk');
  const sh = (command: string): void => {
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  };
  afterEach(() => void spawnSync('umount', [disk]));

  it('is read-only is refused with exit code 4, its name and the reason', async () => {
    sh(`mkdir -p ${disk} && mount -t tmpfs -o size=4m,ro tmpfs ${disk}`);
    const service = start(disk, '--no-dashboard');
    expect(await service.end()).toBe(4);
    expect(service.said).toContain(disk);
    expect(service.said).toMatch(/read-only|EROFS/i);
  });

  it('fills up ends new trading with a clear word, and loses nothing once there is room again', async () => {
    sh(`mkdir -p ${disk} && mount -t tmpfs -o size=4m tmpfs ${disk}`);
    writeFileSync(join(disk, 'bot4.json'), JSON.stringify({ database: { mode: 'none' } }));
    const service = start(disk, '--no-dashboard');
    await service.says(/^mode NORMAL/m);
    await service.statusOnce(({ fills }) => fills > 0);
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=64k'], {});
    // The pages that are begun still take something. The journal's write fails first, which pauses,
    // or that of the simulated venue's ledger, which ends the run.
    await service.says(/^mode PAUSE: the journal refuses writes|the venue's ledger in /m, 90_000);
    expect(service.said).toMatch(/no space left|ENOSPC|disk-full/i);
    expect(await service.stop()).not.toBeNull();
    rmSync(join(disk, 'ballast'));
    const again = start(disk, '--no-dashboard');
    await again.says(/^mode NORMAL/m);
    expect(await again.stop(), again.said).toBe(0);
    const audit = spawnSync(
      process.execPath,
      ['scripts/bot4.mjs', 'audit', 'verify', '--data-dir', disk],
      { encoding: 'utf8' },
    );
    expect(audit.status, audit.stderr).toBe(0);
  }, 300_000);
});
