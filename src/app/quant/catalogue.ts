import type { QuantModel } from './model.ts';
import { BAR_INDICATORS } from './models/bar-indicators.ts';
import { DEPENDENCE_MODELS } from './models/dependence.ts';
import { EXTREME_MODELS } from './models/extremes.ts';
import { SERIES_INDICATORS } from './models/indicators.ts';
import { INFORMATION_MODELS } from './models/information.ts';
import { OPTION_MODELS } from './models/options.ts';
import { PERFORMANCE_MODELS } from './models/performance.ts';
import { REGIME_MODELS } from './models/regimes.ts';
import { REGRESSION_MODELS } from './models/regression.ts';
import { SIGNAL_MODELS } from './models/signal.ts';
import { SIMULATION_MODELS } from './models/simulation.ts';
import { TEST_MODELS } from './models/tests.ts';
import { VOLATILITY_MODELS } from './models/volatility.ts';

/** The models of the command line by theme. */
export const CATALOGUE: readonly {
  readonly theme: string;
  readonly models: readonly QuantModel[];
}[] = [
  { theme: 'volatility', models: VOLATILITY_MODELS },
  { theme: 'regimes', models: REGIME_MODELS },
  { theme: 'extremes', models: EXTREME_MODELS },
  { theme: 'tests', models: TEST_MODELS },
  { theme: 'regression', models: REGRESSION_MODELS },
  { theme: 'performance', models: PERFORMANCE_MODELS },
  { theme: 'dependence', models: DEPENDENCE_MODELS },
  { theme: 'information', models: INFORMATION_MODELS },
  { theme: 'signal', models: SIGNAL_MODELS },
  { theme: 'indicators', models: [...SERIES_INDICATORS, ...BAR_INDICATORS] },
  { theme: 'simulation', models: SIMULATION_MODELS },
  { theme: 'options', models: OPTION_MODELS },
];

const byName = new Map(
  CATALOGUE.flatMap(({ models }) => models).map((entry) => [entry.name, entry]),
);

/** The model of a name; null where there is none. */
export const findModel = (name: string): QuantModel | null => byName.get(name) ?? null;

/** Steps from one word to another: letters changed, added or taken away. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The name most like a wrong one; null where none is near. */
export function nearestModel(name: string): string | null {
  const near = [...byName.keys()]
    .map((known) => ({ known, steps: distance(name.slice(0, 40), known) }))
    .sort((a, b) => a.steps - b.steps)[0]!;
  return near.steps <= Math.max(2, name.length / 3) ? near.known : null;
}
