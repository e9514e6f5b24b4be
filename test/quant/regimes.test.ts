import { describe, expect, it } from 'vitest';
import {
  type HmmModel,
  kRegimeAlertLevels,
  labelRegimes,
  type QuantResult,
  RegimeAlerts,
  type RegimeLabel,
} from '../../src/quant/index.ts';
import { value } from './results.ts';

const refusal = (result: QuantResult<unknown>): string =>
  result.ok ? 'no error' : `${result.error.code}: ${result.error.detail}`;

/** A chain that stays with 0.9 and otherwise goes to the named next state. */
function chain(
  states: readonly (readonly [mean: number, sd: number])[],
  next: readonly number[],
): HmmModel {
  return {
    density: 'gaussian',
    covariance: 'diagonal',
    initial: states.map(() => 1 / states.length),
    transitions: next.map((to, k) =>
      states.map((_, j) => (j === k ? 0.9 : 0) + (j === to ? 0.1 : 0)),
    ),
    means: states.map(([mean]) => [mean]),
    covariances: states.map(([, sd]) => [[sd * sd]]),
    degreesOfFreedom: null,
  };
}

/** Strong bull → bull → sideways → bear → crisis → recovery → strong bull. */
const market: readonly (readonly [RegimeLabel, number, number])[] = [
  ['strong-bull', 0.3, 0.8],
  ['bull', 0.1, 0.7],
  ['sideways', 0.01, 0.5],
  ['bear', -0.15, 1.3],
  ['crisis', -0.5, 4],
  ['recovery', 0.25, 1.8],
];

describe('labels of regimes', () => {
  it('name six states after their means, volatility and entries, in any order', () => {
    for (let shift = 0; shift < 6; shift += 1) {
      const order = market.map((_, i) => (i + shift) % 6);
      const states = order.map((i) => [market[i]![1], market[i]![2]] as const);
      const regimes = value(labelRegimes(chain(states, [1, 2, 3, 4, 5, 0])));
      expect(regimes.map(({ label }) => label)).toEqual(order.map((i) => market[i]![0]));
    }
  });

  it('describe the long run of the chain', () => {
    const model: HmmModel = {
      ...chain(
        [
          [0.1, 1],
          [-0.1, 2],
        ],
        [1, 0],
      ),
      transitions: [
        [0.98, 0.02],
        [0.06, 0.94],
      ],
      density: 'student-t',
      degreesOfFreedom: [5, 2],
    };
    const [calm, wild] = value(labelRegimes(model));
    expect(calm!.share).toBeCloseTo(0.75, 12);
    expect(calm!.expectedDuration).toBeCloseTo(50, 9);
    expect(calm!.volatility).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(wild!.volatility).toBe(null);
    expect([calm!.entriesFromBelow, wild!.entriesFromBelow]).toEqual([1, 0]);
  });

  it('give an alternating chain its shares and a state never left no duration', () => {
    const swap = {
      ...chain(
        [
          [0, 1],
          [1, 1],
        ],
        [1, 0],
      ),
      initial: [1, 0],
    };
    const periodic: HmmModel = {
      ...swap,
      transitions: [
        [0, 1],
        [1, 0],
      ],
    };
    expect(value(labelRegimes(periodic)).map(({ share }) => share)).toEqual([0.5, 0.5]);
    const absorbed: HmmModel = {
      ...swap,
      transitions: [
        [0.5, 0.5],
        [0, 1],
      ],
    };
    const [first, last] = value(labelRegimes(absorbed));
    expect(first!.share).toBeCloseTo(0, 9);
    expect(last!.expectedDuration).toBe(null);
  });

  it('follow thresholds where there are not six states, and may repeat', () => {
    const labelled = (states: readonly (readonly [number, number])[]) =>
      value(
        labelRegimes(
          chain(
            states,
            states.map((_, i) => (i + 1) % states.length),
          ),
        ),
      ).map(({ label }) => label);
    expect(
      labelled([
        [0.2, 1],
        [0.002, 1],
        [-0.2, 1],
      ]),
    ).toEqual(['strong-bull', 'sideways', 'bear']);
    expect(
      labelled([
        [0.1, 1],
        [0.08, 1],
      ]),
    ).toEqual(['bull', 'bull']);
    const cycle = chain(
      [
        [0.1, 1],
        [-0.5, 5],
        [0.4, 4],
      ],
      [1, 2, 0],
    );
    // Mostly in the first state, so that the others stand out from the long run.
    const transitions = [[0.99, 0.01, 0], ...cycle.transitions.slice(1)];
    const regimes = value(labelRegimes({ ...cycle, transitions }));
    expect(regimes.map(({ label }) => label)).toEqual(['bull', 'crisis', 'recovery']);
  });

  it('refuse options and models that make no sense', () => {
    const model = chain(
      [
        [0, 1],
        [1, 1],
      ],
      [1, 0],
    );
    expect(refusal(labelRegimes(model, { rule: 'rank' }))).toContain('6 states, not 2');
    expect(refusal(labelRegimes(model, { dimension: 1 }))).toContain('dimension is 1');
    expect(refusal(labelRegimes(model, { strongBand: 0.01 }))).toContain('strongBand 0.01');
    expect(refusal(labelRegimes({ ...model, initial: [1, 1] }))).toContain('initial sums to 2');
  });
});

describe('alerts of regimes', () => {
  const labels: readonly RegimeLabel[] = ['bull', 'bear', 'crisis', 'crisis'];
  const quiet = [1, 0, 0, 0];

  it('rise at once through five levels by the weighted probability of bad states', () => {
    const alerts = value(RegimeAlerts.create(labels));
    const rows = [
      [0.9, 0.1, 0, 0],
      [0.7, 0.3, 0, 0],
      [0.5, 0.4, 0.1, 0],
      [0.4, 0.2, 0.2, 0.2],
      [0.1, 0, 0.5, 0.4],
    ];
    const seen = rows.map((p) => value(alerts.update(p)));
    expect(seen.map(({ level }) => level)).toEqual(kRegimeAlertLevels);
    expect(seen.map(({ score }) => Math.round(score * 100) / 100)).toEqual([
      ...[0.05, 0.15, 0.3, 0.5, 0.9],
    ]);
    expect(seen.map(({ levelChanged }) => levelChanged)).toEqual([false, true, true, true, true]);
    expect(seen.at(-1)).toMatchObject({ label: 'crisis', probability: 0.9, labelChanged: true });
    const jump = value(RegimeAlerts.create(labels));
    expect(value(jump.update([0, 0, 1, 0])).level).toBe('critical');
  });

  it('fall one level after three bars below it, and not while danger returns', () => {
    const alerts = value(RegimeAlerts.create(labels));
    const rows = [
      [0, 0, 1, 0],
      quiet,
      quiet,
      [0, 0, 1, 0],
      quiet,
      quiet,
      quiet,
      quiet,
      quiet,
      quiet,
    ];
    expect(rows.map((p) => value(alerts.update(p)).level)).toEqual([
      ...['critical', 'critical', 'critical', 'critical', 'critical', 'critical', 'warning'],
      ...['warning', 'warning', 'caution'],
    ]);
  });

  it('refuse options and probabilities that make no sense', () => {
    expect(refusal(RegimeAlerts.create([]))).toContain('labels are empty');
    const thresholds = [0.5, 0.4, 0.6, 0.8] as const;
    expect(refusal(RegimeAlerts.create(labels, { thresholds }))).toContain('ascending');
    expect(refusal(RegimeAlerts.create(labels, { barsToFall: 0 }))).toContain('barsToFall is 0');
    expect(refusal(RegimeAlerts.create(labels, { weights: { bear: 2 } }))).toContain(
      'weights.bear',
    );
    const alerts = value(RegimeAlerts.create(labels));
    expect(refusal(alerts.update([1, 0, 0]))).toContain('3 values; 4 states');
    expect(refusal(alerts.update([Number.NaN, 0, 0, 0]))).toContain('probabilities[0] is NaN');
  });
});
