import type { PoolSizes } from '../native/index.ts';
import type { DoctorCheck } from './contracts.ts';
import type { DiskFacts, MachineFacts, PortFacts } from './doctor-facts.ts';

/** What loading the native engine gave. */
export type EngineFacts =
  | { readonly loaded: true; readonly target: string; readonly supported: readonly string[] }
  | { readonly loaded: false; readonly code: string; readonly message: string };

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const bytes = (count: number): string => {
  if (count === Number.POSITIVE_INFINITY) return 'unlimited';
  return count >= GIB ? `${(count / GIB).toFixed(1)} GiB` : `${(count / MIB).toFixed(0)} MiB`;
};

const check = (
  name: string,
  status: DoctorCheck['status'],
  found: string,
  remedy: string | null = null,
): DoctorCheck => ({ name, status, found, remedy: status === 'ok' ? null : remedy });

/** Node 20.19 or later; versions that are past their end of life are warned about. */
export function checkNode({ nodeVersion }: MachineFacts): DoctorCheck {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return check('node', 'fail', nodeVersion, 'Install Node 20.19 or later.');
  }
  const ended = major < 22;
  return check(
    'node',
    ended ? 'warn' : 'ok',
    ended ? `${nodeVersion}, works, but past its end of life` : nodeVersion,
    'Move to Node 22 when you can.',
  );
}

/** The engine loads, and no faster kernel target lies idle. */
export function checkEngine(engine: EngineFacts): DoctorCheck {
  if (!engine.loaded) {
    const remedy =
      engine.code === 'ERR_BOT4_CPU'
        ? 'Unset BOT4_TARGET, or set it to a target that this processor supports.'
        : 'Run "npm run build:addon" and read its last lines.';
    return check('engine', 'fail', `${engine.code}: ${engine.message}`, remedy);
  }
  const best = engine.supported.at(-1);
  const found = `${engine.target} in use; supported: ${engine.supported.join(', ')}`;
  return check(
    'engine',
    best === engine.target ? 'ok' : 'warn',
    found,
    `BOT4_TARGET forces a slower target than ${best}; unset it.`,
  );
}

/** Room for the service and its embedded PostgreSQL. */
export function checkMemory(machine: MachineFacts): DoctorCheck {
  const { memoryAvailableBytes: available, memoryTotalBytes: all } = machine;
  if (available === null || all === null) {
    return check('memory', 'warn', 'cannot be told here', 'Make sure that 1 GiB is available.');
  }
  const limit = machine.memoryLimitBytes;
  const usable = limit === null ? available : Math.min(available, limit);
  const group = limit === null ? '' : `, limited to ${bytes(limit)} by the control group`;
  const status = usable < 0.5 * GIB ? 'fail' : usable < GIB ? 'warn' : 'ok';
  const found = `${bytes(available)} of ${bytes(all)} available${group}`;
  return check('memory', status, found, 'Leave 1 GiB to the service and its PostgreSQL.');
}

/** A core for trading and another for everything else. */
export function checkCores({ cores, cpuModel }: MachineFacts): DoctorCheck {
  return check(
    'cores',
    cores < 2 ? 'warn' : 'ok',
    `${cores} of ${cpuModel.trim()}`,
    'Give it 2 cores, or the database and the JIT compiler take time from trading.',
  );
}

/** What the section `machine` of the configuration asks for. */
export interface MachineWishes {
  readonly hugePages: 'off' | 'transparent';
  readonly lockMemory: boolean;
  readonly prefault: boolean;
  readonly pools: PoolSizes;
}

/** What the engine's memory holds beside the pools, at its largest, and room to spare. */
const ARENA_BYTES = 64 * MIB;

/** What each thread's arena and rings hold beside its signals, and room to spare. */
const SHARD_BYTES = 16 * MIB;

const total = ({ orders, ticks, signals }: PoolSizes): number => orders + ticks + signals;

/**
 * Whether the memory of the pools fits into that of the machine, with what the service takes beside
 * it. Pre-faulted it is taken at the start; otherwise only as records come.
 */
export function checkPools(
  machine: MachineFacts,
  { prefault, pools }: MachineWishes,
  poolBytes: PoolSizes,
): DoctorCheck {
  const { memoryAvailableBytes: available, memoryLimitBytes: limit } = machine;
  const usable = Math.min(available ?? Number.POSITIVE_INFINITY, limit ?? Number.POSITIVE_INFINITY);
  const wanted = total(poolBytes);
  const fits = wanted + 0.5 * GIB <= usable;
  const sizes = `${pools.orders} orders, ${pools.ticks} ticks, ${pools.signals} signals`;
  const when = prefault ? 'pre-faulted at the start' : 'taken as they are used';
  return check(
    'engine-pools',
    fits ? 'ok' : prefault ? 'fail' : 'warn',
    `${sizes}: ${bytes(wanted)}, ${when}; ${bytes(usable)} can be had`,
    'Name smaller machine.pools, set machine.prefault to false, or give the machine more memory.',
  );
}

/**
 * What the configuration asks of the machine, and whether it will give it. A refusal warns only: the
 * service goes on without. `shards` are the threads of the engine.
 */
export function checkWishes(
  machine: MachineFacts,
  wishes: MachineWishes,
  poolBytes: PoolSizes,
  shards: number,
): readonly DoctorCheck[] {
  const { transparentHugePages: pages, lockedMemoryLimitBytes: limit } = machine;
  const { allowedCpus, isolatedCpus } = machine;
  const granted = pages === 'madvise' || pages === 'always';
  const lockedBytes = ARENA_BYTES + shards * SHARD_BYTES + total(poolBytes);
  const lockable = machine.mayLockAnyMemory || (limit !== null && limit >= lockedBytes);
  const asked = (wish: boolean) => (wish ? 'asked for' : 'not asked for');
  const huge = wishes.hugePages === 'transparent';
  const may = machine.mayLockAnyMemory ? 'any amount' : limit === null ? 'unknown' : bytes(limit);
  return [
    checkPools(machine, wishes, poolBytes),
    check(
      'engine-huge-pages',
      huge && !granted ? 'warn' : 'ok',
      `${asked(huge)}; the kernel ${granted ? 'gives them' : 'does not give them'}`,
      'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, or set machine.hugePages to "off"',
    ),
    check(
      'engine-locked-memory',
      wishes.lockMemory && !lockable ? 'warn' : 'ok',
      `${asked(wishes.lockMemory)}; may lock ${may}`,
      'Raise RLIMIT_MEMLOCK ("ulimit -l unlimited", LimitMEMLOCK=infinity in the unit) or give CAP_IPC_LOCK.',
    ),
    check(
      'cpus',
      'ok',
      `may run on ${allowedCpus ?? 'unknown'}; isolated: ${isolatedCpus ?? 'none'}`,
    ),
  ];
}

/** Transparent huge pages: making them for everything may pause the process. */
export function checkPages(machine: MachineFacts): DoctorCheck {
  const { transparentHugePages, reservedHugePages } = machine;
  if (transparentHugePages === null) return check('huge-pages', 'ok', 'not offered by this kernel');
  const reserved = reservedHugePages === null ? '' : `, ${reservedHugePages} reserved`;
  return check(
    'huge-pages',
    transparentHugePages === 'always' ? 'warn' : 'ok',
    `transparent: ${transparentHugePages}${reserved}`,
    'Compaction can pause the process: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled',
  );
}

/** The limits that the shell or the service manager sets. */
export function checkLimits(machine: MachineFacts): readonly DoctorCheck[] {
  const { lockedMemoryLimitBytes: locked, openFilesLimit: files } = machine;
  const checks: DoctorCheck[] = [];
  if (locked !== null) {
    checks.push(check('locked-memory', 'ok', `limit ${bytes(locked)}`));
  }
  if (files !== null) {
    checks.push(
      check(
        'open-files',
        files < 256 ? 'fail' : files < 1024 ? 'warn' : 'ok',
        `limit ${files === Number.POSITIVE_INFINITY ? 'unlimited' : files}`,
        'Raise it to 1024 or more: "ulimit -n 1024".',
      ),
    );
  }
  return checks;
}

/** A governor that keeps the clock up. Virtual machines have none, which is nothing to mend. */
export function checkGovernor({ cpuGovernor }: MachineFacts): DoctorCheck {
  if (cpuGovernor === null) return check('cpu-governor', 'ok', 'the host decides');
  return check(
    'cpu-governor',
    cpuGovernor === 'performance' ? 'ok' : 'warn',
    cpuGovernor,
    'For steady latency: cpupower frequency-set --governor performance',
  );
}

const CHEAP_CLOCKS = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];

/** A clock that is cheap to read, and right. */
export function checkClock(machine: MachineFacts): readonly DoctorCheck[] {
  const { clockSource, clockSynchronised } = machine;
  const source =
    clockSource === null
      ? check('clock-source', 'ok', 'cannot be told here')
      : check(
          'clock-source',
          CHEAP_CLOCKS.includes(clockSource) ? 'ok' : 'warn',
          clockSource,
          'Reading this clock costs a system call; use tsc where the machine offers it.',
        );
  const found =
    clockSynchronised === null
      ? 'cannot be told here'
      : clockSynchronised
        ? 'follows a time server'
        : 'follows no time server';
  return [
    source,
    check(
      'clock-sync',
      clockSynchronised === true ? 'ok' : 'warn',
      found,
      'Run a time client, for example: apt-get install systemd-timesyncd',
    ),
  ];
}

/** The data directory can be written, has room, and its disk answers in time. */
export function checkDisk(disk: DiskFacts, dataDir: string): readonly DoctorCheck[] {
  const place = disk.exists ? dataDir : `${dataDir} (to be made below ${disk.probed})`;
  if (disk.writeError !== null) {
    const remedy = 'Make it writable for this user, or name another with --data-dir.';
    return [check('data-dir', 'fail', `${place}: ${disk.writeError}`, remedy)];
  }
  const space = disk.freeBytes < 0.2 * GIB ? 'fail' : disk.freeBytes < 2 * GIB ? 'warn' : 'ok';
  const checks = [
    check('data-dir', 'ok', `${place} can be written`),
    check('disk-space', space, `${bytes(disk.freeBytes)} free`, 'Leave 2 GiB for the journal.'),
  ];
  if (disk.syncMs !== null) {
    const { median, max, samples } = disk.syncMs;
    checks.push(
      check(
        'disk-sync',
        median > 50 ? 'warn' : 'ok',
        `fdatasync of 4 KiB: median ${median.toFixed(2)} ms, longest ${max.toFixed(2)} ms of ${samples}`,
        'A faster disk narrows what a power cut may lose; orders never wait for it.',
      ),
    );
  }
  return checks;
}

/** The page's port is free, or held by the service that runs on this data directory. */
export function checkPort(
  facts: PortFacts,
  address: { readonly host: string; readonly port: number },
  running: boolean,
): DoctorCheck {
  const where = `${address.host}:${address.port}`;
  if (facts === 'free') return check('port', 'ok', `${where} is free`);
  if (running && facts.errorCode === 'EADDRINUSE') {
    return check('port', 'ok', `${where} is held by the running service`);
  }
  const why = facts.errorCode === 'EADDRINUSE' ? 'is taken' : `cannot be used: ${facts.errorCode}`;
  const remedy = 'Choose another with --port or dashboard.port, or use --no-dashboard.';
  return check('port', 'fail', `${where} ${why}`, remedy);
}
