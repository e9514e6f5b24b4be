import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { kRegimeLabels, type RegimeLabel } from './regime-labels.ts';

/** How grave the state of the market is, least first. */
export const kRegimeAlertLevels = ['calm', 'watch', 'caution', 'warning', 'critical'] as const;

/** One of five levels. */
export type RegimeAlertLevel = (typeof kRegimeAlertLevels)[number];

/** How probabilities become alerts. */
export interface RegimeAlertOptions {
  /** Weight of each label in the danger score, from 0 to 1; default 1 for crisis, 0.5 for bear. */
  readonly weights?: Readonly<Partial<Record<RegimeLabel, number>>>;
  /** Score from which each level above calm holds, ascending; default 0.15, 0.3, 0.5, 0.8. */
  readonly thresholds?: readonly [number, number, number, number];
  /** Bars in a row below the level before it falls by one; default 3. */
  readonly barsToFall?: number;
}

/** What is known after a bar. */
export interface RegimeAlert {
  readonly level: RegimeAlertLevel;
  /** Weighted probability of the bad labels. */
  readonly score: number;
  /** The most probable label. */
  readonly label: RegimeLabel;
  /** P(label), summed over the states that share it. */
  readonly probability: number;
  /** True when the level differs from that of the bar before; the first bar starts from calm. */
  readonly levelChanged: boolean;
  /** True when the most probable label differs from that of the bar before. */
  readonly labelChanged: boolean;
}

type Settings = {
  readonly weights: Readonly<Partial<Record<RegimeLabel, number>>>;
  readonly thresholds: readonly [number, number, number, number];
  readonly barsToFall: number;
};

function settingsFault({ weights, thresholds, barsToFall }: Settings): string | null {
  for (const label of kRegimeLabels) {
    const weight = weights[label] ?? 0;
    if (!(weight >= 0 && weight <= 1)) return `weights.${label} is ${weight}; 0 to 1 is allowed`;
  }
  const bounds = [0, ...thresholds, 1];
  if (thresholds.length !== 4 || !bounds.every((b, i) => i === 0 || b >= bounds[i - 1]!)) {
    return `thresholds are ${thresholds.join(', ')}; four ascending numbers from 0 to 1 are needed`;
  }
  if (Number.isInteger(barsToFall) && barsToFall >= 1) return null;
  return `barsToFall is ${barsToFall}; a whole number from 1 is allowed`;
}

/**
 * Turns the filtered probabilities of labelled states into alerts: a level rises at once and falls
 * one step at a time, after some bars below it.
 *
 *   score = Σ weight(label of state) · P(state)
 */
export class RegimeAlerts {
  readonly #labels: readonly RegimeLabel[];
  readonly #settings: Settings;
  #level = 0;
  #below = 0;
  #label: RegimeLabel | null = null;

  private constructor(labels: readonly RegimeLabel[], settings: Settings) {
    this.#labels = labels;
    this.#settings = settings;
  }

  /** Alerts for states with these labels, or what is wrong with the options. */
  static create(
    labels: readonly RegimeLabel[],
    options: RegimeAlertOptions = {},
  ): QuantResult<RegimeAlerts> {
    const settings: Settings = {
      weights: { crisis: 1, bear: 0.5 },
      thresholds: [0.15, 0.3, 0.5, 0.8],
      barsToFall: 3,
      ...options,
    };
    if (labels.length === 0) return badInput('labels are empty; each state needs one');
    const fault = settingsFault(settings);
    return fault === null ? ok(new RegimeAlerts(labels, settings)) : badInput(fault);
  }

  /** Takes the probabilities of the states after a bar. */
  update(probabilities: ArrayLike<number>): QuantResult<RegimeAlert> {
    if (probabilities.length !== this.#labels.length) {
      const counts = `${probabilities.length} values; ${this.#labels.length}`;
      return badInput(`probabilities have ${counts} states are labelled`);
    }
    const byLabel = new Map<RegimeLabel, number>();
    let score = 0;
    for (const [k, label] of this.#labels.entries()) {
      const p = probabilities[k]!;
      if (!(p >= 0 && p <= 1 + 1e-9)) {
        return badInput(`probabilities[${k}] is ${p}; from 0 to 1 is allowed`);
      }
      byLabel.set(label, (byLabel.get(label) ?? 0) + p);
      score += (this.#settings.weights[label] ?? 0) * p;
    }
    const [label, probability] = [...byLabel].reduce((a, b) => (b[1] > a[1] ? b : a));
    const labelChanged = this.#label !== null && this.#label !== label;
    this.#label = label;
    const before = this.#level;
    this.#move(this.#settings.thresholds.filter((threshold) => score >= threshold).length);
    return ok({
      level: kRegimeAlertLevels[this.#level]!,
      score,
      label,
      probability,
      levelChanged: this.#level !== before,
      labelChanged,
    });
  }

  #move(reached: number): void {
    if (reached >= this.#level) {
      this.#level = reached;
      this.#below = 0;
      return;
    }
    this.#below += 1;
    if (this.#below < this.#settings.barsToFall) return;
    this.#level -= 1;
    this.#below = 0;
  }
}
