import type { MarketObservation, ObservedLevel } from '../../research/index.ts';

/** A message that was read: what it says, and when the venue sent it. */
export interface ReadMessage {
  readonly sentMs: number | null;
  readonly observation: MarketObservation;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const number = (value: unknown): number | null => {
  const read = typeof value === 'string' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
};

function levels(value: unknown): readonly ObservedLevel[] | null {
  if (!Array.isArray(value)) return null;
  const out: ObservedLevel[] = [];
  for (const level of value as readonly unknown[]) {
    const price = Array.isArray(level) ? number(level[0]) : null;
    const quantity = Array.isArray(level) ? number(level[1]) : null;
    if (price === null || quantity === null) return null;
    out.push([price, quantity]);
  }
  return out;
}

function trade(data: Fields): MarketObservation | null {
  const venueMs = number(data['T']);
  const price = number(data['p']);
  const quantity = number(data['q']);
  // A futures venue also prints what was not traded at the market, with the price 0.
  if ((data['X'] ?? 'MARKET') !== 'MARKET') return null;
  if (venueMs === null || !(price! > 0) || !(quantity! > 0)) return null;
  const aggressor = data['m'] === true ? 'sell' : 'buy';
  return { kind: 'trade', venueMs, price: price!, quantity: quantity!, aggressor };
}

function depth(data: Fields): MarketObservation | null {
  const venueMs = number(data['T']) ?? number(data['E']);
  const firstId = number(data['U']);
  const lastId = number(data['u']);
  const bids = levels(data['b']);
  const asks = levels(data['a']);
  if (venueMs === null || firstId === null || lastId === null) return null;
  if (bids === null || asks === null) return null;
  return { kind: 'depth', venueMs, firstId, lastId, previousId: number(data['pu']), bids, asks };
}

function quote(data: Fields): MarketObservation | null {
  const [bid, ask] = [number(data['b']), number(data['a'])];
  const [bidQuantity, askQuantity] = [number(data['B']), number(data['A'])];
  if (bid === null || ask === null || bidQuantity === null || askQuantity === null) return null;
  return { kind: 'quote', bid, bidQuantity, ask, askQuantity };
}

function snapshot(data: Fields): MarketObservation | null {
  const lastId = number(data['lastUpdateId']);
  const bids = levels(data['bids']);
  const asks = levels(data['asks']);
  if (lastId === null || bids === null || asks === null) return null;
  return { kind: 'snapshot', lastId, bids, asks };
}

/**
 * Reads a raw Binance message: depth, trade, best quotes or a REST snapshot. Null for any other one
 * and for what cannot be read.
 */
export function readVenueMessage(json: string): ReadMessage | null {
  let message: unknown;
  try {
    message = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isFields(message)) return null;
  const data = isFields(message['data']) ? message['data'] : message;
  const event = data['e'];
  let observation: MarketObservation | null = null;
  if (event === 'trade') observation = trade(data);
  else if (event === 'depthUpdate') observation = depth(data);
  else if ('lastUpdateId' in data) observation = snapshot(data);
  else if (event === 'bookTicker' || ('B' in data && 'A' in data)) observation = quote(data);
  // A snapshot is an answer to a question: its delay is not that of the feed.
  const sentMs = observation?.kind === 'snapshot' ? null : number(data['E']);
  return observation === null ? null : { sentMs, observation };
}
