import { type Rng, standardNormal } from '../../core/index.ts';
import type { FittedMarket } from './fitted-market.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Share of market orders that other market orders set off. */
const BRANCHING_RATIO = 0.62;

/** Decay rate of that excitement, per second. */
const DECAY_PER_SECOND = 4;

/** Log-volatility: two Ornstein-Uhlenbeck components, standard deviation and time constant (s). */
const VOLATILITY_COMPONENTS = [
  { deviation: 0.4, seconds: 40 },
  { deviation: 0.4, seconds: 3600 },
] as const;

const LOG_VARIANCE = VOLATILITY_COMPONENTS.reduce((sum, part) => sum + part.deviation ** 2, 0);

/** How often the volatility moves, us. */
const VOLATILITY_STEP_US = 1_000_000;

/**
 * When market orders come and how strongly the price reacts: a self-exciting (Hawkes) process
 * whose base rate and jump size follow one log-normal volatility.
 *
 *   intensity(t) = base(t) + sum over past orders i of n * k * exp(-k * (t - t[i]))
 *   base(t)      = mean rate * (1 - n) * v(t) / E[v],   v = exp(y1 + y2 - var(y1 + y2))
 *   dy = -y / tau dt + deviation * sqrt(2 / tau) dW,    E[v^2] = 1
 *
 * The variance of the price per second, rate * jump^2, then follows v^2 and has the mean asked for.
 *
 * Source: Hawkes (1971), Biometrika 58(1); Bacry, Mastromatteo & Muzy (2015), "Hawkes processes in
 *         finance", for the exponential kernel on trades.
 */
export class TradeIntensity {
  readonly #base: number;
  readonly #branchingRatio: number;
  readonly #decay: number;
  readonly #modulated: boolean;
  readonly #rng: Rng;
  readonly #state: number[];
  #excitement = 0;
  #at: VenueTimeUs;
  #nextVolatilityAt: VenueTimeUs;
  #volatility = 1;

  /** With `fitted` the base rate is constant: its clusters are those of the fitted kernel alone. */
  constructor(
    meanRatePerSecond: number,
    startAt: VenueTimeUs,
    rng: Rng,
    fitted: Pick<FittedMarket, 'branchingRatio' | 'decayPerSecond'> | null = null,
  ) {
    this.#branchingRatio = fitted?.branchingRatio ?? BRANCHING_RATIO;
    this.#decay = fitted?.decayPerSecond ?? DECAY_PER_SECOND;
    this.#modulated = fitted === null;
    this.#base = meanRatePerSecond * (1 - this.#branchingRatio);
    this.#rng = rng;
    this.#at = startAt;
    this.#nextVolatilityAt = startAt + VOLATILITY_STEP_US;
    this.#state = VOLATILITY_COMPONENTS.map((part) => part.deviation * standardNormal(rng));
    this.#excitement = meanRatePerSecond * this.#branchingRatio;
    this.#updateVolatility();
  }

  /** Volatility now, relative to its root mean square. */
  get volatility(): number {
    return this.#volatility;
  }

  /** Factor of the size of price jumps: the square root of volatility, scaled to the mean rate. */
  get jumpScale(): number {
    // The variance per second, rate times jump squared, has the same mean either way.
    const scale = this.#modulated ? -LOG_VARIANCE / 2 : LOG_VARIANCE / 2;
    return Math.sqrt(this.#volatility * Math.exp(scale));
  }

  /** Market orders per second at the present moment; it only falls until the next event. */
  get perSecond(): number {
    if (!this.#modulated) return this.#base + this.#excitement;
    return this.#base * this.#volatility * Math.exp(LOG_VARIANCE / 2) + this.#excitement;
  }

  /** Moves to a later time: excitement decays, volatility wanders. */
  advanceTo(at: VenueTimeUs): void {
    const seconds = (at - this.#at) / 1e6;
    this.#excitement *= Math.exp(-this.#decay * seconds);
    this.#at = at;
    while (this.#nextVolatilityAt <= at) {
      this.#nextVolatilityAt += VOLATILITY_STEP_US;
      VOLATILITY_COMPONENTS.forEach((part, i) => {
        const keep = Math.exp(-VOLATILITY_STEP_US / 1e6 / part.seconds);
        const shock = part.deviation * Math.sqrt(1 - keep * keep) * standardNormal(this.#rng);
        this.#state[i] = this.#state[i]! * keep + shock;
      });
      this.#updateVolatility();
    }
  }

  /** A market order came: others follow. */
  excite(): void {
    this.#excitement += this.#branchingRatio * this.#decay;
  }

  /** Moves the clock by `us` microseconds in which nothing happened. */
  delay(us: number): void {
    this.#at += us;
    this.#nextVolatilityAt += us;
  }

  #updateVolatility(): void {
    this.#volatility = Math.exp(this.#state.reduce((sum, y) => sum + y, 0) - LOG_VARIANCE);
  }
}
