import { expect, it } from 'vitest';
import { recurrence } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('rqa');

it.skipIf(fixture === null)('recurrence measures equal nonlinearTseries', () => {
  const { input, tolerance } = fixture!;
  const result = recurrence(series(input.x), {
    dimension: input.dim,
    lag: input.lag,
    radius: input.radius,
    minimumDiagonal: input.lmin,
    minimumVertical: input.vmin,
  });
  if (!result.ok) return expect.fail(result.error.detail);
  const measures = result.value;
  const named = {
    REC: measures.rate,
    DET: measures.determinism,
    RATIO: measures.ratio,
    Lmax: measures.longestDiagonal,
    Lmean: measures.meanDiagonal,
    ENTR: measures.entropy,
    LAM: measures.laminarity,
    Vmax: measures.longestVertical,
    Vmean: measures.trappingTime,
    REC_chebyshev_le: measures.rate,
  };
  comparison!.compare('', named, tolerance);
});

const comparison = fixture && new Comparison('rqa', fixture);
