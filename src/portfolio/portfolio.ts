import { assert, type EventTimeNs, eventTime, type Json } from '../core/index.ts';
import {
  type AccountCharge,
  type ChargeCause,
  type DomainEvent,
  type Fill,
  type FillStanding,
  type Instrument,
  type InstrumentId,
  type Money,
  money,
  notional,
  type QtyLots,
  qtyLots,
  ZERO_MONEY,
} from '../model/index.ts';
import { type Drawdown, DrawdownTracker } from './drawdown.ts';
import { FILL_WINDOW, FillWindow } from './fill-window.ts';
import {
  bookFill,
  flatPosition,
  type Position,
  positionSnapshot,
  restorePosition,
} from './position.ts';
import { type Marks, markedValue, type Valuation, valueBooks } from './valuation.ts';

/** Lifting one of these causes accepts the loss: the drawdown is counted anew from there. */
const DRAWDOWN_CAUSES = 'drawdown-';

interface Books {
  readonly instrument: Instrument;
  position: Position;
  window: FillWindow;
}

interface PortfolioSnapshot {
  readonly cash: string;
  readonly deposits: string;
  readonly drawdown: Json;
  readonly unbookedFills: number;
  /** Absent while nothing was charged. */
  readonly charges?: { readonly funding: string; readonly borrow: string; readonly window: Json };
  readonly retired: { readonly realised: string; readonly fees: string };
  readonly books: readonly {
    readonly grids: string;
    readonly position: Json;
    readonly window: Json;
  }[];
}

/**
 * The books of one account: a fold over `cash-deposited`, `order-filled`, `position-closed`,
 * `account-charged` and `equity-sampled` (and over the lifting of a drawdown's cause, which starts
 * the drawdown anew).
 *
 *   cash + sum of positions = equity = deposits + realised + unrealised - fees - charges
 *
 * The identity holds exactly, in units of 1e-8, and is asserted on every fill, charge and valuation.
 * A repeated fill or charge is booked once. One that cannot be booked is counted in `unbookedFills`, never
 * thrown about: it stands in the journal, and a restart must be able to read past it.
 */
export class Portfolio {
  readonly #books: ReadonlyMap<InstrumentId, Books>;
  #cash: Money = ZERO_MONEY;
  #deposits: Money = ZERO_MONEY;
  #drawdown = new DrawdownTracker();
  /** What instruments that are no longer configured earned and paid. */
  #retired = { realised: ZERO_MONEY, fees: ZERO_MONEY };
  /** Funding and interest paid so far, less what was received. */
  #charges: Readonly<Record<ChargeCause, Money>> = { funding: ZERO_MONEY, borrow: ZERO_MONEY };
  #chargeWindow = new FillWindow();
  #unbookedFills = 0;

  constructor(instruments: readonly Instrument[], fillWindow: number = FILL_WINDOW) {
    this.#books = new Map(
      instruments.map((instrument) => [
        instrument.id,
        {
          instrument,
          position: flatPosition(instrument.id),
          window: new FillWindow(fillWindow),
        },
      ]),
    );
  }

  /**
   * Rebuilds the books from a snapshot. An instrument that is no longer configured is retired when
   * it is flat: its earnings and fees stay in the sums.
   *
   * Errors:  `InvariantError` when such an instrument is still held, or when the grids of a traded
   *          one changed: its lots and ticks would mean something else.
   */
  static restore(
    snapshot: Json,
    instruments: readonly Instrument[],
    fillWindow: number = FILL_WINDOW,
  ): Portfolio {
    const from = snapshot as unknown as PortfolioSnapshot;
    const portfolio = new Portfolio(instruments, fillWindow);
    portfolio.#cash = money(BigInt(from.cash));
    portfolio.#deposits = money(BigInt(from.deposits));
    portfolio.#drawdown = DrawdownTracker.restore(from.drawdown);
    portfolio.#unbookedFills = from.unbookedFills;
    portfolio.#retire(from.retired.realised, from.retired.fees);
    if (from.charges !== undefined) {
      const { funding, borrow, window } = from.charges;
      portfolio.#charges = { funding: money(BigInt(funding)), borrow: money(BigInt(borrow)) };
      portfolio.#chargeWindow = FillWindow.restore(window);
    }
    for (const saved of from.books) portfolio.#reopen(saved, fillWindow);
    portfolio.#assertIdentity();
    return portfolio;
  }

  #reopen(saved: PortfolioSnapshot['books'][number], fillWindow: number): void {
    const position = restorePosition(saved.position);
    const books = this.#books.get(position.instrument);
    if (books === undefined) {
      const held = `${position.lots} lots of ${position.instrument} are held`;
      assert(position.lots === 0, `${held}, so it must stay configured`);
      this.#retire(position.realised, position.fees);
      return;
    }
    const { tickSizeE8, stepSizeE8 } = books.instrument;
    assert(
      position.fills === 0 || saved.grids === `${tickSizeE8} ${stepSizeE8}`,
      `${position.instrument} was traded on the grids ${saved.grids} (tick, step in 1e-8), so they must stay`,
    );
    books.position = position;
    books.window = FillWindow.restore(saved.window, fillWindow);
  }

  #retire(realised: string | bigint, fees: string | bigint): void {
    this.#retired = {
      realised: money(this.#retired.realised + BigInt(realised)),
      fees: money(this.#retired.fees + BigInt(fees)),
    };
  }

  /** Folds one event. */
  apply(event: DomainEvent): void {
    switch (event.kind) {
      case 'cash-deposited':
        this.#cash = money(this.#cash + event.amount);
        this.#deposits = money(this.#deposits + event.amount);
        this.#drawdown.deposit(event.amount);
        this.#assertIdentity();
        return;
      case 'order-filled':
      case 'position-closed':
        this.#fill(event.fill);
        return;
      case 'account-charged':
        this.#charge(event.charge);
        return;
      case 'equity-sampled':
        this.#drawdown.sample(event.equity);
        return;
      case 'cause-cleared':
        if (event.causeId.startsWith(DRAWDOWN_CAUSES)) this.#drawdown.rebase();
        return;
      default:
        return;
    }
  }

  #fill(fill: Fill): void {
    const books = this.#books.get(fill.instrument);
    const standing = books?.window.standing(fill) ?? 'older-than-window';
    if (standing === 'duplicate') return;
    if (books === undefined || standing === 'older-than-window' || fill.quantity <= 0) {
      this.#unbookedFills += 1;
      return;
    }
    books.window.add(fill);
    const value = notional(books.instrument, fill.price, fill.quantity);
    books.position = bookFill(books.position, books.instrument, fill);
    const before = fill.side === 'buy' ? this.#cash - value : this.#cash + value;
    this.#cash = money(before - fill.fee);
    this.#assertIdentity();
  }

  #charge(charge: AccountCharge): void {
    const standing = this.#chargeWindow.standing(charge);
    if (standing === 'duplicate') return;
    if (standing === 'older-than-window') {
      this.#unbookedFills += 1;
      return;
    }
    this.#chargeWindow.add(charge);
    const paid = money(this.#charges[charge.cause] + charge.amount);
    this.#charges = { ...this.#charges, [charge.cause]: paid };
    this.#cash = money(this.#cash - charge.amount);
    this.#assertIdentity();
  }

  #booksOf(instrument: InstrumentId): Books {
    const books = this.#books.get(instrument);
    assert(books !== undefined, () => `${instrument} is one of the portfolio's instruments`);
    return books;
  }

  #assertIdentity(): void {
    let cost = 0n;
    let { realised, fees }: { realised: bigint; fees: bigint } = this.#retired;
    for (const { position } of this.#books.values()) {
      cost += position.cost;
      realised += position.realised;
      fees += position.fees;
      assert(
        position.lots !== 0 || position.cost === 0n,
        () => `${position.instrument} is flat, so nothing of its cost is left`,
      );
    }
    assert(
      this.#cash + cost === this.#deposits + realised - fees - this.charges,
      'cash + cost of positions = deposits + realised - fees - charges',
    );
  }

  /** How a fill stands to the books: whether applying it would book it. Changes nothing. */
  fillStanding(fill: Fill): FillStanding {
    return this.#booksOf(fill.instrument).window.standing(fill);
  }

  /** How a charge stands to the books: whether applying it would book it. Changes nothing. */
  chargeStanding(charge: AccountCharge): FillStanding {
    return this.#chargeWindow.standing(charge);
  }

  /**
   * Venue time after which every fill can be told new from repeated; ask the venue for fills since
   * a time not before it. Zero while nothing was forgotten.
   */
  get fillHorizon(): EventTimeNs {
    let latest = this.#chargeWindow.horizon ?? 0n;
    for (const { window } of this.#books.values()) {
      if (window.horizon !== null && window.horizon > latest) latest = window.horizon;
    }
    return eventTime(latest);
  }

  /**
   * Fills and charges that could not be booked: too old to be told new from repeated, of an instrument that is
   * not configured, or without a quantity. Each calls for reconciliation.
   */
  get unbookedFills(): number {
    return this.#unbookedFills;
  }

  /** One position; flat when nothing was ever filled. */
  position(instrument: InstrumentId): Position {
    return this.#booksOf(instrument).position;
  }

  /** Every position, flat ones included, in the order of the instruments. */
  positions(): readonly Position[] {
    return [...this.#books.values()].map((books) => books.position);
  }

  /** Signed lots of every instrument that is not flat. */
  lots(): ReadonlyMap<InstrumentId, QtyLots> {
    const held = new Map<InstrumentId, QtyLots>();
    for (const { position } of this.#books.values()) {
      if (position.lots !== 0) held.set(position.instrument, qtyLots(position.lots));
    }
    return held;
  }

  /** Cash of the cash-flow ledger. */
  get cash(): Money {
    return this.#cash;
  }

  /** Everything ever deposited. */
  get deposits(): Money {
    return this.#deposits;
  }

  /** Funding and interest paid so far, less what was received. */
  get charges(): Money {
    return money(this.#charges.funding + this.#charges.borrow);
  }

  /** What was paid so far for one cause, less what was received. */
  chargesOf(cause: ChargeCause): Money {
    return this.#charges[cause];
  }

  /** Values the account; an instrument without a mark is valued at its latest fill. */
  value(marks: Marks): Valuation {
    const { cash, deposits, charges } = this;
    return valueBooks({ cash, deposits, charges, ...this.#retired }, this.#books.values(), marks);
  }

  /** The equity alone, as `value` gives it. */
  equity(marks: Marks): Money {
    let equity: bigint = this.#cash;
    for (const books of this.#books.values()) {
      const { instrument, position } = books;
      if (position.lots !== 0) equity += markedValue(position, instrument, marks);
    }
    return money(equity);
  }

  /** The `equity-sampled` event of this moment. */
  sample(at: EventTimeNs, marks: Marks): Extract<DomainEvent, { readonly kind: 'equity-sampled' }> {
    const { equity, cash, realised, unrealised, fees, charges } = this.value(marks);
    return {
      kind: 'equity-sampled',
      at,
      equity,
      cash,
      realised,
      unrealised,
      fees,
      ...(charges === 0n ? {} : { charges }),
      marks: [...marks].map(([instrument, price]) => ({ instrument, price })),
    };
  }

  /** The drawdown that an equity would mean now; of the latest sample when none is given. */
  drawdown(equity?: Money): Drawdown {
    return equity === undefined ? this.#drawdown.current : this.#drawdown.at(equity);
  }

  /** The deepest drawdown of any sample, fraction of the peak. */
  get deepestDrawdown(): number {
    return this.#drawdown.deepest;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return {
      cash: this.#cash,
      deposits: this.#deposits,
      drawdown: this.#drawdown.snapshot(),
      unbookedFills: this.#unbookedFills,
      ...(this.#chargeWindow.isEmpty
        ? {}
        : { charges: { ...this.#charges, window: this.#chargeWindow.snapshot() } }),
      retired: { ...this.#retired },
      books: [...this.#books.values()].map(({ instrument, position, window }) => ({
        grids: `${instrument.tickSizeE8} ${instrument.stepSizeE8}`,
        position: positionSnapshot(position),
        window: window.snapshot(),
      })),
    };
  }
}
