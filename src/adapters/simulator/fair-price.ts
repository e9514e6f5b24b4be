import { type Rng, standardNormal } from '../../core/index.ts';
import { SIZE_DEVIATION } from './order-sizes.ts';
import type { TradeIntensity } from './trade-intensity.ts';

/** Correlation of a market order's direction with the one before. */
const SIGN_PERSISTENCE = 0.4;

/** Pull of the fair price on the direction of market orders, at one reprice threshold away. */
const INFORMED_SHARE = 0.35;

/** Price impact grows with the size to this power; noise is log-normal with this deviation. */
const IMPACT_POWER = 0.35;
const IMPACT_NOISE = 0.5;

/**
 * E[(size factor * noise)^2] for log-normal sizes, exp(2 * ((0.35 * sigma)^2 + 0.5^2)), times what the
 * cut of the size leaves of it.
 */
const IMPACT_SECOND_MOMENT =
  0.86 * Math.exp(2 * ((IMPACT_POWER * SIZE_DEVIATION) ** 2 + IMPACT_NOISE ** 2));

/**
 * Volatility measured with the formula of `#scale` alone, over the one asked for: informed orders
 * surprise less than the persistence of signs alone would have it. The statistics test holds it.
 */
const MEASURED_OVER_ASKED = 0.72;

/** Largest size, in medians, that the impact still grows with. */
const IMPACT_CUT_IN_MEDIANS = 400;

/** How far the fair price leaves the touch before the makers follow, bps, on average. */
const REPRICE_BPS = 0.45;

/** How the impact of a market order grows with its size in medians. */
export const sizeFactor = (medians: number): number =>
  Math.min(medians, IMPACT_CUT_IN_MEDIANS) ** IMPACT_POWER;

const SECONDS_PER_DAY = 86_400;

/** Lowest fair price, ticks: below it a tick is more than a per cent. */
const LEAST_TICKS = 100;

/**
 * What the crowd believes the instrument is worth, in ticks, and how market orders change it.
 *
 *   fair' = fair * (1 + (sign - E[sign | past]) * impact),
 *   impact = scale * jump scale * (size / median)^0.35 * exp(0.5 * N(0, 1))
 *
 * Only what was not to be expected of an order's direction moves the price, so the fair price is a
 * martingale; `scale` is chosen so that its variance a day is the one asked for.
 *
 * Source: Madhavan, Richardson & Roomans (1997), Review of Financial Studies 10(4), on the surprise
 *         in the order flow; Bouchaud, Farmer & Lillo (2009) on impact concave in size.
 */
export class FairPrice {
  readonly #rng: Rng;
  readonly #intensity: TradeIntensity;
  readonly #medianLots: number;
  readonly #scale: number;
  readonly #signPersistence: number;
  #ticks: number;
  #threshold = 1;
  #lastSign = 1;

  constructor(deps: {
    readonly startTicks: number;
    readonly dailyVolatility: number;
    readonly tradesPerSecond: number;
    /** Median market order, lots. */
    readonly medianLots: number;
    readonly intensity: TradeIntensity;
    readonly rng: Rng;
    /** Mean of the squared size factor and persistence of signs, where they were fitted. */
    readonly fitted?: { readonly squaredSizeFactor: number; readonly signPersistence: number };
  }) {
    this.#rng = deps.rng;
    this.#intensity = deps.intensity;
    this.#medianLots = deps.medianLots;
    this.#signPersistence = deps.fitted?.signPersistence ?? SIGN_PERSISTENCE;
    const surprise = 1 - this.#signPersistence * this.#signPersistence;
    const secondMoment =
      deps.fitted === undefined
        ? IMPACT_SECOND_MOMENT
        : deps.fitted.squaredSizeFactor * Math.exp(2 * IMPACT_NOISE ** 2);
    this.#scale =
      deps.dailyVolatility /
      MEASURED_OVER_ASKED /
      Math.sqrt(SECONDS_PER_DAY * deps.tradesPerSecond * surprise * secondMoment);
    this.#ticks = deps.startTicks + 0.5;
    this.drawThreshold();
  }

  /** The fair price, ticks. */
  get ticks(): number {
    return this.#ticks;
  }

  /** Where it stands between the thresholds around a touch: -1 to 1 while nobody need react. */
  pressure(quotedBid: number): number {
    return (this.#ticks - quotedBid - 0.5) / (this.#threshold + 0.5);
  }

  /** Whether it is farther from the touch than the makers put up with. */
  hasLeft(quotedBid: number): boolean {
    return Math.abs(this.pressure(quotedBid)) > 1;
  }

  /** Probability that the next market order buys. */
  buyChance(quotedBid: number): number {
    const pull = INFORMED_SHARE * Math.tanh(this.pressure(quotedBid));
    const chance = 0.5 + 0.5 * this.#signPersistence * this.#lastSign + pull;
    return Math.min(0.95, Math.max(0.05, chance));
  }

  /** A market order came; a buy had been expected with probability `buyChance`. */
  learn(sign: 1 | -1, lots: number, buyChance: number): void {
    const noise = Math.exp(IMPACT_NOISE * standardNormal(this.#rng));
    const impact =
      this.#scale * this.#intensity.jumpScale * sizeFactor(lots / this.#medianLots) * noise;
    const surprise = sign - (2 * buyChance - 1);
    this.#ticks = Math.max(LEAST_TICKS, this.#ticks * (1 + surprise * impact));
    this.#lastSign = sign;
  }

  /** Draws how far it must leave the touch next time before the makers follow. */
  drawThreshold(): void {
    const mean = (this.#ticks * REPRICE_BPS) / 10_000;
    const drawn = 0.5 - 0.5 * Math.log(1 - this.#rng.uniform());
    this.#threshold = Math.max(0.6, mean * drawn * Math.sqrt(this.#intensity.volatility));
  }
}
