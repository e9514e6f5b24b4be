import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startControl } from '../../src/adapters/control/index.ts';
import { loadConfig } from '../../src/app/config.ts';
import { runDoctor } from '../../src/app/doctor.ts';
import {
  checkClock,
  checkCores,
  checkDisk,
  checkEngine,
  checkGovernor,
  checkLimits,
  checkMemory,
  checkNode,
  checkPages,
  checkPools,
  checkPort,
  checkWishes,
  type MachineWishes,
} from '../../src/app/doctor-checks.ts';
import {
  type MachineFacts,
  probeDisk,
  probePort,
  readMachine,
} from '../../src/app/doctor-facts.ts';

const GIB = 1024 ** 3;

const machine = (over: Partial<MachineFacts> = {}): MachineFacts => ({
  nodeVersion: '22.4.0',
  cpuModel: 'AMD EPYC',
  cores: 4,
  memoryTotalBytes: 8 * GIB,
  memoryAvailableBytes: 6 * GIB,
  memoryLimitBytes: null,
  transparentHugePages: 'madvise',
  reservedHugePages: 0,
  lockedMemoryLimitBytes: 8 * 1024 ** 2,
  mayLockAnyMemory: false,
  allowedCpus: '0-3',
  isolatedCpus: null,
  openFilesLimit: 20_000,
  cpuGovernor: 'performance',
  clockSource: 'tsc',
  clockSynchronised: true,
  ...over,
});

const off = {
  hugePages: 'off',
  lockMemory: false,
  prefault: false,
  pools: { orders: 20_000, ticks: 16_384, signals: 1024 },
} as const;

/** Bytes of those pools, roughly. */
const small = { orders: 1_700_000, ticks: 786_432, signals: 131_072 };

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-doctor-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the doctor judges', () => {
  it.each([
    ['22.4.0', 'ok'],
    ['24.0.0', 'ok'],
    ['20.19.0', 'warn'],
    ['20.18.3', 'fail'],
    ['18.20.0', 'fail'],
  ])('Node %s as %s', (nodeVersion, status) => {
    expect(checkNode(machine({ nodeVersion })).status).toBe(status);
  });

  it.each([
    [
      'the best target',
      { loaded: true, target: 'avx2', supported: ['sse2', 'avx2'] },
      'ok',
      'avx2 in use; supported: sse2, avx2',
    ],
    [
      'a forced slower target',
      { loaded: true, target: 'sse2', supported: ['sse2', 'avx2'] },
      'warn',
      'BOT4_TARGET',
    ],
    [
      'an unsupported target',
      { loaded: false, code: 'ERR_BOT4_CPU', message: 'no avx512' },
      'fail',
      'Unset BOT4_TARGET',
    ],
    [
      'a missing engine',
      { loaded: false, code: 'ERR_BOT4_ADDON_MISSING', message: 'not built' },
      'fail',
      'npm run build:addon',
    ],
  ] as const)('%s', (_name, engine, status, says) => {
    const check = checkEngine(engine);
    expect(check.status).toBe(status);
    expect(`${check.found} ${check.remedy}`).toContain(says);
  });

  it.each([
    [{ memoryAvailableBytes: 2 * GIB }, 'ok'],
    [{ memoryAvailableBytes: 0.7 * GIB }, 'warn'],
    [{ memoryAvailableBytes: 0.4 * GIB }, 'fail'],
    [{ memoryLimitBytes: 0.4 * GIB }, 'fail'],
    [{ memoryAvailableBytes: null }, 'warn'],
  ])('memory %j as %s', (facts, status) => {
    expect(checkMemory(machine(facts)).status).toBe(status);
  });

  it('cores, governor, huge pages and limits', () => {
    expect(checkCores(machine({ cores: 1 })).status).toBe('warn');
    expect(checkCores(machine()).status).toBe('ok');
    expect(checkGovernor(machine({ cpuGovernor: 'powersave' })).status).toBe('warn');
    expect(checkGovernor(machine({ cpuGovernor: null })).status).toBe('ok');
    expect(checkPages(machine({ transparentHugePages: 'always' })).status).toBe('warn');
    expect(checkPages(machine({ transparentHugePages: null })).status).toBe('ok');
    const files = (openFilesLimit: number) =>
      checkLimits(machine({ openFilesLimit })).find(({ name }) => name === 'open-files')!.status;
    expect([files(100), files(1000), files(Number.POSITIVE_INFINITY)]).toEqual([
      'fail',
      'warn',
      'ok',
    ]);
  });

  it.each([
    [{}, false, 'ok', 'taken as they are used; 6.0 GiB can be had'],
    [{}, true, 'ok', '1.0 GiB, pre-faulted at the start'],
    [{ memoryAvailableBytes: 1.4 * GIB }, true, 'fail', '1.4 GiB can be had'],
    [{ memoryLimitBytes: GIB }, true, 'fail', '1.0 GiB can be had'],
    [{ memoryLimitBytes: GIB }, false, 'warn', '1.0 GiB can be had'],
    [{ memoryAvailableBytes: null }, true, 'ok', 'unlimited can be had'],
  ] as const)(
    'pools of 1 GiB on a machine with %j, pre-faulted: %s, as %s',
    (facts, prefault, status, says) => {
      const check = checkPools(
        machine(facts),
        { ...off, prefault },
        { ...small, orders: GIB - small.ticks - small.signals },
      );
      expect(check.status).toBe(status);
      expect(check.found).toContain(says);
      expect(check.found).toContain('20000 orders, 16384 ticks, 1024 signals');
      if (status !== 'ok') expect(check.remedy).toContain('smaller machine.pools');
    },
  );

  it('a wish of huge pages or locked memory that the machine refuses, with the remedy', () => {
    const statuses = (over: Partial<MachineFacts>, wishes: Partial<MachineWishes>) =>
      checkWishes(machine(over), { ...off, ...wishes }, small, 0)
        .slice(1)
        .map(({ status }) => status);
    expect(statuses({}, {})).toEqual(['ok', 'ok', 'ok']);
    const huge = { hugePages: 'transparent' } as const;
    expect(statuses({ transparentHugePages: 'never' }, huge)[0]).toBe('warn');
    expect(statuses({ transparentHugePages: 'madvise' }, huge)[0]).toBe('ok');
    expect(statuses({ transparentHugePages: null }, huge)[0]).toBe('warn');
    const lock = { lockMemory: true };
    expect(statuses({ lockedMemoryLimitBytes: 64 * 1024 }, lock)[1]).toBe('warn');
    expect(statuses({ lockedMemoryLimitBytes: 64 * 1024, mayLockAnyMemory: true }, lock)[1]).toBe(
      'ok',
    );
    expect(statuses({ lockedMemoryLimitBytes: Number.POSITIVE_INFINITY }, lock)[1]).toBe('ok');
    const large = { ...small, ticks: GIB };
    const limited = machine({ lockedMemoryLimitBytes: GIB });
    expect(checkWishes(limited, { ...off, ...lock }, small, 0)[2]!.status).toBe('ok');
    // 70 threads' arenas and rings do not fit into that GiB.
    expect(checkWishes(limited, { ...off, ...lock }, small, 70)[2]!.status).toBe('warn');
    expect(checkWishes(limited, { ...off, ...lock }, large, 0)[2]!.status).toBe('warn');
    const [, pages, locked, cpus] = checkWishes(
      machine({ transparentHugePages: 'never', lockedMemoryLimitBytes: 1024, isolatedCpus: '2-3' }),
      { ...off, ...huge, ...lock },
      small,
      0,
    );
    expect(pages!.remedy).toContain('echo madvise');
    expect(locked!.remedy).toContain('LimitMEMLOCK');
    expect(cpus!.found).toBe('may run on 0-3; isolated: 2-3');
  });

  it('clocks', () => {
    const statuses = (over: Partial<MachineFacts>) =>
      checkClock(machine(over)).map(({ status }) => status);
    expect(statuses({})).toEqual(['ok', 'ok']);
    expect(statuses({ clockSource: 'hpet' })).toEqual(['warn', 'ok']);
    expect(statuses({ clockSynchronised: false })).toEqual(['ok', 'warn']);
    expect(statuses({ clockSynchronised: null })).toEqual(['ok', 'warn']);
  });

  it('the disk', () => {
    const disk = {
      probed: '/d',
      exists: true,
      writeError: null,
      freeBytes: 100 * GIB,
      freeFiles: 1,
      syncMs: { median: 2, max: 9, samples: 20 },
    };
    const statuses = (over: Partial<typeof disk>) =>
      checkDisk({ ...disk, ...over }, '/d').map(({ name, status }) => `${name} ${status}`);
    expect(statuses({})).toEqual(['data-dir ok', 'disk-space ok', 'disk-sync ok']);
    expect(statuses({ freeBytes: GIB })).toContain('disk-space warn');
    expect(statuses({ freeBytes: 0.1 * GIB })).toContain('disk-space fail');
    expect(statuses({ syncMs: { median: 80, max: 700, samples: 20 } })).toContain('disk-sync warn');
    const readOnly = checkDisk({ ...disk, writeError: 'EROFS: read-only file system' }, '/d');
    expect(readOnly).toMatchObject([{ status: 'fail', found: '/d: EROFS: read-only file system' }]);
  });

  it('the port', () => {
    const address = { host: '127.0.0.1', port: 8080 };
    const taken = { errorCode: 'EADDRINUSE' };
    expect(checkPort('free', address, false).status).toBe('ok');
    expect(checkPort(taken, address, true).found).toBe(
      '127.0.0.1:8080 is held by the running service',
    );
    expect(checkPort(taken, address, false)).toMatchObject({
      status: 'fail',
      found: '127.0.0.1:8080 is taken',
    });
    expect(checkPort({ errorCode: 'EACCES' }, address, true).status).toBe('fail');
  });
});

describe('what the doctor finds out', () => {
  it('about this machine is plausible', () => {
    const facts = readMachine();
    expect(facts.nodeVersion).toBe(process.versions.node);
    expect(facts.cores).toBeGreaterThan(0);
    expect(facts.memoryTotalBytes).toBeGreaterThan(GIB / 4);
    expect(facts.memoryAvailableBytes).toBeLessThanOrEqual(facts.memoryTotalBytes!);
    expect(facts.openFilesLimit).toBeGreaterThan(0);
  });

  it('about a disk is measured, and nothing stays behind', () => {
    const facts = probeDisk(home);
    expect(facts).toMatchObject({ probed: home, exists: true, writeError: null });
    expect(facts.freeBytes).toBeGreaterThan(0);
    expect(facts.syncMs!.median).toBeGreaterThan(0);
    expect(facts.syncMs!.max).toBeGreaterThanOrEqual(facts.syncMs!.median);
    expect(readdirSync(home)).toEqual([]);
  });

  it('about a directory that is yet to be made is the nearest parent, and it stays unmade', () => {
    const facts = probeDisk(join(home, 'a', 'b'));
    expect(facts).toMatchObject({ probed: home, exists: false, writeError: null });
    expect(existsSync(join(home, 'a'))).toBe(false);
  });

  it('about a file in the place of the directory is a failure', () => {
    writeFileSync(join(home, 'file'), '');
    expect(probeDisk(join(home, 'file')).writeError).toContain('is not a directory');
    rmSync(join(home, 'file'));
  });

  it.skipIf(process.getuid?.() === 0)(
    'about a read-only directory is a failure (skipped as root, who may write)',
    () => {
      const locked = join(home, 'locked');
      mkdirSync(locked);
      chmodSync(locked, 0o500);
      expect(probeDisk(locked).writeError).toContain('EACCES');
      rmSync(locked, { recursive: true });
    },
  );

  it('about a port is whether it can be listened on', async () => {
    const heldAndReleased = async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const held = await probePort('127.0.0.1', port);
      await new Promise((resolve) => server.close(resolve));
      return { held, released: await probePort('127.0.0.1', port) };
    };
    let found = await heldAndReleased();
    // Somebody else may have been given the released port at once: then another one.
    for (let retry = 0; retry < 4 && found.released !== 'free'; retry += 1) {
      expect(found.released).toEqual({ errorCode: 'EADDRINUSE' });
      found = await heldAndReleased();
    }
    expect(found).toEqual({ held: { errorCode: 'EADDRINUSE' }, released: 'free' });
  });
});

describe('the report of the doctor', () => {
  const configOf = (dataDir: string, environment: Record<string, string> = {}) =>
    loadConfig({
      file: null,
      flags: [],
      environment: { BOT4_DATA: dataDir, BOT4_DASHBOARD_PORT: '0', ...environment },
      workingDirectory: '/',
      homeDirectory: home,
    });

  it('covers every part, names each check once, and changes nothing', async () => {
    const dataDir = join(home, 'fresh');
    const report = await runDoctor({ dataDir, config: configOf(dataDir) });
    const names = report.checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of [
      'configuration',
      'node',
      'engine',
      'memory',
      'cores',
      'data-dir',
      'disk-sync',
      'port',
      'clock-source',
      'clock-sync',
      'service',
    ]) {
      expect(names).toContain(name);
    }
    expect(existsSync(dataDir)).toBe(false);
    expect(report.healthy).toBe(report.checks.every(({ status }) => status !== 'fail'));
    for (const { status, remedy } of report.checks) expect(remedy === null).toBe(status === 'ok');
  });

  it('names the kernel target in use among those the machine supports', async () => {
    const { kernelTargets } = await runDoctor({ dataDir: home, config: configOf(home) });
    expect(kernelTargets.supported).toContain(kernelTargets.active);
    expect(kernelTargets.supported).toContain('sse2');
  });

  it('shows a wrong configuration and goes on with the machine', async () => {
    const config = configOf(home, { BOT4_DASHBORD_PORT: '1' });
    const report = await runDoctor({ dataDir: home, config });
    expect(report.healthy).toBe(false);
    expect(report.checks[0]).toMatchObject({ name: 'configuration', status: 'fail' });
    expect(report.checks[0]!.found).toContain('BOT4_DASHBOARD_PORT');
    expect(report.checks.length).toBeGreaterThan(8);
  });

  it('tells whether a service runs on the data directory', async () => {
    const serviceOf = async () =>
      (await runDoctor({ dataDir: home, config: configOf(home) })).checks.at(-1)!.found;
    expect(await serviceOf()).toBe('not running');
    const server = await startControl({
      dataDir: home,
      handle: () => ({ ok: true, result: 1 }),
      onFault: () => undefined,
    });
    if (!server.ok) throw new Error(server.error.message);
    expect(await serviceOf()).toBe('running on this data directory');
    await server.value.close();
  });
});
