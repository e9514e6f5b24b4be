/** The symbols of the model, in one consistent set of units of price, quantity and time. */
export interface AvellanedaStoikovInput {
  /** s: the mid price. */
  readonly mid: number;
  /** q: signed inventory. */
  readonly inventory: number;
  /** gamma: risk aversion, 1 / (price · quantity); above zero. */
  readonly gamma: number;
  /** sigma: volatility, price per sqrt(time). */
  readonly sigma: number;
  /** T - t: time left, not below zero. */
  readonly timeLeft: number;
  /** k: decay of the arrival rate with the distance from the mid, 1 / price; above zero. */
  readonly kappa: number;
}

/** The price at which the maker is indifferent between buying and selling, and its quotes. */
export interface AvellanedaStoikovQuotes {
  readonly reservation: number;
  readonly spread: number;
  readonly bid: number;
  readonly ask: number;
}

/**
 * The reservation (indifference) price.
 *
 *   r = s - q · gamma · sigma² · (T - t)
 *
 * Source:  Avellaneda & Stoikov (2008), Quantitative Finance 8(3), eq. 3.17 of the preprint.
 */
export const reservationPrice = (
  input: Pick<AvellanedaStoikovInput, 'mid' | 'inventory' | 'gamma' | 'sigma' | 'timeLeft'>,
): number => input.mid - input.inventory * input.gamma * input.sigma ** 2 * input.timeLeft;

/**
 * The part of the spread that does not depend on volatility or time.
 *
 *   (2 / gamma) · ln(1 + gamma / k)
 */
export const spreadConstant = (gamma: number, kappa: number): number =>
  (2 / gamma) * Math.log1p(gamma / kappa);

/**
 * The optimal distance between bid and ask.
 *
 *   gamma · sigma² · (T - t) + (2 / gamma) · ln(1 + gamma / k)
 *
 * Source:  Avellaneda & Stoikov (2008), eq. 3.18 of the preprint.
 */
export const optimalSpread = (
  input: Pick<AvellanedaStoikovInput, 'gamma' | 'sigma' | 'timeLeft' | 'kappa'>,
): number =>
  input.gamma * input.sigma ** 2 * input.timeLeft + spreadConstant(input.gamma, input.kappa);

/** Bid and ask: the reservation price less and plus half of the optimal spread. */
export function avellanedaStoikovQuotes(input: AvellanedaStoikovInput): AvellanedaStoikovQuotes {
  const reservation = reservationPrice(input);
  const spread = optimalSpread(input);
  return { reservation, spread, bid: reservation - spread / 2, ask: reservation + spread / 2 };
}
