import {
  attributeCost,
  type ExecutionLedger,
  halfTickMoney,
  opportunityOf,
  shortfallBps,
} from '../../execution/index.ts';
import { formatE8, type Instrument, money } from '../../model/index.ts';
import type { ExecutionSummary, ParentExecution } from '../contracts.ts';

/** Ended parents that a report lists for each instrument, the latest. */
const MAX_PARENTS_SHOWN = 50;

/** Basis points with two decimals; null stays null. */
const bps = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100;

function parentExecutions(
  ledger: ExecutionLedger,
  instrument: Instrument,
): readonly ParentExecution[] {
  const ended = ledger.parents().filter((each) => each.instrument === instrument.id);
  return ended.slice(-MAX_PARENTS_SHOWN).map((parent) => {
    const { arrival, filled, sums } = parent;
    const value = arrival === null ? 0n : BigInt(arrival.bid + arrival.ask) * BigInt(filled);
    const { total } = attributeCost(instrument, sums, money(0n));
    return {
      id: parent.id,
      kind: parent.kind,
      side: parent.side,
      filledShare: filled / parent.quantity,
      predictedBps: bps(parent.predictedBps),
      realisedBps: bps(shortfallBps(sums, value)),
      cost: formatE8(total),
      opportunityCost: formatE8(halfTickMoney(instrument, opportunityOf(parent))),
      ended: parent.ended,
    };
  });
}

/** What executing an instrument's orders came to; undefined before the first fill. */
export function executionSummary(
  ledger: ExecutionLedger,
  instrument: Instrument,
): ExecutionSummary | undefined {
  const totals = ledger.totals(instrument.id);
  const parents = parentExecutions(ledger, instrument);
  if (totals.fills === 0 && parents.length === 0) return undefined;
  const { arrivalValue, predictedValue, sums } = totals;
  const cost = attributeCost(instrument, sums, money(0n));
  return {
    value: formatE8(halfTickMoney(instrument, arrivalValue)),
    predictedBps: arrivalValue === 0n ? null : bps(predictedValue / Number(arrivalValue)),
    realisedBps: bps(shortfallBps(sums, arrivalValue)),
    fees: formatE8(cost.fees),
    spread: formatE8(cost.spread),
    impact: formatE8(cost.impact),
    delay: formatE8(cost.delay),
    total: formatE8(cost.total),
    opportunityCost: formatE8(halfTickMoney(instrument, totals.opportunity)),
    unmeasuredLots: totals.unmeasuredLots,
    parents,
  };
}
