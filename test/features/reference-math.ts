/** tau / (tau + dt). */
export const decay = (dt: number, tau: number): number => tau / (tau + dt);

/** A decayed mean's step towards a value. */
export const meanStep = (mean: number, value: number, factor: number): number =>
  value + (mean - value) * factor;

/** Seconds to a later time; 0 when time runs back. */
export const secondsBetween = (from: bigint, to: bigint): number =>
  to > from ? Number(to - from) / 1e9 : 0;

/** a / b, or 0 where b is not above 0. */
export const share = (a: number, b: number): number => (b > 0 ? a / b : 0);

/** The time that the decayed sums of one clock were kept for, decayed as they are. */
export class ReferenceTime {
  readonly #byTau = new Map<number, number>([1, 5, 10, 30, 60, 300].map((tau) => [tau, 0]));

  step(dt: number): void {
    for (const [tau, time] of this.#byTau) this.#byTau.set(tau, time * decay(dt, tau) + dt);
  }

  of(tau: number): number {
    return this.#byTau.get(tau)!;
  }

  /** One over it, 0 before any time went by. */
  per(tau: number): number {
    return share(1, this.of(tau));
  }

  /** The time by one tau over that by another, 1 before any time went by. */
  ratio(tau: number, other: number): number {
    return this.of(other) > 0 ? this.of(tau) / this.of(other) : 1;
  }
}

/** Mean, variance and covariance with a weight per observation. */
export class ReferenceMoments {
  mx = 0;
  my = 0;
  xx = 0;
  xy = 0;
  yy = 0;
  #n = 0;
  readonly #window: number;

  constructor(window: number) {
    this.#window = window;
  }

  add(x: number, y: number): void {
    this.#n += 1;
    const w = 1 / Math.min(this.#n, this.#window);
    const [dx, dy] = [x - this.mx, y - this.my];
    this.mx += w * dx;
    this.my += w * dy;
    this.xx = (1 - w) * (this.xx + w * dx * dx);
    this.xy = (1 - w) * (this.xy + w * dx * dy);
    this.yy = (1 - w) * (this.yy + w * dy * dy);
  }
}

/** A mean whose newest value weighs 1 / min(n, window). */
export class ReferenceMean {
  value = 0;
  #n = 0;
  readonly #window: number;

  constructor(window: number) {
    this.#window = window;
  }

  add(x: number): void {
    this.#n += 1;
    this.value += (x - this.value) * (1 / Math.min(this.#n, this.#window));
  }
}
