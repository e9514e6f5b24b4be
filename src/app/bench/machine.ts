import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { loadAddon } from '../../native/index.ts';
import { type BenchAddon, PROJECT_ROOT } from './addon.ts';
import type { BenchMachine } from './report.ts';

/** The product's flags, as in binding.gyp. */
const COMPILER_FLAGS =
  '-O3 -std=c++20 -march=x86-64 -ffp-contract=off -fno-exceptions -fno-rtti; kernels also ' +
  'with -march=x86-64-v3 and -march=x86-64-v4 -mprefer-vector-width=512';

/** Text of a file; empty where it cannot be read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The first value of a name in /proc/cpuinfo. */
const cpuField = (text: string, name: string): string =>
  new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? 'unknown';

function virtualisation(cpuInfo: string): string {
  const vendor = textOf('/sys/class/dmi/id/sys_vendor').trim();
  const hypervised = / hypervisor( |$)/m.test(cpuInfo);
  if (!hypervised) return 'none seen';
  return vendor === '' ? 'a hypervisor' : `a hypervisor (${vendor})`;
}

function commit(): string | null {
  const git = (...args: string[]) =>
    spawnSync('git', ['-C', PROJECT_ROOT, ...args], { encoding: 'utf8', timeout: 10_000 });
  const head = git('rev-parse', '--short=12', 'HEAD');
  if (head.status !== 0) return null;
  const changed = git('status', '--porcelain', '--untracked-files=no').stdout.trim() !== '';
  return `${head.stdout.trim()}${changed ? '+' : ''}`;
}

/** Load average over the last minute. */
export const loadNow = (): number => loadavg()[0] ?? 0;

/** Describes the machine and the build that the figures belong to. */
export function describeMachine(
  addon: BenchAddon | null,
  seed: number,
  loadBefore: number,
): BenchMachine {
  const info = textOf('/proc/cpuinfo');
  const measured = addon?.machine() ?? null;
  const product = loadAddon();
  return {
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cpuFamily: `${cpuField(info, 'vendor_id')} family ${cpuField(info, 'cpu family')} model ${cpuField(info, 'model')}`,
    cpuFlags: cpuField(info, 'flags').split(' '),
    cores: cpus().length,
    effectiveGhz: measured?.effectiveGhz ?? null,
    tscGhz: measured?.tscGhz ?? null,
    tscStepNs: measured?.tscStepNs ?? null,
    virtualisation: virtualisation(info),
    loadBefore,
    loadAfter: loadNow(),
    kernel: release(),
    memoryBytes: totalmem(),
    compiler: measured === null ? null : `g++ ${measured.compiler}`,
    compilerFlags: COMPILER_FLAGS,
    nodeVersion: process.version,
    kernelTarget: product.target,
    supportedTargets: product.supportedTargets,
    commit: commit(),
    seed,
    measuredAt: new Date().toISOString(),
  };
}
