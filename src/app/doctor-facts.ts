import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';

/** What was found out about the disk under a directory. */
export interface DiskFacts {
  /** The directory itself, or its nearest parent that exists. */
  readonly probed: string;
  readonly exists: boolean;
  /** Null when a file could be written and removed there; else why not. */
  readonly writeError: string | null;
  readonly freeBytes: number;
  readonly freeFiles: number;
  /** Time of fdatasync after a write of 4 KiB, ms; null when nothing could be written. */
  readonly syncMs: {
    readonly median: number;
    readonly max: number;
    readonly samples: number;
  } | null;
}

/** What was found out about the machine. Null stands for "cannot be told here". */
export interface MachineFacts {
  readonly nodeVersion: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryTotalBytes: number | null;
  readonly memoryAvailableBytes: number | null;
  /** Limit of the control group, where one is set. */
  readonly memoryLimitBytes: number | null;
  readonly transparentHugePages: string | null;
  readonly reservedHugePages: number | null;
  /** Soft limit of locked memory; `Infinity` for unlimited. */
  readonly lockedMemoryLimitBytes: number | null;
  /** Whether the process may lock memory beyond that limit (CAP_IPC_LOCK). */
  readonly mayLockAnyMemory: boolean;
  /** CPUs this process may run on, and those the kernel keeps free of other work, as lists of ranges. */
  readonly allowedCpus: string | null;
  readonly isolatedCpus: string | null;
  readonly openFilesLimit: number | null;
  readonly cpuGovernor: string | null;
  readonly clockSource: string | null;
  readonly clockSynchronised: boolean | null;
}

/** Whether a TCP port can be listened on; the error's code when it cannot. */
export type PortFacts = 'free' | { readonly errorCode: string };

const SYNC_SAMPLES = 20;
const BLOCK = new Uint8Array(4096);

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
};

const numberAfter = (text: string | null, pattern: RegExp): number | null => {
  const found = text === null ? null : pattern.exec(text)?.[1];
  if (found === undefined || found === null) return null;
  return found === 'unlimited' ? Number.POSITIVE_INFINITY : Number(found);
};

const textAfter = (text: string | null, pattern: RegExp): string | null =>
  text === null ? null : (pattern.exec(text)?.[1] ?? null);

/** Number of the capability to lock memory without limit, from linux/capability.h. */
const CAP_IPC_LOCK = 14n;

const hasCapability = (status: string | null, capability: bigint): boolean => {
  const effective = textAfter(status, /^CapEff:\s+([0-9a-f]+)/m);
  return effective !== null && ((BigInt(`0x${effective}`) >> capability) & 1n) === 1n;
};

const kilobytes = (count: number | null): number | null => (count === null ? null : count * 1024);

/** Asks systemd, then chrony's and ntpd's leftovers, whether the clock follows a time server. */
function clockSynchronised(): boolean | null {
  if (existsSync('/run/systemd/timesync/synchronized')) return true;
  const asked = spawnSync('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
    encoding: 'utf8',
    timeout: 2000,
  });
  const answer = asked.status === 0 ? asked.stdout.trim() : '';
  return answer === 'yes' ? true : answer === 'no' ? false : null;
}

/** Reads what the kernel says about the machine. */
export function readMachine(): MachineFacts {
  const memory = readText('/proc/meminfo');
  const limits = readText('/proc/self/limits');
  const status = readText('/proc/self/status');
  const groupLimit = readText('/sys/fs/cgroup/memory.max');
  const hugePages = readText('/sys/kernel/mm/transparent_hugepage/enabled');
  return {
    nodeVersion: process.versions.node,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryTotalBytes: kilobytes(numberAfter(memory, /^MemTotal:\s+(\d+) kB/m)),
    memoryAvailableBytes: kilobytes(numberAfter(memory, /^MemAvailable:\s+(\d+) kB/m)),
    memoryLimitBytes: groupLimit === null || groupLimit === 'max' ? null : Number(groupLimit),
    transparentHugePages: hugePages === null ? null : (/\[(\w+)\]/.exec(hugePages)?.[1] ?? null),
    reservedHugePages: numberAfter(memory, /^HugePages_Total:\s+(\d+)/m),
    lockedMemoryLimitBytes: numberAfter(limits, /^Max locked memory\s+(\w+)/m),
    mayLockAnyMemory: hasCapability(status, CAP_IPC_LOCK),
    allowedCpus: textAfter(status, /^Cpus_allowed_list:\s+(\S+)/m),
    isolatedCpus: readText('/sys/devices/system/cpu/isolated') || null,
    openFilesLimit: numberAfter(limits, /^Max open files\s+(\w+)/m),
    cpuGovernor: readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    clockSource: readText('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    clockSynchronised: clockSynchronised(),
  };
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const nearestDirectory = (path: string): string => {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
};

function measureSync(directory: string): NonNullable<DiskFacts['syncMs']> {
  const file = join(directory, `.bot4-doctor-${process.pid}`);
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    const times: number[] = [];
    for (let sample = 0; sample < SYNC_SAMPLES; sample += 1) {
      const start = process.hrtime.bigint();
      writeSync(descriptor, BLOCK);
      fdatasyncSync(descriptor);
      times.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    times.sort((a, b) => a - b);
    return { median: times[SYNC_SAMPLES / 2]!, max: times.at(-1)!, samples: SYNC_SAMPLES };
  } finally {
    closeSync(descriptor);
    unlinkSync(file);
  }
}

/** Measures the disk under a directory with a file of its own, which it removes. */
export function probeDisk(directory: string): DiskFacts {
  const probed = nearestDirectory(directory);
  const base = { probed, exists: probed === directory, freeBytes: 0, freeFiles: 0, syncMs: null };
  if (!isDirectory(probed)) return { ...base, writeError: `${probed} is not a directory` };
  try {
    const space = statfsSync(probed);
    const free = { freeBytes: space.bavail * space.bsize, freeFiles: space.ffree };
    try {
      accessSync(probed, constants.W_OK | constants.X_OK);
      return { ...base, ...free, writeError: null, syncMs: measureSync(probed) };
    } catch (error) {
      return { ...base, ...free, writeError: (error as Error).message };
    }
  } catch (error) {
    return { ...base, writeError: (error as Error).message };
  }
}

/** Tries to listen on a port for a moment. */
export function probePort(host: string, port: number): Promise<PortFacts> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ errorCode: error.code ?? error.message }),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')));
  });
}
