import { describe, expect, it } from 'vitest';
import { loadAddon, type NativeAddon } from '../../src/native/index.ts';

const LANES = 8;
const NOT_FINITE = 1;

describe('a decision kernel of symbols that fill no whole block', () => {
  it.each([1, 7, 8, 57, 62, 64])('decides %i without a lane that is not finite', (symbols) => {
    const kernel = loadAddon<NativeAddon>().createDecisionKernel(symbols, true);
    const slots = new Float64Array(kernel.arena);
    const { model, block, blockResult } = kernel.layout;
    const payoff = model.fields['payoff']!.offset;
    slots[(kernel.offsets.model + payoff) / 8] = 1;
    const blocks = Math.ceil(symbols / LANES);
    const lane = (region: 'block' | 'blockResult', field: number, at: number): number => {
      const { stride } = region === 'block' ? block : blockResult;
      return (kernel.offsets[region] + Math.floor(at / LANES) * stride + field) / 8 + (at % LANES);
    };
    const step = block.fields['step']!.offset;
    for (let at = 0; at < symbols; at += 1) slots[lane('block', step, at)] = 0.5;
    kernel.decideBatch();
    const reasons = blockResult.fields['reasons']!.offset;
    for (let at = 0; at < blocks * LANES; at += 1) {
      expect(slots[lane('blockResult', reasons, at)]! & NOT_FINITE).toBe(0);
    }
  });
});
