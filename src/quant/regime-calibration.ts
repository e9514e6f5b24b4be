import { assert, ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type IsotonicMap, isotonicRegression, isotonicValue } from './isotonic.ts';
import { type PlattSigmoid, plattProbability, plattScaling } from './platt.ts';

/** How scores become probabilities, a regime each. */
export interface CalibrationSettings {
  readonly method: 'platt' | 'isotonic';
  /** Latest outcomes kept of each regime. */
  readonly window: number;
  /** Outcomes of a regime between two fits. */
  readonly refitEvery: number;
  /** Outcomes a regime needs before its own fit is used; until then the fit over all regimes is. */
  readonly minimum: number;
}

/** The outcomes and the fit of one regime. */
export interface RegimeState {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly sinceFit: number;
  readonly sigmoid: PlattSigmoid | null;
  readonly map: IsotonicMap | null;
}

/** All that a calibration holds, as plain JSON. */
export interface CalibrationState {
  readonly settings: CalibrationSettings;
  readonly pooled: RegimeState;
  readonly regimes: { readonly [regime: string]: RegimeState };
}

/** The latest outcomes of one regime, and the function fitted to them. */
class OutcomeWindow {
  #scores: number[];
  #labels: number[];
  #sinceFit: number;
  #sigmoid: PlattSigmoid | null;
  #map: IsotonicMap | null;

  constructor(state: RegimeState) {
    this.#scores = [...state.scores];
    this.#labels = [...state.labels];
    this.#sinceFit = state.sinceFit;
    this.#sigmoid = state.sigmoid;
    this.#map = state.map;
  }

  observe(score: number, label: number, settings: CalibrationSettings): void {
    this.#scores.push(score);
    this.#labels.push(label);
    if (this.#scores.length > settings.window) {
      this.#scores.shift();
      this.#labels.shift();
    }
    this.#sinceFit += 1;
    const unfitted = this.#sigmoid === null && this.#map === null;
    if (this.#scores.length < settings.minimum) return;
    if (unfitted || this.#sinceFit >= settings.refitEvery) this.#refit(settings);
  }

  probability(score: number): number | null {
    if (this.#sigmoid !== null) return plattProbability(this.#sigmoid, score);
    return this.#map === null ? null : isotonicValue(this.#map, score);
  }

  state(): RegimeState {
    return {
      scores: [...this.#scores],
      labels: [...this.#labels],
      sinceFit: this.#sinceFit,
      sigmoid: this.#sigmoid,
      map: this.#map,
    };
  }

  /** Outcomes of one class, or of one score, have no new fit: the last one stays. */
  #refit(settings: CalibrationSettings): void {
    const f = Float64Array.from(this.#scores);
    const y = Float64Array.from(this.#labels);
    if (settings.method === 'platt') {
      const start = this.#sigmoid === null ? {} : { start: this.#sigmoid };
      const fit = plattScaling(f, y, start);
      if (!fit.ok) return;
      this.#sigmoid = { a: fit.value.a, b: fit.value.b };
    } else {
      const fit = isotonicRegression(f, y);
      assert(fit.ok, 'every observed outcome was checked');
      this.#map = fit.value.map;
    }
    this.#sinceFit = 0;
  }
}

const EMPTY: RegimeState = { scores: [], labels: [], sinceFit: 0, sigmoid: null, map: null };

/**
 * Turns scores into probabilities by regime, and learns from each outcome. A fit covers the latest
 * outcomes of a regime; a regime with too few borrows the fit over all of them.
 *
 * Determinism: the state depends on the outcomes and their order only, and `state()` continues exactly.
 */
export class RegimeCalibration {
  readonly #settings: CalibrationSettings;
  readonly #pooled: OutcomeWindow;
  readonly #regimes = new Map<string, OutcomeWindow>();

  private constructor(state: CalibrationState) {
    this.#settings = state.settings;
    this.#pooled = new OutcomeWindow(state.pooled);
    for (const [regime, held] of Object.entries(state.regimes)) {
      this.#regimes.set(regime, new OutcomeWindow(held));
    }
  }

  /** An empty calibration. Errors: `bad-input` for counts below 2 or a minimum above the window. */
  static create(settings: CalibrationSettings): QuantResult<RegimeCalibration> {
    return RegimeCalibration.fromState({ settings, pooled: EMPTY, regimes: {} });
  }

  /** A calibration that goes on where `state` was taken. Errors: `bad-input` as for `create`, and for
   * outcomes that no calibration can hold. */
  static fromState(state: CalibrationState): QuantResult<RegimeCalibration> {
    const { window, refitEvery, minimum } = state.settings;
    if (!(Number.isInteger(minimum) && minimum >= 2)) {
      return badInput(`minimum is ${minimum}; at least 2 outcomes are needed`);
    }
    if (!(Number.isInteger(window) && window >= minimum)) {
      return badInput(`window is ${window}; it must be at least minimum, ${minimum}`);
    }
    if (!(Number.isInteger(refitEvery) && refitEvery >= 1)) {
      return badInput(`refitEvery is ${refitEvery}; it must be at least 1`);
    }
    for (const [name, held] of [['pooled', state.pooled], ...Object.entries(state.regimes)] as [
      string,
      RegimeState,
    ][]) {
      const sound =
        held.scores.length === held.labels.length &&
        held.scores.length <= window &&
        held.scores.every(Number.isFinite) &&
        held.labels.every((label) => label === 0 || label === 1);
      if (!sound) {
        return badInput(
          `${name} holds outcomes that are not ${window} finite scores with labels 0 or 1`,
        );
      }
    }
    return ok(new RegimeCalibration(state));
  }

  /** Learns one outcome. Errors: `bad-input` for a score that is not finite or a label not 0 or 1. */
  observe(regime: string, score: number, label: number): QuantResult<null> {
    if (!Number.isFinite(score)) return badInput(`score is ${score}; it must be finite`);
    if (label !== 0 && label !== 1) return badInput(`label is ${label}; labels are 0 and 1`);
    let held = this.#regimes.get(regime);
    if (held === undefined) {
      held = new OutcomeWindow(EMPTY);
      this.#regimes.set(regime, held);
    }
    held.observe(score, label, this.#settings);
    this.#pooled.observe(score, label, this.#settings);
    return ok(null);
  }

  /** The probability of label 1 in a regime; null while nothing is fitted yet. */
  probability(regime: string, score: number): number | null {
    return this.#regimes.get(regime)?.probability(score) ?? this.#pooled.probability(score);
  }

  /** Everything held, as plain JSON. */
  state(): CalibrationState {
    return {
      settings: this.#settings,
      pooled: this.#pooled.state(),
      regimes: Object.fromEntries([...this.#regimes].map(([name, held]) => [name, held.state()])),
    };
  }
}
