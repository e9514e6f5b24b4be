import { assert } from '../../core/index.ts';
import {
  divideHalfEven,
  E8,
  type Instrument,
  type InstrumentId,
  type Liquidity,
  type Money,
  money,
  notional,
  type PriceTicks,
  type QtyLots,
  qtyLots,
  type Side,
  sideSign,
  ZERO_MONEY,
} from '../../model/index.ts';
import type { FeeRates } from './fee-tiers.ts';

/** Unfilled lots of the working orders that may open exposure, by side. */
export interface WorkingLots {
  readonly buy: number;
  readonly sell: number;
}

/**
 * The fee of one execution.
 *
 *   fee = notional * rate, rounded half to even at 1e-8; negative for a rebate
 */
export function executionFee(
  instrument: Instrument,
  price: PriceTicks,
  quantity: QtyLots,
  liquidity: Liquidity,
  fees: FeeRates,
): Money {
  const rateE8 = liquidity === 'maker' ? fees.makerFeeE8 : fees.takerFeeE8;
  return money(divideHalfEven(notional(instrument, price, quantity) * rateE8, E8));
}

/**
 * Cash and positions of the one account at the venue: a cash-flow ledger of linear instruments.
 *
 *   cash' = cash - signed notional - fee - charge,   equity = cash + sum of lots * mark
 *
 * Units:       quote currency in 1e-8, exact.
 * Determinism: a pure fold over deposits, fills and charges.
 */
export class MarginAccount {
  #cash: Money = ZERO_MONEY;
  readonly #positions = new Map<InstrumentId, QtyLots>();

  /** Quote currency after deposits, trades, fees and charges. */
  get cash(): Money {
    return this.#cash;
  }

  /** Signed lots of each instrument with a position. */
  get positions(): ReadonlyMap<InstrumentId, QtyLots> {
    return this.#positions;
  }

  /** Signed lots held of an instrument. */
  position(id: InstrumentId): QtyLots {
    return this.#positions.get(id) ?? qtyLots(0);
  }

  /** Adds quote currency. */
  deposit(amount: Money): void {
    this.#cash = money(this.#cash + amount);
  }

  /** Books one execution. */
  fill(instrument: Instrument, side: Side, price: PriceTicks, quantity: QtyLots, fee: Money): void {
    assert(quantity > 0, `a fill has a positive quantity, got ${quantity}`);
    const signed = qtyLots(sideSign(side) * quantity);
    this.#cash = money(this.#cash - notional(instrument, price, signed) - fee);
    const held = qtyLots(this.position(instrument.id) + signed);
    if (held === 0) this.#positions.delete(instrument.id);
    else this.#positions.set(instrument.id, held);
  }

  /** Takes a charge out of the cash, or adds what a negative one pays. */
  charge(amount: Money): void {
    this.#cash = money(this.#cash - amount);
  }

  /** Sets the account to a stored state. */
  restore(cash: Money, positions: Iterable<readonly [InstrumentId, QtyLots]>): void {
    this.#cash = cash;
    this.#positions.clear();
    for (const [id, lots] of positions) this.#positions.set(id, lots);
  }

  /** Cash plus the value of every position at its mark. */
  equity(instruments: readonly Instrument[], mark: (instrument: Instrument) => PriceTicks): Money {
    let equity: bigint = this.#cash;
    for (const instrument of instruments) {
      const lots = this.position(instrument.id);
      if (lots !== 0) equity += notional(instrument, mark(instrument), lots);
    }
    return money(equity);
  }

  /**
   * The largest value an instrument can reach when every working order of one side fills.
   *
   *   exposure = max(|lots + buys|, |lots - sells|) * mark
   */
  exposure(instrument: Instrument, working: WorkingLots, mark: PriceTicks): Money {
    const lots = this.position(instrument.id);
    const worst = Math.max(Math.abs(lots + working.buy), Math.abs(lots - working.sell));
    return notional(instrument, mark, qtyLots(worst));
  }
}
