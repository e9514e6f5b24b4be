import { decay, ReferenceMean, ReferenceMoments, share } from './reference-math.ts';

/** Abramowitz & Stegun 26.2.19. */
export function polynomialNormalCdf(x: number): number {
  const d = [0.049867347, 0.0211410061, 0.0032776263, 0.0000380036, 0.0000488906, 0.000005383];
  const a = Math.abs(x);
  const p = d.reduceRight((value, coefficient) => value * a + coefficient, 0) * a + 1;
  const p2 = p * p;
  const p4 = p2 * p2;
  const p8 = p4 * p4;
  const tail = 0.5 / (p8 * p8);
  return x < 0 ? tail : 1 - tail;
}

/** VPIN over buckets whose size is settled when they begin. */
export class ReferenceVpin {
  readonly #closed: { size: number; imbalance: number }[] = [];
  #open = { size: 0, filled: 0, imbalance: 0 };

  add(volume: number, buyShare: number, meanVolume: number): void {
    let left = volume;
    for (let buckets = 0; left > 0 && buckets <= 50; buckets += 1) {
      if (this.#open.filled === 0) this.#open.size = meanVolume * 10;
      const taken = Math.min(left, this.#open.size - this.#open.filled);
      const full = left >= this.#open.size - this.#open.filled;
      this.#open.filled += taken;
      this.#open.imbalance += taken * (buyShare * 2 - 1);
      left -= taken;
      if (full) {
        this.#closed.push({ size: this.#open.size, imbalance: this.#open.imbalance });
        this.#open = { size: 0, filled: 0, imbalance: 0 };
      }
    }
  }

  value(): { vpin: number; imbalance: number } {
    const last = this.#closed.slice(-50);
    const total = last.reduce((sum, { size }) => sum + size, 0);
    const absolute = last.reduce((sum, { imbalance }) => sum + Math.abs(imbalance), 0);
    const signed = last.reduce((sum, { imbalance }) => sum + imbalance, 0);
    return { vpin: share(absolute, total), imbalance: share(signed, total) };
  }
}

const signedRoot = (x: number): number => (x < 0 ? -Math.sqrt(-x) : Math.sqrt(x));

/** The features of bars of one second. `window`: bars remembered. */
export class ReferenceBars {
  readonly #values: Record<string, number>;
  #second: bigint | null = null;
  #bar = { close: 0, lots: 0, signedLots: 0, notional: 0 };
  #previousClose = 0;
  readonly #kyle: ReferenceMoments;
  readonly #hasbrouck: ReferenceMoments;
  readonly #square: ReferenceMean;
  readonly #illiquidity: ReferenceMean;
  readonly #volume: ReferenceMean;
  readonly #vpin = new ReferenceVpin();
  readonly #midReturns: number[] = [];
  #previousMid = 0;
  #realised = 0;
  #bipower = 0;

  constructor(values: Record<string, number>, window = 300) {
    this.#values = values;
    this.#kyle = new ReferenceMoments(window);
    this.#hasbrouck = new ReferenceMoments(window);
    this.#square = new ReferenceMean(window);
    this.#illiquidity = new ReferenceMean(window);
    this.#volume = new ReferenceMean(window);
  }

  /** Ends the bar when an event at this time begins another. */
  tick(mid: number, depth: number, at: bigint): void {
    const second = at / 1_000_000_000n;
    if (this.#second !== null && second <= this.#second) return;
    const dt = this.#second === null ? 0 : Number(second - this.#second);
    const first = this.#second === null;
    this.#second = second;
    if (first) return;
    if (this.#bar.lots > 0) this.#endTrades(mid, depth);
    if (mid > 0) this.#endMid(mid, dt);
  }

  onTrade(ticks: number, lots: number, sign: number): void {
    this.#bar.close = ticks;
    this.#bar.lots += lots;
    this.#bar.signedLots += sign * lots;
    this.#bar.notional += ticks * lots;
  }

  #endTrades(mid: number, depth: number): void {
    const { close, lots, signedLots, notional } = this.#bar;
    this.#volume.add(lots);
    if (this.#previousClose > 0) {
      const change = close - this.#previousClose;
      this.#kyle.add(signedLots, change);
      this.#hasbrouck.add(signedRoot(signedLots), change);
      this.#square.add(change * change);
      this.#illiquidity.add(Math.abs(change / this.#previousClose) / notional);
      const sigma = Math.sqrt(this.#square.value);
      const buyShare = sigma > 0 ? polynomialNormalCdf(change / sigma) : 0.5;
      this.#vpin.add(lots, buyShare, this.#volume.value);
      const { vpin, imbalance } = this.#vpin.value();
      const [kyle, hasbrouck] = [this.#kyle, this.#hasbrouck];
      Object.assign(this.#values, {
        vpin,
        bulkVolumeImbalance: imbalance,
        kyleLambda: share(kyle.xy, kyle.xx) * depth,
        kyleFit: share(kyle.xy * kyle.xy, kyle.xx * kyle.yy),
        hasbrouckLambda: share(hasbrouck.xy, hasbrouck.xx) * Math.sqrt(depth),
        amihud: this.#illiquidity.value * (depth * mid) * 1e4,
      });
    }
    this.#previousClose = close;
    this.#bar = { close, lots: 0, signedLots: 0, notional: 0 };
  }

  #endMid(mid: number, dt: number): void {
    if (this.#previousMid > 0) {
      const size = Math.abs(mid / this.#previousMid - 1);
      this.#realised = this.#realised * decay(dt, 60) + size * size;
      this.#bipower = this.#bipower * decay(dt, 60) + size * (this.#midReturns.at(-1) ?? 0);
      this.#midReturns.push(size);
      const continuous = (Math.PI / 2) * this.#bipower;
      this.#values['jumpShare'] =
        this.#midReturns.length > 1 && continuous < this.#realised
          ? 1 - continuous / this.#realised
          : 0;
    }
    this.#previousMid = mid;
  }
}
