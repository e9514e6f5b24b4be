import { it } from 'vitest';
import * as quant from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('hurst_dfa');

/** The value of a result that must be there. */
function value<T>(result: quant.QuantResult<T>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

/** The fixture states no tolerance for the fields of one package alone: deterministic sums. */
const SUMS = { abs: 1e-8 };
/** Whittle's H comes out of a one-dimensional search in R, to about its default precision. */
const SEARCH = { abs: 1e-4 };

it.skipIf(fixture === null)('Hurst exponents and fluctuations equal nolds, antropy and R', () => {
  const { input, expected, tolerance } = fixture!;
  const compared = comparison!;
  for (const key of Object.keys(expected)) {
    const x = series(input.fgn[key]);
    const wanted = expected[key].dfa;
    const fitted = value(quant.dfa(x, wanted.window));
    compared.compare(`/${key}/dfa/window`, fitted.windows);
    compared.compare(`/${key}/dfa/log_n`, fitted.logLength, { abs: tolerance.dfa_logF_abs });
    compared.compare(`/${key}/dfa/log_F`, fitted.logFluctuation, { abs: tolerance.dfa_logF_abs });
    const alpha = { abs: tolerance.dfa_alpha_abs_given_windows };
    compared.compare(`/${key}/dfa/alpha`, fitted.alpha, alpha);
    compared.compare(`/${key}/antropy_dfa`, value(quant.dfa(x)).alpha, SUMS);
    compared.compare(`/${key}/nolds_hurst_rs`, value(quant.hurstRescaledRange(x)), SUMS);
    const ranges = value(quant.hurstRescaledRangeVariants(x));
    compared.compare(`/${key}/pracma/Hs`, ranges.simple, SUMS);
    compared.compare(`/${key}/pracma/Hrs`, ranges.halving, SUMS);
    compared.compare(`/${key}/pracma/He`, ranges.empirical, SUMS);
    compared.compare(`/${key}/pracma/Hal`, ranges.correctedEmpirical, SUMS);
    const whittle = value(quant.hurstWhittle(x)).hurst;
    compared.compare(`/${key}/pracma/whittle_H`, whittle, SEARCH);
    compared.compare(`/${key}/pracma/gph_d`, value(quant.fractionalOrderGph(x)).d, SUMS);
    const truth = Number(key.match(/[\d.]+/)![0]);
    for (const estimate of [fitted.alpha, whittle]) {
      if (Math.abs(estimate - truth) > tolerance.H_vs_truth_abs) {
        throw new Error(`${key}: ${estimate} lies further than allowed from the truth`);
      }
    }
  }
});

const comparison = fixture && new Comparison('hurst_dfa', fixture);
