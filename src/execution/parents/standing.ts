import { addMs } from '../../core/index.ts';
import { type ParentSpec, type PriceTicks, priceTicks } from '../../model/index.ts';
import type { ParentMachine, ParentView } from '../parent-machine.ts';
import { causeOf, type Guard, guardStanding } from './guard.ts';
import { type GuardState, guardState, rememberChange } from './guard-state.ts';
import { distanceTicks, levelFrom, MAX_TICKS, touchFor } from './prices.ts';
import { checkTerms, flagTerm, numberTerm, type TermDeclaration, wordTerm } from './terms.ts';

const price = (name: string): TermDeclaration => ({
  name,
  kind: 'integer',
  min: 1,
  max: MAX_TICKS,
});
const REDUCE_ONLY: TermDeclaration = { name: 'reduceOnly', kind: 'flag', default: true };
const REACH: TermDeclaration = {
  name: 'reachBps',
  kind: 'number',
  min: 0,
  max: 10_000,
  default: 50,
};
const TRIGGER: TermDeclaration = {
  name: 'trigger',
  kind: 'word',
  words: ['touch', 'last'],
  default: 'touch',
};

const priceTerm = ({ terms }: ParentSpec, name: string): PriceTicks | null => {
  const ticks = numberTerm(terms, name, null);
  return ticks === null ? null : priceTicks(ticks);
};

/** What all kinds have in common; the side of the spec is that of the exit. */
const common = ({ side, quantity, terms }: ParentSpec): Guard => ({
  exit: side,
  reduceOnly: flagTerm(terms, 'reduceOnly', true),
  goal: quantity,
  target: null,
  stop: null,
  stopLimit: null,
  trigger: wordTerm(terms, 'trigger', 'touch'),
  deadline: null,
  reachBps: numberTerm(terms, 'reachBps', 50),
  closesOnWindDown: false,
});

/** A machine that waits with one guard for a fixed quantity. */
function standing(
  kind: string,
  declarations: readonly TermDeclaration[],
  guardOf: (spec: ParentSpec, view: ParentView, state: GuardState) => Guard,
  follow: (spec: ParentSpec, view: ParentView, state: GuardState) => GuardState = (_s, _v, state) =>
    state,
): ParentMachine {
  return {
    kind,
    protective: true,
    check: (spec) => checkTerms(spec, declarations),
    decide(spec, memory, view) {
      const before = guardState(memory);
      const state = follow(spec, view, before);
      const guard = guardOf(spec, view, state);
      const cause = causeOf(view, guard, state);
      const remembered = rememberChange(before, { ...state, cause });
      return [...remembered, ...guardStanding(view, guard, state, cause)];
    },
  };
}

/** A stop: once the market has come to `stopPrice`, the quantity is done at the market. */
export const STOP: ParentMachine = standing(
  'stop',
  [price('stopPrice'), TRIGGER, REACH, REDUCE_ONLY],
  (spec) => ({ ...common(spec), stop: priceTerm(spec, 'stopPrice') }),
);

/** A stop-limit: once the market has come to `stopPrice`, the quantity rests at `limitPrice`. */
export const STOP_LIMIT: ParentMachine = standing(
  'stop-limit',
  [price('stopPrice'), price('limitPrice'), TRIGGER, REACH, REDUCE_ONLY],
  (spec) => ({
    ...common(spec),
    stop: priceTerm(spec, 'stopPrice'),
    stopLimit: priceTerm(spec, 'limitPrice'),
  }),
);

/** One cancels the other: the quantity rests at `limitPrice` until the market comes to `stopPrice`. */
export const OCO: ParentMachine = standing(
  'oco',
  [price('limitPrice'), price('stopPrice'), TRIGGER, REACH, REDUCE_ONLY],
  (spec) => ({
    ...common(spec),
    target: priceTerm(spec, 'limitPrice'),
    stop: priceTerm(spec, 'stopPrice'),
  }),
);

/** A time stop: after `afterMs` the quantity is closed at the market. */
export const TIME_STOP: ParentMachine = standing(
  'time-stop',
  [{ name: 'afterMs', kind: 'integer', min: 1, max: 31_536_000_000 }, REACH, REDUCE_ONLY],
  (spec, view) => ({
    ...common(spec),
    deadline: addMs(view.openedAt, numberTerm(spec.terms, 'afterMs', 0)),
  }),
);

/** Distance of a trailing stop from its water mark, ticks. */
function trail({ terms }: ParentSpec, water: number, sigma: number | null): number {
  return distanceTicks(
    {
      ticks: numberTerm(terms, 'trailTicks', 1),
      volatilities: numberTerm(terms, 'trailVolatilities', 0),
      horizonS: numberTerm(terms, 'horizonS', 1),
    },
    water,
    sigma,
  );
}

/** Raises the water mark (lowers it for a buying exit) once the market moved by a step or more. */
function followMarket(spec: ParentSpec, view: ParentView, state: GuardState): GuardState {
  if (view.touch === null || state.cause !== null) return state;
  const best = touchFor(view.touch, spec.side);
  const sigma = state.sigma ?? view.volatility;
  const gain = state.water === null ? 0 : (spec.side === 'sell' ? 1 : -1) * (best - state.water);
  const distance = state.water === null ? 0 : trail(spec, state.water, sigma);
  const step = Math.max(1, Math.floor(distance / 20));
  const floor = sigma === state.sigma ? state.floor : stopOf(spec, state);
  if (state.water !== null && gain < step) return { ...state, sigma, floor };
  return { ...state, sigma, floor, water: best };
}

/** The price of a trailing stop; null before its first water mark. */
function stopOf(spec: ParentSpec, { water, sigma, floor }: GuardState): PriceTicks | null {
  if (water === null) return null;
  const level = levelFrom(water, trail(spec, water, sigma), spec.side, false);
  if (floor === null) return level;
  return priceTicks(spec.side === 'sell' ? Math.max(level, floor) : Math.min(level, floor));
}

/**
 * A trailing stop: its price follows the best price that the market reached, at a distance.
 *
 *   stop = water mark ∓ max(trailTicks, trailVolatilities · sigma · sqrt(horizonS) · water mark)
 *
 * The water mark is kept when it moved by a twentieth of the distance (at least a tick), so that the
 * journal is not filled by every tick; sigma is the first that is known, and the stop does not fall
 * back when the distance grows with it.
 */
export const TRAILING_STOP: ParentMachine = standing(
  'trailing-stop',
  [
    price('trailTicks'),
    { name: 'trailVolatilities', kind: 'number', min: 0, max: 1_000, default: 0 },
    { name: 'horizonS', kind: 'number', min: 0.001, max: 1_000_000, default: 1 },
    REACH,
    REDUCE_ONLY,
  ],
  (spec, _view, state) => ({ ...common(spec), stop: stopOf(spec, state) }),
  followMarket,
);
