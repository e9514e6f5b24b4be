import type { FeatureDefinition } from './feature-definition.ts';

const HUANG_STOLL =
  'Huang & Stoll (1996), Journal of Financial Economics 41(3) (effective spread, realised spread, impact)';
const LILLO =
  'Lillo & Farmer (2004), Studies in Nonlinear Dynamics 8(3) (persistence of order signs)';
const HAWKES =
  'Bacry, Mastromatteo & Muzy (2015), Market Microstructure and Liquidity 1 (bursts of trades)';
const TICK_RULE = 'Lee & Ready (1991), Journal of Finance 46(2) (signed trades)';
const ROLL = 'Roll (1984), Journal of Finance 39(4)';
const EASLEY = 'Easley, Lopez de Prado & O’Hara (2012), Review of Financial Studies 25(5)';
const KYLE = 'Kyle (1985), Econometrica 53(6)';
const VARIANCE =
  'Andersen & Bollerslev (1998), International Economic Review 39(4) (realised variance)';
const FUNDING = 'Binance USDⓈ-M futures, mark price stream (mark, index, funding rate)';

/** Features of the tape, of bars of one second and of mark prices, in the order of their slots. */
export const TAPE_FEATURES = [
  {
    name: 'effectiveSpread',
    formula: 'decayed sum of 2 D w (p - mid) / decayed sum of w, tau 30 s; D sign, w lots, p price',
    unit: 'ticks',
    source: HUANG_STOLL,
  },
  {
    name: 'realisedSpread',
    formula: 'the same with the mid after the tenth depth update that follows the trade',
    unit: 'ticks',
    source: HUANG_STOLL,
  },
  {
    name: 'priceImpact',
    formula: 'decayed sum of 2 D w (that later mid - mid) / decayed sum of w, tau 30 s',
    unit: 'ticks',
    source: HUANG_STOLL,
  },
  {
    name: 'tradeBurst',
    formula: 'N1 / N30 - 1, N = rate(trades) at book updates, tau 1 s and 30 s; 0 while N30 is 0',
    unit: '',
    source: HAWKES,
  },
  {
    name: 'signedVolume30s',
    formula: 'decayed signed lots / decayed lots, tau 30 s; 0 without trades',
    unit: '',
    source: TICK_RULE,
  },
  {
    name: 'signPersistence',
    formula: 'running mean of D_t D_t-1, weight 1 / min(n, 256)',
    unit: '',
    source: LILLO,
  },
  {
    name: 'vwapDeviation',
    formula: 'mid - decayed sum of w p / decayed sum of w, tau 5 s; 0 without trades',
    unit: 'ticks',
    source: 'definition',
  },
  {
    name: 'tradeSizeRatio',
    formula: 'lots of the last trade / running mean of lots, weight 1 / min(n, 256), - 1',
    unit: '',
    source: 'definition',
  },
  {
    name: 'rollSpread',
    formula:
      '2 sqrt(-cov(dp_t-1, dp_t)) of successive trade prices, weight 1 / min(n, 256); 0 where cov >= 0',
    unit: 'ticks',
    source: ROLL,
  },
  {
    name: 'vpin',
    formula:
      'sum |B - S| / sum V over the last 50 buckets; V = 10 mean lots of a bar (last 300); of a bar the share Phi(dp / sigma) is bought, sigma^2 running mean of dp^2 (last 300)',
    unit: '',
    source: EASLEY,
  },
  {
    name: 'bulkVolumeImbalance',
    formula: 'sum (B - S) / sum V over the same buckets',
    unit: '',
    source: EASLEY,
  },
  {
    name: 'kyleLambda',
    formula:
      'depth times the slope of dp on signed lots of bars with trades, weight 1 / min(n, 300)',
    unit: 'ticks',
    source: KYLE,
  },
  { name: 'kyleFit', formula: 'R^2 of that line', unit: '', source: KYLE },
  {
    name: 'hasbrouckLambda',
    formula: 'sqrt(depth) times the slope of dp on sign(v) sqrt|v|, v signed lots of a bar',
    unit: 'ticks',
    source: 'Hasbrouck (2009), Journal of Finance 64(3)',
  },
  {
    name: 'amihud',
    formula:
      '10000 depth mid times the running mean of |p / p_before - 1| / sum of w p of bars, weight 1 / min(n, 300)',
    unit: 'bps',
    source: 'Amihud (2002), Journal of Financial Markets 5(1), eq. 1, with simple returns',
  },
  {
    name: 'realisedVolatility5m',
    formula: '10000 sqrt(rate(r^2, tau 300 s))',
    unit: 'bps / sqrt(s)',
    source: VARIANCE,
  },
  {
    name: 'jumpShare',
    formula:
      'max(0, 1 - (pi / 2) sum |r_t r_t-1| / sum r_t^2), decayed, tau 60 s, r of the mids at the ends of bars',
    unit: '',
    source:
      'Barndorff-Nielsen & Shephard (2004), Journal of Financial Econometrics 2(1) (bipower variation)',
  },
  {
    name: 'timeSinceTrade',
    formula: 'time since the trade before this event; 0 before the first',
    unit: 's',
    source: 'definition',
  },
  {
    name: 'timeSinceUpdate',
    formula: 'time since the depth update before this event; 0 before the first',
    unit: 's',
    source: 'definition',
  },
  {
    name: 'markBasis',
    formula: '10000 (mark / index - 1); 0 without an index',
    unit: 'bps',
    source: FUNDING,
  },
  { name: 'markDeviation', formula: '10000 (mid / mark - 1)', unit: 'bps', source: FUNDING },
  {
    name: 'fundingRate',
    formula: '10000 times the funding rate of the period',
    unit: 'bps',
    source: FUNDING,
  },
  {
    name: 'liquidationPressure',
    formula: 'decayed signed lots of forced orders, tau 30 s, / depth',
    unit: '',
    source: 'Brunnermeier & Pedersen (2009), Review of Financial Studies 22(6) (forced trading)',
  },
  {
    name: 'compositeDeviation',
    formula:
      '10000 (mid / composite mid - 1), composite of the best fresh bid and ask of the underlying as of the last depth update; 0 while it is not two-sided',
    unit: 'bps',
    source: 'Hasbrouck (1995), Journal of Finance 50(4) (one security, many markets)',
  },
  {
    name: 'compositeSpread',
    formula: '10000 (composite ask - composite bid) / composite mid; below 0 while it is crossed',
    unit: 'bps',
    source: 'Hasbrouck (1995), Journal of Finance 50(4) (one security, many markets)',
  },
] as const satisfies readonly FeatureDefinition[];
