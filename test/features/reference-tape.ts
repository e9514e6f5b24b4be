import {
  decay,
  ReferenceMean,
  ReferenceMoments,
  ReferenceTime,
  secondsBetween,
  share,
} from './reference-math.ts';

/** The trades between two updates of the book, which share one mid. */
interface Interval {
  count: number;
  lots: number;
  signedLots: number;
  paid: number;
  mid: number;
}

const empty = (): Interval => ({ count: 0, lots: 0, signedLots: 0, paid: 0, mid: 0 });

/** The features of trades. */
export class ReferenceTape {
  readonly #values: Record<string, number>;
  #at: bigint | null = null;
  /** Of the sums, which trades step as well. */
  readonly #time = new ReferenceTime();
  #tradeAt = 0n;
  #depth = 0;
  #sums = { count: 0, signs: 0, lots: 0, signedLots: 0, value: 0 };
  readonly #prices: number[] = [];
  readonly #signs: number[] = [];
  #direction: 1 | -1 = 1;
  readonly #signProduct = new ReferenceMean(256);
  readonly #size = new ReferenceMean(256);
  readonly #changes = new ReferenceMoments(256);
  readonly #intervals: Interval[] = [empty()];
  #counts = { s1: 0, s30: 0 };
  #paid = { lots: 0, signedLots: 0, paid: 0 };
  #matured = { lots: 0, realised: 0, impact: 0 };

  constructor(values: Record<string, number>) {
    this.#values = values;
  }

  /** Quote rule, then tick rule. */
  classify(ticks: number, mid: number): 1 | -1 {
    if (mid > 0 && ticks > mid) return 1;
    if (mid > 0 && ticks < mid) return -1;
    const last = this.#prices.at(-1);
    if (last === undefined || last === ticks) return this.#direction;
    return ticks > last ? 1 : -1;
  }

  onTrade(ticks: number, lots: number, sign: number, mid: number, at: bigint): void {
    this.#decay(at);
    const sums = this.#sums;
    sums.count += 1;
    sums.signs += sign;
    sums.lots += lots;
    sums.signedLots += sign * lots;
    sums.value += ticks * lots;
    this.#follow(ticks, sign);
    this.#size.add(lots);
    if (mid > 0) {
      const open = this.#intervals.at(-1)!;
      open.count += 1;
      open.lots += lots;
      open.signedLots += sign * lots;
      open.paid += 2 * (sign * lots * (ticks - mid));
      open.mid = mid;
    }
    const covariance = this.#changes.xy;
    Object.assign(this.#values, {
      timeSinceTrade: this.#tradeAt === 0n ? 0 : secondsBetween(this.#tradeAt, at),
      tradeSizeRatio: lots / this.#size.value - 1,
      signPersistence: this.#signProduct.value,
      rollSpread: covariance < 0 ? 2 * Math.sqrt(-covariance) : 0,
    });
    this.#tradeAt = at;
    this.#publish(mid, this.#depth);
  }

  onBook(mid: number, depth: number, at: bigint, dt: number, time: ReferenceTime): void {
    this.#depth = depth;
    this.#decay(at);
    this.#mature(mid, dt);
    const [counts, paid, matured] = [this.#counts, this.#paid, this.#matured];
    Object.assign(this.#values, {
      timeSinceTrade: this.#tradeAt === 0n ? 0 : secondsBetween(this.#tradeAt, at),
      tradeBurst: counts.s30 > 0 ? (counts.s1 / counts.s30) * time.ratio(30, 1) - 1 : 0,
      signedVolume30s: share(paid.signedLots, paid.lots),
      effectiveSpread: share(paid.paid, paid.lots),
      realisedSpread: share(matured.realised, matured.lots),
      priceImpact: share(matured.impact, matured.lots),
    });
    this.#publish(mid, depth);
  }

  /** Keeps the series of prices and signs and what follows from successive ones. */
  #follow(ticks: number, sign: number): void {
    const [before, last] = this.#prices.slice(-2);
    const previous = this.#prices.length === 1 ? before : last;
    if (previous !== undefined) {
      const change = ticks - previous;
      if (this.#prices.length > 1) this.#changes.add(previous - before!, change);
      if (change !== 0) this.#direction = change > 0 ? 1 : -1;
    }
    this.#prices.push(ticks);
    const lastSign = this.#signs.at(-1);
    if (lastSign !== undefined) this.#signProduct.add(sign * lastSign);
    this.#signs.push(sign);
  }

  #decay(at: bigint): void {
    const dt = this.#at === null ? 0 : secondsBetween(this.#at, at);
    const factor = decay(dt, 5);
    this.#at = at;
    this.#time.step(dt);
    const sums = this.#sums;
    sums.count *= factor;
    sums.signs *= factor;
    sums.lots *= factor;
    sums.signedLots *= factor;
    sums.value *= factor;
    if (sums.count < 1e-9) this.#sums = { count: 0, signs: 0, lots: 0, signedLots: 0, value: 0 };
  }

  #mature(mid: number, dt: number): void {
    const open = this.#intervals.at(-1)!;
    const counts = this.#counts;
    counts.s1 = counts.s1 * decay(dt, 1) + open.count;
    counts.s30 = counts.s30 * decay(dt, 30) + open.count;
    const paid = this.#paid;
    paid.lots = paid.lots * decay(dt, 30) + open.lots;
    paid.signedLots = paid.signedLots * decay(dt, 30) + open.signedLots;
    paid.paid = paid.paid * decay(dt, 30) + open.paid;
    // This update is the first after the open interval's trades, the tenth after those of nine before.
    const ripe = this.#intervals.at(-10) ?? empty();
    const impact = 2 * (ripe.signedLots * (mid - ripe.mid));
    const matured = this.#matured;
    matured.lots = matured.lots * decay(dt, 30) + ripe.lots;
    matured.realised = matured.realised * decay(dt, 30) + (ripe.paid - impact);
    matured.impact = matured.impact * decay(dt, 30) + impact;
    if (counts.s30 < 1e-9) this.#counts = { s1: 0, s30: 0 };
    if (paid.lots < 1e-9) this.#paid = { lots: 0, signedLots: 0, paid: 0 };
    if (matured.lots < 1e-9) this.#matured = { lots: 0, realised: 0, impact: 0 };
    this.#intervals.push(empty());
  }

  #publish(mid: number, depth: number): void {
    const { count, signs, lots, signedLots, value } = this.#sums;
    const last = this.#prices.at(-1);
    Object.assign(this.#values, {
      tradeSign: share(signs, count),
      signedVolume: share(signedLots, lots),
      tradeIntensity: count * this.#time.per(5),
      volumeIntensity: depth > 0 ? lots * this.#time.per(5) * (1 / depth) : 0,
      tradeDeviation: last !== undefined && mid > 0 ? last - mid : 0,
      vwapDeviation: lots > 0 && mid > 0 ? mid - value / lots : 0,
    });
  }
}
