import { toIso } from '../core/index.ts';
import { AppFailure } from './contracts.ts';
import { differenceReasons, symbolOfDecision } from './decisions/reasons.ts';
import type {
  DifferenceReason,
  ExplainDiffOptions,
  ExplainDiffReport,
  SideOfDecision,
} from './decisions/report.ts';
import { orderNumber } from './decisions/run-fold.ts';
import { type DecisionPoint, openRun } from './decisions/run-stream.ts';

const DECISIONS_A_LINE = 100_000;

/** What was decided, so that equal decisions of two runs have equal words. */
function contentOf(point: DecisionPoint): string {
  const { event, fold } = point;
  if (event.kind === 'cancel-requested') {
    return `cancel ${orderNumber(event.clientOrderId, fold.runEpoch)}`;
  }
  if (event.kind === 'amend-requested') {
    const { quantity, price } = event;
    return `amend ${orderNumber(event.clientOrderId, fold.runEpoch)} ${quantity} at ${price}`;
  }
  const { instrument: _, ...request } = event.request;
  const asked = JSON.stringify(
    Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1)),
    (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
  const what = event.kind === 'order-refused' ? `refused by ${event.code}` : 'order';
  return `${what} ${symbolOfDecision(point)} ${asked}`;
}

function wordsOf({ event }: DecisionPoint): string {
  if (event.kind === 'cancel-requested') return `cancel of ${event.clientOrderId}`;
  if (event.kind === 'amend-requested') {
    const { clientOrderId, quantity, price } = event;
    return `amend of ${clientOrderId} to ${quantity} lots at ${price} ticks`;
  }
  const { instrument, strategy, side, quantity, price } = event.request;
  const order = `${side} ${quantity} lots of ${instrument} at ${price} ticks by ${strategy}`;
  return event.kind === 'order-refused'
    ? `${order}, refused: ${event.code}: ${event.detail}`
    : `${order}, sent as ${event.clientOrderId}`;
}

const sideOf = (point: DecisionPoint | null): SideOfDecision | null =>
  point === null
    ? null
    : {
        seq: String(point.seq),
        at: toIso(point.event.at),
        atNs: String(point.event.at),
        decision: wordsOf(point),
      };

const apartMs = (a: DecisionPoint, b: DecisionPoint): number =>
  Math.abs(Number(a.event.at - b.event.at)) / 1e6;

/** Why the pair itself is none, after everything that explains it. */
function lastReason(
  live: DecisionPoint | null,
  backtest: DecisionPoint | null,
): DifferenceReason | null {
  if (live === null || backtest === null) {
    const text = (point: DecisionPoint | null): string =>
      point === null ? 'no more decisions' : wordsOf(point);
    return { what: 'end', where: 'end of a run', live: text(live), backtest: text(backtest) };
  }
  if (live.event.at === backtest.event.at) return null;
  const [a, b] = [live, backtest].map(({ event }) => `${toIso(event.at)} (${event.at} ns)`);
  return { what: 'time', where: 'time of the decision', live: a!, backtest: b! };
}

/**
 * Walks the decisions of two runs side by side (orders, refusals, amends and cancels, each run's in its
 * order) and names the first that is not the same, with what differed when it was taken.
 *
 * Client order ids are compared by their number in the run and instruments without their venue,
 * since a live run and its backtest share neither.
 *
 * Errors: throws `AppFailure` of kind `usage` for what is no run.
 */
export async function explainDiff(options: ExplainDiffOptions): Promise<ExplainDiffReport> {
  const { runEpoch, toleranceMs, onLine, signal } = options;
  const live = await openRun(options.live, runEpoch, options);
  const backtest = await openRun(options.backtest, runEpoch, options);
  const [left, right] = [live.decisions(), backtest.decisions()];
  let equal = 0;
  try {
    for (;;) {
      if (signal.aborted) throw new AppFailure('interrupted', 'the comparison was interrupted');
      const steps = [await left.next(), await right.next()] as const;
      const [a, b] = steps.map((step) => (step.done === true ? null : step.value)) as [
        DecisionPoint | null,
        DecisionPoint | null,
      ];
      const names = { live: live.name, backtest: backtest.name, equalDecisions: equal };
      if (a === null && b === null) return { ...names, equal: true, first: null };
      const same = a !== null && b !== null && contentOf(a) === contentOf(b);
      if (same && apartMs(a, b) <= toleranceMs) {
        equal += 1;
        if (equal % DECISIONS_A_LINE === 0) onLine(`${equal} decisions are equal`);
        continue;
      }
      const folds = { liveFold: live.fold, backtestFold: backtest.fold, toleranceMs };
      const reasons = await differenceReasons({ live: a, backtest: b, ...folds });
      const last = lastReason(a, b);
      return {
        ...names,
        equal: false,
        first: {
          number: equal + 1,
          live: sideOf(a),
          backtest: sideOf(b),
          reasons: last === null ? reasons : [...reasons, last],
        },
      };
    }
  } finally {
    await left.return();
    await right.return();
  }
}
