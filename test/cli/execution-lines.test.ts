import { describe, expect, it } from 'vitest';
import type { ExecutionSummary, InstrumentSummary } from '../../src/app/contracts.ts';
import { executionLines } from '../../src/cli/render/execution-lines.ts';

const EXECUTION: ExecutionSummary = {
  value: '93353.53140000',
  predictedBps: 0.15,
  realisedBps: 0.28,
  fees: '46.67634765',
  spread: '0.08250000',
  impact: '0.01810000',
  delay: '2.47620000',
  total: '49.25314765',
  opportunityCost: '-0.78350000',
  unmeasuredLots: 0,
  parents: [
    {
      id: 'p-1-1',
      kind: 'twap',
      side: 'sell',
      filledShare: 0.857,
      predictedBps: null,
      realisedBps: 0.53,
      cost: '1.09265240',
      opportunityCost: '0.00000000',
      ended: null,
    },
  ],
};

const instrument: InstrumentSummary = {
  instrument: 'sim:BTCUSDT',
  strategy: 'momentum-taker',
  messagesRead: 1,
  bookUpdatesApplied: 1,
  decisions: 1,
  orders: 1,
  fills: 1,
  position: '0',
  mark: null,
};

const plain = (_tone: string, text: string): string => text;

describe('the cost of executing, for people', () => {
  it('stands by cause for each instrument and each parent order', () => {
    const lines = executionLines([{ ...instrument, execution: EXECUTION }], plain).join('\n');
    for (const word of ['93353.5314', '0.15', '0.28', '49.25314765', '-0.7835']) {
      expect(lines).toContain(word);
    }
    expect(lines).toMatch(/p-1-1 +twap +sell +85\.7 % +- +0\.53 .*works/);
  });

  it('is left out where nothing was filled', () => {
    expect(executionLines([instrument], plain)).toEqual([]);
  });
});
