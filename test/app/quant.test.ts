import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppFailure, type QuantRequest } from '../../src/app/contracts.ts';
import { listQuant, runQuant } from '../../src/app/quant.ts';
import { QUANT_SAMPLES } from './quant-samples.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bot4-quant-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = listQuant(null).models.map(({ name }) => name);

const run = (model: string, text: string | null, over: Partial<QuantRequest> = {}) => {
  const file = text === null ? null : join(folder, 'input');
  if (file !== null) writeFileSync(file, text ?? '');
  return runQuant({ model, file, columns: null, returns: 'none', settings: [], ...over });
};

const sampleOf = (name: string) => {
  const sample = QUANT_SAMPLES[name]!;
  const settings = sample.settings ?? [];
  return { columns: sample.columns, settings, takesInput: Object.keys(sample.columns).length > 0 };
};

/** The failure that a call ends with. */
const refusal = async (call: Promise<unknown>): Promise<AppFailure> => {
  const failure = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof AppFailure)) throw new Error(`no refusal but ${String(failure)}`);
  return failure;
};

describe('every model of bot4 quant', () => {
  it('has a sample here and a section in docs/quant.md with every option and default', () => {
    expect(Object.keys(QUANT_SAMPLES)).toEqual(names);
    const page = readFileSync(new URL('../../docs/quant.md', import.meta.url), 'utf8');
    const faults: string[] = [];
    for (const { name, options } of listQuant(null).models) {
      const start = page.indexOf(`\n### ${name}\n`);
      const end = page.indexOf('\n##', start + 5);
      const section = start < 0 ? '' : page.slice(start, end < 0 ? undefined : end);
      if (section === '') faults.push(name);
      if (!section.includes(`bot4 quant ${name}`)) faults.push(`${name}: no example`);
      for (const option of options) {
        const initial = option.needed ? 'needed' : option.default;
        const shown = initial === null ? `\`${option.name}\`` : `\`${option.name}\` (${initial})`;
        if (!section.includes(shown)) faults.push(`${name}: ${shown}`);
      }
    }
    const sections = [...page.matchAll(/^### (\S+)$/gm)].map((match) => match[1]!);
    expect({ faults, sections }).toEqual({ faults: [], sections: names });
  });

  const withoutInput = names.filter((name) => !sampleOf(name).takesInput);

  it.each(withoutInput)('%s runs as its section in docs/quant.md shows', async (name) => {
    const page = readFileSync(new URL('../../docs/quant.md', import.meta.url), 'utf8');
    const shown = page.split('\n').find((line) => line.startsWith(`    bot4 quant ${name} `)) ?? '';
    const settings = [...shown.matchAll(/--set (\S+)/g)].map((match) => match[1]!);
    expect(settings.length).toBeGreaterThan(0);
    expect((await run(name, null, { settings })).model).toBe(name);
  });

  it.each(names)('%s runs on columns by name and gives plain JSON', async (name) => {
    const { columns, settings, takesInput } = sampleOf(name);
    const report = await run(name, takesInput ? JSON.stringify(columns) : null, { settings });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(Object.keys(report.result as object).length).toBeGreaterThan(0);
    expect(report.columns.map((column) => column.name)).toEqual(Object.keys(columns));
  });

  const withInput = names.filter((name) => sampleOf(name).takesInput);

  it.each(withInput)('%s refuses a series too short by name, or measures it', async (name) => {
    const { columns, settings } = sampleOf(name);
    const short = Object.fromEntries(Object.keys(columns).map((key) => [key, [0.5]]));
    const outcome = await run(name, JSON.stringify(short), { settings }).catch((e: unknown) => e);
    if (outcome instanceof AppFailure) expect(outcome.message).toContain(`${name}: `);
    else expect(outcome).toMatchObject({ model: name });
  });

  it.each(withInput)('%s does not break on constant columns', async (name) => {
    const { columns, settings } = sampleOf(name);
    const constant = Object.fromEntries(
      Object.entries(columns).map(([key, values]) => [key, values.map(() => 0.5)]),
    );
    const outcome = await run(name, JSON.stringify(constant), { settings }).catch(
      (e: unknown) => e,
    );
    if (outcome instanceof AppFailure) expect(outcome.message).toMatch(new RegExp(`^${name}: .+`));
    else expect(outcome).toMatchObject({ model: name });
  });
});

describe('models of bot4 quant', () => {
  it('need the variance of trials that no column shows', async () => {
    const text = 'trial\n0.01\n-0.02\n0.03\n0.01\n-0.01\n';
    const refused = await refusal(run('deflated-sharpe', text, { settings: ['trials=100'] }));
    expect(refused.message).toContain('give trialVariance');
    const settings = ['trials=100', 'trialVariance=0.01'];
    expect((await run('deflated-sharpe', text, { settings })).model).toBe('deflated-sharpe');
  });

  it('name the return that is missing, not a covariance made of it', async () => {
    const refused = await refusal(run('kelly-portfolio', 'a,b\n0.1,0.2\nNA,0.1\n0.2,0.3\n'));
    expect(refused.message).toContain('row 1 of asset 0 is no number');
    const short = await refusal(run('kelly-portfolio', 'a,b\n0.1,0.2\n'));
    expect(short.message).toContain('1 rows given; at least 2 are needed');
  });

  it('say how many numbers a range needs', async () => {
    const refused = await refusal(run('t-copula', 'a,b\n1,2\n2,1\n', { settings: ['nuRange=3'] }));
    expect(refused.message).toContain('nuRange is 3; two numbers');
  });
});

describe('input of bot4 quant', () => {
  const PRICES = 'time,close\n2024-01-01,100\n2024-01-02,110\n2024-01-03,99\n';

  it('is CSV with a first line of names, of which columns are chosen', async () => {
    const { result, columns } = await run('moments', PRICES, { columns: ['close'] });
    expect(columns).toEqual([{ name: 'close', values: 3 }]);
    expect(result).toMatchObject({ n: 3, mean: 103 });
  });

  it('becomes simple or logarithmic returns', async () => {
    const of = async (returns: QuantRequest['returns']) =>
      (await run('moments', PRICES, { columns: ['close'], returns })).result as { mean: number };
    expect((await of('simple')).mean).toBeCloseTo((0.1 - 0.1) / 2, 12);
    expect((await of('log')).mean).toBeCloseTo(Math.log(0.99) / 2, 12);
    const refused = refusal(run('moments', '1\n0\n', { returns: 'log' }));
    expect((await refused).message).toContain('column x, value 1 is 0; prices are above 0');
  });

  it.each([
    ['numbers, a line each', '1\n2\n3\n6\n'],
    ['a name and numbers', 'x\n1\n2\n3\n6'],
    ['a comment and Windows line ends', '# prices\r\nx\r\n1\r\n2\r\n3\r\n6\r\n'],
    ['a JSON array', '[1, 2, 3, 6]'],
    ['JSON rows', '[[1], [2], [3], [6]]'],
    ['JSON rows by name', '[{"x": 1}, {"x": 2}, {"x": 3}, {"x": 6}]'],
    ['JSON columns by name', '{"x": [1, 2, 3, 6]}'],
  ])('may be %s', async (_what, text) => {
    const { result, columns } = await run('moments', text);
    expect(columns).toEqual([{ name: 'x', values: 4 }]);
    expect(result).toMatchObject({ n: 4, mean: 3 });
  });

  it.each([',', ';', '\t', ' '])('may be split by %j', async (mark) => {
    const text = [`a${mark}b`, `1${mark}2`, `2${mark}4`, `3${mark}7`].join('\n');
    expect((await run('correlation', text)).columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('takes columns by their role whatever their order, and further ones after them', async () => {
    const text = 'b,note,a\n1,x,2\n3,x,5\n2,x,9\n';
    expect((await run('correlation', text)).columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('does not take a first row of data for names', async () => {
    const report = await run('moments', '2024-01-01,5\n2024-01-02,7\n', { columns: ['2'] });
    expect(report.result).toMatchObject({ n: 2, mean: 6 });
  });

  it('refuses a state space larger than its design before making it', async () => {
    const settings = ['states=10000', 'design=1', 'transition=1'];
    const covariances = ['observationCovariance=1', 'stateCovariance=1'];
    const refused = refusal(
      run('kalman', '1\n2\n3\n', { settings: [...settings, ...covariances] }),
    );
    expect((await refused).message).toContain('design has 1 values; 1 by 10000 needs 10000');
  });

  it('takes the quotes off a single column', async () => {
    const { columns, result } = await run('moments', '"last price"\n"1"\n2\n"3"\n');
    expect(columns).toEqual([{ name: 'last price', values: 3 }]);
    expect(result).toMatchObject({ mean: 2 });
  });

  it('shows a long cell by its beginning, and says where there is no column', async () => {
    const long = refusal(run('moments', `x\n${'1'.repeat(100_000)}\n`));
    expect((await long).message.length).toBeLessThan(250);
    const none = refusal(run('moments', '[[], []]'));
    expect((await none).message).toContain('the input has no column; say which');
  });

  it.each([
    ['fractional-brownian', ['hurst=0.5', 'paths=1000000', 'steps=252']],
    ['sobol', ['points=10000001']],
    ['quasi-gbm', ['volatility=0.2', 'paths=1000000']],
    ['simulate-gbm', ['volatility=0.2', 'paths=1000000', 'keepPaths=true']],
  ])('%s shows at most ten million values', async (name, settings) => {
    const refused = refusal(run(name, null, { settings }));
    expect((await refused).message).toMatch(/values are asked for; at most 10000000$/);
  });

  it('keeps quoted commas together', async () => {
    const text = 'name,"last, traded"\n"a,b",1\n"c ""d""",3\n';
    const { result } = await run('moments', text.replace('last, traded', 'last'), {
      columns: ['last'],
    });
    expect(result).toMatchObject({ n: 2, mean: 2 });
  });

  it('may hold samples of different length, cut where a column ends', async () => {
    const report = await run('t-test', 'a,b\n1,2\n2,3\n4,\n');
    expect(report.columns).toEqual([
      { name: 'a', values: 3 },
      { name: 'b', values: 2 },
    ]);
  });

  it.each([
    ['', 'it is empty'],
    ['[]', 'it is empty'],
    ['{"x": 3}', 'x is no array of numbers'],
    ['[1, 2', 'it is no JSON'],
    ['[[1, 2], [3]]', 'row 1 is no array of 2 values'],
    ['1\n2\nthree\n', 'column x, line 3 is "three", no number'],
    ['[1, true]', 'column x, value 1 is "true", no number'],
    ['a,b\n1,2\n3\n', 'line 3 has 1 cell, the first 2'],
    ['a,a\n1,2\n', 'column a is there twice'],
    ['a,b\n1,2\n3,4\n', 'this model takes x; the input has a, b; say which with --columns'],
    ['1\n\nNaN\n4\n', 'x[1] is NaN; every value must be finite'],
  ])('%j is refused, since %s', async (text, message) => {
    const failure = await refusal(run('moments', text));
    expect(failure.kind).toBe('failed');
    expect(failure.message).toContain(message);
  });

  it('names a file that is not there', async () => {
    const failure = await refusal(run('moments', null, { file: join(folder, 'none.csv') }));
    expect(failure.message).toContain('none.csv: there is no such file');
  });
});

describe('the command line of bot4 quant', () => {
  it.each([
    ['grach', [], 'grach is no model'],
    ['garch', ['horizn=3'], 'garch: horizn is not an option of this model; allowed: model,'],
    ['garch', ['horizon'], 'garch: --set horizon is not of the form name=value'],
    ['garch', ['horizon=many'], 'garch: horizon is "many"; allowed: a whole number'],
    ['garch', ['horizon=1', 'horizon=2'], 'garch: horizon is set twice'],
    ['garch', ['model=arch'], 'garch: model is "arch"; allowed: garch, gjr, egarch'],
    ['har', ['lags=1,,5'], 'har: lags is "1,,5"; allowed: numbers with commas between'],
    ['hmm', ['estimateInitial=yes'], 'allowed: true or false'],
    ['kelly-binary', ['odds=1'], 'probability is missing'],
    ['moments', ['constructor=1'], 'constructor is not an option of this model; it has none'],
    ['moments', [], 'moments needs a FILE'],
  ])('%s with %j is a wrong command line', async (model, settings, message) => {
    const failure = await refusal(run(model, null, { settings }));
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
  });

  it('suggests the name that was meant', async () => {
    expect((await refusal(run('grach', null))).remedy).toContain('Did you mean garch?');
    expect((await refusal(run('xyzxyz', null))).remedy).not.toContain('Did you mean');
  });

  it('refuses input for a model that takes none', async () => {
    const failure = await refusal(
      run('kelly-binary', '1', { settings: ['probability=1', 'odds=1'] }),
    );
    expect(failure.message).toContain('takes no input');
  });

  it('passes settings on, and shows those in force', async () => {
    const report = await run('kelly-binary', null, { settings: ['probability=0.6', 'odds=1'] });
    expect(report.options).toEqual({ probability: 0.6, odds: 1, share: 1 });
    expect(report.result).toMatchObject({ fraction: expect.closeTo(0.2, 12) });
  });

  it('says what a model found wrong in its options as a failure', async () => {
    const failure = await refusal(
      run('kelly-binary', null, { settings: ['probability=2', 'odds=1'] }),
    );
    expect(failure).toMatchObject({
      kind: 'failed',
      message: 'kelly-binary: probability is 2; it must lie in [0, 1]',
    });
  });
});
