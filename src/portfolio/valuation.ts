import { assert } from '../core/index.ts';
import {
  type Instrument,
  type InstrumentId,
  type Money,
  money,
  type PriceTicks,
} from '../model/index.ts';
import { type Position, positionValue } from './position.ts';

/** Prices that value the positions. */
export type Marks = ReadonlyMap<InstrumentId, PriceTicks>;

/** The account at given marks. Money in quote currency. */
export interface Valuation {
  /** Cash plus the value of the positions. */
  readonly equity: Money;
  readonly cash: Money;
  readonly deposits: Money;
  readonly realised: Money;
  readonly unrealised: Money;
  readonly fees: Money;
  /** Funding and interest paid, less what was received. */
  readonly charges: Money;
  /** Sum of the absolute values of the positions. */
  readonly gross: Money;
  /** Sum of the signed values of the positions. */
  readonly net: Money;
}

/** What is in the books besides the positions. */
export interface Ledger {
  readonly cash: Money;
  readonly deposits: Money;
  /** Funding and interest paid, less what was received. */
  readonly charges: Money;
  /** Earned by instruments that have no position here any more. */
  readonly realised: Money;
  /** Paid for instruments that have no position here any more. */
  readonly fees: Money;
}

/** The value of a position that is held, at its mark or, without one, at its latest fill. */
export function markedValue(position: Position, instrument: Instrument, marks: Marks): Money {
  const mark = marks.get(instrument.id) ?? position.lastPrice;
  assert(mark !== null, () => `${instrument.id} is held, so it was filled at a price`);
  return positionValue(position, instrument, mark);
}

/**
 * Values the books at the marks; a position without a mark at its latest fill.
 *
 * Errors:  `InvariantError` unless cash + positions = deposits + realised + unrealised - fees - charges.
 */
export function valueBooks(
  ledger: Ledger,
  books: Iterable<{ readonly instrument: Instrument; readonly position: Position }>,
  marks: Marks,
): Valuation {
  const { cash, deposits, charges } = ledger;
  let { realised, fees }: { realised: bigint; fees: bigint } = ledger;
  let [unrealised, gross, net] = [0n, 0n, 0n];
  for (const { instrument, position } of books) {
    realised += position.realised;
    fees += position.fees;
    if (position.lots === 0) continue;
    const value = markedValue(position, instrument, marks);
    net += value;
    gross += value < 0n ? -value : value;
    unrealised += value - position.cost;
  }
  const equity = cash + net;
  assert(
    equity === deposits + realised + unrealised - fees - charges,
    'cash + positions = deposits + realised + unrealised - fees - charges',
  );
  return {
    equity: money(equity),
    cash,
    deposits,
    realised: money(realised),
    unrealised: money(unrealised),
    fees: money(fees),
    charges,
    gross: money(gross),
    net: money(net),
  };
}
