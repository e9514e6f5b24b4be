import { addMs, msBetween } from '../../core/index.ts';
import { oppositeSide, type ParentSpec, priceTicks } from '../../model/index.ts';
import {
  type ParentAction,
  type ParentMachine,
  type ParentView,
  totalsOf,
} from '../parent-machine.ts';
import { EXIT_ROLES } from './exit-roles.ts';
import {
  causeOf,
  type Guard,
  guardActions,
  guardEnd,
  isClosedElsewhere,
  lotsToClose,
} from './guard.ts';
import { type GuardState, guardState, rememberChange } from './guard-state.ts';
import { distanceTicks, levelFrom, MAX_TICKS } from './prices.ts';
import { pursuedLots } from './pursue.ts';
import { checkTerms, numberTerm, type TermDeclaration, wordTerm } from './terms.ts';

/** An entry that could not be sent this long after the opening is not sent any more, ms. */
const ENTRY_WINDOW_MS = 1_000;

const TERMS: readonly TermDeclaration[] = [
  { name: 'entryType', kind: 'word', words: ['limit', 'market'] },
  { name: 'entryTimeInForce', kind: 'word', words: ['gtc', 'ioc'] },
  { name: 'entryPrice', kind: 'integer', min: 1, max: MAX_TICKS },
  { name: 'stopTicks', kind: 'integer', min: 1, max: MAX_TICKS, default: null },
  { name: 'stopVolatilities', kind: 'number', min: 0, max: 1_000, default: 0 },
  { name: 'targetTicks', kind: 'integer', min: 1, max: MAX_TICKS, default: null },
  { name: 'targetVolatilities', kind: 'number', min: 0, max: 1_000, default: 0 },
  { name: 'horizonS', kind: 'number', min: 0.001, max: 1_000_000, default: 1 },
  { name: 'timeStopMs', kind: 'integer', min: 1, max: 31_536_000_000, default: null },
  { name: 'trigger', kind: 'word', words: ['touch', 'last'], default: 'touch' },
  { name: 'reachBps', kind: 'number', min: 0, max: 10_000, default: 50 },
];

function check(spec: ParentSpec): string | null {
  const fault = checkTerms(spec, TERMS);
  if (fault !== null) return fault;
  if (spec.terms['entryType'] === 'market' && spec.terms['entryTimeInForce'] !== 'ioc') {
    return 'entryTimeInForce of a market entry is "gtc"; allowed: ioc';
  }
  const named = ['stopTicks', 'targetTicks', 'timeStopMs'].some(
    (name) => numberTerm(spec.terms, name, null) !== null,
  );
  return named ? null : 'bracket has neither stopTicks, targetTicks nor timeStopMs; allowed: one';
}

/** Reads the volatility anew with each fill of the entry; keeps the last while none is known. */
function priced(view: ParentView, state: GuardState): GuardState {
  const { filled } = totalsOf(view, 'entry');
  if (filled === state.pricedLots) return state;
  return {
    ...state,
    pricedLots: filled,
    sigma: view.volatility ?? state.sigma,
    guardedAtMs: state.guardedAtMs ?? Math.max(0, Math.floor(msBetween(view.openedAt, view.now))),
  };
}

/** The guard of what the entry filled: levels from its weighted price and the volatility then. */
function guardOf({ side, terms }: ParentSpec, view: ParentView, state: GuardState): Guard {
  const { filled, filledTickLots } = totalsOf(view, 'entry');
  const exit = oppositeSide(side);
  const average = filled === 0 ? 0 : Number(filledTickLots) / filled;
  const horizonS = numberTerm(terms, 'horizonS', 1);
  const level = (what: 'stop' | 'target') => {
    const ticks = numberTerm(terms, `${what}Ticks`, null);
    if (ticks === null || filled === 0) return null;
    const volatilities = numberTerm(terms, `${what}Volatilities`, 0);
    const distance = distanceTicks({ ticks, volatilities, horizonS }, average, state.sigma);
    return levelFrom(average, distance, exit, what === 'target');
  };
  const timeStopMs = numberTerm(terms, 'timeStopMs', null);
  return {
    exit,
    reduceOnly: true,
    goal: filled,
    target: level('target'),
    stop: level('stop'),
    stopLimit: null,
    trigger: wordTerm(terms, 'trigger', 'touch'),
    deadline:
      timeStopMs === null || state.guardedAtMs === null
        ? null
        : addMs(view.openedAt, state.guardedAtMs + timeStopMs),
    reachBps: numberTerm(terms, 'reachBps', 50),
    closesOnWindDown: true,
  };
}

function entryRequest({ side, quantity, terms }: ParentSpec): ParentAction {
  return {
    kind: 'submit',
    role: 'entry',
    request: {
      side,
      type: wordTerm(terms, 'entryType', 'limit') === 'market' ? 'market' : 'limit',
      price: priceTicks(numberTerm(terms, 'entryPrice', 0)),
      quantity,
      timeInForce: wordTerm(terms, 'entryTimeInForce', 'gtc') === 'ioc' ? 'ioc' : 'gtc',
      postOnly: false,
      reduceOnly: false,
    },
  };
}

/** Whether the entry may be sent: once, at once, by the run that opened the bracket. */
function maySendEntry(view: ParentView, state: GuardState): boolean {
  const { submitted, refusals } = totalsOf(view, 'entry');
  return (
    submitted === 0 &&
    refusals === 0 &&
    !view.resumed &&
    state.windDown === null &&
    view.mode === 'NORMAL' &&
    msBetween(view.openedAt, view.now) <= ENTRY_WINDOW_MS
  );
}

/** The entry works until something closes; then its rest is withdrawn. */
function entryCancels(
  view: ParentView,
  state: GuardState,
  guard: Guard,
  cause: string | null,
): readonly ParentAction[] {
  const closing =
    cause !== null ||
    (lotsToClose(view, guard) > 0 && isClosedElsewhere(view, guard)) ||
    state.windDown !== null ||
    view.mode === 'REDUCE' ||
    pursuedLots(view, EXIT_ROLES) > 0;
  if (!closing) return [];
  return view.children
    .filter(({ role, order }) => role === 'entry' && !order.cancelRequested)
    .map(({ order: { clientOrderId } }) => ({ kind: 'cancel', clientOrderId }));
}

function decide(
  spec: ParentSpec,
  memory: ParentSpec['terms'],
  view: ParentView,
): readonly ParentAction[] {
  const before = guardState(memory);
  const state = priced(view, before);
  if (maySendEntry(view, state)) return [entryRequest(spec)];
  const guard = guardOf(spec, view, state);
  const cause = causeOf(view, guard, state);
  const remembered = rememberChange(before, { ...state, cause });
  if (view.children.length === 0) {
    const nothing = guard.goal === 0 && lotsToClose(view, guard) === 0;
    const reason = nothing ? 'the entry filled nothing' : guardEnd(view, guard, cause);
    if (reason !== null) return [...remembered, { kind: 'end', reason }];
  }
  return [
    ...remembered,
    ...entryCancels(view, state, guard, cause),
    ...guardActions(view, guard, cause),
  ];
}

/**
 * An entry whose fills are guarded by a stop, a target and a time stop.
 *
 *   average = sum(price · quantity) / sum(quantity) of the entry's fills
 *   stop, target = average ∓ max(ticks, volatilities · sigma · sqrt(horizonS) · average)
 *
 * Each fill of the entry makes the exits larger and their prices new. The target rests at the venue,
 * the stop and the time are watched here; never do two exits work that together exceed what the
 * entry filled. `stopTicks`, `targetTicks` and `timeStopMs` switch their part on.
 *
 * Units: prices and ticks in ticks, horizonS in s, timeStopMs in ms after the entry's first fill.
 */
export const BRACKET: ParentMachine = { kind: 'bracket', protective: true, check, decide };
