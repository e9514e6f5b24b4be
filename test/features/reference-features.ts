// The features in plain TypeScript, written from the formulas of src/features/catalogue.ts with the
// same order of operations as native/engine/features.cc, so that every bit must agree.

/** Best-first levels of one side: [ticks, lots]. */
export type ReferenceLevels = readonly (readonly [number, number])[];

const decay = (dt: number, tau: number): number => tau / (tau + dt);
const meanStep = (mean: number, value: number, factor: number): number =>
  value + (mean - value) * factor;
const secondsBetween = (from: bigint, to: bigint): number =>
  to > from ? Number(to - from) / 1e9 : 0;

function sums(levels: ReferenceLevels) {
  let [five, ten, fifth] = [0, 0, 0];
  levels.slice(0, 10).forEach(([ticks, lots], i) => {
    ten += lots;
    if (i < 5) [five, fifth] = [ten, ticks];
  });
  return { ticks: levels[0]![0], lots: levels[0]![1], five, ten, fifth };
}

/** One symbol's features, update by update. */
export class ReferenceFeatures {
  readonly values: Record<string, number> = {};
  #updates = 0;
  #bookAt = 0n;
  #tapeAt = 0n;
  #touch = { pb: 0, qb: 0, pa: 0, qa: 0 };
  #mid = 0;
  #flow = 0;
  #depth = 0;
  #means = { spread: 0, mid1: 0, mid10: 0, micro1: 0 };
  #variance = { s5: 0, s30: 0, s60: 0 };
  #updateCount = 0;
  #tape = { count: 0, signs: 0, lots: 0, signedLots: 0, last: 0 };

  onBook(bids: ReferenceLevels, asks: ReferenceLevels, at: bigint): void {
    const bid = sums(bids);
    const ask = sums(asks);
    const first = this.#updates === 0;
    const dt = first ? 0 : secondsBetween(this.#bookAt, at);
    const touch = bid.lots + ask.lots;
    const spread = ask.ticks - bid.ticks;
    const previousMid = this.#mid;
    const mid = (bid.ticks + ask.ticks) * 0.5;
    const micro = (bid.ticks * ask.lots + ask.ticks * bid.lots) / touch;
    this.#mid = mid;
    if (first) {
      this.#depth = touch * 0.5;
      this.#means = { spread, mid1: mid, mid10: mid, micro1: micro };
    } else {
      const { pb, qb, pa, qa } = this.#touch;
      let event = 0;
      if (bid.ticks >= pb) event += bid.lots;
      if (bid.ticks <= pb) event -= qb;
      if (ask.ticks <= pa) event -= ask.lots;
      if (ask.ticks >= pa) event += qa;
      this.#flow = this.#flow * decay(dt, 1) + event;
      this.#depth = meanStep(this.#depth, touch * 0.5, decay(dt, 10));
      const means = this.#means;
      means.spread = meanStep(means.spread, spread, decay(dt, 60));
      means.mid1 = meanStep(means.mid1, mid, decay(dt, 1));
      means.mid10 = meanStep(means.mid10, mid, decay(dt, 10));
      means.micro1 = meanStep(means.micro1, micro, decay(dt, 1));
      const change = mid / previousMid - 1;
      const variance = this.#variance;
      variance.s5 = variance.s5 * decay(dt, 5) + change * change;
      variance.s30 = variance.s30 * decay(dt, 30) + change * change;
      variance.s60 = variance.s60 * decay(dt, 60) + change * change;
    }
    this.#updateCount = this.#updateCount * decay(dt, 5) + 1;
    const slow = Math.sqrt(this.#variance.s60 / 60);
    Object.assign(this.values, {
      micropriceDeviation: micro - mid,
      spread,
      imbalanceL1: (bid.lots - ask.lots) / touch,
      imbalanceL5: (bid.five - ask.five) / (bid.five + ask.five),
      imbalanceL10: (bid.ten - ask.ten) / (bid.ten + ask.ten),
      orderFlowImbalance: this.#flow / this.#depth,
      touchShare: touch / (bid.ten + ask.ten),
      gapAsymmetry: ask.fifth - ask.ticks - (bid.ticks - bid.fifth),
      spreadRatio: spread / this.#means.spread - 1,
      midReturn1s: (mid / this.#means.mid1 - 1) * 1e4,
      midReturn10s: (mid / this.#means.mid10 - 1) * 1e4,
      micropriceReturn1s: (micro / this.#means.micro1 - 1) * 1e4,
      realisedVolatility: Math.sqrt(this.#variance.s30 / 30) * 1e4,
      volatilityRatio: slow > 0 ? Math.sqrt(this.#variance.s5 / 5) / slow - 1 : 0,
      updateIntensity: this.#updateCount / 5,
    });
    this.#touch = { pb: bid.ticks, qb: bid.lots, pa: ask.ticks, qa: ask.lots };
    this.#bookAt = at;
    this.#updates += 1;
    this.#decayTape(at);
    this.#publishTape();
  }

  onTrade(ticks: number, lots: number, sign: 1 | -1, at: bigint): void {
    this.#decayTape(at);
    const tape = this.#tape;
    tape.count += 1;
    tape.signs += sign;
    tape.lots += lots;
    tape.signedLots += sign * lots;
    tape.last = ticks;
    this.#publishTape();
  }

  #decayTape(at: bigint): void {
    const factor = decay(secondsBetween(this.#tapeAt, at), 5);
    this.#tape.count *= factor;
    this.#tape.signs *= factor;
    this.#tape.lots *= factor;
    this.#tape.signedLots *= factor;
    this.#tapeAt = at;
  }

  #publishTape(): void {
    const { count, signs, lots, signedLots, last } = this.#tape;
    Object.assign(this.values, {
      tradeSign: count > 0 ? signs / count : 0,
      signedVolume: lots > 0 ? signedLots / lots : 0,
      tradeIntensity: count / 5,
      volumeIntensity: this.#depth > 0 ? lots / 5 / this.#depth : 0,
      tradeDeviation: last > 0 && this.#mid > 0 ? last - this.#mid : 0,
    });
  }
}
