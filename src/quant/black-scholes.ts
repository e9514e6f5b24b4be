import { normalCdf, normalPdf } from './distributions.ts';
import { badInput, finiteResult, type QuantResult } from './errors.ts';

/** The right to buy or to sell. */
export type OptionKind = 'call' | 'put';

/** A European option on a spot price that pays a continuous yield. */
export interface SpotOption {
  readonly kind: OptionKind;
  readonly spot: number;
  readonly strike: number;
  /** Continuous, per year. */
  readonly rate: number;
  /** Continuous dividend yield, per year; 0 when absent. */
  readonly dividendYield?: number;
  /** Per square root of a year. */
  readonly volatility: number;
  readonly years: number;
}

/** A European option on a forward or futures price. */
export interface ForwardOption {
  readonly kind: OptionKind;
  readonly forward: number;
  readonly strike: number;
  readonly rate: number;
  readonly volatility: number;
  readonly years: number;
}

/**
 * Price and Greeks. Derivatives by 1.00 of rate and volatility; those by time are per year and run with
 * the calendar (theta, charm, veta, color are minus the derivative by time to expiry).
 */
export interface Greeks {
  readonly price: number;
  readonly delta: number;
  readonly vega: number;
  readonly theta: number;
  readonly rho: number;
  /** By the dividend yield. */
  readonly epsilon: number;
  /** Elasticity: delta * spot / price; 0 where the price is 0. */
  readonly lambda: number;
  /** By the strike. */
  readonly dualDelta: number;
  readonly gamma: number;
  /** Delta by volatility. */
  readonly vanna: number;
  /** Delta by time. */
  readonly charm: number;
  /** Vega by volatility, also volga. */
  readonly vomma: number;
  /** Vega by time. */
  readonly veta: number;
  /** Twice by the strike. */
  readonly dualGamma: number;
  /** Gamma by spot. */
  readonly speed: number;
  /** Gamma by volatility. */
  readonly zomma: number;
  /** Gamma by time. */
  readonly color: number;
  /** Vomma by volatility. */
  readonly ultima: number;
}

/** Says which number of an option is not as it must be, else null. */
export function optionFault(numbers: {
  readonly positive: Readonly<Record<string, number>>;
  readonly finite: Readonly<Record<string, number>>;
}): string | null {
  for (const [name, value] of Object.entries(numbers.positive)) {
    if (!(value > 0 && Number.isFinite(value))) return `${name} is ${value}; it must be above 0`;
  }
  for (const [name, value] of Object.entries(numbers.finite)) {
    if (!Number.isFinite(value)) return `${name} is ${value}; it must be finite`;
  }
  return null;
}

/** The price alone of an option whose numbers are sound; volatility or years may be 0. */
export function blackScholesPrice(option: SpotOption): number {
  const { spot, strike, rate, volatility, years } = option;
  const sign = option.kind === 'call' ? 1 : -1;
  const forwardValue = spot * Math.exp(-(option.dividendYield ?? 0) * years);
  const strikeValue = strike * Math.exp(-rate * years);
  const deviation = volatility * Math.sqrt(years);
  if (deviation === 0) return Math.max(0, sign * (forwardValue - strikeValue));
  const d1 = Math.log(forwardValue / strikeValue) / deviation + deviation / 2;
  const price =
    sign * (forwardValue * normalCdf(sign * d1) - strikeValue * normalCdf(sign * (d1 - deviation)));
  return Math.max(0, price);
}

/**
 * Prices a European option by Black, Scholes and Merton, with all Greeks to the third order in use.
 *
 * Errors:  `bad-input` unless spot, strike, volatility and years are above 0 and the rates finite, or
 *          when a result leaves the range of doubles.
 * Source:  Merton (1973), Bell J. 4(1); Haug (2007), The complete guide to option pricing formulas.
 */
export function blackScholes(option: SpotOption): QuantResult<Greeks> {
  const { spot: S, strike: K, rate: r, volatility: v, years: T } = option;
  const q = option.dividendYield ?? 0;
  const fault = optionFault({
    positive: { spot: S, strike: K, volatility: v, years: T },
    finite: { rate: r, dividendYield: q },
  });
  if (fault !== null) return badInput(fault);
  const sign = option.kind === 'call' ? 1 : -1;
  const carry = r - q;
  const rootT = Math.sqrt(T);
  const deviation = v * rootT;
  const d1 = (Math.log(S / K) + carry * T) / deviation + deviation / 2;
  const d2 = d1 - deviation;
  const spotValue = S * Math.exp(-q * T);
  const strikeValue = K * Math.exp(-r * T);
  const density = normalPdf(d1);
  const n1 = sign * normalCdf(sign * d1);
  const n2 = sign * normalCdf(sign * d2);
  const discount = spotValue / S;
  const price = blackScholesPrice(option);
  const delta = discount * n1;
  const gamma = (discount * density) / (S * deviation);
  const vega = spotValue * density * rootT;
  const drift = (carry * d1) / deviation;
  const greeks: Greeks = {
    price,
    delta,
    vega,
    theta: (-spotValue * density * v) / (2 * rootT) - r * strikeValue * n2 + q * spotValue * n1,
    rho: T * strikeValue * n2,
    epsilon: -T * spotValue * n1,
    lambda: price > 0 ? (delta * S) / price : 0,
    dualDelta: -(strikeValue / K) * n2,
    gamma,
    vanna: (-discount * density * d2) / v,
    charm: q * delta - discount * density * (carry / deviation - d2 / (2 * T)),
    vomma: (vega * d1 * d2) / v,
    veta: vega * (q + drift - (1 + d1 * d2) / (2 * T)),
    dualGamma: ((strikeValue / K) * normalPdf(d2)) / (K * deviation),
    speed: (-gamma / S) * (d1 / deviation + 1),
    zomma: (gamma * (d1 * d2 - 1)) / v,
    color: gamma * (q + drift + (1 - d1 * d2) / (2 * T)),
    ultima: (-vega / (v * v)) * (d1 * d2 * (1 - d1 * d2) + d1 * d1 + d2 * d2),
  };
  return finiteResult(greeks);
}

/** Price and Greeks of Black (1976), by the forward and discounted. */
export interface ForwardGreeks {
  readonly price: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly rho: number;
  readonly vanna: number;
  readonly vomma: number;
}

/**
 * Prices a European option on a forward by Black. Delta and gamma are derivatives of the discounted
 * price by the forward; rho holds the forward fixed; theta is per year of calendar.
 *
 * Errors:  as blackScholes.
 * Source:  Black (1976), J. Financial Economics 3.
 */
export function black76(option: ForwardOption): QuantResult<ForwardGreeks> {
  const { forward, rate, years } = option;
  const fault = optionFault({ positive: { forward }, finite: {} });
  if (fault !== null) return badInput(fault);
  // A forward is a spot whose yield is the rate.
  const result = blackScholes({ ...option, spot: forward, dividendYield: rate });
  if (!result.ok) return result;
  const { price, delta, gamma, vega, theta, vanna, vomma } = result.value;
  return finiteResult({ price, delta, gamma, vega, theta, rho: -years * price, vanna, vomma });
}
