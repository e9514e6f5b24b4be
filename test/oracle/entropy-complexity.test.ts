import { it } from 'vitest';
import * as quant from '../../src/quant/index.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('entropy_complexity');

/** The value of a result that must be there. */
function value<T>(result: quant.QuantResult<T>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

it.skipIf(fixture === null)('entropies and fractal measures equal antropy, ordpy and scipy', () => {
  const { input, expected, tolerance } = fixture!;
  const compared = comparison!;
  const within = { abs: tolerance.abs };
  const templates = { abs: tolerance.sample_approx_entropy_abs };
  const x = series(input.x);
  const example = series(expected.bandt_pompe_example.series);
  const bits = (y: Float64Array, order: number, delay = 1) =>
    value(quant.permutationEntropy(y, { order, delay }));
  compared.compare('/bandt_pompe_example/H2_bits', bits(example, 2).bits, within);
  compared.compare('/bandt_pompe_example/H3_bits', bits(example, 3).bits, within);
  for (const name of Object.keys(expected.perm)) {
    const [order, delay] = name.match(/\d+/g)!.map(Number) as [number, number];
    compared.compare(`/perm/${name}`, bits(x, order, delay), within);
  }
  for (const name of Object.keys(expected).filter((key) => key.startsWith('statistical_'))) {
    const { normalized, complexity } = bits(x, Number(name.match(/\d+/)![0]));
    compared.compare(`/${name}`, { H: normalized, C: complexity }, within);
  }
  compared.compare('/sample_entropy_m2_r02sd_pop', value(quant.sampleEntropy(x)), templates);
  compared.compare('/approx_entropy', value(quant.approximateEntropy(x)), templates);
  compared.compare('/spectral_fft_norm', value(quant.spectralEntropy(x)), within);
  compared.compare('/svd_norm', value(quant.svdEntropy(x)), within);
  compared.compare('/higuchi_fd', value(quant.higuchiDimension(x)), within);
  compared.compare('/petrosian_fd', value(quant.petrosianDimension(x)), within);
  compared.compare('/katz_fd', value(quant.katzDimension(x)), within);
  const { mobility, complexity } = value(quant.hjorth(x));
  compared.compare('/hjorth', [mobility, complexity], within);
  compared.compare('/lziv_median_norm', value(quant.lempelZivComplexity(x)), within);
  compareDistributions(expected, within);
});

function compareDistributions(expected: Json, within: { abs: number }): void {
  const compared = comparison!;
  const [p, q] = [series(expected.shannon.p), series(expected.shannon.q)];
  compared.compare('/shannon/H_nats', value(quant.shannonEntropy(p)), within);
  compared.compare('/shannon/KL_nats', value(quant.kullbackLeibler(p, q)), within);
  if (expected.shannon.JS_bits === null) {
    compared.leaveOut('/shannon/JS_bits', 'the fixture has no number for a finite divergence');
  } else compared.compare('/shannon/JS_bits', value(quant.jensenShannon(p, q)), within);
  const [a, b] = [series(expected.mi_ab.a), series(expected.mi_ab.b)];
  compared.compare('/mutual_info_nats', value(quant.mutualInformation(a, b)), within);
  for (const path of ['/bandt_pompe_example/series', '/shannon/p', '/shannon/q', '/mi_ab']) {
    compared.leaveOut(path, 'an input that stands under expected');
  }
}

const comparison = fixture && new Comparison('entropy_complexity', fixture);
