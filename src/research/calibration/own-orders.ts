import type { EventTimeNs } from '../../core/index.ts';
import { seededRng } from '../../core/index.ts';
import type { ClientOrderId, DomainEvent, InstrumentId, OrderRequest } from '../../model/index.ts';
import { quantileSorted } from '../../quant/index.ts';
import { fitLogNormal, type HeldOutTest, logNormalTest } from './distribution-tests.ts';
import type { DelayModel } from './market-model.ts';
import { Reservoir } from './reservoir.ts';

/** Values of one kind that are kept; a uniform sample beyond. */
const MOST_VALUES = 100_000;

/** Orders followed at one time; what comes beyond is counted and passed over. */
const MOST_WORKING = 65_536;

/** Times for which the chance of a fill is told, s. */
const HORIZONS_S = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300] as const;

/** Chance that a resting order has had its first fill by a time. */
export interface SurvivalPoint {
  readonly seconds: number;
  readonly fillProbability: number;
  /** By Greenwood's formula. */
  readonly standardError: number;
  /** Orders that still rested without a fill just before. */
  readonly atRisk: number;
}

/** Prices of taking fills against the last mark before their order; positive is worse. */
export interface SlippageFit {
  readonly instrument: InstrumentId;
  readonly fills: number;
  readonly meanBps: number;
  readonly medianBps: number;
  readonly percentile95Bps: number;
}

/** What our own orders tell of the venue. */
export interface OwnFillsCalibration {
  readonly orders: number;
  readonly accepted: number;
  readonly fills: number;
  readonly ordersPassedOver: number;
  /** null: fewer than 20 acknowledgements that tell a delay. */
  readonly roundTrip: (DelayModel & { readonly n: number; readonly percentile99Ms: number }) | null;
  /** The log-normal of the first 70 % of acknowledgements, tested on the others. */
  readonly tests: readonly HeldOutTest[];
  /** By time since acceptance, of resting limit orders. */
  readonly fillProbability: readonly SurvivalPoint[];
  readonly slippage: readonly SlippageFit[];
}

interface Working {
  readonly request: OrderRequest;
  readonly submittedAt: EventTimeNs;
  readonly markTicks: number | null;
  acceptedAt: EventTimeNs | null;
  filled: boolean;
  /** Its fate was asked for: what comes then tells the time of the question. */
  wasDoubted: boolean;
}

const ms = (from: EventTimeNs, to: EventTimeNs): number => Number(to - from) / 1e6;

/**
 * Measures our own orders from the events of a journal: delay until the venue's acceptance, chance
 * of a fill by time, slippage of what took. An order that was in doubt before tells no delay. The place in the queue is not in the journal: the
 * chance of a fill is told by time alone.
 *
 * Memory: bounded; the slots of at most 65,536 working orders.
 * Source: Kaplan & Meier (1958), JASA 53, with cancelled and amended orders as censored.
 */
export class OwnOrderMeasurement {
  readonly #rng = seededRng(1);
  readonly #working = new Map<ClientOrderId, Working>();
  readonly #marks = new Map<InstrumentId, number>();
  readonly #delays: number[] = [];
  readonly #lives: { readonly seconds: number; readonly filled: boolean }[] = [];
  readonly #slippage = new Map<InstrumentId, { sample: Reservoir; sum: number }>();
  #orders = 0;
  #accepted = 0;
  #fills = 0;
  #passedOver = 0;

  /** Takes the next event of the journal. */
  take(event: DomainEvent): void {
    if (event.kind === 'equity-sampled') {
      for (const { instrument, price } of event.marks) this.#marks.set(instrument, price);
    } else if (event.kind === 'order-submitted') {
      this.#submitted(event);
    } else if (event.kind === 'order-accepted') {
      this.#acceptedOrder(event.clientOrderId, event.at);
    } else if (event.kind === 'order-filled') {
      this.#filled(event);
    } else if (event.kind === 'order-doubted') {
      const order = this.#working.get(event.clientOrderId);
      if (order !== undefined) order.wasDoubted = true;
    } else if (
      event.kind === 'order-cancelled' ||
      event.kind === 'order-expired' ||
      event.kind === 'order-rejected' ||
      // What it rests with from now on is another order as far as the queue goes.
      event.kind === 'order-amended'
    ) {
      const order = this.#working.get(event.clientOrderId);
      if (order !== undefined) this.#lived(order, event.at, false);
      this.#working.delete(event.clientOrderId);
    } else if (event.kind === 'run-started') {
      this.#working.clear();
    }
  }

  /** What all events together tell. */
  finish(): OwnFillsCalibration {
    const split = Math.floor(this.#delays.length * 0.7);
    const train = Float64Array.from(this.#delays.slice(0, split)).sort();
    const test = Float64Array.from(this.#delays.slice(split)).sort();
    const all = Float64Array.from(this.#delays).sort();
    const parts = { quantity: 'order to acceptance', unit: 'ms', train, test };
    return {
      orders: this.#orders,
      accepted: this.#accepted,
      fills: this.#fills,
      ordersPassedOver: this.#passedOver,
      roundTrip:
        all.length < 20
          ? null
          : {
              medianMs: quantileSorted(all, 0.5),
              sigma: fitLogNormal(all).logDeviation,
              n: all.length,
              percentile99Ms: quantileSorted(all, 0.99),
            },
      tests: logNormalTest(parts),
      fillProbability: fillProbabilities(this.#lives),
      slippage: [...this.#slippage].map(([instrument, { sample, sum }]) => {
        const sorted = sample.sorted();
        return {
          instrument,
          fills: sample.seen,
          meanBps: sum / sample.seen,
          medianBps: quantileSorted(sorted, 0.5),
          percentile95Bps: quantileSorted(sorted, 0.95),
        };
      }),
    };
  }

  #submitted(event: Extract<DomainEvent, { kind: 'order-submitted' }>): void {
    this.#orders += 1;
    if (this.#working.size >= MOST_WORKING) {
      this.#passedOver += 1;
      return;
    }
    const { request, at } = event;
    this.#working.set(event.clientOrderId, {
      request,
      submittedAt: at,
      markTicks: this.#marks.get(request.instrument) ?? null,
      acceptedAt: null,
      filled: false,
      wasDoubted: false,
    });
  }

  #acceptedOrder(id: ClientOrderId, at: EventTimeNs): void {
    const order = this.#working.get(id);
    if (order === undefined || order.acceptedAt !== null) return;
    order.acceptedAt = at;
    this.#accepted += 1;
    const delay = ms(order.submittedAt, at);
    if (delay > 0 && !order.wasDoubted && this.#delays.length < MOST_VALUES)
      this.#delays.push(delay);
  }

  #filled({ fill, at }: Extract<DomainEvent, { kind: 'order-filled' }>): void {
    this.#fills += 1;
    const order = this.#working.get(fill.clientOrderId);
    if (order === undefined) return;
    this.#lived(order, at, true);
    if (fill.liquidity !== 'taker' || order.markTicks === null) return;
    const sign = fill.side === 'buy' ? 1 : -1;
    const bps = (sign * (fill.price - order.markTicks) * 10_000) / order.markTicks;
    let known = this.#slippage.get(fill.instrument);
    if (known === undefined) {
      known = { sample: new Reservoir(MOST_VALUES, this.#rng), sum: 0 };
      this.#slippage.set(fill.instrument, known);
    }
    known.sample.add(bps);
    known.sum += bps;
  }

  /** Notes how long an order rested until its first fill, or until it ended without one. */
  #lived(order: Working, at: EventTimeNs, filled: boolean): void {
    if (order.filled || order.acceptedAt === null) return;
    order.filled = filled;
    if (order.request.type !== 'limit' || order.request.timeInForce !== 'gtc') return;
    if (this.#lives.length >= MOST_VALUES) return;
    this.#lives.push({ seconds: Math.max(0, ms(order.acceptedAt, at) / 1_000), filled });
  }
}

function fillProbabilities(
  lives: readonly { readonly seconds: number; readonly filled: boolean }[],
): readonly SurvivalPoint[] {
  const sorted = [...lives].sort((a, b) => a.seconds - b.seconds);
  const points: SurvivalPoint[] = [];
  let surviving = 1;
  let greenwood = 0;
  let at = 0;
  for (const seconds of HORIZONS_S) {
    const before = sorted.length - at;
    for (; at < sorted.length && sorted[at]!.seconds <= seconds; at += 1) {
      const risk = sorted.length - at;
      if (!sorted[at]!.filled) continue;
      surviving *= 1 - 1 / risk;
      if (risk > 1) greenwood += 1 / (risk * (risk - 1));
    }
    if (before === 0) break;
    points.push({
      seconds,
      fillProbability: 1 - surviving,
      standardError: surviving * Math.sqrt(greenwood),
      atRisk: before,
    });
  }
  return points;
}
