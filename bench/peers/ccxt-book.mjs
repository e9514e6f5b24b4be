// The order book of ccxt: an update and a look at both best prices, one after the other.
import { Outputs } from './checksum.mjs';

/** `words`: triples of side (0 buy, 1 sell), ticks, lots. */
export function book(ccxt, words) {
  const operations = words.length / 3;
  const exchange = new ccxt.pro.binanceusdm({});
  const outputs = new Outputs(operations);
  return {
    operations,
    run() {
      const { bids, asks } = exchange.orderBook({ bids: [], asks: [] });
      const { values } = outputs;
      for (let i = 0, at = 0; i < operations; i++, at += 3) {
        (words[at] === 0 ? bids : asks).store(words[at + 1], words[at + 2]);
        values[i] = (bids.length > 0 ? bids[0][0] : 0) * 3 + (asks.length > 0 ? asks[0][0] : 0);
      }
    },
    checksum: () => outputs.checksum(),
  };
}
