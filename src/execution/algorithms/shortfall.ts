import { notional, type ParentSpec, type PlainRecord, priceTicks } from '../../model/index.ts';
import { holdingShares, optimalSpeed } from '../costs/index.ts';
import type { ParentView } from '../parent-machine.ts';
import { numberTerm, type TermDeclaration } from '../parents/terms.ts';
import { algorithmMachine, SLICE_TERMS, slicePlan } from './algorithm.ts';
import { dueAfter } from './slices.ts';

/** Terms of a schedule by Almgren and Chriss. */
export const SHORTFALL_TERMS: readonly TermDeclaration[] = [
  ...SLICE_TERMS,
  { name: 'riskAversion', kind: 'number', min: 0, max: 1_000_000 },
  { name: 'impactBps', kind: 'number', min: 0.001, max: 10_000 },
];

/** A trajectory steeper than this trades all in the first slice. */
const STEEPEST = 500;

/**
 * kappa * T of a spec in the market of the moment; null while the volatility or the price is unknown.
 *
 *   kappa~^2 = lambda sigma^2 P^2 / eta,   eta = impact * P * T / X
 *
 * lambda is `riskAversion` per unit of quote currency, `impactBps` what trading everything evenly over
 * the duration moves the price for its time, sigma the volatility in fraction per sqrt(s).
 */
export function kappaHorizon(spec: ParentSpec, view: ParentView): number | null {
  const { touch, volatility, instrument } = view;
  if (touch === null || volatility === null) return null;
  const { terms, quantity } = spec;
  const seconds = numberTerm(terms, 'durationMs', 1) / 1_000;
  const mid = priceTicks(Math.max(1, Math.round((touch.bid + touch.ask) / 2)));
  const value = Number(notional(instrument, mid, quantity)) / 1e8;
  const impact = numberTerm(terms, 'impactBps', 1) / 10_000;
  // In units of the price and of the quantity: eta is impact * T, and lambda weighs the value.
  const slices = Math.min(quantity, numberTerm(terms, 'slices', 12));
  const lambda = numberTerm(terms, 'riskAversion', 0) * value;
  const kappa = optimalSpeed(lambda, volatility, impact * seconds, seconds / slices);
  return Math.min(STEEPEST, kappa * seconds);
}

/** The kappa that was fixed at the first sight of the market, or that of now, to be remembered. */
export function fixedKappa(
  spec: ParentSpec,
  memory: PlainRecord,
  view: ParentView,
): { readonly kappa: number; readonly memory?: PlainRecord } {
  const known = memory['kappaHorizon'];
  if (typeof known === 'number') return { kappa: known };
  const kappa = kappaHorizon(spec, view);
  return kappa === null ? { kappa: 0 } : { kappa, memory: { kappaHorizon: kappa } };
}

/**
 * Implementation shortfall: the trajectory of Almgren and Chriss that weighs the impact of trading
 * fast against the risk of trading slowly, fixed at the first sight of the market.
 *
 *   due[k] = quantity * (1 - sinh(kappa (T - t[k])) / sinh(kappa T))
 *
 * Source: Almgren & Chriss (2000), eq. 17-20.
 */
export const SHORTFALL = algorithmMachine({
  kind: 'is',
  terms: SHORTFALL_TERMS,
  atDeadline: 'take',
  plan(spec, memory, view, elapsed) {
    const { kappa, memory: fixed } = fixedKappa(spec, memory, view);
    const slices = Math.min(spec.quantity, numberTerm(spec.terms, 'slices', 12));
    const held = holdingShares(kappa, slices);
    const due = dueAfter(
      slicePlan(spec, view, (k) => 1 - held[k]!),
      elapsed,
    );
    return fixed === undefined ? due : { ...due, memory: fixed };
  },
});
