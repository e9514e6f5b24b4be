import type { DomainEvent, Instrument, InstrumentId } from '../../model/index.ts';
import { moneyText, priceText, quantityText } from '../../observe/index.ts';
import type { LogLevel } from '../config.ts';
import type { LineSink } from '../contracts.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** What a run says for people, cut at the configured level; `debug` adds every order and fill. */
export class RunLog {
  readonly #most: number;
  readonly #sink: LineSink;

  constructor(level: LogLevel, sink: LineSink) {
    this.#most = LEVELS.indexOf(level);
    this.#sink = sink;
  }

  /** Something does not work and a person should look. */
  error(line: string): void {
    this.#say('error', line);
  }

  /** Something changed what the service does: a mode, a command, a part that went away. */
  warn(line: string): void {
    this.#say('warn', line);
  }

  /** The course of things. */
  info(line: string): void {
    this.#say('info', line);
  }

  #say(level: LogLevel, line: string): void {
    if (LEVELS.indexOf(level) <= this.#most) this.#sink(line);
  }

  /** Says every order, parent order and fill as it is recorded, at level `debug`. */
  observer(instruments: ReadonlyMap<InstrumentId, Instrument>): (event: DomainEvent) => void {
    if (this.#most < LEVELS.indexOf('debug')) return () => {};
    return (event) => {
      const line = orderLine(event, instruments);
      if (line !== null) this.#say('debug', line);
    };
  }
}

function orderLine(
  event: DomainEvent,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
): string | null {
  switch (event.kind) {
    case 'order-submitted': {
      const { side, quantity, price, instrument: id } = event.request;
      const instrument = instruments.get(id);
      if (instrument === undefined) return null;
      return `order ${event.clientOrderId}: ${side} ${quantityText(instrument, quantity)} ${instrument.base} at ${priceText(instrument, price)} ${instrument.quote}`;
    }
    case 'order-filled': {
      const { clientOrderId, side, quantity, price, fee, instrument: id } = event.fill;
      const instrument = instruments.get(id);
      if (instrument === undefined) return null;
      return `fill of ${clientOrderId}: ${side} ${quantityText(instrument, quantity)} ${instrument.base} at ${priceText(instrument, price)} ${instrument.quote}, fee ${moneyText(fee, 4)} ${instrument.quote}`;
    }
    case 'account-charged': {
      const { cause, instrument: id, amount, chargeId } = event.charge;
      return `${cause} ${id ?? 'of the account'}: ${moneyText(amount, 4)} paid (${chargeId})`;
    }
    case 'position-closed':
      return `${event.cause}: ${event.fill.side} ${event.fill.quantity} lots of ${event.fill.instrument}`;
    case 'order-rejected':
    case 'order-expired':
    case 'order-cancelled':
    case 'order-doubted':
      return `${event.kind.replace('-', ' ')} ${event.clientOrderId}: ${event.reason}`;
    case 'order-amended':
      return `order amended ${event.clientOrderId}: ${event.quantity} lots at ${event.price} ticks`;
    case 'amend-rejected':
      return `amend refused ${event.clientOrderId}: ${event.reason}`;
    case 'parent-opened':
      return `parent order ${event.parent}: ${event.spec.kind} of ${event.spec.instrument}`;
    case 'parent-ended':
      return `parent order ${event.parent} ended: ${event.reason}`;
    case 'order-refused':
      return `order refused: ${event.code}: ${event.detail}`;
    default:
      return null;
  }
}
