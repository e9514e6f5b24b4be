import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Bot4Config } from '../../src/app/config.ts';
import type { RunOptions } from '../../src/app/contracts.ts';
import { type App, EXIT, main } from '../../src/cli/index.ts';
import { cliAtHome } from './cli-run.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';
import { RUN } from './sample-reports.ts';

const { home, run } = cliAtHome();

describe('bot4 run', () => {
  it('hands the configuration of its options to the service', async () => {
    const argv = [
      'run',
      '--duration',
      '1m',
      '--port',
      '0',
      '--no-dashboard',
      '--seed',
      '7',
      '--data-dir',
      'state',
    ];
    const { code, calls } = await run(argv);
    expect(code).toBe(EXIT.ok);
    const [config, options] = calls[0]!.args as [Bot4Config, RunOptions];
    expect(options.durationMs).toBe(60_000);
    expect(config).toMatchObject({
      dataDir: join(home, 'state'),
      dashboard: { enabled: false, port: 0 },
      simulator: { seed: 7 },
    });
  });

  it('runs without end when no duration is given', async () => {
    const { calls } = await run(['run']);
    expect((calls[0]!.args[1] as RunOptions).durationMs).toBeNull();
  });

  it('refuses a wrong configuration with 4, before anything starts', async () => {
    writeFileSync(join(home, 'wrong.json'), '{"dashbord": {}, "logLevel": "loud"}');
    const { code, calls, stdout, stderr } = await run(['run', '--config', 'wrong.json']);
    expect({ code, calls, stdout }).toEqual({ code: EXIT.configuration, calls: [], stdout: '' });
    expect(stderr).toContain('the configuration has 2 faults');
    expect(stderr).toContain('wrong.json:1:14: dashbord is not a known setting');
    expect(stderr).toContain('did you mean dashboard?');
    const json = await run(['run', '--config', 'wrong.json', '--json']);
    expect(JSON.parse(json.stdout).error).toMatchObject({
      kind: 'configuration',
      exitCode: 4,
      issues: [{ path: 'dashbord' }, { path: 'logLevel' }],
    });
  });

  it.each([
    ['0.90000000', /^fees +-0\.90000000$/m],
    ['-0.90000000', /^fees +\+0\.90000000$/m],
    ['0.00000000', /^fees +0\.00000000$/m],
  ])('shows fees of %s as what they do to the equity', async (fees, line) => {
    const runPaper = () => Promise.resolve({ ...RUN, pnl: { ...RUN.pnl, fees } });
    expect((await run(['run'], { app: { runPaper } })).stdout).toMatch(line);
  });

  it('writes progress to stderr alone', async () => {
    const runPaper: App['runPaper'] = async (_config, { onLine }) => {
      onLine('recovering');
      return RUN;
    };
    const { stdout, stderr } = await run(['run', '--json'], { app: { runPaper } });
    expect(stderr).toBe('recovering\n');
    expect(JSON.parse(stdout)).toEqual(RUN);
  });

  it('exits with 1 when the service stopped itself', async () => {
    const runPaper = () => Promise.resolve({ ...RUN, stoppedBy: 'fault' as const, reason: 'disk' });
    const { code, stdout } = await run(['run'], { app: { runPaper } });
    expect(code).toBe(EXIT.error);
    expect(stdout).toContain('Stopped: disk');
  });

  const stopped = async (signals: readonly (readonly ['SIGINT' | 'SIGTERM', number])[]) => {
    const recorded = recordedIo({ homeDirectory: home });
    const aborted: boolean[] = [];
    const { app } = fakeApp({
      runPaper: async (_config, { signal }) => {
        aborted.push(signal.aborted);
        for (const [name, atMs] of signals) recorded.signal(name, atMs);
        aborted.push(signal.aborted);
        return { ...RUN, stoppedBy: 'signal', reason: 'asked to stop' };
      },
    });
    const code = await main(['run'], recorded.io, app);
    return { code, aborted, exits: recorded.exits, recorded };
  };

  it('aborts on Ctrl-C and exits with 130', async () => {
    const { code, aborted, exits, recorded } = await stopped([['SIGINT', 0]]);
    expect({ code, aborted, exits }).toEqual({ code: 130, aborted: [false, true], exits: [] });
    expect(recorded.stderr()).toContain('Stopping: cancelling own orders.');
    expect(recorded.listens()).toBe(false);
  });

  it('exits with 0 after a clean stop by SIGTERM', async () => {
    expect(await stopped([['SIGTERM', 0]])).toMatchObject({ code: 0, aborted: [false, true] });
  });

  it('takes signals within a second as one, since npm passes Ctrl-C on a second time', async () => {
    expect(
      (
        await stopped([
          ['SIGINT', 0],
          ['SIGINT', 20],
          ['SIGTERM', 900],
        ])
      ).exits,
    ).toEqual([]);
  });

  it('ends at once on a second Ctrl-C', async () => {
    expect(
      (
        await stopped([
          ['SIGINT', 0],
          ['SIGINT', 1500],
        ])
      ).exits,
    ).toEqual([130]);
  });
});
