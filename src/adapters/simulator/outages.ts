import type { VenueNotice } from '../../execution/ports.ts';
import type { Instrument } from '../../model/index.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import type { VenueTimeUs } from './schedule.ts';

const KINDS = ['disconnect', 'maintenance', 'halt'] as const;

type WithoutTime<T> = T extends VenueNotice ? Omit<T, 'at'> : never;

/** A notice as the venue sends it; the receiver stamps its arrival. */
export type SentNotice = WithoutTime<VenueNotice>;

/** Begins and ends the faults that have a beginning and an end for everybody to see. */
export class Outages {
  readonly #faults: FaultSchedule;
  readonly #instruments: readonly Instrument[];
  readonly #tell: (notice: SentNotice) => void;
  readonly #freeze: (symbol: number, us: number) => void;
  readonly #halted = new Set<number>();
  readonly #frozenUntil: VenueTimeUs[];
  #isConnected = true;

  constructor(deps: {
    readonly faults: FaultSchedule;
    readonly instruments: readonly Instrument[];
    /** Tells the account's owner. */
    readonly tell: (notice: SentNotice) => void;
    /** Lets a symbol's market stand still for a time. */
    readonly freeze: (symbol: number, us: number) => void;
  }) {
    this.#faults = deps.faults;
    this.#instruments = deps.instruments;
    this.#tell = deps.tell;
    this.#freeze = deps.freeze;
    this.#frozenUntil = deps.instruments.map(() => 0);
  }

  /** When `turn` is due next; Infinity when never. */
  nextAt(now: VenueTimeUs): VenueTimeUs {
    return this.#faults.nextChange(KINDS, now);
  }

  /** Begins and ends what is due. */
  turn(now: VenueTimeUs): void {
    const isConnected = this.#faults.holds('disconnect', now) === null;
    if (isConnected !== this.#isConnected) {
      this.#isConnected = isConnected;
      this.#tell({ kind: isConnected ? 'reconnected' : 'disconnected' });
    }
    for (const { index, id } of this.#instruments) {
      const isHalted = this.#faults.holds('halt', now, index) !== null;
      if (isHalted !== this.#halted.has(index)) {
        if (isHalted) this.#halted.add(index);
        else this.#halted.delete(index);
        this.#tell({ kind: isHalted ? 'halted' : 'resumed', instrument: id });
      }
      this.#stand(index, now);
    }
  }

  #stand(symbol: number, now: VenueTimeUs): void {
    const until = Math.max(
      this.#faults.until('maintenance', now) ?? 0,
      this.#faults.until('halt', now, symbol) ?? 0,
    );
    const from = Math.max(now, this.#frozenUntil[symbol]!);
    if (until <= from) return;
    this.#frozenUntil[symbol] = until;
    this.#freeze(symbol, until - from);
  }
}
