import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Dashboard,
  type DashboardLimits,
  type DashboardOptions,
  startDashboard,
} from '../../../src/adapters/dashboard/index.ts';
import { type Clock, eventTime, NS_PER_MS } from '../../../src/core/index.ts';
import { type ReadModel, readModel, type SystemView } from '../../../src/observe/index.ts';
import { sampleEquityCurve, sampleView } from '../../observe/sample-view.ts';

/** The machine's clock. */
export const wallClock: Clock = { now: () => eventTime(BigInt(Date.now()) * NS_PER_MS) };

/** A folder that looks like a built page. */
export async function pageFolder(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'bot4-page-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Bot4</title>');
  await writeFile(join(directory, 'assets', 'index-abc123.js'), 'export const answer = 42;\n');
  await writeFile(join(directory, 'assets', 'index-abc123.css'), 'body { margin: 0 }\n');
  await writeFile(join(directory, 'assets', 'notes.txt'), 'not part of the page\n');
  return { directory, remove: () => rm(directory, { recursive: true }) };
}

/** A read model over a view that a test may replace at any time. */
export function liveSource(): ReadModel & { view: SystemView } {
  const curve = sampleEquityCurve(Date.now());
  const source: { view: SystemView } = { view: sampleView(Date.now(), curve) };
  const model = readModel({ view: () => source.view, equity: () => curve.series() });
  return Object.assign(source, model);
}

/** Starts a dashboard on a free port; everything not given has its default. */
export async function running(
  options: Partial<DashboardOptions> & {
    readonly assetsDir: string;
    readonly limits?: Partial<DashboardLimits>;
  },
): Promise<Dashboard> {
  const started = await startDashboard({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    source: liveSource(),
    clock: wallClock,
    onFault: (error) => {
      throw error;
    },
    ...options,
  });
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}
