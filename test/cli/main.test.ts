import { describe, expect, it } from 'vitest';
import { AppFailure, type AppFailureKind } from '../../src/app/contracts.ts';
import { EXIT, main } from '../../src/cli/index.ts';
import { cliAtHome } from './cli-run.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';

const { home, run } = cliAtHome();

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
