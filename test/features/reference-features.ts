// The features in plain TypeScript, written from the formulas of src/features/catalogue.ts. Where
// the order of operations matters to the last bit it is that of native/engine/features_*.cc, so
// that every bit must agree; histories are kept whole instead of in rings.

import { ReferenceBars } from './reference-bars.ts';
import { decay, meanStep, ReferenceTime, secondsBetween, share } from './reference-math.ts';
import { ReferenceQueues, type SideChange } from './reference-queues.ts';
import { ReferenceTape } from './reference-tape.ts';

/** Best-first levels of one side: [ticks, lots]. */
export type ReferenceLevels = readonly (readonly [number, number])[];

/** What a depth message changed. */
export interface BookChange {
  readonly bid: SideChange;
  readonly ask: SideChange;
}

/** The absent level of a bid side and of an ask side. */
const ABSENT = { bid: [0, 0], ask: [2 ** 53, 0] } as const;

function readSide(levels: ReferenceLevels, side: 'bid' | 'ask') {
  const best = levels.slice(0, 10);
  const [touch] = best[0]!;
  const cumulative = best.map((_, i) => best.slice(0, i + 1).reduce((sum, [, q]) => sum + q, 0));
  const distances = best.map(([ticks]) => Math.abs(ticks - touch));
  const n = best.length;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const [x, y] = [sum(distances), sum(cumulative)];
  const xx = sum(distances.map((d) => d * d));
  const xy = sum(distances.map((d, i) => d * cumulative[i]!));
  const five = best.slice(0, 5);
  return {
    ticks: touch,
    lots: best[0]![1],
    levels: [0, 1, 2, 3, 4].map((i) => best[i] ?? ABSENT[side]),
    five: sum(five.map(([, lots]) => lots)),
    ten: cumulative.at(-1)!,
    fifth: five.at(-1)![0],
    valueFive: sum(five.map(([, lots], i) => distances[i]! * lots)),
    slope: share(n * xy - x * y, n * xx - x * x),
  };
}
type SideReading = ReturnType<typeof readSide>;

/** The order-flow event of one level between two readings. */
function event(bid: SideReading, ask: SideReading, was: Readings, level: number): number {
  const [[pb, qb], [pa, qa]] = [bid.levels[level]!, ask.levels[level]!];
  const [[pb0, qb0], [pa0, qa0]] = [was.bid.levels[level]!, was.ask.levels[level]!];
  const bought = (pb >= pb0 ? qb : 0) - (pb <= pb0 ? qb0 : 0);
  const sold = (pa <= pa0 ? qa : 0) - (pa >= pa0 ? qa0 : 0);
  return bought - sold;
}

interface Readings {
  readonly bid: SideReading;
  readonly ask: SideReading;
}

/** One symbol's features, event by event. */
export class ReferenceFeatures {
  readonly values: Record<string, number> = {};
  readonly #tickE8: bigint;
  readonly #queues = new ReferenceQueues(this.values);
  readonly #tape = new ReferenceTape(this.values);
  readonly #bars = new ReferenceBars(this.values);
  readonly #time = new ReferenceTime();
  #was: Readings | null = null;
  #bookAt = 0n;
  #mid = 0;
  #depth = 0;
  #levelDepth = 0;
  #flow = { s1: 0, s10: 0, levels1: 0 };
  #means = { spread: 0, mid1: 0, mid10: 0, micro1: 0, micro10: 0 };
  #variance = { s5: 0, s30: 0, s60: 0, s300: 0 };
  #updateCount = 0;
  #markTicks = 0;
  #liquidated = { lots: 0, at: 0n };

  constructor(names: readonly string[], tickE8: bigint) {
    this.#tickE8 = tickE8;
    for (const name of names) this.values[name] = 0;
  }

  onBook(bids: ReferenceLevels, asks: ReferenceLevels, change: BookChange, at: bigint): void {
    this.#bars.tick(this.#mid, this.#depth, at);
    const [bid, ask] = [readSide(bids, 'bid'), readSide(asks, 'ask')];
    const first = this.#was === null;
    const dt = first ? 0 : secondsBetween(this.#bookAt, at);
    const previousMid = this.#mid;
    const touch = bid.lots + ask.lots;
    const mid = (bid.ticks + ask.ticks) * 0.5;
    const micro = (bid.ticks * ask.lots + ask.ticks * bid.lots) / touch;
    this.#mid = mid;
    this.#time.step(dt);
    this.#updateMeans(bid, ask, micro, dt);
    if (this.#was !== null) {
      this.#updateFlow({ bid, ask }, this.#was, dt);
      this.#updateVariance(mid / previousMid - 1, dt);
      this.#updateCount = this.#updateCount * decay(dt, 5) + 1;
    }
    this.#publishShape(bid, ask, micro);
    this.#publishMoves(ask.ticks - bid.ticks, micro);
    this.values['timeSinceUpdate'] = dt;
    const depth = this.#depth;
    this.#queues.onBook(bid, ask, first ? null : change, depth, at, dt, this.#time);
    this.#tape.onBook(mid, depth, at, dt, this.#time);
    const liquidated = this.#liquidated;
    liquidated.lots *= decay(secondsBetween(liquidated.at, at), 30);
    liquidated.at = at;
    this.values['liquidationPressure'] = liquidated.lots * (1 / depth);
    this.#publishMark();
    this.#was = { bid, ask };
    this.#bookAt = at;
  }

  /** Returns the sign that the trade counts with; `given` null where the venue does not say. */
  onTrade(ticks: number, lots: number, given: 1 | -1 | null, at: bigint): number {
    this.#bars.tick(this.#mid, this.#depth, at);
    const sign = given ?? this.#tape.classify(ticks, this.#mid);
    this.#tape.onTrade(ticks, lots, sign, this.#mid, at);
    this.#queues.onTrade(sign, lots);
    this.#bars.onTrade(ticks, lots, sign);
    this.values['timeSinceUpdate'] = this.#was === null ? 0 : secondsBetween(this.#bookAt, at);
    return sign;
  }

  onMark(markE8: bigint, indexE8: bigint, fundingE8: bigint): void {
    if (markE8 === 0n) return;
    this.#markTicks = Number(markE8) / Number(this.#tickE8);
    this.values['markBasis'] = indexE8 > 0n ? (Number(markE8) / Number(indexE8) - 1) * 1e4 : 0;
    this.values['fundingRate'] = (Number(fundingE8) / 1e8) * 1e4;
    this.#publishMark();
  }

  onLiquidation(lots: number, sign: 1 | -1, at: bigint): void {
    const liquidated = this.#liquidated;
    const factor = decay(secondsBetween(liquidated.at, at), 30);
    liquidated.lots = liquidated.lots * factor + sign * lots;
    liquidated.at = at;
    this.values['liquidationPressure'] = this.#depth > 0 ? liquidated.lots * (1 / this.#depth) : 0;
  }

  #publishMark(): void {
    if (this.#markTicks === 0 || this.#mid === 0) return;
    this.values['markDeviation'] = (this.#mid / this.#markTicks - 1) * 1e4;
  }

  #updateMeans(bid: SideReading, ask: SideReading, micro: number, dt: number): void {
    const half = (bid.lots + ask.lots) * 0.5;
    const perLevel = (bid.five + ask.five) * 0.1;
    const spread = ask.ticks - bid.ticks;
    const mid = this.#mid;
    if (this.#was === null) {
      [this.#depth, this.#levelDepth] = [half, perLevel];
      this.#means = { spread, mid1: mid, mid10: mid, micro1: micro, micro10: micro };
      return;
    }
    this.#depth = meanStep(this.#depth, half, decay(dt, 10));
    this.#levelDepth = meanStep(this.#levelDepth, perLevel, decay(dt, 10));
    const means = this.#means;
    means.spread = meanStep(means.spread, spread, decay(dt, 60));
    means.mid1 = meanStep(means.mid1, mid, decay(dt, 1));
    means.mid10 = meanStep(means.mid10, mid, decay(dt, 10));
    means.micro1 = meanStep(means.micro1, micro, decay(dt, 1));
    means.micro10 = meanStep(means.micro10, micro, decay(dt, 10));
  }

  #updateFlow(now: Readings, was: Readings, dt: number): void {
    const events = [0, 1, 2, 3, 4].map((level) => event(now.bid, now.ask, was, level));
    const flow = this.#flow;
    flow.s1 = flow.s1 * decay(dt, 1) + events[0]!;
    flow.s10 = flow.s10 * decay(dt, 10) + events[0]!;
    flow.levels1 = flow.levels1 * decay(dt, 1) + events.reduce((a, b) => a + b, 0) * 0.2;
  }

  #updateVariance(change: number, dt: number): void {
    const variance = this.#variance;
    variance.s5 = variance.s5 * decay(dt, 5) + change * change;
    variance.s30 = variance.s30 * decay(dt, 30) + change * change;
    variance.s60 = variance.s60 * decay(dt, 60) + change * change;
    variance.s300 = variance.s300 * decay(dt, 300) + change * change;
  }

  #publishShape(bid: SideReading, ask: SideReading, micro: number): void {
    const [perTouch, perFive] = [1 / (bid.lots + ask.lots), 1 / (bid.five + ask.five)];
    const [perTen, perDepth] = [1 / (bid.ten + ask.ten), 1 / this.#depth];
    const bidPrice = bid.ticks - bid.valueFive / bid.five;
    const askPrice = ask.ticks + ask.valueFive / ask.five;
    Object.assign(this.values, {
      micropriceDeviation: micro - this.#mid,
      spread: ask.ticks - bid.ticks,
      imbalanceL1: (bid.lots - ask.lots) * perTouch,
      imbalanceL5: (bid.five - ask.five) * perFive,
      imbalanceL10: (bid.ten - ask.ten) * perTen,
      touchShare: (bid.lots + ask.lots) * perTen,
      gapAsymmetry: ask.fifth - ask.ticks - (bid.ticks - bid.fifth),
      weightedMidDeviation: (bidPrice * ask.five + askPrice * bid.five) * perFive - this.#mid,
      depthSlope: (bid.slope + ask.slope) * 0.5 * perDepth,
      depthSlopeAsymmetry: share(bid.slope - ask.slope, bid.slope + ask.slope),
      bidQueueAhead: bid.lots * perDepth,
      askQueueAhead: ask.lots * perDepth,
    });
  }

  #publishMoves(spread: number, micro: number): void {
    const { s5, s30, s60, s300 } = this.#variance;
    const [means, time] = [this.#means, this.#time];
    Object.assign(this.values, {
      orderFlowImbalance: this.#flow.s1 * (1 / this.#depth),
      orderFlow10s: this.#flow.s10 * (1 / this.#depth),
      multiLevelOrderFlow: this.#flow.levels1 / this.#levelDepth,
      spreadRatio: spread / means.spread - 1,
      midReturn1s: (this.#mid / means.mid1 - 1) * 1e4,
      midReturn10s: (this.#mid / means.mid10 - 1) * 1e4,
      micropriceReturn1s: (micro / means.micro1 - 1) * 1e4,
      micropriceMomentum: (means.micro1 / means.micro10 - 1) * 1e4,
      updateIntensity: this.#updateCount * time.per(5),
      realisedVolatility: Math.sqrt(share(s30, time.of(30))) * 1e4,
      realisedVolatility5m: Math.sqrt(share(s300, time.of(300))) * 1e4,
      volatilityRatio: s60 > 0 ? Math.sqrt((s5 / s60) * time.ratio(60, 5)) - 1 : 0,
    });
  }
}
