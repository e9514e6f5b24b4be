import { type PriceTicks, priceTicks, type Side } from '../../model/index.ts';
import type { ParentFacts, ParentTouch } from '../parent-machine.ts';

/** The largest price and quantity that a term may name, and that comes out of one: 2^40. */
export const MAX_TICKS = 2 ** 40;

/** Share of risk's collar that prices of ours keep to, since the mark moves between the two. */
const COLLAR_SHARE = 0.8;

/** The whole price nearest to this one of those that there are: 1 to 2^40 ticks. */
export const priceWithin = (ticks: number): PriceTicks =>
  priceTicks(Math.min(MAX_TICKS, Math.max(1, ticks)));

/** A distance in ticks: fixed, or as many standard deviations of the move over a horizon. */
export interface Distance {
  /** The least distance, and what is used while the volatility is not known. */
  readonly ticks: number;
  readonly volatilities: number;
  readonly horizonS: number;
}

/**
 * The distance of a stop or a target from a price.
 *
 *   distance = max(ticks, volatilities · sigma · sqrt(horizon) · price)
 *
 * Units: ticks with a fraction; sigma in fraction per sqrt(s), horizon in s.
 */
export function distanceTicks(distance: Distance, price: number, sigma: number | null): number {
  const { ticks, volatilities, horizonS } = distance;
  return sigma === null
    ? ticks
    : Math.max(ticks, volatilities * sigma * Math.sqrt(horizonS) * price);
}

/**
 * The price at which `exit` closes for a loss of `distance` (`ahead` false) or a gain of it (`ahead`
 * true) from `price`: never a larger loss or a smaller gain than the distance says.
 */
export function levelFrom(price: number, distance: number, exit: Side, ahead: boolean): PriceTicks {
  const sign = (exit === 'sell') === ahead ? 1 : -1;
  const level = price + sign * distance;
  return priceWithin(exit === 'sell' ? Math.ceil(level) : Math.floor(level));
}

/** The best price at which a side could execute now. */
export const touchFor = (touch: ParentTouch, side: Side): PriceTicks =>
  side === 'sell' ? touch.bid : touch.ask;

/** The worst price for an order that takes now: `reachBps` beyond the touch, inside risk's collar. */
export function worstPrice(
  view: Pick<ParentFacts, 'collarBps'>,
  touch: ParentTouch,
  side: Side,
  reachBps: number,
): PriceTicks {
  const best = touchFor(touch, side);
  const bps = Math.min(reachBps, view.collarBps * COLLAR_SHARE);
  const reach = Math.floor((best * bps) / 10_000);
  return priceWithin(side === 'sell' ? best - reach : best + reach);
}

/** Whether a resting price is near enough to the market for risk to let it pass. */
export function isInReach(
  view: Pick<ParentFacts, 'collarBps' | 'touch'>,
  price: PriceTicks,
): boolean {
  if (view.touch === null) return false;
  const middle = (view.touch.bid + view.touch.ask) / 2;
  return Math.abs(price - middle) * 10_000 <= middle * view.collarBps * COLLAR_SHARE;
}

/** Whether the market has come to a stop: the price at which `exit` could execute, or the last trade. */
export function isHit(
  view: Pick<ParentFacts, 'touch' | 'lastTrade'>,
  stop: PriceTicks,
  exit: Side,
  by: string,
): boolean {
  const price =
    by === 'last' ? view.lastTrade : view.touch === null ? null : touchFor(view.touch, exit);
  if (price === null) return false;
  return exit === 'sell' ? price <= stop : price >= stop;
}
