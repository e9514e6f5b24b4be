/** Words of one step: cancel (0 add, 1 cancel), id, side (0 buy, 1 sell), ticks, lots. */
const WORDS = 5;
/** Below this many resting orders the next is added, from `MOST` on one is cancelled. */
const FEWEST = 1_000;
const MOST = 3_000;
const MID_TICKS = 100_000;

type Order = readonly [id: number, side: number, ticks: number, lots: number];

/**
 * The stream of the native workload book.l3, whose rules bench/native/order_stream.h tells, at
 * another length: orders added and cancelled in random turn around a middle that none of them
 * reaches, most of them near it. In the end every one is cancelled, and the book is empty for the
 * next batch.
 *
 * Determinism: a function of its argument.
 */
export function makeOrderStream(steps: number): Int32Array {
  let state = 7;
  const draw = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % n;
  };
  const words = new Int32Array(steps * WORDS);
  const live: Order[] = [];
  let nextId = 1;
  const add = (): Order => {
    const side = draw(2);
    const away = 1 + draw(draw(8) === 0 ? 400 : 20);
    const ticks = side === 0 ? MID_TICKS - away : MID_TICKS + away;
    const order = [nextId, side, ticks, 1 + draw(1_000)] as const;
    nextId += 1;
    live.push(order);
    return order;
  };
  const cancel = (at: number): Order => {
    const order = live[at]!;
    live[at] = live.at(-1)!;
    live.pop();
    return order;
  };
  for (let step = 0; step < steps; step += 1) {
    if (live.length >= steps - step) {
      words.set([1, ...cancel(live.length - 1)], step * WORDS);
    } else if (live.length < FEWEST || (live.length < MOST && draw(2) === 0)) {
      words.set([0, ...add()], step * WORDS);
    } else {
      words.set([1, ...cancel(draw(live.length))], step * WORDS);
    }
  }
  return words;
}
