import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Bot4Config } from '../../src/app/config.ts';
import { nearestQueueModel } from '../../src/app/config-models.ts';
import { OWN_ORDERS_MODEL, refitOwnOrders } from '../../src/app/paper/own-orders-fit.ts';
import { RunLog } from '../../src/app/paper/run-log.ts';
import { openJournal } from '../adapters/journal/scratch.ts';
import { life } from '../execution/sample-orders.ts';
import { paperConfig, paperRun } from './paper-run.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

const modelIn = (config: Bot4Config): string => join(config.dataDir, OWN_ORDERS_MODEL);

/** What the fit says on a data directory. */
function fitted(config: Bot4Config, now?: () => number): string {
  const lines: string[] = [];
  refitOwnOrders(config, new RunLog('info', (line) => lines.push(line)), now);
  return lines.join('\n');
}

/** Writes the journal of a service that traded for some virtual minutes. */
function traded(config: Bot4Config, minutes: number): void {
  const world = new VirtualWorld(config);
  world.run(minutes * 60_000);
  const journal = openJournal({ directory: join(config.dataDir, 'journal') });
  for (const event of world.events) journal.append(event);
  journal.close();
}

describe('the end of a run', () => {
  it('fits the delays to own orders, and writes a model that the simulator takes', () => {
    const config = paperConfig();
    traded(config, 2);
    const said = fitted(config);
    expect(said).toMatch(/delays of own orders: median [\d.]+ ms, sigma [\d.]+, of \d+ ackn/);
    expect(said).toMatch(/held out: log-normal D [\d.]+, p [\d.e-]+ on \d+; written to/);
    const path = modelIn(config);
    const { latency } = JSON.parse(readFileSync(path, 'utf8'));
    expect(latency.roundTrip.medianMs).toBeGreaterThan(1);
    expect(latency.roundTrip.medianMs).toBeLessThan(100);
    const next = configFor({ 'simulator.latencyModel': path });
    expect(next.simulator.latency.orderMs).toBeGreaterThan(0.5);
    expect(next.simulator.latency.orderMs).not.toBe(config.simulator.latency.orderMs);

    // A run that drew from the file would only add its own time once more.
    const before = readFileSync(path, 'utf8');
    const again = { ...next, dataDir: config.dataDir };
    expect(fitted(again)).toMatch(/not written, since this run drew its delays from/);
    const link = `${config.dataDir}-link`;
    symlinkSync(config.dataDir, link);
    expect(fitted({ ...again, dataDir: link })).toMatch(/not written/);
    rmSync(link);
    expect(readFileSync(path, 'utf8')).toBe(before);

    // The clock says that the time is up after the first entries.
    let ms = 0;
    const slow = (): number => (ms += 5_000);
    expect(fitted(config, slow)).toContain('as far as the journal was read in 1.5 s');

    // What stands in the way is said; nothing is thrown.
    rmSync(path);
    writeFileSync(`${path}.new`, '');
    rmSync(join(config.dataDir, 'journal'), { recursive: true });
    expect(fitted(config)).toMatch(/^delays of own orders not fitted: cannot list .*journal/);
  });

  it('says why when there are too few orders, and writes nothing', async () => {
    const config = paperConfig();
    const lines: string[] = [];
    const summary = await paperRun(config, 300, (line) => lines.push(line));
    expect(summary.stoppedBy).toBe('duration');
    expect(lines.join('\n')).toMatch(/not fitted: \d+ acknowledgements?, 20 are needed/);
    expect(existsSync(modelIn(config))).toBe(false);
  });

  /** What is said of 40 orders acknowledged after a time, of the i-th. */
  function saidOf(delayMs: (i: number) => number): string {
    const config = paperConfig();
    const journal = openJournal({ directory: join(config.dataDir, 'journal') });
    for (let i = 1; i <= 40; i += 1) {
      journal.append(life.submitted(i, i * 10));
      journal.append(life.accepted(i, i * 10 + delayMs(i)));
    }
    journal.close();
    const said = fitted(config);
    expect(existsSync(modelIn(config))).toBe(false);
    return said;
  }

  it('writes no model that the simulator would refuse, and says why', () => {
    expect(saidOf((i) => i * 50_000)).toMatch(
      /not written: latency\.roundTrip\.medianMs is 1025000; allowed: a number from 0 to 10000 ms/,
    );
  });

  it('says that acknowledgements without a delay cannot be fitted', () => {
    expect(saidOf(() => 0)).toContain(
      'not fitted: 40 acknowledgements, fewer than 20 of them with a delay to measure',
    );
  });

  it('fits nothing when that is switched off', () => {
    expect(fitted({ ...paperConfig(), fitOwnOrders: false })).toBe('');
  });
});

describe('the queue model of backtests', () => {
  it('is the one of the power family that is nearest to what was fitted', () => {
    expect(nearestQueueModel([])).toBe('proportional');
    expect(nearestQueueModel([0.77, 0.84])).toBe('proportional');
    expect(nearestQueueModel([1.9])).toBe('power-2');
    expect(nearestQueueModel([2.4, 3.6])).toBe('power-3');
    expect(configFor().simulator.queueModel).toBe('proportional');
    expect(configFor({ 'simulator.queueModel': 'log' }).simulator.queueModel).toBe('log');
  });
});
