import { it } from 'vitest';
import * as quant from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('transfer_entropy');

/** The value of a result that must be there. */
function value<T>(result: quant.QuantResult<T>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

/** The discretisation a name of the fixture stands for. */
function discretisation(name: string): quant.Discretisation {
  if (name.startsWith('median')) return { quantiles: [50] };
  if (name.startsWith('terciles')) return { quantiles: [100 / 3, 200 / 3] };
  const [low, high] = name.match(/\d+/g)!.map(Number);
  return { quantiles: [low!, high!] };
}

it.skipIf(fixture === null)('transfer entropies equal RTransferEntropy', () => {
  const { input, expected, tolerance } = fixture!;
  const compared = comparison!;
  const [x, y] = [series(input.x), series(input.y)];
  for (const name of Object.keys(expected.RTransferEntropy)) {
    const lag = Number(name.match(/_l(\d+)$/)![1]);
    const options = { targetLag: lag, sourceLag: lag, discretisation: discretisation(name) };
    const named = {
      TE_x_to_y: value(quant.transferEntropy(x, y, options)).value,
      TE_y_to_x: value(quant.transferEntropy(y, x, options)).value,
    };
    compared.compare(`/RTransferEntropy/${name}`, named, { abs: tolerance.abs });
  }
  const median = { discretisation: { quantiles: [50], quantileType: 7 } } as const;
  compared.compare(
    '/binary_median_split_direct_bits',
    value(quant.transferEntropy(x, y, median)).value,
    { abs: tolerance.direct_abs },
  );
  compared.compare('/gaussian_TE_nats', value(quant.gaussianTransferEntropy(x, y)), {
    abs: tolerance.gaussian_abs,
  });
});

const comparison = fixture && new Comparison('transfer_entropy', fixture);
