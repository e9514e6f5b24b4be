/** One changed level: which side, price in ticks, quantity in lots (0 removes it). */
export interface StreamLevel {
  readonly buy: boolean;
  readonly ticks: number;
  readonly lots: number;
}

/** Depth messages of one instrument, twenty levels each, with the snapshot that they build on. */
export interface DepthStream {
  /** Binance's own words: an update that the snapshot covers, the snapshot, then updates in order. */
  readonly messages: readonly string[];
  /** Index of the snapshot among the messages. */
  readonly snapshotAt: number;
  /** Levels of the snapshot, then those of every update behind it. */
  readonly snapshotLevels: readonly StreamLevel[];
  readonly updateLevels: readonly StreamLevel[];
}

/** Price grid of the stream: 0.1 quote units. */
export const STREAM_TICK_E8 = 10_000_000n;
/** Quantity grid of the stream: 0.001 base units. */
export const STREAM_STEP_E8 = 100_000n;
/** The instrument of the stream. */
export const STREAM_SYMBOL = 'BTCUSDT';

const LEVELS_PER_SIDE = 10;
/**
 * Levels of a side in the snapshot, as Binance's largest usual one has; what comes to lie further
 * behind the price is taken away.
 */
const REACH = 1_000;
/** Where changes happen, ticks from the best price. */
const NEAR = 40;
const START_TICKS = 618_000;
const START_MS = 1_723_161_256_000;

/** Whole numbers below n, the same for the same seed. */
function generator(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const priceText = (ticks: number): string => `${Math.floor(ticks / 10)}.${ticks % 10}0`;

const quantityText = (lots: number): string =>
  `${Math.floor(lots / 1_000)}.${String(lots % 1_000).padStart(3, '0')}`;

const levelsText = (levels: readonly StreamLevel[]): string =>
  `[${levels.map(({ ticks, lots }) => `["${priceText(ticks)}","${quantityText(lots)}"]`).join(',')}]`;

/** The prices of one side, drawn around a best bid that wanders. */
class Walk {
  readonly #below: (n: number) => number;
  #bestBid = START_TICKS;

  constructor(seed: number) {
    this.#below = generator(seed);
  }

  snapshot(): readonly StreamLevel[] {
    const levels: StreamLevel[] = [];
    for (let i = 0; i < REACH; i += 1) {
      levels.push({ buy: true, ticks: this.#bestBid - i, lots: 1 + this.#below(9_999) });
    }
    for (let i = 0; i < REACH; i += 1) {
      levels.push({ buy: false, ticks: this.#bestBid + 1 + i, lots: 1 + this.#below(9_999) });
    }
    return levels;
  }

  /** Ten changed levels a side after a move of at most three ticks; the book never crosses. */
  next(trend: number): readonly StreamLevel[] {
    const move = Math.max(-3, Math.min(3, this.#below(4) === 0 ? this.#below(5) - 2 + trend : 0));
    const rising = move > 0;
    const size = Math.abs(move);
    const bid = this.#bestBid + move;
    this.#bestBid = bid;
    const advancing = new Map<number, number>();
    const retreating = new Map<number, number>();
    // Advancing: the side that the price moves with gains levels and loses those far behind.
    const direction = rising ? 1 : -1;
    const front = rising ? bid : bid + 1;
    for (let i = 0; i < size; i += 1) {
      advancing.set(front - direction * i, 1 + this.#below(9_999));
      advancing.set(front - direction * (REACH + i), 0);
      retreating.set(front - direction * i, 0);
    }
    this.#fill(advancing, front, -direction);
    this.#fill(retreating, front + direction, direction);
    const levelsOf = (buy: boolean, levels: ReadonlyMap<number, number>): StreamLevel[] =>
      [...levels].map(([ticks, lots]) => ({ buy, ticks, lots }));
    return rising
      ? [...levelsOf(true, advancing), ...levelsOf(false, retreating)]
      : [...levelsOf(true, retreating), ...levelsOf(false, advancing)];
  }

  #fill(levels: Map<number, number>, from: number, direction: number): void {
    while (levels.size < LEVELS_PER_SIDE) {
      const ticks = from + direction * this.#below(NEAR);
      if (levels.has(ticks)) continue;
      levels.set(ticks, this.#below(4) === 0 ? 0 : 1 + this.#below(9_999));
    }
  }
}

/**
 * Makes `updates` depth updates of twenty levels in the form of Binance USDⓈ-M futures. The price
 * rises in the first half and falls in the second, so that a book's window has to move with it.
 *
 * Determinism: a function of its arguments.
 */
export function makeDepthStream(updates: number, seed = 42): DepthStream {
  const walk = new Walk(seed);
  const snapshotLevels = walk.snapshot();
  const updateLevels: StreamLevel[] = [];
  const messages: string[] = [];
  const envelope = (id: number, levels: readonly StreamLevel[]): string => {
    const [bids, asks] = [true, false].map((side) => levels.filter(({ buy }) => buy === side));
    const ms = START_MS + id;
    return (
      `{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":${ms + 2},"T":${ms},` +
      `"s":"${STREAM_SYMBOL}","U":${5_123_107_832_000 + id * 10 - 9},` +
      `"u":${5_123_107_832_000 + id * 10},"pu":${5_123_107_832_000 + (id - 1) * 10},` +
      `"b":${levelsText(bids!)},"a":${levelsText(asks!)}}}`
    );
  };
  messages.push(
    envelope(
      0,
      snapshotLevels.filter((_, i) => i % 200 < 2),
    ),
  );
  const [bids, asks] = [true, false].map((side) =>
    snapshotLevels.filter(({ buy }) => buy === side),
  );
  messages.push(
    `{"lastUpdateId":${5_123_107_832_000},"E":${START_MS},"T":${START_MS},` +
      `"bids":${levelsText(bids!)},"asks":${levelsText(asks!)}}`,
  );
  for (let id = 1; id <= updates; id += 1) {
    const levels = walk.next(id <= updates / 2 ? 1 : -1);
    for (const level of levels) updateLevels.push(level);
    messages.push(envelope(id, levels));
  }
  return { messages, snapshotAt: 1, snapshotLevels, updateLevels };
}
