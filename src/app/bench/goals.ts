import { FULL_ROUNDS } from './paired.ts';
import type { AbsentPair, BenchGoal, BenchPair, Spread } from './report.ts';

/** Intents that a percentile of the path must have behind it. */
export const LEAST_INTENTS = 10_000;

/** Figures that are no pair of runners, by name. */
export type FigureName =
  | 'decision.single.p99'
  | 'gate.check'
  | 'breaker.check'
  | 'breaker.trip.p99'
  | 'path.p50'
  | 'path.p99'
  | 'doorbell.p50'
  | 'allocations'
  | 'garbage'
  | 'orders.p99'
  | 'orders.rate'
  | 'orders.dropped'
  | 'backtest'
  | 'backtest.first';

/** A measured figure, or why there is none. */
export type Figure =
  | {
      readonly kind: 'measured';
      readonly value: Spread;
      readonly checksum: string | null;
      /** The least `n` of a full run; 31 when absent. */
      readonly full?: number;
      /** What the figure covers. */
      readonly note?: string;
    }
  | { readonly kind: 'absent'; readonly why: string };

/** What a run measured, as far as goals ask for it. */
export interface Findings {
  /** By the peer's full name. */
  readonly pairs: ReadonlyMap<string, BenchPair>;
  /** Why a pair is missing, by the peer's full name. */
  readonly absentPairs: ReadonlyMap<string, AbsentPair>;
  readonly figures: ReadonlyMap<FigureName, Figure>;
  readonly kernelTarget: string;
}

type Wanted = Pick<BenchGoal, 'name' | 'peer' | 'unit' | 'goal' | 'bound'>;

/** How a goal finds its figure. */
type Source =
  /** Peer / subject of a pair; `inverse`: subject / peer. */
  | { readonly ratioOf: string; readonly inverse?: boolean }
  /** The subject's own time in a pair, ns per operation, or operations per second. */
  | { readonly subjectOf: string; readonly perSecond?: boolean }
  | { readonly figure: FigureName };

interface GoalRow extends Wanted {
  readonly from: Source;
  /** Only where this kernel target is in use. */
  readonly onlyOn?: string;
  /** Where it is neither the worse end of a ratio nor the median of an absolute figure. */
  readonly binding?: BenchGoal['binds'];
}

const ratio = (
  name: string,
  peer: string,
  goal: number,
  ratioOf: string,
  inverse = false,
): GoalRow => ({
  name,
  peer,
  unit: 'x',
  goal,
  bound: inverse ? 'at-most' : 'at-least',
  from: { ratioOf, inverse },
});

const absolute = (
  name: string,
  unit: string,
  bound: BenchGoal['bound'],
  goal: number,
  from: Source,
): GoalRow => ({ name, peer: null, unit, goal, bound, from });

/** What the fast plane must reach, in the order of its table; a row with two figures stands twice. */
export const GOAL_ROWS: readonly GoalRow[] = [
  ratio(
    'D64 batch S=64, called from TypeScript',
    'plain TypeScript typed arrays',
    15,
    'script.decision.batch64/typed-arrays',
  ),
  ratio('D64 batch S=64, C++', 'scalar C++ with libm', 14, 'decision.batch64/scalar-libm'),
  {
    ...absolute('D64 batch S=64, C++, per decision with AVX-512', 'ns', 'at-most', 5, {
      subjectOf: 'decision.batch64/scalar-libm',
    }),
    onlyOn: 'avx512',
  },
  ratio(
    'D64 single from TypeScript',
    'plain TypeScript typed arrays',
    2.2,
    'script.decision.single/typed-arrays',
  ),
  absolute('D64 single, C++, as bound to TypeScript, p99 over batches', 'ns', 'at-most', 150, {
    figure: 'decision.single.p99',
  }),
  ratio('L2 update with best bid and ask', 'std::map', 5, 'book.l2/std::map'),
  ratio('L2 update with best bid and ask', 'ccxt book', 60, 'stream.book/ccxt'),
  ratio('L3 add and cancel', 'npm nodejs-order-book', 100, 'stream.orders/nodejs-order-book'),
  absolute('L3 add and cancel, per operation', 'ns', 'at-most', 30, {
    subjectOf: 'stream.orders/nodejs-order-book',
  }),
  ratio('depth decode, 20 levels, exact', 'JSON.parse + Number', 12, 'stream.decode20/json-parse'),
  ratio('depth decode, 20 levels, exact', 'simdjson to doubles', 1.6, 'decode.depth20/simdjson'),
  ratio('frame + decode + book', 'ccxt.pro path', 25, 'stream.path20/ccxt.pro'),
  absolute('depth messages per core after TLS', 'messages/s', 'at-least', 1_500_000, {
    subjectOf: 'stream.path20/ccxt.pro',
    perSecond: true,
  }),
  ratio('SPSC, C++', 'moodycamel', 3, 'ring.spsc/moodycamel'),
  ratio('SPSC, C++', 'boost', 3, 'ring.spsc/boost'),
  ratio('SPSC one way', 'raw ping-pong, a cache line each way', 1.2, 'ring.oneway/pingpong', true),
  ratio(
    'SPSC one way',
    'raw ping-pong, one cache line for both',
    1.2,
    'ring.oneway/pingpong_one_line',
    true,
  ),
  ratio(
    'ring between Node threads, batched by 32',
    'postMessage of an object',
    80,
    'script.thread-ring/postMessage',
  ),
  ratio('pools, random lifetime', 'malloc', 8, 'pool.random/malloc'),
  absolute('matching engine, mixed commands', 'commands/s', 'at-least', 1_000_000, {
    subjectOf: 'match.commands/std::map',
    perSecond: true,
  }),
  absolute('gate check', 'ns', 'at-most', 10, { figure: 'gate.check' }),
  absolute('breaker check', 'ns', 'at-most', 10, { figure: 'breaker.check' }),
  absolute('breaker cross-core trip, p99', 'ns', 'at-most', 1_000, { figure: 'breaker.trip.p99' }),
  absolute('bytes to intent, 20 levels, 100,000 messages/s, C++, p50', 'µs', 'at-most', 1, {
    figure: 'path.p50',
  }),
  absolute('bytes to intent, 20 levels, 100,000 messages/s, C++, p99', 'µs', 'at-most', 3, {
    figure: 'path.p99',
  }),
  absolute(
    "bytes to intent, 20 levels, 100,000 messages/s, through Node's doorbell, p50",
    'µs',
    'at-most',
    2,
    {
      figure: 'doorbell.p50',
    },
  ),
  absolute(
    'order, intent to bytes ready to send, journal included, 5,000 orders/s, p99',
    'µs',
    'at-most',
    100,
    { figure: 'orders.p99' },
  ),
  absolute('orders sustained, open loop', 'orders/s', 'at-least', 4_995, {
    figure: 'orders.rate',
  }),
  absolute('orders dropped at 5,000 orders/s', 'orders', 'at-most', 0, {
    figure: 'orders.dropped',
  }),
  absolute('steady state, allocations', 'per message', 'at-most', 0, { figure: 'allocations' }),
  {
    // The heap is told in steps: a tenth of a byte per message is the least that shows.
    ...absolute(
      'steady state, JavaScript garbage (none: at most 0.1)',
      'bytes per message',
      'at-most',
      0.1,
      { figure: 'garbage' },
    ),
    binding: 'high95',
  },
  absolute('backtest through the fast plane, warm', 'level updates/CPU s', 'at-least', 3_000_000, {
    figure: 'backtest',
  }),
  absolute(
    'backtest through the fast plane, first replay of a process',
    'level updates/CPU s',
    'at-least',
    3_000_000,
    { figure: 'backtest.first' },
  ),
];

interface Found {
  readonly value: Spread;
  readonly checksum: string | null;
  readonly full?: number;
  readonly note?: string;
}

const turned = (value: Spread, of: (x: number) => number): Spread => ({
  median: of(value.median),
  low5: of(value.high95),
  high95: of(value.low5),
  n: value.n,
});

function find(source: Source, findings: Findings): Found | string {
  if ('figure' in source) {
    const figure = findings.figures.get(source.figure);
    if (figure === undefined) return 'its part was not asked for';
    return figure.kind === 'absent' ? figure.why : figure;
  }
  const name = 'ratioOf' in source ? source.ratioOf : source.subjectOf;
  const pair = findings.pairs.get(name);
  if (pair === undefined)
    return findings.absentPairs.get(name)?.why ?? `absent: no workload ${name}`;
  const { checksum } = pair;
  if ('ratioOf' in source) {
    const value = source.inverse === true ? turned(pair.ratio, (x) => 1 / x) : pair.ratio;
    return { value, checksum };
  }
  const value =
    source.perSecond === true ? turned(pair.subjectNs, (ns) => 1e9 / ns) : pair.subjectNs;
  return { value, checksum };
}

/** Which figure a goal binds: the worse end of a paired ratio, the median of an absolute one. */
const bindsOf = ({ peer, bound }: Wanted): BenchGoal['binds'] => {
  if (peer === null) return 'median';
  return bound === 'at-least' ? 'low5' : 'high95';
};

function evaluate(row: GoalRow, findings: Findings): BenchGoal {
  const { from, onlyOn, binding, ...wanted } = row;
  const binds = binding ?? bindsOf(wanted);
  const elsewhere = onlyOn !== undefined && findings.kernelTarget !== onlyOn;
  const found = elsewhere
    ? `asked of ${onlyOn} alone; in use is ${findings.kernelTarget}`
    : find(from, findings);
  if (typeof found === 'string') {
    const nothing = { median: null, low5: null, high95: null, met: false, n: 0, checksum: null };
    return { ...wanted, binds, ...nothing, note: found };
  }
  const { value, checksum, full = FULL_ROUNDS } = found;
  const figure = value[binds];
  const reached = wanted.bound === 'at-least' ? figure >= wanted.goal : figure <= wanted.goal;
  const short = value.n < full ? `too few rounds to meet a goal: ${value.n} of ${full}` : null;
  const notes = [short, found.note].filter((each) => each !== null && each !== undefined);
  return {
    ...wanted,
    binds,
    ...value,
    met: reached && short === null,
    checksum,
    note: notes.length === 0 ? null : notes.join('; '),
  };
}

/** Every goal with what this run found for it. */
export const goalsOf = (findings: Findings): readonly BenchGoal[] =>
  GOAL_ROWS.map((row) => evaluate(row, findings));
