import type { DecisionContext } from './context.ts';
import type { DifferenceReason } from './report.ts';
import { type ReportNote, type RunFold, symbolOf } from './run-fold.ts';
import type { DecisionPoint } from './run-stream.ts';

type Reason = DifferenceReason;

/** Two runs at a pair of decisions; a side is null where its run has no more. */
export interface Pair {
  readonly live: DecisionPoint | null;
  readonly backtest: DecisionPoint | null;
  readonly liveFold: RunFold;
  readonly backtestFold: RunFold;
  /** Delays that differ by no more than this are none. */
  readonly toleranceMs: number;
}

const shown = (value: unknown): string =>
  value === null || value === undefined ? 'none' : `${value}`;

function reasonUnlessEqual(
  what: Reason['what'],
  where: string,
  live: unknown,
  backtest: unknown,
): Reason[] {
  const [a, b] = [shown(live), shown(backtest)];
  return a === b ? [] : [{ what, where, live: a, backtest: b }];
}

/** The instrument that a decision is about, without its venue; null for an amend or a cancel. */
export function symbolOfDecision({ event }: DecisionPoint): string | null {
  return 'request' in event ? symbolOf(event.request.instrument) : null;
}

const apartMs = (a: bigint | null, b: bigint | null): number =>
  a === null || b === null ? Number.POSITIVE_INFINITY : Math.abs(Number(a - b)) / 1e6;

const ms = (ns: bigint | null): string => (ns === null ? 'none' : `${Number(ns) / 1e6} ms`);

const reportText = ({ kind, fill, reason, seq }: ReportNote): string => {
  const trade =
    fill === null
      ? ''
      : ` ${fill.side} ${fill.quantity} lots at ${fill.price} ticks, ${fill.liquidity}`;
  return `${kind}${trade}${reason === null ? '' : ` (${reason})`} at entry ${seq}`;
};

/** What differs in the report of both sides about one order; empty when they agree. */
function reportReasons(
  key: string,
  live: ReportNote | null,
  backtest: ReportNote | null,
  toleranceMs: number,
): Reason[] {
  const known = live ?? backtest;
  if (known === null) return [];
  const what = known.fill === null ? 'latency' : 'fill';
  if (live === null || backtest === null) {
    const text = (note: ReportNote | null): string =>
      note === null ? 'none yet' : reportText(note);
    return [{ what, where: key, live: text(live), backtest: text(backtest) }];
  }
  const [a, b] = [live.fill, backtest.fill];
  if (a !== null && b !== null) {
    const same = a.price === b.price && a.quantity === b.quantity && a.liquidity === b.liquidity;
    if (!same) {
      return [{ what: 'fill', where: key, live: reportText(live), backtest: reportText(backtest) }];
    }
    const fee = reasonUnlessEqual('fee', `fee of ${key}, 1e-8 quote`, a.fee, b.fee);
    if (fee.length > 0) return fee;
  }
  const where = `delay from the submission to ${key}`;
  if (apartMs(live.delayNs, backtest.delayNs) <= toleranceMs) return [];
  return reasonUnlessEqual('latency', where, ms(live.delayNs), ms(backtest.delayNs));
}

/** The first report of the venue, in the order of the live run, that is not the same in both. */
function firstReportReason({
  liveFold: live,
  backtestFold: backtest,
  toleranceMs,
}: Pair): Reason[] {
  // Each side forgets by its own count of reports: what one has forgotten, the other may still know.
  const forgotten = Math.max(live.forgottenOrders, backtest.forgottenOrders);
  let soonest: { readonly at: bigint; readonly reasons: Reason[] } | null = null;
  for (const key of new Set([...live.reports.keys(), ...backtest.reports.keys()])) {
    const [a, b] = [live.reports.get(key) ?? null, backtest.reports.get(key) ?? null];
    const { at, number } = (a ?? b)!;
    if (number <= forgotten && forgotten >= 0) continue;
    if (soonest !== null && at >= soonest.at) continue;
    const reasons = reportReasons(key, a, b, toleranceMs);
    if (reasons.length > 0) soonest = { at, reasons };
  }
  return soonest?.reasons ?? [];
}

function barReasons(live: RunFold, backtest: RunFold): Reason[] {
  for (const [key, bar] of live.bars) {
    const other = backtest.bars.get(key);
    if (other !== undefined && other !== bar) {
      return [{ what: 'market', where: `bar of ${key}`, live: bar, backtest: other }];
    }
  }
  return [];
}

const touchText = ({ bid, ask }: DecisionContext): string => `${shown(bid)} / ${shown(ask)}`;

function contextReasons(live: DecisionContext, backtest: DecisionContext): Reason[] {
  const engine = ({ engine: latest }: DecisionContext): string =>
    latest === null
      ? 'none'
      : `${latest.side}, probability ${latest.probability}, edge ${latest.edge}, reasons ${latest.reasonBits}`;
  return [
    ...reasonUnlessEqual('market', 'best bid / ask, ticks', touchText(live), touchText(backtest)),
    ...reasonUnlessEqual('engine', 'latest decision of the engine', engine(live), engine(backtest)),
    ...reasonUnlessEqual('mode', 'control mode', live.mode, backtest.mode),
    ...reasonUnlessEqual('position', 'position, lots', live.position, backtest.position),
    ...reasonUnlessEqual('open-orders', 'orders not final', live.openOrders, backtest.openOrders),
  ];
}

/** The same from the events alone, where what was known at the decision was not recorded. */
function foldReasons({ liveFold: a, backtestFold: b }: Pair, symbol: string | null): Reason[] {
  const at = (from: ReadonlyMap<string, unknown>): unknown =>
    symbol === null ? null : from.get(symbol);
  const mode = (fold: RunFold): string =>
    fold.mode === 'NORMAL' ? 'NORMAL' : `${fold.mode}: ${fold.causes()}`;
  return [
    ...reasonUnlessEqual('mode', 'control mode', mode(a), mode(b)),
    ...(symbol === null
      ? []
      : reasonUnlessEqual(
          'position',
          `position of ${symbol}, lots`,
          a.position(symbol),
          b.position(symbol),
        )),
    ...reasonUnlessEqual(
      'market',
      `latest sampled mark of ${symbol}, ticks`,
      at(a.marks),
      at(b.marks),
    ),
    ...reasonUnlessEqual(
      'engine',
      `latest sampled decision on ${symbol}`,
      at(a.samples),
      at(b.samples),
    ),
  ];
}

const amendTermsOf = ({
  price,
  quantity,
}: Extract<DecisionPoint['event'], { readonly kind: 'amend-requested' }>) => ({ price, quantity });

function requestReasons({ live, backtest }: Pair): Reason[] {
  if (live === null || backtest === null) return [];
  const [a, b] = [live.event, backtest.event];
  const refusal = ({ event }: DecisionPoint): string | null =>
    event.kind === 'order-refused' ? `${event.code}: ${event.detail}` : null;
  const reasons = reasonUnlessEqual('refusal', 'limit', refusal(live), refusal(backtest));
  const terms = (event: DecisionPoint['event']): unknown => {
    if ('request' in event) return event.request;
    return event.kind === 'amend-requested' ? amendTermsOf(event) : null;
  };
  const [asked, answered] = [terms(a), terms(b)];
  if (asked === null || answered === null) return reasons;
  const [left, right] = [asked, answered] as unknown as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (name === 'instrument') continue;
    reasons.push(...reasonUnlessEqual('request', name, left[name], right[name]));
  }
  return reasons;
}

/**
 * Says why two runs differ at a pair of decisions, what came in before what followed from it: version
 * and configuration, the market, the venue's reports, what was known, what was asked for.
 */
export async function differenceReasons(pair: Pair): Promise<readonly DifferenceReason[]> {
  const { live, backtest, liveFold: a, backtestFold: b } = pair;
  const contexts = [(await live?.context()) ?? null, (await backtest?.context()) ?? null] as const;
  const decided = live ?? backtest;
  const symbol = decided === null ? null : symbolOfDecision(decided);
  const known =
    contexts[0] !== null && contexts[1] !== null
      ? contextReasons(contexts[0], contexts[1])
      : foldReasons(pair, symbol);
  const market = known.filter(({ what }) => what === 'market');
  const rest = known.filter(({ what }) => what !== 'market');
  return [
    ...reasonUnlessEqual('version', 'version', a.version, b.version),
    ...reasonUnlessEqual('configuration', 'configuration hash', a.configuration, b.configuration),
    ...barReasons(a, b),
    ...firstReportReason(pair),
    ...market,
    ...rest,
    ...requestReasons(pair),
  ];
}
