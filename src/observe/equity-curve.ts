import { assert, type EventTimeNs, type Json, NS_PER_MS } from '../core/index.ts';
import {
  type DomainEvent,
  formatE8,
  type Money,
  money,
  parseE8,
  ZERO_MONEY,
} from '../model/index.ts';
import type { DecimalText, EpochMs } from './system-view.ts';

/** What the ids of the causes that a drawdown raises begin with. */
const DRAWDOWN_CAUSES = 'drawdown-';

const TIERS = 8;
const POINTS_PER_TIER = 249;

/** Most points a curve ever holds, however long it goes on: the first sample and all tiers. */
export const MAX_EQUITY_POINTS = 1 + TIERS * POINTS_PER_TIER;

/** One point of the curve: the last equity of its interval and the deepest drawdown in it. */
export interface EquityPoint {
  readonly atMs: EpochMs;
  readonly equity: Money;
  /** Fraction of the peak at that time: 0 at a new high. */
  readonly drawdown: number;
}

/** The curve by columns, oldest first; all three have the same length. */
export interface EquitySeries {
  readonly atMs: readonly EpochMs[];
  /** Currency of the account. */
  readonly equity: readonly DecimalText[];
  readonly drawdown: readonly number[];
}

/**
 * The equity since the data directory began in bounded memory: the first and the latest 249 samples stand as they
 * came, each older tier of 249 points covers twice the samples per point, and the oldest tier thins
 * itself. Thinning keeps the last equity of an interval and its deepest drawdown, so no fall disappears.
 *
 * A deposit moves the peak along with the equity: it is neither a gain nor a drawdown. Lifting the
 * cause of a drawdown accepts the loss: the peak starts anew from the equity, as it does for safety,
 * and the points keep the fall.
 *
 * Determinism: a fold over the domain events.
 */
export class EquityCurve {
  readonly #tiers: EquityPoint[][] = Array.from({ length: TIERS }, () => []);
  #peak: Money = ZERO_MONEY;
  /** The latest sample and the deposits since. */
  #equity: Money = ZERO_MONEY;
  #first: EquityPoint | null = null;
  #latest: EquityPoint | null = null;
  #maxDrawdown = 0;

  /** The latest sample; null before the first. */
  get latest(): EquityPoint | null {
    return this.#latest;
  }

  /** Fall of the equity from its peak now, as a fraction of it. */
  get drawdown(): number {
    return fallOf(this.#peak, this.#equity);
  }

  /** The deepest drawdown since the data directory began. */
  get maxDrawdown(): number {
    return this.#maxDrawdown;
  }

  /** Folds in one event: samples, deposits and lifted drawdown causes; the rest is ignored. */
  apply(event: DomainEvent): void {
    if (event.kind === 'cash-deposited') {
      this.#peak = money(this.#peak + event.amount);
      if (this.#peak < 0n) this.#peak = ZERO_MONEY;
      this.#equity = money(this.#equity + event.amount);
    } else if (event.kind === 'equity-sampled') {
      this.#sample(event.at, event.equity);
    } else if (event.kind === 'cause-cleared' && event.causeId.startsWith(DRAWDOWN_CAUSES)) {
      this.#peak = this.#equity;
    }
  }

  /** All points by columns, oldest first. */
  series(): EquitySeries {
    const points = this.#points();
    return {
      atMs: points.map((point) => point.atMs),
      equity: points.map((point) => formatE8(point.equity, 2)),
      drawdown: points.map((point) => point.drawdown),
    };
  }

  /** The whole state, for checkpoints. */
  snapshot(): Json {
    return {
      peak: formatE8(this.#peak),
      equity: formatE8(this.#equity),
      maxDrawdown: this.#maxDrawdown,
      first: this.#first === null ? null : encode(this.#first),
      latest: this.#latest === null ? null : encode(this.#latest),
      tiers: this.#tiers.map((tier) => tier.map(encode)),
    };
  }

  /**
   * Rebuilds a curve from a snapshot.
   *
   * Errors: `InvariantError` when the value is not a snapshot of this class.
   */
  static restore(snapshot: Json): EquityCurve {
    const curve = new EquityCurve();
    const state = snapshot as {
      readonly peak: string;
      /** Absent from checkpoints of versions that knew only the latest sample. */
      readonly equity?: string;
      readonly maxDrawdown: number;
      readonly first: Json;
      readonly latest: Json;
      readonly tiers: readonly (readonly Json[])[];
    };
    assert(state !== null && Array.isArray(state.tiers), 'an equity snapshot has its tiers');
    assert(state.tiers.length === TIERS, `an equity snapshot has ${TIERS} tiers`);
    curve.#peak = decodeMoney(state.peak);
    curve.#maxDrawdown = state.maxDrawdown;
    curve.#first = state.first === null ? null : decode(state.first);
    curve.#latest = state.latest === null ? null : decode(state.latest);
    curve.#equity =
      state.equity === undefined
        ? (curve.#latest?.equity ?? ZERO_MONEY)
        : decodeMoney(state.equity);
    state.tiers.forEach((tier, index) => {
      assert(tier.length <= POINTS_PER_TIER, `a tier holds at most ${POINTS_PER_TIER} points`);
      curve.#tiers[index]!.push(...tier.map(decode));
    });
    return curve;
  }

  #points(): EquityPoint[] {
    const tiers = this.#tiers.toReversed().flat();
    return this.#first === null ? tiers : [this.#first, ...tiers];
  }

  #sample(at: EventTimeNs, equity: Money): void {
    this.#equity = equity;
    if (equity > this.#peak) this.#peak = equity;
    const drawdown = this.drawdown;
    if (drawdown > this.#maxDrawdown) this.#maxDrawdown = drawdown;
    const point = { atMs: Number(at / NS_PER_MS), equity, drawdown };
    // A wall clock that stepped back between two runs must not fold the curve over itself.
    const later = this.#latest === null || point.atMs > this.#latest.atMs;
    this.#latest = later ? point : { ...point, atMs: this.#latest!.atMs };
    if (this.#first === null) this.#first = point;
    else if (later) this.#push(0, point);
  }

  #push(level: number, point: EquityPoint): void {
    const tier = this.#tiers[level]!;
    tier.push(point);
    if (tier.length <= POINTS_PER_TIER) return;
    if (level + 1 < TIERS) {
      const [older, newer] = tier.splice(0, 2);
      this.#push(level + 1, merge(older!, newer!));
      return;
    }
    const thinned: EquityPoint[] = [];
    for (let index = 0; index < tier.length; index += 2) {
      const newer = tier[index + 1];
      thinned.push(newer === undefined ? tier[index]! : merge(tier[index]!, newer));
    }
    this.#tiers[level] = thinned;
  }
}

const fallOf = (peak: Money, equity: Money): number =>
  peak > equity && peak > 0n ? Number(peak - equity) / Number(peak) : 0;

const merge = (older: EquityPoint, newer: EquityPoint): EquityPoint => ({
  atMs: newer.atMs,
  equity: newer.equity,
  drawdown: Math.max(older.drawdown, newer.drawdown),
});

const encode = (point: EquityPoint): Json => [point.atMs, formatE8(point.equity), point.drawdown];

function decode(row: Json): EquityPoint {
  assert(Array.isArray(row) && row.length === 3, 'an equity point has three columns');
  const [atMs, equity, drawdown] = row as [number, string, number];
  assert(Number.isSafeInteger(atMs), `an equity point has its time in ms, got ${atMs}`);
  return { atMs, equity: decodeMoney(equity), drawdown };
}

function decodeMoney(text: string): Money {
  const units = parseE8(text);
  assert(units !== null, `an amount is a decimal, got ${JSON.stringify(text)}`);
  return money(units);
}
