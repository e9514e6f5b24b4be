import { sendCommand } from '../adapters/control/index.ts';
import { type ConfigIssue, renderIssue } from '../core/config/index.ts';
import type { Result } from '../core/index.ts';
import type { Bot4Config, LoadedConfig } from './config.ts';
import type { DoctorCheck, DoctorReport } from './contracts.ts';
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
  checkPort,
  checkWishes,
  type EngineFacts,
  type MachineWishes,
} from './doctor-checks.ts';
import { type MachineFacts, probeDisk, probePort, readMachine } from './doctor-facts.ts';
import { packageVersion } from './version.ts';

/** What to examine. */
export interface DoctorOptions {
  readonly dataDir: string;
  /** The configuration, or what is wrong with it. */
  readonly config: Result<LoadedConfig, readonly ConfigIssue[]>;
}

const RUNNING_TIMEOUT_MS = 1000;

async function loadEngine(): Promise<EngineFacts> {
  try {
    const { loadAddon } = await import('../native/index.ts');
    const addon = loadAddon();
    return { loaded: true, target: addon.target, supported: addon.supportedTargets };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    return { loaded: false, code, message: error.message.split('\n')[0] ?? '' };
  }
}

/** The threads that the engine will have. */
const shardsOf = ({ engine, instruments }: Bot4Config): number =>
  Math.min(engine.threads, instruments.length);

/** Requires the engine to load: it knows what its records take. */
async function examineWishes(
  machine: MachineFacts,
  wishes: MachineWishes,
  shards: number,
): Promise<readonly DoctorCheck[]> {
  const { poolBytes } = await import('../native/index.ts');
  return checkWishes(machine, wishes, poolBytes(wishes.pools, shards), shards);
}

const checkConfig = (config: DoctorOptions['config']): DoctorCheck =>
  config.ok
    ? {
        name: 'configuration',
        status: 'ok',
        found: config.value.file ?? 'no file; environment and defaults',
        remedy: null,
      }
    : {
        name: 'configuration',
        status: 'fail',
        found: config.error.map(renderIssue).join('\n'),
        remedy: 'Correct what is named; docs/configuration.md lists every setting.',
      };

/** Examines the machine and the settings, without changing either. */
export async function runDoctor({ dataDir, config }: DoctorOptions): Promise<DoctorReport> {
  const machine = readMachine();
  const engine = await loadEngine();
  const status = await sendCommand(dataDir, { kind: 'status', reason: null }, RUNNING_TIMEOUT_MS);
  const running = status.ok || !['not-running', 'no-permission'].includes(status.error.code);
  const checks: DoctorCheck[] = [
    checkConfig(config),
    checkNode(machine),
    checkEngine(engine),
    checkCores(machine),
    checkMemory(machine),
    ...checkDisk(probeDisk(dataDir), dataDir),
  ];
  if (config.ok && config.value.config.dashboard.enabled) {
    const { host, port } = config.value.config.dashboard;
    checks.push(checkPort(await probePort(host, port), { host, port }, running));
  }
  checks.push(
    ...checkClock(machine),
    checkGovernor(machine),
    checkPages(machine),
    ...checkLimits(machine),
    ...(config.ok && engine.loaded
      ? await examineWishes(machine, config.value.config.machine, shardsOf(config.value.config))
      : []),
    {
      name: 'service',
      status: 'ok',
      found: running ? 'running on this data directory' : 'not running',
      remedy: null,
    },
  );
  return {
    healthy: checks.every((check) => check.status !== 'fail'),
    version: packageVersion(),
    dataDir,
    kernelTargets: {
      active: engine.loaded ? engine.target : null,
      supported: engine.loaded ? engine.supported : [],
    },
    checks,
  };
}
