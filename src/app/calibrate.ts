import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readJournalEntries } from '../adapters/journal/index.ts';
import { toIso } from '../core/index.ts';
import type { Instrument } from '../model/index.ts';
import {
  calibrateMarket,
  type LatencyModels,
  type MarketModels,
  marketModelDocument,
  type OwnFillsCalibration,
  OwnOrderMeasurement,
} from '../research/index.ts';
import { recordedMarket } from './backtest/recorded-instruments.ts';
import { measureCaptures } from './calibrate/measure.ts';
import type {
  CalibrationOptions,
  CalibrationReport,
  InstrumentCalibration,
} from './calibrate/report.ts';
import { AppFailure } from './contracts.ts';

async function calibrateInstrument(
  instrument: Instrument,
  files: readonly string[],
  { onLine, signal }: CalibrationOptions,
): Promise<InstrumentCalibration> {
  const measured = await measureCaptures(instrument, files, { onLine, signal });
  const { train, test, tickSize, splitAt } = measured;
  onLine(`${instrument.id}: fitting to ${train.marketOrders} market orders`);
  const calibrated = calibrateMarket({
    instrument: instrument.id,
    symbol: instrument.symbol,
    tickSize,
    from: toIso(measured.from),
    to: toIso(measured.to),
    splitAt: toIso(splitAt),
    observations: measured.observations,
    train,
    test,
  });
  if (!calibrated.ok) {
    throw new AppFailure(
      'failed',
      `${instrument.id} cannot be calibrated: ${calibrated.error}`,
      'Name longer recordings with depth, trades and a snapshot after --data.',
    );
  }
  const { messages, messagesPassedOver, bookGaps } = measured;
  const counts = { messages, messagesPassedOver, bookGaps };
  const { model, ...rest } = calibrated.value;
  return {
    instrument: instrument.id,
    files: files.map((path) => basename(path)),
    ...counts,
    model,
    ...rest,
  };
}

/** Refuses a place that cannot hold the model, before the work and not after it. */
function checkOut(path: string): void {
  const remedy = 'Name a file in a folder that is there after --out.';
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new AppFailure('failed', `cannot write the model ${path}: there is no ${folder}`, remedy);
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new AppFailure('failed', `cannot write the model ${path}: it is a directory`, remedy);
  }
}

/** Writes models to a file. */
async function writeModels(path: string, models: MarketModels): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(marketModelDocument(models), null, 2)}\n`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'Name a writable file after --out.';
    throw new AppFailure('failed', `cannot write the model ${path}: ${why}`, remedy);
  }
}

/** Measures own orders from the journal of a data directory, which is only read. */
function measureOwnOrders(dataDir: string): OwnFillsCalibration {
  const measurement = new OwnOrderMeasurement();
  const directory = join(dataDir, 'journal');
  const read = existsSync(directory)
    ? readJournalEntries(directory, ({ event }) => measurement.take(event))
    : null;
  if (read === null) {
    throw new AppFailure(
      'failed',
      `there is no journal in ${dataDir}`,
      'Name the data directory of a service that has traded after --own-fills.',
    );
  }
  if (!read.ok) throw new AppFailure('failed', read.error.detail);
  return measurement.finish();
}

function latencyOf(
  instruments: readonly InstrumentCalibration[],
  ownFills: OwnFillsCalibration | null,
): LatencyModels {
  const told = instruments.filter(({ model }) => model.feedDelay !== null);
  const most = told.reduce<InstrumentCalibration | null>(
    (best, each) => (best === null || each.messages > best.messages ? each : best),
    null,
  );
  const trip = ownFills?.roundTrip ?? null;
  return {
    feed: most?.model.feedDelay ?? null,
    roundTrip: trip === null ? null : { medianMs: trip.medianMs, sigma: trip.sigma },
  };
}

/**
 * Fits the simulator's market to recorded venue messages, instrument by instrument: the first 70 % of
 * the time is fitted to, every fitted distribution is tested on the last 30 %. Own orders of a
 * journal tell the delay of orders, the chance of a fill and slippage.
 *
 * Memory:      bounded, whatever the size of the files; each is read twice.
 * Determinism: the same files give the same report and model.
 * Errors:      throws `AppFailure` for files that cannot be read or hold too little.
 */
export async function runCalibration(options: CalibrationOptions): Promise<CalibrationReport> {
  const { files, config, out } = options;
  if (out !== null) checkOut(out);
  const market = await recordedMarket(files, config);
  const instruments: InstrumentCalibration[] = [];
  for (const [index, { instrument }] of market.instruments.entries()) {
    const own = files.filter((_, i) => market.indexOfFile[i] === index);
    instruments.push(await calibrateInstrument(instrument, own, options));
  }
  const ownFills = options.ownFills === null ? null : measureOwnOrders(options.ownFills);
  const latency = latencyOf(instruments, ownFills);
  if (out !== null) await writeModels(out, { models: instruments.map((i) => i.model), latency });
  return { instruments, ownFills, latency, writtenTo: out };
}
