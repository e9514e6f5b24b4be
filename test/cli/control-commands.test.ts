import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESTORABLE_CAUSES } from '../../src/app/contracts.ts';
import { type App, EXIT, main } from '../../src/cli/index.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';
import { STATUS } from './sample-reports.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-control-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(argv: string[], over: { app?: Partial<App> } = {}) {
  const recorded = recordedIo({ homeDirectory: home, workingDirectory: home });
  const { app, calls } = fakeApp(over.app);
  const code = await main(argv, recorded.io, app);
  return { code, calls, stdout: recorded.stdout() };
}

describe('commands to a running service', () => {
  it.each([
    [['pause'], 'pause'],
    [['reduce'], 'reduce'],
    [['emergency'], 'emergency'],
  ])('%j asks for %s', async (argv, kind) => {
    const { code, calls } = await run([
      ...argv,
      '--reason',
      'storm',
      '--timeout',
      '2s',
      '--data-dir',
      '/d',
    ]);
    expect(code).toBe(EXIT.ok);
    expect(calls).toEqual([
      { name: 'askModeChange', args: ['/d', { kind, reason: 'storm' }, 2000] },
    ]);
  });

  it.each([
    [['restore'], 'restore', null],
    [['restore', '--cancel'], 'cancel-restore', null],
    [['restore', '--cause', 'human-pause'], 'restore', 'human-pause'],
    [['restore', '--cancel', '--cause', 'drawdown-reduce'], 'cancel-restore', 'drawdown-reduce'],
  ])('%j asks for %s of the cause %s', async (argv, kind, reason) => {
    const { code, calls } = await run([...argv, '--data-dir', '/d']);
    expect(code).toBe(EXIT.ok);
    expect(calls).toEqual([{ name: 'askModeChange', args: ['/d', { kind, reason }, 5000] }]);
  });

  it('name in the help of restore every cause that it may lift', async () => {
    const { stdout } = await run(['restore', '--help']);
    for (const id of RESTORABLE_CAUSES) expect(stdout).toContain(id);
    expect(stdout).not.toContain('--reason');
    expect((await run(['pause', '--help'])).stdout).toContain('--reason');
  });

  it('wait five seconds when nothing else is said', async () => {
    expect((await run(['status'])).calls[0]!.args).toEqual([join(home, '.bot4'), 5000]);
    expect((await run(['pause'])).calls[0]!.args[2]).toBe(5000);
  });

  it('work with a broken configuration, since taking risk away must never depend on one', async () => {
    writeFileSync(join(home, 'broken.json'), '{ broken');
    const { code, calls } = await run(['emergency', '--config', 'broken.json']);
    expect(code).toBe(EXIT.ok);
    expect(calls[0]!.args[0]).toBe(join(home, '.bot4'));
  });

  it('show the mode, its causes and why it is not trading', async () => {
    const { stdout } = await run(['status']);
    for (const text of [
      'PAUSE since 2026-01-02T04:00:00.000Z (PAPER)',
      'PAUSE by human-pause (human)',
      'restore due 2026-01-03T05:00:00.000Z',
      'Not trading:\n  a person paused it: venue maintenance',
      'breaker           sim open: none of its instruments has fresh market data',
      'up                2 h 5 min since',
    ]) {
      expect(stdout).toContain(text);
    }
    const trading = {
      ...STATUS,
      mode: 'NORMAL' as const,
      causes: [],
      notTradingBecause: [],
      positions: [],
    };
    const { stdout: normal } = await run(['status'], {
      app: { askStatus: () => Promise.resolve(trading) },
    });
    expect(normal).toContain('It is trading.');
    expect(normal).toContain('No positions.');
  });
});
