import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executionsOf, loadConfig } from '../../src/app/config.ts';
import { renderIssue } from '../../src/core/config/index.ts';
import { parseE8 } from '../../src/model/index.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-execution-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What is made of an instrument with these settings. */
function loadWith(over: object, strategy = 'momentum-taker') {
  const instrument = {
    ...{ symbol: 'BTCUSDT', tickSize: '0.1', stepSize: '0.001', strategy },
    market: { startPrice: '60000', dailyVolatility: 0.03, tradesPerSecond: 5 },
    ...over,
  };
  writeFileSync(join(home, 'bot4.json'), JSON.stringify({ instruments: [instrument] }));
  return loadConfig({
    environment: {},
    flags: [],
    file: join(home, 'bot4.json'),
    workingDirectory: home,
    homeDirectory: home,
  });
}

const executionOf = (over: object) => {
  const loaded = loadWith(over);
  if (!loaded.ok) throw new Error(loaded.error.map(renderIssue).join('\n'));
  return [...executionsOf(loaded.value.config.instruments).values()];
};

const refusal = (over: object, strategy?: string): string => {
  const loaded = loadWith(over, strategy);
  return loaded.ok ? '' : loaded.error.map(renderIssue).join('\n');
};

describe('the settings execution', () => {
  it('leave every entry one order unless an algorithm is named', () => {
    expect(executionOf({})).toEqual([]);
    expect(executionOf({ execution: { slices: 3 } })).toEqual([]);
  });

  it('name an algorithm with what it needs, the rest by default', () => {
    const [execution] = executionOf({ execution: { algorithm: 'vwap', aboveNotional: '250.5' } });
    expect(execution).toMatchObject({
      algorithm: 'vwap',
      aboveNotional: parseE8('250.5'),
      durationMs: 60_000,
      slices: 12,
      style: 'take',
      expectedMoveBps: null,
    });
  });

  it('hold entries against the cost model with the move that the strategy expects', () => {
    const parameters = { expectedMoveBps: 33 };
    const [execution] = executionOf({ execution: { costCheck: true }, parameters });
    expect(execution).toMatchObject({ algorithm: null, expectedMoveBps: 33 });
  });

  it('refuse an algorithm beside brackets, an unknown one, and a strategy that quotes', () => {
    const protect = { stopVolatilities: 1 };
    const both = refusal({ protect, execution: { algorithm: 'twap' } });
    expect(both).toContain('instruments[0].execution.algorithm is "twap"');
    expect(both).toContain('"none", or no protect');
    expect(refusal({ execution: { algorithm: 'icebreg' } })).toContain('execution.algorithm');
    expect(refusal({ execution: { algorithm: 'twap' } }, 'avellaneda-stoikov')).toContain(
      'execution',
    );
  });
});
