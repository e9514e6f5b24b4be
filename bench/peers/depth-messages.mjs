// Depth messages in JavaScript: JSON.parse with Number, and the whole path of ccxt.pro. Both get the
// text as a string already, which spares them the bytes' conversion.
import { Outputs } from './checksum.mjs';

const PRICE_SCALE = 10;
const QUANTITY_SCALE = 1_000;

function sumOf(levels) {
  let sum = 0;
  for (const [price, quantity] of levels) {
    sum += Math.round(Number(price) * PRICE_SCALE) * 3;
    sum += Math.round(Number(quantity) * QUANTITY_SCALE);
  }
  return sum;
}

/** JSON.parse and Number of every level; the sum of each message's ticks and lots. */
export function parse(texts) {
  const outputs = new Outputs(texts.length);
  let used = 0;
  return {
    operations: texts.length,
    run() {
      used = 0;
      for (const text of texts) {
        const message = JSON.parse(text);
        const data = message.data ?? message;
        if (data.e !== 'depthUpdate') continue;
        outputs.values[used++] = sumOf(data.b) + sumOf(data.a);
      }
    },
    checksum: () => outputs.checksum(used),
  };
}

const MARKET = {
  id: 'BTCUSDT',
  symbol: 'BTC/USDT:USDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  baseId: 'BTC',
  quoteId: 'USDT',
  settleId: 'USDT',
  type: 'swap',
  spot: false,
  margin: false,
  swap: true,
  future: false,
  option: false,
  contract: true,
  linear: true,
  inverse: false,
  active: true,
  contractSize: 1,
  precision: { amount: 0.001, price: 0.1 },
  limits: {},
  info: {},
};

/** JSON.parse, then ccxt.pro's own handler: proof of the sequence, book, best prices. No network. */
export function ccxtPath(ccxt, texts, snapshotAt) {
  const exchange = new ccxt.pro.binanceusdm({ newUpdates: true });
  exchange.setMarkets([MARKET]);
  const client = { url: exchange.urls.api.ws.future ?? 'wss://fstream.binance.com/ws' };
  client.resolve = () => {};
  client.reject = (error) => {
    throw error;
  };
  client.subscriptions = {};
  const snapshot = JSON.parse(texts[snapshotAt]);
  const updates = texts.slice(snapshotAt + 1);
  const outputs = new Outputs(updates.length);
  return {
    operations: updates.length,
    reset() {
      const levels = (side) => snapshot[side].map(([price, size]) => [Number(price), Number(size)]);
      const book = exchange.orderBook(
        { bids: levels('bids'), asks: levels('asks'), nonce: snapshot.lastUpdateId },
        1_000_000,
      );
      book.nonce = snapshot.lastUpdateId;
      book.symbol = MARKET.symbol;
      exchange.orderbooks[MARKET.symbol] = book;
    },
    run() {
      const book = exchange.orderbooks[MARKET.symbol];
      const { values } = outputs;
      for (let i = 0; i < updates.length; i++) {
        const message = JSON.parse(updates[i]);
        exchange.handleMessage(client, message.data);
        values[i] =
          Math.round(book.bids[0][0] * PRICE_SCALE) * 3 + Math.round(book.asks[0][0] * PRICE_SCALE);
      }
    },
    checksum: () => outputs.checksum(),
  };
}
