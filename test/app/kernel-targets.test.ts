import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../../src/native/index.ts';

const capture = resolve(process.cwd(), '../shared/market/binance_raw/usdm_btcusdt_20240808.ws.gz');
const present = existsSync(capture);
if (!present) console.warn(`skipped: no recorded capture at ${capture}`);

const bot4 = (target: string, ...argv: string[]) =>
  spawnSync(process.execPath, ['scripts/bot4.mjs', ...argv], {
    encoding: 'utf8',
    env: { ...process.env, BOT4_TARGET: target },
    timeout: 120_000,
  });

beforeAll(() => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { encoding: 'utf8' });
  expect(built.status, built.stderr).toBe(0);
}, 600_000);

describe('kernel targets', () => {
  it.skipIf(!present)(
    'give one state hash for a whole backtest, on every target this machine has',
    () => {
      const hashes = loadAddon().supportedTargets.map((target) => {
        const { stdout, stderr } = bot4(target, 'backtest', '--data', capture, '--json');
        expect(stdout, stderr).toMatch(/^\{/);
        const report = JSON.parse(stdout);
        expect(report.kernelTarget).toBe(target);
        return report.stateHash;
      });
      expect(hashes.length).toBeGreaterThan(0);
      expect(new Set(hashes).size).toBe(1);
    },
    300_000,
  );

  it('refuse to load under a name that is none, with ERR_BOT4_CPU and the allowed names', () => {
    const { status, stderr } = bot4('avx1024', 'bench', '--duration', '1s');
    expect(status).toBe(4);
    expect(stderr).toContain('ERR_BOT4_CPU');
    expect(stderr).toContain('sse2, avx2, avx512');
  });
});
