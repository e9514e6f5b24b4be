import { type ParentSpec, priceTicks, qtyLots } from '../../model/index.ts';
import { jitterAt, parentSeed } from '../algorithms/jitter.ts';
import {
  type ParentAction,
  type ParentMachine,
  type ParentView,
  totalsOf,
} from '../parent-machine.ts';
import { MAX_FAILURES } from './guard.ts';
import { isInReach, MAX_TICKS } from './prices.ts';
import { cancelsOf, isDue, surplusOf } from './pursue.ts';
import { checkTerms, flagTerm, numberTerm, type TermDeclaration } from './terms.ts';

const TERMS: readonly TermDeclaration[] = [
  { name: 'price', kind: 'integer', min: 1, max: MAX_TICKS },
  { name: 'displayLots', kind: 'integer', min: 1, max: MAX_TICKS },
  { name: 'displayVariation', kind: 'number', min: 0, max: 1, default: 0 },
  { name: 'seed', kind: 'integer', min: 0, max: 4_294_967_295, default: 0 },
  { name: 'postOnly', kind: 'flag', default: false },
  { name: 'reduceOnly', kind: 'flag', default: false },
];

/** Lots to show: `displayLots`, more or less by up to `displayVariation` of them, drawn anew each time. */
function shownLots({ terms }: ParentSpec, view: ParentView, shownBefore: number): number {
  const usual = numberTerm(terms, 'displayLots', 1);
  const variation = numberTerm(terms, 'displayVariation', 0);
  if (variation === 0) return usual;
  const seed = parentSeed(numberTerm(terms, 'seed', 0), view.openedAt);
  const draw = 2 * jitterAt(seed, 'size', shownBefore);
  return Math.max(1, Math.round(usual * (1 + variation * draw)));
}

function slice({ side, terms }: ParentSpec, lots: number): ParentAction {
  return {
    kind: 'submit',
    role: 'slice',
    request: {
      side,
      type: 'limit',
      price: priceTicks(numberTerm(terms, 'price', 0)),
      quantity: qtyLots(lots),
      timeInForce: 'gtc',
      postOnly: flagTerm(terms, 'postOnly', false),
      reduceOnly: flagTerm(terms, 'reduceOnly', false),
    },
  };
}

/**
 * An iceberg: shows `displayLots` at `price`, and the next slice once the shown one is done. A slice
 * that exceeds what is left, since a fill was reported late, is cancelled; what it fills before the
 * cancel arrives is beyond the quantity. What is not reduce-only ends when its slices are refused
 * again and again, by the venue or by risk.
 */
export const ICEBERG: ParentMachine = {
  kind: 'iceberg',
  protective: false,
  check: (spec) => checkTerms(spec, TERMS),
  decide(spec, _memory, view) {
    const { filled, failures, refusals, submitted } = totalsOf(view, 'slice');
    const left = spec.quantity - filled;
    if (view.children.length > 0) return cancelsOf(surplusOf(view.children, left));
    if (left <= 0) return [{ kind: 'end', reason: 'filled' }];
    const { terms, side } = spec;
    const reduceOnly = flagTerm(terms, 'reduceOnly', false);
    const inVain = failures + (reduceOnly ? 0 : refusals);
    if (inVain >= MAX_FAILURES) return [{ kind: 'end', reason: 'refused again and again' }];
    if (reduceOnly && (side === 'sell' ? view.position <= 0 : view.position >= 0)) {
      return [{ kind: 'end', reason: 'the position was closed elsewhere' }];
    }
    const open = reduceOnly ? Math.min(left, view.reducible[side]) : left;
    const lots = Math.min(shownLots(spec, view, submitted), open);
    const near = isInReach(view, priceTicks(numberTerm(terms, 'price', 0)));
    return lots > 0 && near && isDue(view, 'slice') ? [slice(spec, lots)] : [];
  },
};
