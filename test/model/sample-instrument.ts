import { type Instrument, instrumentId, money, parseE8 } from '../../src/model/index.ts';

/** An instrument of the simulated venue against USDT; the grids are decimal text. */
export const sampleInstrument = (
  index: number,
  base: string,
  tickSize: string,
  stepSize: string,
  sequenceRule: Instrument['sequenceRule'] = 'binance-futures',
): Instrument => ({
  id: instrumentId('sim', `${base}USDT`),
  index,
  venue: 'sim',
  symbol: `${base}USDT`,
  base,
  quote: 'USDT',
  tickSizeE8: parseE8(tickSize)!,
  stepSizeE8: parseE8(stepSize)!,
  minNotional: money(500_000_000n),
  sequenceRule,
});
