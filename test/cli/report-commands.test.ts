import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT, main } from '../../src/cli/index.ts';
import { cliAtHome } from './cli-run.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';
import { LISTING, QUANT } from './sample-models.ts';
import { BACKTEST, DOCTOR, TAMPERED } from './sample-reports.ts';

const { home, run } = cliAtHome();

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
    expect(stdout).toContain('3 checks: 1 failed, 1 warning');
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
