import { ok } from '../../../core/index.ts';
import {
  americanOption,
  black76,
  blackScholes,
  fitSurface,
  fitSvi,
  gammaExposure,
  hestonOption,
  impliedOutcomes,
  impliedVolatilities,
  impliedVolatility,
  type ListedOption,
  maxPain,
  mertonOption,
  type QuantResult,
  type SmileQuotes,
  surfaceArbitrage,
} from '../../../quant/index.ts';
import {
  type Columns,
  columns,
  model,
  NO_COLUMNS,
  named,
  type QuantModel,
  refused,
} from '../model.ts';
import { choice, integer, needed, number, or } from '../parameters.ts';

const kind = or(choice('right to buy or to sell', ['call', 'put']), 'call');
const rate = or(number('interest rate, continuous, per year'), 0);
const years = needed(number('time to expiry'));
const volatility = needed(number('per square root of a year'));

const contract = {
  kind,
  spot: needed(number('price')),
  strike: needed(number('strike')),
  rate,
  dividendYield: or(number('yield, continuous, per year'), 0),
  years,
};

const jumps = {
  jumpMean: or(number('mean jump of the log price'), 0),
  jumpDeviation: or(number('deviation of the jumps'), 0),
};

/** The listed options of a chain: columns sign, strike and open interest, in this order. */
function listed(given: Columns): QuantResult<readonly ListedOption[]> {
  const [signs, strikes, interests] = [given.at(0), given.at(1), given.at(2)];
  const at = signs.findIndex((sign) => Math.abs(sign) !== 1);
  if (at >= 0) return refused(`sign[${at}] is ${signs[at]}; 1 is a call, -1 a put`);
  return ok(
    Array.from(signs, (sign, i) => ({
      kind: sign === 1 ? 'call' : 'put',
      strike: strikes[i]!,
      openInterest: interests[i]!,
    })),
  );
}

/** The smiles of a table of quotes, one for each number of years. */
function smiles(given: Columns): SmileQuotes[] {
  const [times, k, v] = [given.at(0), given.at(1), given.at(2)];
  return [...new Set(times)].map((each) => {
    const own = [...times.keys()].filter((i) => Object.is(times[i], each));
    return {
      years: each,
      logMoneyness: Float64Array.from(own, (i) => k[i]!),
      volatility: Float64Array.from(own, (i) => v[i]!),
    };
  });
}

/** Prices of options. */
const PRICES: readonly QuantModel[] = [
  model({
    name: 'black-scholes',
    about: 'European option on a spot price, with Greeks',
    roles: NO_COLUMNS,
    parameters: { ...contract, volatility },
    run: (_, values) => blackScholes(values),
  }),
  model({
    name: 'black-76',
    about: 'European option on a forward, with Greeks',
    roles: NO_COLUMNS,
    parameters: {
      kind,
      forward: needed(number('forward price')),
      strike: contract.strike,
      rate,
      years,
      volatility,
    },
    run: (_, values) => black76(values),
  }),
  model({
    name: 'american-option',
    about: 'American option on a binomial tree',
    roles: NO_COLUMNS,
    parameters: {
      ...contract,
      volatility,
      steps: or(integer('steps of the tree'), 1000),
      probability: or(
        choice('of an up move', ['cox-ross-rubinstein', 'first-order']),
        'cox-ross-rubinstein',
      ),
    },
    run: (_, values) => named('price', americanOption(values, values)),
  }),
  model({
    name: 'merton-option',
    about: 'European option on a price that jumps',
    roles: NO_COLUMNS,
    parameters: {
      ...contract,
      volatility,
      intensity: needed(number('expected jumps a year')),
      ...jumps,
    },
    run: (_, { intensity, jumpMean, jumpDeviation, ...option }) =>
      named('price', mertonOption(option, { intensity, mean: jumpMean, deviation: jumpDeviation })),
  }),
  model({
    name: 'heston-option',
    about: "European option under Heston's variance; Bates's with jumps",
    roles: NO_COLUMNS,
    parameters: {
      ...contract,
      variance: needed(number('variance now, per year')),
      reversion: needed(number('speed of the variance, per year')),
      longRun: needed(number('long-run variance, per year')),
      volOfVol: needed(number('volatility of the variance')),
      correlation: needed(number('of variance and price, inside (-1, 1)')),
      intensity: or(number('expected jumps a year'), 0),
      ...jumps,
    },
    run: (_, values) => {
      const { variance: initial, reversion, longRun, volOfVol, correlation, ...rest } = values;
      const { intensity, jumpMean, jumpDeviation, ...option } = rest;
      const variance = { initial, reversion, longRun, volatility: volOfVol, correlation };
      const law = { intensity, mean: jumpMean, deviation: jumpDeviation };
      const own = intensity === 0 ? {} : { jumps: law };
      return named('price', hestonOption({ ...option, variance, ...own }));
    },
  }),
  model({
    name: 'implied-volatility',
    about: 'volatility that gives one option its price',
    roles: NO_COLUMNS,
    parameters: { ...contract, price: needed(number('of the option')) },
    run: (_, { price, ...option }) => named('volatility', impliedVolatility(option, price)),
  }),
];

/** Chains and surfaces. */
const CHAINS: readonly QuantModel[] = [
  model({
    name: 'chain-volatility',
    about: 'implied volatilities of a chain of undiscounted prices; sign is 1 for a call, -1 a put',
    roles: columns('price', 'forward', 'strike', 'sign', 'years'),
    parameters: {},
    run: (given) => {
      const found = impliedVolatilities({
        price: given.at(0),
        forward: given.at(1),
        strike: given.at(2),
        sign: given.at(3),
        years: given.at(4),
      });
      if (!found.ok) return found;
      const outcome = Array.from(found.value.outcome, (code) => impliedOutcomes[code]!);
      return ok({ volatility: found.value.volatility, outcome });
    },
  }),
  model({
    name: 'svi',
    about: 'SVI smile of one expiry; log_moneyness is ln(strike / forward)',
    roles: columns('log_moneyness', 'volatility'),
    parameters: { years },
    run: (given, values) => {
      const quotes = { ...values, logMoneyness: given.at(0), volatility: given.at(1) };
      const slice = fitSvi(quotes);
      return slice.ok ? ok({ ...slice.value, arbitrage: surfaceArbitrage([slice.value]) }) : slice;
    },
  }),
  model({
    name: 'volatility-surface',
    about: 'SVI smiles of several expiries and the arbitrage they would allow',
    roles: columns('years', 'log_moneyness', 'volatility'),
    parameters: {},
    run: (given) => fitSurface(smiles(given)),
  }),
  model({
    name: 'max-pain',
    about: 'settlement at which the options of an expiry pay least; sign is 1 for a call, -1 a put',
    roles: columns('sign', 'strike', 'open_interest'),
    parameters: {},
    run: (given) => {
      const options = listed(given);
      return options.ok ? maxPain(options.value) : options;
    },
  }),
  model({
    name: 'gamma-exposure',
    about: 'money dealers trade to stay hedged when the spot moves; sign is 1 for a call, -1 a put',
    roles: columns('sign', 'strike', 'open_interest', 'forward', 'volatility', 'years'),
    parameters: {
      spot: needed(number('price whose move counts')),
      move: or(number('move of the spot as a fraction'), 0.01),
      dealers: or(
        choice('who holds what', ['calls-long-puts-short', 'all-short']),
        'calls-long-puts-short',
      ),
    },
    run: (given, values) => {
      const options = listed(given);
      if (!options.ok) return options;
      const [forward, volatilities, times] = [given.at(3), given.at(4), given.at(5)];
      const chain = options.value.map((option, i) => ({
        ...option,
        forward: forward[i]!,
        volatility: volatilities[i]!,
        years: times[i]!,
      }));
      return named('exposure', gammaExposure(chain, values));
    },
  }),
];

/** Options. */
export const OPTION_MODELS: readonly QuantModel[] = [...PRICES, ...CHAINS];
