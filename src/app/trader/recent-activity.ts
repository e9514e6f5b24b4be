import type { DomainEvent, Fill, Instrument, InstrumentId } from '../../model/index.ts';
import {
  type ChargeView,
  chargeView,
  closingFeeView,
  epochMs,
  type FillView,
  fillView,
  MAX_VIEW_CHARGES,
  MAX_VIEW_FILLS,
  MAX_VIEW_REFUSALS,
  type RefusalView,
} from '../../observe/index.ts';

/** The latest fills, charges and refusals for people, bounded, the newest first. */
export class RecentActivity {
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly #fills: Fill[] = [];
  readonly #charges: ChargeView[] = [];
  readonly #refusals: RefusalView[] = [];
  readonly #counts = new Map<InstrumentId, { orders: number; fills: number }>();

  constructor(instruments: ReadonlyMap<InstrumentId, Instrument>) {
    this.#instruments = instruments;
  }

  /** Takes note of an event; to be called for every one, replayed ones included. */
  readonly observe = (event: DomainEvent): void => {
    if (event.kind === 'order-submitted') this.#count(event.request.instrument).orders += 1;
    if (event.kind === 'order-filled' || event.kind === 'position-closed') this.#fill(event.fill);
    if (event.kind === 'account-charged') this.#charge(chargeView(event.charge));
    if (event.kind === 'position-closed') this.#charge(closingFeeView(event.cause, event.fill));
    if (event.kind === 'order-refused') {
      const { code, detail, at } = event;
      this.#refusals.unshift({
        instrument: event.request.instrument,
        code,
        detail,
        atMs: epochMs(at),
      });
      this.#refusals.length = Math.min(this.#refusals.length, MAX_VIEW_REFUSALS);
    }
  };

  #count(instrument: InstrumentId): { orders: number; fills: number } {
    let counts = this.#counts.get(instrument);
    if (counts === undefined) {
      counts = { orders: 0, fills: 0 };
      this.#counts.set(instrument, counts);
    }
    return counts;
  }

  #charge(charge: ChargeView): void {
    this.#charges.unshift(charge);
    this.#charges.length = Math.min(this.#charges.length, MAX_VIEW_CHARGES);
  }

  #fill(fill: Fill): void {
    this.#count(fill.instrument).fills += 1;
    if (!this.#instruments.has(fill.instrument)) return;
    // Shown when somebody looks: the texts of a fill are far more than the fill.
    this.#fills.unshift(fill);
    this.#fills.length = Math.min(this.#fills.length, MAX_VIEW_FILLS);
  }

  /** Orders and fills of an instrument since `forgetCounts`, or since the beginning. */
  countsOf(instrument: InstrumentId): { readonly orders: number; readonly fills: number } {
    return { ...this.#count(instrument) };
  }

  /** Starts counting anew: what was replayed belongs to earlier runs. */
  forgetCounts(): void {
    this.#counts.clear();
  }

  /** Latest fills, the newest first. */
  fills(): readonly FillView[] {
    return this.#fills.map((fill) => fillView(this.#instruments.get(fill.instrument)!, fill));
  }

  /** Latest charges and fees of closings, the newest first. */
  charges(): readonly ChargeView[] {
    return [...this.#charges];
  }

  /** Latest refusals, the newest first. */
  refusals(): readonly RefusalView[] {
    return [...this.#refusals];
  }
}
