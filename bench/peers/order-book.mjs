// The order book of npm's nodejs-order-book: orders that never meet, added and cancelled by id.
import { Outputs } from './checksum.mjs';

/** `words`: fives of cancel (0 add, 1 cancel), id, side (0 buy, 1 sell), ticks, lots. */
export function orders({ OrderBook }, words) {
  const operations = words.length / 5;
  const outputs = new Outputs(operations);
  const ids = Array.from({ length: operations }, (_, i) => String(words[i * 5 + 1]));
  const book = new OrderBook();
  return {
    operations,
    run() {
      const { values } = outputs;
      for (let i = 0, at = 0; i < operations; i++, at += 5) {
        if (words[at] === 0) {
          const { err } = book.limit({
            side: words[at + 2] === 0 ? 'buy' : 'sell',
            id: ids[i],
            price: words[at + 3],
            size: words[at + 4],
          });
          values[i] = err === null ? 0 : -1;
        } else {
          values[i] = book.cancel(ids[i])?.order.size ?? -1;
        }
      }
    },
    checksum: () => outputs.checksum(),
  };
}
