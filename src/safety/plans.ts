import { addMs, type EventTimeNs } from '../core/index.ts';
import {
  type ClientOrderId,
  type Instrument,
  notional,
  type Order,
  type OrderRequest,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
  type Side,
} from '../model/index.ts';
import { SAFETY_STRATEGY } from './safety.ts';
import type { SafetyThresholds } from './thresholds.ts';

/** One instrument as the plans see it. */
export interface ExposureView {
  readonly instrument: Instrument;
  /** Signed position. */
  readonly lots: QtyLots;
  /** Best bid and ask, or what is best known of them; null when there is no price at all. */
  readonly bid: PriceTicks | null;
  readonly ask: PriceTicks | null;
  /** When safety last placed an order here; null when never. */
  readonly lastReductionAt: EventTimeNs | null;
}

/** What a mode asks for now: cancels to send and reduce-only orders to put before risk. */
export interface SafetyPlan {
  readonly phase: 'nothing' | 'cancelling' | 'reducing' | 'waiting' | 'blocked' | 'flat';
  readonly cancels: readonly ClientOrderId[];
  readonly requests: readonly OrderRequest[];
  /** In plain words, for people and the audit. */
  readonly note: string;
}

/** A rest worth less than this many venue minimums is closed in one go. */
const WHOLE_BELOW_MINIMUMS = 4n;

const NOTHING: SafetyPlan = { phase: 'nothing', cancels: [], requests: [], note: 'no action' };

/** Lots of one step: a share of the position rounded up, or all of a small one. */
function stepLots(view: ExposureView, price: PriceTicks, fraction: number): QtyLots {
  const held = Math.abs(view.lots);
  const value = notional(view.instrument, price, qtyLots(held));
  if (value < view.instrument.minNotional * WHOLE_BELOW_MINIMUMS) return qtyLots(held);
  return qtyLots(Math.min(held, Math.ceil(held * fraction)));
}

function reducingRequest(
  view: ExposureView,
  fraction: number,
  collarBps: number,
): OrderRequest | null {
  if (view.lots === 0) return null;
  const side: Side = view.lots > 0 ? 'sell' : 'buy';
  const touch = side === 'sell' ? view.bid : view.ask;
  if (touch === null) return null;
  const reach = Math.floor((touch * collarBps) / 10_000);
  const price = priceTicks(side === 'sell' ? Math.max(1, touch - reach) : touch + reach);
  return {
    instrument: view.instrument.id,
    strategy: SAFETY_STRATEGY,
    side,
    type: 'limit',
    price,
    quantity: stepLots(view, touch, fraction),
    timeInForce: 'ioc',
    postOnly: false,
    reduceOnly: true,
  };
}

const isDue = (view: ExposureView, now: EventTimeNs, intervalMs: number): boolean =>
  view.lastReductionAt === null || addMs(view.lastReductionAt, intervalMs) <= now;

const cancellable = (orders: readonly Order[]): ClientOrderId[] =>
  orders.filter((order) => !order.cancelRequested).map((order) => order.clientOrderId);

const hasOrder = (orders: readonly Order[], view: ExposureView): boolean =>
  orders.some(
    ({ request }) =>
      request.instrument === view.instrument.id && request.strategy === SAFETY_STRATEGY,
  );

interface Step {
  readonly fraction: number;
  readonly intervalMs: number;
  readonly collarBps: number;
}

/** The next step of every instrument that has a position, no order of safety and its time come. */
function nextSteps(
  views: readonly ExposureView[],
  openOrders: readonly Order[],
  now: EventTimeNs,
  step: Step,
): OrderRequest[] {
  const requests: OrderRequest[] = [];
  for (const view of views) {
    if (hasOrder(openOrders, view) || !isDue(view, now, step.intervalMs)) continue;
    const request = reducingRequest(view, step.fraction, step.collarBps);
    if (request !== null) requests.push(request);
  }
  return requests;
}

const heldViews = (views: readonly ExposureView[]): readonly ExposureView[] =>
  views.filter((view) => view.lots !== 0);

const withoutPrice = (views: readonly ExposureView[]): readonly string[] =>
  views
    .filter((view) => (view.lots > 0 ? view.bid : view.ask) === null)
    .map((view) => view.instrument.id);

/** PAUSE opens nothing and maintains what works: nothing to cancel, nothing to place. */
export const planPause = (): SafetyPlan => NOTHING;

/**
 * REDUCE: cancels what could open exposure, then shrinks each position by a share of what is left,
 * one stage an interval, until it is flat. Stages survive a restart, since the time of the last one
 * is folded from the journal.
 */
export function planReduce(
  views: readonly ExposureView[],
  openOrders: readonly Order[],
  now: EventTimeNs,
  thresholds: SafetyThresholds,
): SafetyPlan {
  const opening = openOrders.filter((order) => !order.request.reduceOnly);
  const cancels = cancellable(opening);
  const held = heldViews(views);
  if (held.length === 0) {
    return opening.length === 0
      ? { phase: 'flat', cancels, requests: [], note: 'no position is left to reduce' }
      : { phase: 'cancelling', cancels, requests: [], note: `${opening.length} orders end` };
  }
  const requests = nextSteps(held, openOrders, now, {
    fraction: thresholds.reduceStageFraction,
    intervalMs: thresholds.reduceStageIntervalMs,
    collarBps: thresholds.flattenCollarBps,
  });
  const blind = withoutPrice(held);
  if (requests.length === 0 && blind.length === held.length) {
    return { phase: 'blocked', cancels, requests, note: `no price for ${blind.join(', ')}` };
  }
  const phase = requests.length > 0 ? 'reducing' : 'waiting';
  return { phase, cancels, requests, note: `${held.length} positions are being reduced` };
}

/**
 * EMERGENCY: cancels everything, waits until the cancels are confirmed (but not longer than
 * `cancelConfirmMs` since the mode began), then flattens in reduce-only slices within a collar.
 * Orders of unknown fate are cancelled like all others, again and again until the venue answers.
 */
export function planEmergency(
  views: readonly ExposureView[],
  openOrders: readonly Order[],
  now: EventTimeNs,
  modeSince: EventTimeNs,
  thresholds: SafetyThresholds,
): SafetyPlan {
  const others = openOrders.filter((order) => order.request.strategy !== SAFETY_STRATEGY);
  const cancels = cancellable(others);
  const waited = addMs(modeSince, thresholds.cancelConfirmMs) <= now;
  if (others.length > 0 && !waited) {
    const note = `${others.length} orders are not confirmed as ended yet`;
    return { phase: 'cancelling', cancels, requests: [], note };
  }
  const held = heldViews(views);
  if (held.length === 0) {
    const note = 'no position is left';
    return others.length === 0
      ? { phase: 'flat', cancels, requests: [], note }
      : { phase: 'cancelling', cancels, requests: [], note: `${others.length} orders end` };
  }
  const requests = nextSteps(held, openOrders, now, {
    fraction: thresholds.flattenSliceFraction,
    intervalMs: thresholds.flattenSliceIntervalMs,
    collarBps: thresholds.flattenCollarBps,
  });
  const blind = withoutPrice(held);
  if (requests.length === 0 && blind.length === held.length) {
    return { phase: 'blocked', cancels, requests, note: `no price for ${blind.join(', ')}` };
  }
  const phase = requests.length > 0 ? 'reducing' : 'waiting';
  return { phase, cancels, requests, note: `${held.length} positions are being flattened` };
}
