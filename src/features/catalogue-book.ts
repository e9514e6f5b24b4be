import type { FeatureDefinition } from './feature-definition.ts';

const CONT =
  'Cont, Kukanov & Stoikov (2014), Journal of Financial Econometrics 12(1), eq. 4-5 (event flow)';
const XU =
  'Xu, Gould & Howison (2018), Market Microstructure and Liquidity 4 (multi-level order-flow imbalance)';
const GATHERAL = 'Gatheral & Oomen (2010), Finance and Stochastics 14 (microprice)';
const CAO = 'Cao, Hansch & Wang (2009), Journal of Futures Markets 29(1) (depth beyond the touch)';
const NAES = 'Naes & Skjeltorp (2006), Journal of Financial Markets 9(4) (slope of the book)';
const QUEUE =
  'Huang, Lehalle & Rosenbaum (2015), Journal of the American Statistical Association 110 (queues at the touch)';
const INTENSITY =
  'Cont, Stoikov & Talreja (2010), Operations Research 58(3) (rates of limit orders and cancellations)';
const CANCEL =
  'Hasbrouck & Saar (2009), Journal of Financial Markets 12(2) (fleeting orders and cancellation)';

/** Features of the book's flow, shape and queues, in the order of their slots. */
export const BOOK_FEATURES = [
  {
    name: 'multiLevelOrderFlow',
    formula:
      'decayed sum, tau 1 s, of the mean of e_n over levels 1 to 5 (level by level), over mean((B5 + A5) / 10, tau 10 s); a missing level has no lots at the worst price',
    unit: '',
    source: XU,
  },
  {
    name: 'orderFlow10s',
    formula: 'decayed sum, tau 10 s, of e_n, over depth',
    unit: '',
    source: CONT,
  },
  {
    name: 'micropriceMomentum',
    formula: '10000 (mean(micro, tau 1 s) / mean(micro, tau 10 s) - 1)',
    unit: 'bps',
    source: GATHERAL,
  },
  {
    name: 'weightedMidDeviation',
    formula:
      '(vb A5 + va B5) / (B5 + A5) - mid; vb, va volume-weighted prices of the best 5 levels',
    unit: 'ticks',
    source: CAO,
  },
  {
    name: 'depthSlope',
    formula:
      '(sb + sa) / 2 / depth; s least-squares slope of cumulative lots on ticks from the touch, best 10 levels; 0 with one level',
    unit: '1/tick',
    source: NAES,
  },
  { name: 'depthSlopeAsymmetry', formula: '(sb - sa) / (sb + sa)', unit: '', source: NAES },
  { name: 'bidQueueAhead', formula: 'qb / depth', unit: '', source: QUEUE },
  { name: 'askQueueAhead', formula: 'qa / depth', unit: '', source: QUEUE },
  {
    name: 'bidQueueAge',
    formula:
      "mean age of the lots at pb: grows with time, times qb'/qb when the queue grew, 0 at a new price; what leaves a queue leaves it evenly",
    unit: 's',
    source: QUEUE,
  },
  { name: 'askQueueAge', formula: 'the same at pa', unit: 's', source: QUEUE },
  {
    name: 'bidQueueWait',
    formula:
      'min(60, qb / R), R = rate(lots removed at the best bid, tau 10 s); 60 without removals',
    unit: 's',
    source: INTENSITY,
  },
  { name: 'askQueueWait', formula: 'the same at the best ask', unit: 's', source: INTENSITY },
  {
    name: 'touchAge',
    formula: 'time since pb or pa last changed',
    unit: 's',
    source: QUEUE,
  },
  {
    name: 'touchSurvival',
    formula: 'running mean of the lives of best prices of either side, weight 1 / min(n, 16)',
    unit: 's',
    source: QUEUE,
  },
  {
    name: 'limitIntensity',
    formula: 'rate(lots that levels grew by, tau 5 s) / depth',
    unit: '1/s',
    source: INTENSITY,
  },
  {
    name: 'cancelIntensity',
    formula:
      'rate(cancelled lots, tau 5 s) / depth; cancelled = removed - traded against that side and not yet explained (credit decays with tau 1 s)',
    unit: '1/s',
    source: CANCEL,
  },
  {
    name: 'cancelBurst',
    formula: 'C1 / C30 - 1, C = rate(cancelled lots), tau 1 s and 30 s; 0 while C30 is 0',
    unit: '',
    source: CANCEL,
  },
  {
    name: 'limitAsymmetry',
    formula: '(added bid - added ask) / (added bid + added ask), tau 5 s; 0 without any',
    unit: '',
    source: INTENSITY,
  },
  {
    name: 'cancelAsymmetry',
    formula: '(cancelled bid - cancelled ask) / (their sum), tau 5 s; 0 without any',
    unit: '',
    source: CANCEL,
  },
] as const satisfies readonly FeatureDefinition[];
