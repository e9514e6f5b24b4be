import type { GeneratedMarket, SimulatedVenue } from '../../../src/adapters/simulator/index.ts';
import { readVenueMessage } from '../../../src/app/calibrate/venue-messages.ts';
import { addMs } from '../../../src/core/index.ts';
import { receivedAt } from '../../../src/market/index.ts';
import type { Instrument } from '../../../src/model/index.ts';
import { MarketMeasurement, type MarketSample } from '../../../src/research/index.ts';
import { openVenue, START } from '../../adapters/simulator/fixture.ts';

const SLICE_MS = 100;

/** Measures a generated market over some seconds, by the rules by which captures are measured. */
export function measureGenerated(
  instrument: Instrument,
  market: GeneratedMarket,
  options: { readonly seconds: number; readonly seed: number },
): MarketSample {
  const venue: SimulatedVenue = openVenue({
    instruments: [{ instrument, market }],
    seed: options.seed,
  });
  const tick = Number(instrument.tickSizeE8) / 1e8;
  const measurement = new MarketMeasurement(tick, Number.POSITIVE_INFINITY);
  venue.onFrame((frame) => {
    const message = readVenueMessage(Buffer.from(frame.bytes).toString());
    if (message === null) return;
    measurement.take({ receivedMs: Number(receivedAt(frame)) / 1e6, ...message });
  });
  venue.requestSnapshot(instrument.index);
  for (let ms = SLICE_MS; ms <= options.seconds * 1_000; ms += SLICE_MS) {
    venue.advanceTo(addMs(START, ms));
  }
  venue.close();
  return measurement.finish().train;
}

const gaps = (times: Float64Array): Float64Array =>
  times
    .slice(1)
    .map((t, i) => t - times[i]!)
    .sort();

const quantile = (sorted: Float64Array, p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;

/** Mean absolute difference of the logarithms of some quantiles. */
function quantileDistance(a: Float64Array, b: Float64Array): number {
  const probabilities = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
  const sum = probabilities.reduce(
    (total, p) => total + Math.abs(Math.log(quantile(a, p) / quantile(b, p))),
    0,
  );
  return sum / probabilities.length;
}

/** Standing quantity up to 1, 2, 5, 10 and 20 bps, mean absolute difference of the logarithms. */
function depthDistance(a: MarketSample, b: MarketSample): number {
  const within = (sample: MarketSample, bps: number): number =>
    sample.flows.reduce((sum, f) => sum + (f.toBps <= bps ? f.meanQuantity : 0), 0);
  const reaches = [0, 1, 2, 5, 10, 20];
  return (
    reaches.reduce((sum, r) => sum + Math.abs(Math.log(within(a, r) / within(b, r))), 0) /
    reaches.length
  );
}

/** How far one market is from another; each 0 when equal, 0.69 when all differs by a factor of 2. */
export const distances = (a: MarketSample, b: MarketSample) => ({
  orderSize: quantileDistance(a.orderSizes, b.orderSizes),
  timeBetweenOrders: quantileDistance(gaps(a.orderTimes), gaps(b.orderTimes)),
  depth: depthDistance(a, b),
  orderRate: Math.abs(Math.log(a.marketOrders / a.seconds / (b.marketOrders / b.seconds))),
  levelIncrease: quantileDistance(a.arrivalSizes, b.arrivalSizes),
  volatility: Math.abs(Math.log(a.dailyVolatility / b.dailyVolatility)),
});

/** How far two markets are from each other, statistic by statistic. */
export type Distances = ReturnType<typeof distances>;
