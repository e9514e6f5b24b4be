import type { Rng } from '../../core/index.ts';
import type { Instrument } from '../../model/index.ts';
import { DepthProfile } from './depth-profile.ts';
import { sizeFactor } from './fair-price.ts';
import type { FittedMarket } from './fitted-market.ts';
import { DEFAULT_DEPTH_NOTIONAL, type GeneratedMarket } from './options.ts';
import { OrderSizes, type QuantileTable, tableMean } from './order-sizes.ts';

/** Median market order, as a share of what the touch holds on average (recorded: 0.6 to 1.5 %). */
const TAKER_SHARE_OF_TOUCH = 0.01;

/** Largest market order, in medians. */
const TAKER_CUT_IN_MEDIANS = 3000;

/** What the orders of a crowd are like: where they stand, how long, and how large they are. */
export interface CrowdHabits {
  readonly profile: DepthProfile;
  readonly makerSizes: OrderSizes;
  readonly takerSizes: OrderSizes;
  /** What the fair price has to know of them; null: they are the built-in ones. */
  readonly fairPrice: {
    readonly squaredSizeFactor: number;
    readonly signPersistence: number;
  } | null;
}

/** The habits of a market: the fitted ones where it has them, else those that are built in. */
export function crowdHabits(
  instrument: Instrument,
  market: GeneratedMarket,
  startTicks: number,
  rng: Rng,
): CrowdHabits {
  return market.fitted === undefined
    ? builtIn(instrument, market, startTicks, rng)
    : fittedHabits(instrument, market.fitted, startTicks, rng);
}

function builtIn(
  instrument: Instrument,
  market: GeneratedMarket,
  startTicks: number,
  rng: Rng,
): CrowdHabits {
  const profile = DepthProfile.standard(startTicks);
  const depth = Number(market.depthNotional ?? DEFAULT_DEPTH_NOTIONAL);
  const lotValue =
    (startTicks * Number(instrument.tickSizeE8) * Number(instrument.stepSizeE8)) / 1e8;
  const meanLots = depth / lotValue / DepthProfile.ordersWithin10Bps;
  const median = meanLots * profile.ordersAtTouch * TAKER_SHARE_OF_TOUCH;
  return {
    profile,
    makerSizes: OrderSizes.withMean(meanLots, rng),
    takerSizes: OrderSizes.withMedian(median, median * TAKER_CUT_IN_MEDIANS, rng),
    fairPrice: null,
  };
}

function fittedHabits(
  instrument: Instrument,
  fit: FittedMarket,
  startTicks: number,
  rng: Rng,
): CrowdHabits {
  const lot = Number(instrument.stepSizeE8) / 1e8;
  const inLots = (quantiles: readonly number[], factor: number): QuantileTable => ({
    probabilities: fit.probabilities,
    values: quantiles.map((quantity) => (quantity * factor) / lot),
  });
  // Below one lot there is nothing: the mean is that of what will be drawn.
  const meanLots = tableMean(inLots(fit.makerQuantiles, 1), (lots) => Math.max(1, lots));
  const { profile, sizeFactor: larger } = DepthProfile.fitted(startTicks, fit, meanLots * lot);
  const takers = inLots(fit.takerQuantiles, 1);
  const takerSizes = OrderSizes.fromQuantiles(takers, rng);
  return {
    profile,
    makerSizes: OrderSizes.fromQuantiles(inLots(fit.makerQuantiles, larger), rng),
    takerSizes,
    fairPrice: {
      squaredSizeFactor: tableMean(
        takers,
        (lots) => sizeFactor(Math.max(1, lots) / takerSizes.medianLots) ** 2,
      ),
      signPersistence: fit.signPersistence,
    },
  };
}
