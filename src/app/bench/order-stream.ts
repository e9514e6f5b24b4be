/** Words of one step: cancel (0 add, 1 cancel), id, side (0 buy, 1 sell), ticks, lots. */
const WORDS = 5;
/** Orders that rest once the stream has begun. */
const RESTING = 2_000;
const MID_TICKS = 600_000;
/** Where orders are placed, ticks from the middle. */
const REACH = 60;

/**
 * Orders added and cancelled in random turn around a middle that none of them reaches, so that none
 * trades; in the end every one is cancelled, and the book is empty for the next batch.
 *
 * Determinism: a function of its arguments.
 */
export function makeOrderStream(steps: number, seed = 42): Int32Array {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const words = new Int32Array(steps * WORDS);
  const resting: (readonly [id: number, side: number, ticks: number, lots: number])[] = [];
  let nextId = 1;
  for (let step = 0; step < steps; step += 1) {
    const emptying = resting.length >= steps - step;
    const adds = !emptying && (resting.length < RESTING ? below(4) > 0 : below(2) === 0);
    if (adds || resting.length === 0) {
      const side = below(2);
      const away = 1 + below(REACH);
      const ticks = side === 0 ? MID_TICKS - away : MID_TICKS + away;
      const order = [nextId, side, ticks, 1 + below(9_999)] as const;
      nextId += 1;
      resting.push(order);
      words.set([0, ...order], step * WORDS);
    } else {
      const at = below(resting.length);
      const order = resting[at]!;
      resting[at] = resting[resting.length - 1]!;
      resting.pop();
      words.set([1, ...order], step * WORDS);
    }
  }
  return words;
}
