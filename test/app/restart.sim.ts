import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RunningService, runningServices } from './running-service.ts';

const { root, start: startIn } = runningServices();

const start = (dataDir: string, ...args: string[]): RunningService =>
  startIn(dataDir, args, { BOT4_DATABASE_MODE: 'none' });

/** Waits until the service holds something and has orders working. */
const untilTrading = (service: RunningService): Promise<unknown> =>
  service.statusOnce(({ positions, openOrders }) => positions.length > 0 && openOrders > 0);

const held = async (service: RunningService): Promise<unknown> => {
  const { positions, pnl } = await service.status();
  return { positions: positions.map((each) => [each.instrument, each.position]), cash: pnl.cash };
};

describe('a service that starts again', () => {
  it('has the same positions and cash after a clean stop, and trades on', async () => {
    const dataDir = join(root, 'clean');
    const first = start(dataDir, '--no-dashboard');
    await first.says(/^mode NORMAL/m);
    await untilTrading(first);
    expect(await first.stop()).toBe(0);
    const summary = JSON.parse(first.printed);
    expect(summary.ordersLeftOpen).toBe(0);
    const second = start(dataDir, '--no-dashboard');
    await second.says(/^mode NORMAL/m);
    // The warm-up of the books takes seconds, so nothing was traded yet.
    expect(await held(second)).toEqual({
      positions: summary.instruments
        .filter((each: { position: string }) => Number(each.position) !== 0)
        .map((each: { instrument: string; position: string }) => [each.instrument, each.position]),
      cash: summary.pnl.cash,
    });
    await untilTrading(second);
    expect(await second.stop()).toBe(0);
  }, 240_000);

  it('takes up its open orders after it was killed', async () => {
    const dataDir = join(root, 'killed');
    let takenUp = 0;
    // An order may end between the look at it and the kill: then the next kill shows it.
    for (let attempt = 0; takenUp === 0 && attempt < 4; attempt += 1) {
      const first = start(dataDir, '--no-dashboard');
      await first.says(/^mode NORMAL/m);
      await untilTrading(first);
      first.child.kill('SIGKILL');
      await first.end();
      const second = start(dataDir, '--no-dashboard');
      await second.says(/^mode NORMAL/m);
      takenUp = (await second.status()).openOrders;
      expect(await second.stop()).toBe(0);
      expect(JSON.parse(second.printed).ordersLeftOpen).toBe(0);
    }
    expect(takenUp).toBeGreaterThan(0);
  }, 240_000);

  it('stops within five seconds, its embedded database included', async () => {
    const stopped = async (name: string): Promise<number> => {
      const service = startIn(join(root, name), ['--port', '0']);
      await service.says(/^mode NORMAL/m);
      await service.statusOnce(({ database }) => database.startsWith('connected'));
      const at = performance.now();
      service.child.kill('SIGINT');
      expect(await service.end()).toBe(130);
      return performance.now() - at;
    };
    // Its own steps end it long before; a machine that stands still meanwhile does so once.
    const ms = await stopped('database');
    expect(ms < 5_000 ? ms : await stopped('database-again')).toBeLessThan(5_000);
  }, 240_000);
});
