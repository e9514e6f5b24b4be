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
  /**
   * Why the latest request of safety here was refused, with its code; null or absent when it was
   * approved, or when there was none. The plan goes on asking, and says that it is blocked.
   */
  readonly lastRefusal?: string | null;
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

/** Why a position cannot be closed now; null when it can. */
function blockOf(view: ExposureView): string | null {
  const touch = view.lots > 0 ? view.bid : view.ask;
  if (touch === null) return `no price for ${view.instrument.id}`;
  const refusal = view.lastRefusal ?? null;
  return refusal === null ? null : `refused for ${view.instrument.id}: ${refusal}`;
}

/** The plan of a mode that closes positions: blocked when none of them can be closed now. */
function closingPlan(
  held: readonly ExposureView[],
  cancels: readonly ClientOrderId[],
  requests: readonly OrderRequest[],
  doing: string,
): SafetyPlan {
  const blocks = held.map(blockOf).filter((block) => block !== null);
  const positions = held.length === 1 ? '1 position is' : `${held.length} positions are`;
  const note = [`${positions} being ${doing}`, ...blocks].join('; ');
  if (blocks.length === held.length) return { phase: 'blocked', cancels, requests, note };
  return { phase: requests.length > 0 ? 'reducing' : 'waiting', cancels, requests, note };
}

/**
 * PAUSE places nothing, cancels what could open exposure, and keeps orders that only reduce. It is
 * for a pause that a person or the hardware asked for: the halted engine withdraws its quotes with
 * the next market message, and this withdraws them also when none comes.
 */
export function planPause(openOrders: readonly Order[]): SafetyPlan {
  const opening = openOrders.filter((order) => !order.request.reduceOnly);
  if (opening.length === 0) return NOTHING;
  const orders = opening.length === 1 ? '1 order that' : `${opening.length} orders that`;
  const verb = opening.length === 1 ? 'is' : 'are';
  return {
    phase: 'cancelling',
    cancels: cancellable(opening),
    requests: [],
    note: `${orders} could open exposure ${verb} being withdrawn`,
  };
}

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
  return closingPlan(held, cancels, requests, 'reduced');
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
  return closingPlan(held, cancels, requests, 'flattened');
}
