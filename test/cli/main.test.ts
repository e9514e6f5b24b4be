import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bot4Config } from '../../src/app/config.ts';
import { AppFailure, type AppFailureKind, type RunOptions } from '../../src/app/contracts.ts';
import { type App, type CliIo, EXIT, main } from '../../src/cli/index.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';
import { BACKTEST, DOCTOR, LISTING, QUANT, RUN, TAMPERED } from './sample-reports.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-cli-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(argv: string[], over: { app?: Partial<App>; io?: Partial<CliIo> } = {}) {
  const recorded = recordedIo({ homeDirectory: home, workingDirectory: home, ...over.io });
  const { app, calls } = fakeApp(over.app);
  const code = await main(argv, recorded.io, app);
  return { code, calls, stdout: recorded.stdout(), stderr: recorded.stderr(), recorded };
}

const COMMANDS = [
  ['run'],
  ['backtest', '--data', 'x'],
  ['status'],
  ['pause'],
  ['reduce'],
  ['emergency'],
  ['restore'],
  ['audit', 'verify'],
  ['bench'],
  ['quant', '--list'],
  ['doctor'],
];

describe('help and version', () => {
  it('print the version on stdout', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: '9.8.7\n', stderr: '' });
  });

  it.each(['--help', '-h', 'help'])(
    '%s lists every command and every exit code',
    async (option) => {
      const { code, stdout, stderr } = await run([option]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const [name] of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      for (const exitCode of Object.values(EXIT)) {
        expect(stdout).toMatch(new RegExp(`^  ${exitCode} `, 'm'));
      }
      expect(stdout).toContain('Examples:');
    },
  );

  it.each(COMMANDS)(
    '%s has help of its own, with the options of all commands',
    async (...command) => {
      const words = command.filter((word) => /^[a-z]{2,}$/.test(word));
      const { code, stdout, calls } = await run([...words, '--help']);
      expect(code).toBe(0);
      expect(calls).toEqual([]);
      expect(stdout).toContain(`Usage: bot4 ${words.join(' ')}`);
      for (const option of ['--json', '--data-dir', '--config', '--no-color']) {
        expect(stdout).toContain(option);
      }
    },
  );

  it.each([
    [['--help', '--json'], 'Usage: bot4 [options] [command]'],
    [['--json', '-h'], 'Usage: bot4 [options] [command]'],
    [['help', '--json'], 'Usage: bot4 [options] [command]'],
    [['run', '--help', '--json'], 'Usage: bot4 run'],
    [['help', 'run', '--json'], 'Usage: bot4 run'],
    [['audit', 'verify', '--json', '--help'], 'Usage: bot4 audit verify'],
  ])('%j is one JSON document on stdout', async (argv, usage) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { help, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({});
    expect(help).toContain(usage);
    const plain = await run(argv.filter((word) => word !== '--json'));
    expect(plain.stdout).toBe(`${help}\n`);
  });

  it('print the version as one JSON document with --json', async () => {
    for (const argv of [
      ['--version', '--json'],
      ['--json', '-V'],
    ]) {
      const { code, stdout } = await run(argv);
      expect({ code, printed: JSON.parse(stdout) }).toEqual({
        code: 0,
        printed: { version: '9.8.7' },
      });
    }
  });

  it('fit into 100 columns', async () => {
    for (const argv of [['--help'], ...COMMANDS.map((command) => [...command, '--help'])]) {
      const { stdout } = await run(argv);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });
});

describe('a wrong command line', () => {
  it.each([
    [[], 'Usage: bot4'],
    [['rnu'], 'Did you mean run?'],
    [['stauts'], 'Did you mean status?'],
    [['run', '--prot', '80'], 'Did you mean --port?'],
    [['run', 'away'], 'too many arguments'],
    [['run', '--duration', '30'], 'a duration needs a unit: 30s, 30m or 30h.'],
    [['run', '--duration', '-5s'], 'it is not a duration'],
    [['run', '--duration'], 'argument missing'],
    [['run', '--port', '65536'], 'Allowed: a whole number from 0 to 65535.'],
    [['run', '--port', 'http'], 'Allowed: a whole number from 0 to 65535.'],
    [['run', '--seed', '-1'], 'Allowed: a whole number from 0 to 4294967295.'],
    [['run', '--seed', '1.5'], 'Allowed: a whole number'],
    [['status', '--data-dir', ''], 'It is empty.'],
    [['status', '--timeout', '5'], 'a duration needs a unit'],
    [['pause', '--reason', 'x'.repeat(201)], 'It is above 200 characters.'],
    [['restore', '--reason', 'all is well'], "unknown option '--reason'"],
    [['restore', '--cause', 'drawdown'], 'Allowed choices are human-pause, human-reduce'],
    [['restore', '--cause', 'awaiting-reconciliation'], 'Allowed choices are human-pause'],
    [['backtest'], "required option '--data <files...>' not specified"],
    [['audit'], 'Usage: bot4 audit'],
    [['audit', 'verfy'], 'Did you mean verify?'],
    [['bench', '--rate', '0'], 'Allowed: a whole number from 1 to 10000000.'],
  ])('%j exits with 2 and says why on stderr', async (argv, message) => {
    const { code, stdout, stderr, calls } = await run(argv);
    expect(code).toBe(EXIT.usage);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(calls).toEqual([]);
  });

  it('is one JSON document on stdout with --json', async () => {
    const { code, stdout } = await run(['run', '--prot', '80', '--json']);
    expect(code).toBe(EXIT.usage);
    expect(JSON.parse(stdout).error).toMatchObject({ kind: 'usage', exitCode: 2 });
    expect(JSON.parse((await run(['--json'])).stdout).error.message).toBe('no command was given');
  });
});

describe('every command', () => {
  it.each(COMMANDS)(
    '%s writes exactly one JSON document to stdout with --json',
    async (...argv) => {
      for (const line of [
        [...argv, '--json'],
        ['--json', ...argv],
      ]) {
        const { stdout, code } = await run(line);
        expect(JSON.parse(stdout)).toBeTypeOf('object');
        expect(JSON.parse(stdout).error).toBeUndefined();
        expect(code).not.toBe(EXIT.usage);
      }
    },
  );

  it.each(COMMANDS)('%s writes text for people to stdout without it', async (...argv) => {
    const { stdout } = await run(argv);
    expect(stdout.endsWith('\n')).toBe(true);
    expect(stdout).not.toContain('undefined');
    expect(stdout).not.toContain('[object');
    expect(stdout).not.toContain('\u001b');
  });

  it.each<[AppFailureKind, number]>([
    ['failed', 1],
    ['usage', 2],
    ['not-running', 3],
    ['configuration', 4],
    ['timeout', 5],
    ['refused-by-safety', 6],
    ['audit-verification', 7],
    ['interrupted', 130],
  ])('turns the failure "%s" into exit code %i', async (kind, exitCode) => {
    const askStatus = () => Promise.reject(new AppFailure(kind, 'it went wrong', 'Mend it.'));
    const plain = await run(['status'], { app: { askStatus } });
    expect(plain).toMatchObject({ code: exitCode, stdout: '' });
    expect(plain.stderr).toBe('error: it went wrong\n  Mend it.\n');
    const json = await run(['status', '--json'], { app: { askStatus } });
    expect(JSON.parse(json.stdout)).toEqual({
      error: { kind, message: 'it went wrong', remedy: 'Mend it.', exitCode },
    });
  });

  it.each([
    ['ERR_BOT4_CPU', 4, 'Unset BOT4_TARGET'],
    ['ERR_BOT4_ADDON_MISSING', 1, 'npm run build:addon'],
    ['ERR_BOT4_ADDON_LOAD', 1, 'npm run build:addon'],
  ])('explains an engine that does not load with %s', async (engineCode, exitCode, remedy) => {
    const runPaper = () =>
      Promise.reject(Object.assign(new Error('no engine'), { code: engineCode }));
    const { code, stderr } = await run(['run'], { app: { runPaper } });
    expect(code).toBe(exitCode);
    expect(stderr).toContain(`error: no engine (${engineCode})\n  `);
    expect(stderr).toContain(remedy);
    expect(stderr).not.toContain('bug');
  });

  it('shows a bug whole and exits with 1', async () => {
    const askStatus = () => Promise.reject(new TypeError('x is not a function'));
    const { code, stdout, stderr } = await run(['status', '--json'], { app: { askStatus } });
    expect(code).toBe(EXIT.error);
    expect(JSON.parse(stdout).error).toMatchObject({ kind: 'bug', message: 'x is not a function' });
    expect(stderr).toContain('This is a bug');
    expect(stderr).toContain('main.test.ts');
  });
});

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

describe('bot4 backtest', () => {
  it('passes several files as absolute paths', async () => {
    const { code, calls } = await run(['backtest', '--data', 'a.gz', '/b.gz', '--json']);
    expect(code).toBe(EXIT.ok);
    expect(calls[0]!.args[0]).toMatchObject({ files: [join(home, 'a.gz'), '/b.gz'] });
  });

  it('prints the report unchanged as JSON', async () => {
    const { stdout } = await run(['backtest', '--data', 'a', '--json']);
    expect(JSON.parse(stdout)).toEqual(BACKTEST);
  });

  it('tells people what was read, broken, decided, traded, and how fast', async () => {
    const { stdout } = await run(['backtest', '--data', 'a']);
    for (const text of [
      'messages read         500 000',
      'book updates applied  36 000',
      'messages refused      off-grid 2',
      '2024-08-08T00:00:00.123Z  binance:BTCUSDT  pu 5 is not 4  snapshot',
      'decisions             1 000',
      'orders refused        RISK_ORDER_RATE 3',
      'fees                  0.90000000 USDT',
      'level updates         2 000 000',
      'speed                 400 000 messages/s, 1 600 000 level updates/s in 1.3 s',
      'per CPU second        2 000 000 level updates (1.0 s of CPU time)',
      'kernel target         sse2',
      `state hash            ${'cd'.repeat(32)}`,
      'largest drawdown 1.230 % of the peak',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  it('exits with 130 when it was interrupted', async () => {
    const recorded = recordedIo({ homeDirectory: home });
    const { app } = fakeApp({
      runBacktest: async () => {
        recorded.signal('SIGINT', 0);
        return BACKTEST;
      },
    });
    expect(await main(['backtest', '--data', 'a'], recorded.io, app)).toBe(EXIT.interrupted);
  });
});

describe('bot4 audit verify', () => {
  it('exits with 7 and names the first bad entry', async () => {
    const { code, stdout } = await run(['audit', 'verify']);
    expect(code).toBe(EXIT.auditVerification);
    expect(stdout).toContain('first bad entry: line 5, entry 5: the hash does not fit the entry');
  });

  it('exits with 0 for an intact log', async () => {
    const intact = { ...TAMPERED, intact: true, firstBad: null, headHash: 'ff' };
    const verifyAudit = () => Promise.resolve(intact);
    const { code, stdout } = await run(['audit', 'verify'], { app: { verifyAudit } });
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('Intact: 4 entries');
  });
});

describe('bot4 quant', () => {
  it('hands model, file, columns and settings over', async () => {
    const options = [
      '--columns',
      'open, close',
      '--returns',
      'log',
      '--set',
      'a=1',
      '--set',
      'b=2',
    ];
    const { code, calls } = await run(['quant', 'gpd', 'x.csv', ...options]);
    expect(code).toBe(EXIT.ok);
    expect(calls).toMatchObject([
      {
        name: 'runQuant',
        args: [
          {
            model: 'gpd',
            file: join(home, 'x.csv'),
            columns: ['open', 'close'],
            returns: 'log',
            settings: ['a=1', 'b=2'],
          },
        ],
      },
    ]);
  });

  it('reads standard input for -, and nothing without a file', async () => {
    expect((await run(['quant', 'gpd', '-'])).calls[0]!.args[0]).toMatchObject({ file: '-' });
    const plain = { file: null, columns: null, returns: 'none', settings: [] };
    expect((await run(['quant', 'gpd'])).calls[0]!.args[0]).toMatchObject(plain);
  });

  it('shows what was found in lines and tables, and unchanged as JSON', async () => {
    const { stdout } = await run(['quant', 'gpd', 'x.csv']);
    expect(stdout).toBe(
      [
        'gpd of losses (500)',
        'xi        0.12345679',
        'seXi      -',
        'excesses  0.01, 0.02',
        '',
        'risks',
        '     p  valueAtRisk  expectedShortfall',
        '  0.99         0.05  -',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await run(['quant', 'gpd', 'x.csv', '--json'])).stdout)).toEqual(QUANT);
  });

  it('lists all models, or one with its options', async () => {
    const all = await run(['quant', '--list']);
    expect(all.stdout).toMatch(/^regression +pca +columns… +principal components$/m);
    const one = () => Promise.resolve({ models: [LISTING.models[0]!] });
    const { stdout } = await run(['quant', 'gpd', '--list'], { app: { listQuant: one } });
    expect(stdout).toMatch(/^threshold +needed +threshold +a number$/m);
    expect(stdout).toMatch(/^method +ml +estimator +ml, pwm$/m);
    expect((await run(['quant', 'gpd', '--list'])).calls[0]!.args).toEqual(['gpd']);
  });

  it.each([
    [['quant'], 'no model was named'],
    [['quant', 'gpd', 'a', 'b'], 'too many arguments'],
    [['quant', 'gpd', 'a', '--returns', 'cubic'], 'Allowed choices are none, simple, log'],
    [['quant', 'gpd', 'a', '--set', ''], 'It is empty.'],
  ])('%j is a wrong command line', async (argv, message) => {
    const { code, stderr, stdout } = await run(argv);
    expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('bot4 doctor', () => {
  it('exits with 1 when a check failed and says what to do', async () => {
    const { code, stdout } = await run(['doctor']);
    expect(code).toBe(EXIT.error);
    expect(stdout).toContain('fail  port   127.0.0.1:8080 is taken');
    expect(stdout).toContain('-> Choose another.');
    expect(stdout).toContain('3 checks: 1 failed, 1 warnings');
  });

  it('exits with 0 with warnings alone', async () => {
    const runDoctor = () => Promise.resolve({ ...DOCTOR, healthy: true });
    expect((await run(['doctor'], { app: { runDoctor } })).code).toBe(EXIT.ok);
  });

  it('still examines the machine when the configuration is wrong, and exits with 4', async () => {
    writeFileSync(join(home, 'odd.json'), '{"odd": 1}');
    const { code, calls } = await run(['doctor', '--config', 'odd.json']);
    expect(code).toBe(EXIT.configuration);
    expect(calls.map(({ name }) => name)).toEqual(['runDoctor']);
  });
});

describe('colour', () => {
  const coloured = async (argv: string[], environment: Record<string, string>) => {
    const recorded = recordedIo({ environment, homeDirectory: home }, true);
    await main(argv, recorded.io, fakeApp().app);
    return recorded.stdout().includes('\u001b');
  };

  it('is there on a terminal and gone with NO_COLOR, --no-color and --json', async () => {
    expect(await coloured(['status'], {})).toBe(true);
    expect(await coloured(['status'], { NO_COLOR: '1' })).toBe(false);
    expect(await coloured(['status', '--no-color'], {})).toBe(false);
    expect(await coloured(['status', '--json'], {})).toBe(false);
  });
});
