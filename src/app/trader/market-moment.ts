import type { Instrument, InstrumentId, MarketMoment } from '../../model/index.ts';
import type { ParentMarket } from './parent-desk.ts';

/** Reads the market that orders are measured against; null for an instrument without a fresh book. */
export function momentsOf(
  market: Pick<ParentMarket, 'freshTouch'> & {
    readonly tape: Pick<ParentMarket['tape'], 'volatility'>;
  },
  instruments: readonly Instrument[],
): (id: InstrumentId) => MarketMoment | null {
  const known = new Map(instruments.map((each) => [each.id, each]));
  return (id) => {
    const instrument = known.get(id);
    const touch = instrument === undefined ? null : market.freshTouch(instrument);
    if (instrument === undefined || touch === null) return null;
    const { bid, bidLots, ask, askLots } = touch;
    return { bid, bidLots, ask, askLots, volatility: market.tape.volatility(instrument) ?? 0 };
  };
}
