import { BOOK_FEATURES } from './catalogue-book.ts';
import { TAPE_FEATURES } from './catalogue-tape.ts';
import type { FeatureDefinition } from './feature-definition.ts';

const CONT =
  'Cont, Kukanov & Stoikov (2014), Journal of Financial Econometrics 12(1), eq. 4-5 (event flow)';
const GATHERAL = 'Gatheral & Oomen (2010), Finance and Stochastics 14 (microprice)';
const CAO = 'Cao, Hansch & Wang (2009), Journal of Futures Markets 29(1) (depth beyond the touch)';
const TICK_RULE = 'Lee & Ready (1991), Journal of Finance 46(2) (signed trades)';
const VARIANCE =
  'Andersen & Bollerslev (1998), International Economic Review 39(4) (realised variance)';

/** The first twenty, of the touch, of returns and of trade rates. */
const FIRST_FEATURES = [
  { name: 'micropriceDeviation', formula: 'micro - mid', unit: 'ticks', source: GATHERAL },
  { name: 'spread', formula: 'pa - pb', unit: 'ticks', source: 'definition' },
  { name: 'imbalanceL1', formula: '(qb - qa) / (qb + qa)', unit: '', source: GATHERAL },
  { name: 'imbalanceL5', formula: '(B5 - A5) / (B5 + A5)', unit: '', source: CAO },
  { name: 'imbalanceL10', formula: '(B10 - A10) / (B10 + A10)', unit: '', source: CAO },
  {
    name: 'orderFlowImbalance',
    formula:
      "decayed sum, tau 1 s, of [pb >= pb'] qb - [pb <= pb'] qb' - [pa <= pa'] qa + [pa >= pa'] qa', over depth",
    unit: '',
    source: CONT,
  },
  { name: 'touchShare', formula: '(qb + qa) / (B10 + A10)', unit: '', source: CAO },
  {
    name: 'gapAsymmetry',
    formula: '(ask of level 5 - pa) - (pb - bid of level 5)',
    unit: 'ticks',
    source: CAO,
  },
  {
    name: 'spreadRatio',
    formula: '(pa - pb) / mean(pa - pb, tau 60 s) - 1',
    unit: '',
    source: 'definition',
  },
  {
    name: 'midReturn1s',
    formula: '10000 (mid / mean(mid, tau 1 s) - 1)',
    unit: 'bps',
    source: 'definition',
  },
  {
    name: 'midReturn10s',
    formula: '10000 (mid / mean(mid, tau 10 s) - 1)',
    unit: 'bps',
    source: 'definition',
  },
  {
    name: 'micropriceReturn1s',
    formula: '10000 (micro / mean(micro, tau 1 s) - 1)',
    unit: 'bps',
    source: GATHERAL,
  },
  {
    name: 'realisedVolatility',
    formula: '10000 sqrt(rate(r^2, tau 30 s))',
    unit: 'bps / sqrt(s)',
    source: VARIANCE,
  },
  {
    name: 'volatilityRatio',
    formula: 'realised volatility with tau 5 s / with tau 60 s - 1; 0 while the latter is 0',
    unit: '',
    source: VARIANCE,
  },
  {
    name: 'tradeSign',
    formula: 'decayed sum of aggressor signs / decayed trade count, tau 5 s; 0 without trades',
    unit: '',
    source: TICK_RULE,
  },
  {
    name: 'signedVolume',
    formula: 'decayed signed lots / decayed lots, tau 5 s; 0 without trades',
    unit: '',
    source: TICK_RULE,
  },
  {
    name: 'tradeIntensity',
    formula: 'rate(trades, tau 5 s)',
    unit: '1/s',
    source: 'definition',
  },
  {
    name: 'volumeIntensity',
    formula: 'rate(traded lots, tau 5 s) / depth',
    unit: '1/s',
    source: 'definition',
  },
  {
    name: 'updateIntensity',
    formula: 'rate(depth updates after the first, tau 5 s)',
    unit: '1/s',
    source: 'definition',
  },
  {
    name: 'tradeDeviation',
    formula: 'last trade price - mid; 0 before the first trade',
    unit: 'ticks',
    source: 'definition',
  },
] as const satisfies readonly FeatureDefinition[];

/**
 * The features that exist, in the order of their slots in the engine. Slots beyond them are absent:
 * a weight there is refused.
 *
 * Symbols: pb, pa best bid and ask [ticks]; qb, qa their quantities [lots]; B5, A5, B10, A10 sums of
 *          the quantities of the best 5 and 10 levels; mid = (pb + pa) / 2; micro = (pb qa + pa qb)
 *          / (qb + qa); r = mid / previous mid - 1; e_n = [pb >= pb'] qb - [pb <= pb'] qb'
 *          - [pa <= pa'] qa + [pa >= pa'] qa', ' the value before.
 *          Decay over dt with time constant tau: d = tau / (tau + dt), the backward-Euler step of a
 *          first-order low pass. Decayed sum: S <- S d + x. Mean: M <- x + (M - x) d. rate(x) = S / T,
 *          T <- T d + dt, 0 while T is 0: the decayed sum over the time decayed alike. Running mean:
 *          M <- M + (x - M) w with the weight w named, so the plain mean until n reaches its bound.
 *          depth = mean of (qb + qa) / 2 with tau 10 s. A book update also decays the trade sums;
 *          decayed trades of a weight below 1e-9 are forgotten. A bar is a whole second of event
 *          time that had an event; its features change when the next one begins. dp is the change
 *          of the last trade price from bar to bar.
 */
export const FEATURES = [
  ...FIRST_FEATURES,
  ...BOOK_FEATURES,
  ...TAPE_FEATURES,
] as const satisfies readonly FeatureDefinition[];

/** The name of a feature that exists. */
export type FeatureName = (typeof FEATURES)[number]['name'];
