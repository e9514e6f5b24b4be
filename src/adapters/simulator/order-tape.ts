import { assert, err, ok, type Result } from '../../core/index.ts';
import { type Instrument, parseE8 } from '../../model/index.ts';
import { BUY, ORDER_CHANGES, type RecordedChange, SELL } from '../../native/index.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Changes of one tape at most. */
export const MOST_CHANGES = 16_000_000;

/** Words of a line: time, symbol, change, side, id, then what the change needs. */
const WORDS = { add: 7, modify: 7, cancel: 5, execute: 6 } as const;

const TIME = /^\d{19}$/;

const LINE_FEED = 0x0a;

/**
 * An order-by-order record of the market, oldest change first.
 *
 * Bounds: `MOST_CHANGES`.
 */
export class OrderTape {
  readonly #changes: readonly RecordedChange[];
  #next = 0;

  constructor(changes: readonly RecordedChange[]) {
    this.#changes = changes;
  }

  /** When the next change is due; infinite when there is none. */
  get nextAt(): VenueTimeUs {
    return this.#changes[this.#next]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next change. Requires: there is one. */
  take(): RecordedChange {
    const change = this.#changes[this.#next];
    assert(change !== undefined, 'a tape that has ended has no change');
    this.#next += 1;
    return change;
  }

  /** Whether the tape tells of an instrument. */
  covers({ index }: Instrument): boolean {
    return this.#changes.some(({ symbol }) => symbol === index);
  }
}

/**
 * Reads a record of orders: one change a line, in the order in which the venue made them, the orders
 * that rest at the beginning first.
 *
 *   <receive time, ns> <symbol> add <buy|sell> <order id> <price> <quantity>
 *   <receive time, ns> <symbol> modify <buy|sell> <order id> <price> <quantity>
 *   <receive time, ns> <symbol> execute <buy|sell> <order id> <quantity>
 *   <receive time, ns> <symbol> cancel <buy|sell> <order id>
 *
 * The side is that of the resting order; an execution stands before what it leads to. An order id is
 * any word. Empty lines, those that begin with `#` and those of other symbols are passed over.
 *
 * Errors: the first line that is none of these, that lies off the instrument's grids or whose time is
 *         before that of the line above, with its number.
 */
export function parseOrderTape(
  bytes: Uint8Array,
  instruments: readonly Instrument[],
): Result<OrderTape, string> {
  const bySymbol = new Map(instruments.map((each) => [each.symbol, each]));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ids = new Map<string, number>();
  const changes: RecordedChange[] = [];
  let last = 0;
  for (let from = 0, line = 1; from < text.length; line += 1) {
    const end = text.indexOf(LINE_FEED, from);
    const to = end < 0 ? text.length : end;
    const words = text.toString('latin1', from, to).trim().split(' ');
    from = to + 1;
    if (words[0] === '' || words[0]!.startsWith('#')) continue;
    const instrument = bySymbol.get(words[1] ?? '');
    if (instrument === undefined && words.length > 1) continue;
    const change = instrument === undefined ? null : changeOf(words, instrument, ids);
    if (change === null) return err(`line ${line} is no change: ${printable(words.join(' '))}`);
    if (typeof change === 'string') return err(`line ${line}: ${change}`);
    if (change.atUs < last) return err(`line ${line} is before the line above it`);
    if (changes.length === MOST_CHANGES)
      return err(`line ${line} is beyond ${MOST_CHANGES} changes`);
    last = change.atUs;
    changes.push(change);
  }
  return ok(new OrderTape(changes));
}

/** The beginning of a text; a packed file's bytes could command the terminal. */
const printable = (text: string): string => text.slice(0, 80).replace(/[^ -~]/g, '?');

/** The change that a line tells, what is wrong with its numbers, or null when it is no change. */
function changeOf(
  [time = '', , what = '', side = '', name = '', ...numbers]: readonly string[],
  instrument: Instrument,
  ids: Map<string, number>,
): RecordedChange | string | null {
  const change = ORDER_CHANGES.find((each) => each === what);
  if (change === undefined || numbers.length + 5 !== WORDS[change]) return null;
  if (!TIME.test(time) || (side !== 'buy' && side !== 'sell') || name === '') return null;
  const [price, quantity] = change === 'execute' ? [undefined, numbers[0]] : numbers;
  const atUs = Number(BigInt(time) / 1000n);
  if (atUs === 0 || !Number.isSafeInteger(atUs)) return null;
  const ticks = onGrid(price, instrument.tickSizeE8);
  const lots = onGrid(quantity, instrument.stepSizeE8);
  if (ticks === null) return `price ${price} is not on the grid of ${instrument.id}`;
  if (lots === null) return `quantity ${quantity} is not on the grid of ${instrument.id}`;
  let id = ids.get(name);
  if (id === undefined) {
    id = ids.size + 1;
    ids.set(name, id);
  }
  const orderSide = side === 'buy' ? BUY : SELL;
  return { change, symbol: instrument.index, side: orderSide, id, ticks, lots, atUs };
}

/** A decimal in whole steps of a grid; 0 for none, null for one that is no positive multiple of it. */
function onGrid(text: string | undefined, gridE8: bigint): number | null {
  if (text === undefined) return 0;
  const e8 = parseE8(text);
  if (e8 === null || e8 <= 0n || e8 % gridE8 !== 0n) return null;
  const steps = Number(e8 / gridE8);
  return Number.isSafeInteger(steps) ? steps : null;
}
