import { existsSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournalEntries } from '../../adapters/journal/index.ts';
import type { OwnFillsCalibration } from '../../research/index.ts';
import {
  checkMarketModels,
  marketModelDocument,
  OwnOrderMeasurement,
} from '../../research/index.ts';
import type { Bot4Config } from '../config.ts';
import type { RunLog } from './run-log.ts';

/** Name of the model file in the data directory. */
export const OWN_ORDERS_MODEL = 'own-orders.model.json';

/** Longest time that reading the journal may take, ms. */
const READ_LIMIT_MS = 1_500;

/** Newest bytes of the journal that are read: what comes to less than that time on a slow machine. */
const READ_BYTES = 32 * 1024 * 1024;

/** Acknowledgements with a delay that a fit needs, as `OwnOrderMeasurement` has it. */
const LEAST_DELAYS = 20;

/** Entries between two looks at the clock. */
const ENTRIES_A_LOOK = 512;

/** Ends the reading of the journal from within. */
class TimeIsUp extends Error {}

/** How a fit reads the clock; a test gives its own. */
type MonotonicMs = () => number;

/** Measures own orders in the newest part of the journal, for a bounded time. */
function measure(
  directory: string,
  now: MonotonicMs,
): { fit: OwnFillsCalibration; whole: boolean } {
  const measurement = new OwnOrderMeasurement();
  const until = now() + READ_LIMIT_MS;
  let entries = 0;
  let whole = true;
  try {
    const read = readJournalEntries(
      directory,
      ({ event }) => {
        measurement.take(event);
        entries += 1;
        if (entries % ENTRIES_A_LOOK === 0 && now() > until) throw new TimeIsUp();
      },
      READ_BYTES,
    );
    if (!read.ok) throw new Error(read.error.detail);
  } catch (error) {
    if (!(error instanceof TimeIsUp)) throw error;
    whole = false;
  }
  return { fit: measurement.finish(), whole };
}

const rounded = (x: number): string => String(Number(x.toPrecision(3)));

/** Distances on what was not fitted to, in words. */
function testsText({ tests }: OwnFillsCalibration): string {
  const texts = tests.map(
    ({ distribution, statistic, pValue, testedOn }) =>
      `${distribution} D ${rounded(statistic)}, p ${rounded(pValue)} on ${testedOn}`,
  );
  return texts.length === 0 ? 'too few to hold any out' : `held out: ${texts.join('; ')}`;
}

/** Writes the model, unless the simulator would refuse it; gives why then. */
function writeModel(path: string, medianMs: number, sigma: number): string | null {
  const latency = { feed: null, roundTrip: { medianMs, sigma } };
  const document = marketModelDocument({ models: [], latency });
  const checked = checkMarketModels(document);
  if (!checked.ok) {
    const { path: what, value, allowed } = checked.error;
    return `${what} is ${value}; allowed: ${allowed}`;
  }
  const text = `${JSON.stringify(document, null, 2)}\n`;
  // A reader sees the old file or the new one, never a half.
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return null;
}

/** Why nothing was fitted, in words. */
function tooFew(accepted: number): string {
  if (accepted >= LEAST_DELAYS) {
    return `${accepted} acknowledgements, fewer than ${LEAST_DELAYS} of them with a delay to measure`;
  }
  const noun = accepted === 1 ? 'acknowledgement' : 'acknowledgements';
  return `${accepted} ${noun}, ${LEAST_DELAYS} are needed`;
}

/** Whether two paths lead to one file that exists. */
const isOneFile = (path: string, other: string): boolean =>
  path === other ||
  (existsSync(path) && existsSync(other) && realpathSync(path) === realpathSync(other));

function refit(config: Bot4Config, log: RunLog, now: MonotonicMs): void {
  const path = join(config.dataDir, OWN_ORDERS_MODEL);
  const { fit, whole } = measure(join(config.dataDir, 'journal'), now);
  const { roundTrip, accepted } = fit;
  if (roundTrip === null) {
    log.info(`delays of own orders not fitted: ${tooFew(accepted)}`);
    return;
  }
  const { medianMs, sigma, n } = roundTrip;
  const part = whole ? '' : `, as far as the journal was read in ${READ_LIMIT_MS / 1_000} s`;
  const found =
    `delays of own orders: median ${rounded(medianMs)} ms, sigma ${rounded(sigma)}, ` +
    `of ${n} acknowledgements${part}; ${testsText(fit)}`;
  const { latencyModel } = config.simulator;
  if (latencyModel !== null && isOneFile(latencyModel, path)) {
    log.info(`${found}; not written, since this run drew its delays from ${path}`);
    return;
  }
  const refused = writeModel(path, medianMs, sigma);
  if (refused !== null) {
    log.warn(`${found}; not written: ${refused}`);
    return;
  }
  log.info(`${found}; written to ${path}, which simulator.latencyModel may name`);
}

/**
 * Fits the delays of the simulated venue to our own orders and writes them as a model file: for the
 * orderly end of a run, when nothing trades any more.
 *
 * Not written where the run drew its delays from that file: what is measured has the service's own
 * time in it, which would be added again with every run.
 *
 * Bounds:  at most 1.5 s and the newest 32 MiB of the journal (its last segment at least).
 * Errors:  none; what fails is said in the log.
 */
export function refitOwnOrders(
  config: Bot4Config,
  log: RunLog,
  now: MonotonicMs = () => performance.now(),
): void {
  if (!config.fitOwnOrders) return;
  try {
    refit(config, log, now);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.warn(`delays of own orders not fitted: ${why}`);
  }
}
