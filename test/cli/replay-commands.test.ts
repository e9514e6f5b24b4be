import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainDiffReport, ReplayReport, RerunReport } from '../../src/app/contracts.ts';
import { type App, EXIT, main } from '../../src/cli/index.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';
import { DIFFERENCE, REPLAY, RERUN } from './sample-replays.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-replay-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(argv: string[], over: Partial<App> = {}) {
  const recorded = recordedIo({ homeDirectory: home, workingDirectory: home });
  const { app, calls } = fakeApp(over);
  const code = await main(argv, recorded.io, app);
  return { code, calls, stdout: recorded.stdout(), stderr: recorded.stderr() };
}

const verified: ReplayReport = {
  ...REPLAY,
  verification: { ...REPLAY.verification!, equal: true, firstDifference: null },
};

describe('bot4 replay', () => {
  it('asks for the state at the end, or at the moment that is named', async () => {
    const end = await run(['replay']);
    expect(end.calls[0]).toMatchObject({
      name: 'runReplay',
      args: [{ until: null, verify: false }],
    });
    const { calls } = await run(['replay', '--until', '1200', '--verify', '--data-dir', '/d']);
    expect(calls[0]!.args[0]).toMatchObject({
      until: '1200',
      verify: true,
      config: { dataDir: '/d' },
    });
  });

  it('shows the state with units, entry and time, and where a checkpoint differs', async () => {
    const { stdout } = await run(['replay', '--verify']);
    expect(stdout).toContain(
      'State after entry 1200 of 4321, 2026-01-02T03:04:05.678Z (1767323045678000000 ns)',
    );
    expect(stdout).toMatch(/human-pause \(PAUSE\) since 2026-01-02T03:04:01.000Z: lunch/);
    expect(stdout).toMatch(/unrealised \(USDT\)/);
    expect(stdout).toContain('accepted, being cancelled');
    expect(stdout).toContain('Differs: the checkpoint at entry 4000');
    expect(stdout).toContain('differing parts  portfolio');
  });

  it('exits with 0 for a verified journal and with 1 for one that differs', async () => {
    const { code, stdout } = await run(['replay', '--verify'], {
      runReplay: () => Promise.resolve(verified),
    });
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('Verified: 2 checkpoints equal what their entries come to');
    expect((await run(['replay', '--verify'])).code).toBe(EXIT.error);
    expect(JSON.parse((await run(['replay', '--json'])).stdout)).toEqual(REPLAY);
  });

  it('drives a run again, the latest or the one that is named', async () => {
    const { code, calls, stdout } = await run(['replay', '--rerun', '--run', '3']);
    expect(code).toBe(EXIT.ok);
    expect(calls[0]).toMatchObject({ name: 'runRerun', args: [{ runEpoch: 3 }] });
    expect(stdout).toContain('Equal: run 3 driven again writes the same events');
    expect(stdout).toContain('until the end of the process; 7 entries after it');
    expect((await run(['replay', '--rerun'])).calls[0]!.args[0]).toMatchObject({ runEpoch: null });
  });

  it('exits with 1 when the rerun differs, and shows both events', async () => {
    const different: RerunReport = {
      ...RERUN,
      equal: false,
      firstDifference: { seq: '17', expected: '{"kind":"a"}', found: null },
    };
    const over = { runRerun: () => Promise.resolve(different) };
    const { code, stdout } = await run(['replay', '--rerun'], over);
    expect(code).toBe(EXIT.error);
    expect(stdout).toMatch(/first at entry\s+17\n.*\{"kind":"a"\}\n.*nothing more/);
  });

  it("writes a recorded run's market as captures", async () => {
    const { code, calls, stdout } = await run(['replay', '--capture', 'market', '--run', '3']);
    expect(code).toBe(EXIT.ok);
    expect(calls[0]).toMatchObject({
      name: 'exportCaptures',
      args: [{ directory: join(home, 'market'), runEpoch: 3 }],
    });
    expect(stdout).toMatch(/btcusdt\.ws\.gz\s+60 000 messages/);
  });

  it.each([
    ['--rerun', '--verify'],
    ['--rerun', '--until', '3'],
    ['--run', '3'],
    ['--capture', 'd', '--rerun'],
    ['--capture', 'd', '--verify'],
    ['--run', '0', '--rerun'],
    ['--until', ' '],
  ])('refuses %s %s', async (...flags) => {
    const { code, calls, stderr } = await run(['replay', ...flags]);
    expect(code).toBe(EXIT.usage);
    expect(calls).toEqual([]);
    expect(stderr).toContain('error');
  });
});

describe('bot4 explain-diff', () => {
  it('compares two paths, from where it was called', async () => {
    const { calls } = await run([
      'explain-diff',
      '--live',
      '/srv/bot4',
      '--backtest',
      'run.jsonl',
      '--tolerance',
      '250ms',
      '--run',
      '3',
    ]);
    expect(calls[0]).toMatchObject({
      name: 'explainDiff',
      args: [
        { live: '/srv/bot4', backtest: join(home, 'run.jsonl'), toleranceMs: 250, runEpoch: 3 },
      ],
    });
  });

  it('names the first decision that differs and why, and exits with 1', async () => {
    const argv = ['explain-diff', '--live', 'a', '--backtest', 'b'];
    const { code, stdout } = await run(argv);
    expect(code).toBe(EXIT.error);
    expect(stdout).toContain('Differ at decision 42, after 41 equal ones');
    expect(stdout).toContain('entry 99, 2026-01-02T03:04:05.678Z (1767323045678000000 ns)');
    expect(stdout).toMatch(/fee: fee of order 46.*\n {2}live {6}5\n {2}backtest {2}6/);
    expect(JSON.parse((await run([...argv, '--json'])).stdout)).toEqual(DIFFERENCE);
  });

  it('exits with 0 when all decisions are equal', async () => {
    const equal: ExplainDiffReport = { ...DIFFERENCE, equal: true, first: null };
    const { code, stdout } = await run(['explain-diff', '--live', 'a', '--backtest', 'b'], {
      explainDiff: () => Promise.resolve(equal),
    });
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('Equal: 41 decisions in the same order');
  });

  it('wants both paths', async () => {
    expect((await run(['explain-diff', '--live', 'a'])).code).toBe(EXIT.usage);
  });
});

describe('bot4 backtest --events', () => {
  it.each([
    ['run.jsonl', 'run.jsonl'],
    ['out/', 'out/'],
    ['/tmp/x', null],
  ])('writes the events to %s', async (given, relative) => {
    const { calls } = await run(['backtest', '--data', 'x', '--events', given]);
    const expected = relative === null ? given : `${home}/${relative}`;
    expect(calls[0]!.args[0]).toMatchObject({ events: expected });
  });
});
