import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { parseFunding, recordedFunding } from '../../src/app/backtest/recorded-funding.ts';
import { toIso } from '../../src/core/index.ts';
import { BTC, ETH } from '../portfolio/sample-account.ts';

const directory = mkdtempSync(join(tmpdir(), 'bot4-funding-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const HEADING = 'Symbol,Date,Funding Rate\n';
const RECORDED =
  '/work/shared/market/funding/BTC-USDT_binance_2020-01-01_2024-01-01_funding.csv.gz';

describe('recorded funding', () => {
  it('is read exactly, in UTC, also with exponents and fractions of a second', () => {
    const text = `${HEADING}BTC-USDT,2020-01-01 03:00:00.000,-0.00012359\nBTC-USDT,2020-01-01 11:00:00,2.6e-05\nBTC-USDT,2020-01-01 19:00:00,0.000000025\n`;
    const parsed = parseFunding(text, 3);
    if (!parsed.ok) throw new Error(parsed.error);
    const rates = parsed.value.get('BTC-USDT')!;
    expect(rates.map(({ at, rateE8 }) => `${toIso(at).slice(0, 13)} ${rateE8}`)).toEqual([
      '2020-01-01T00 -12359',
      '2020-01-01T08 2600',
      '2020-01-01T16 2',
    ]);
  });

  it.each([
    ['another heading', 'a,b,c\n', 'line 1'],
    ['a word for a rate', `${HEADING}A,2020-01-01 00:00:00,high\n`, 'line 2'],
    ['a rate above 10 %', `${HEADING}A,2020-01-01 00:00:00,0.11\n`, 'line 2'],
    ['a day that is none', `${HEADING}A,2020-13-41 00:00:00,0.01\n`, 'line 2'],
    [
      'times that do not rise',
      `${HEADING}A,2020-01-01 08:00:00,0.01\nA,2020-01-01 08:00:00,0.01\n`,
      'line 3',
    ],
  ])('refuses %s and names the line', (_, text, line) => {
    expect(parseFunding(text, 0)).toMatchObject({
      ok: false,
      error: expect.stringContaining(line),
    });
  });

  it('goes to the instruments of its symbols, whatever stands between the currencies', async () => {
    const path = join(directory, 'funding.csv.gz');
    writeFileSync(path, gzipSync(`${HEADING}BTC-USDT,2020-01-01 00:00:00,0.0001\n`));
    const source = await recordedFunding(path, 0, [BTC, ETH]);
    expect(source).toMatchObject({
      kind: 'recorded',
      rates: new Map([[BTC.id, [{ rateE8: 10_000n }]]]),
    });
  });

  it('names a file that is not there', async () => {
    const missing = join(directory, 'missing.csv');
    await expect(recordedFunding(missing, 0, [BTC])).rejects.toThrow(missing);
  });

  it.runIf(existsSync(RECORDED))(
    'of a real venue is read whole: each 8 hours of four years',
    async () => {
      const source = await recordedFunding(RECORDED, 3, [BTC]);
      const rates = source.kind === 'recorded' ? source.rates.get(BTC.id)! : [];
      expect(rates.length).toBeGreaterThan(4_300);
      const hours = new Set(rates.map(({ at }) => toIso(at).slice(11, 16)));
      expect([...hours].sort()).toEqual(['00:00', '08:00', '16:00']);
    },
  );
});
