import { readFileSync } from 'node:fs';
import type { LatencyModel } from '../adapters/simulator/index.ts';
import { err, ok, type Result } from '../core/index.ts';
import type { SimulatorConfig } from './config.ts';
import { AppFailure } from './contracts.ts';

/** Most delays that a file may hold. */
const MOST_DELAYS = 1_000_000;

/** Longest delay that is believed, ms. */
const LONGEST_MS = 60_000;

/**
 * Reads recorded delays: one number of milliseconds a line; empty lines and those that begin with
 * `#` are passed over.
 *
 * Errors: the first line that is none, with its number; no delay at all; more than a million.
 */
export function parseDelays(text: string): Result<readonly number[], string> {
  const delays: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const value = line.trim();
    if (value === '' || value.startsWith('#')) continue;
    const ms = /^\d{1,5}(\.\d{1,12})?$/.test(value) ? Number(value) : Number.NaN;
    if (!(ms <= LONGEST_MS)) {
      return err(`line ${index + 1} is no delay of 0 to ${LONGEST_MS} ms: ${value.slice(0, 40)}`);
    }
    if (delays.length === MOST_DELAYS) return err(`it holds more than ${MOST_DELAYS} delays`);
    delays.push(ms);
  }
  return delays.length === 0 ? err('it holds no delay') : ok(delays);
}

/** The delays of a file. Errors: throws `AppFailure`, naming the setting and the file. */
function delaysOf(setting: string, path: string): readonly number[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppFailure('failed', `simulator.${setting} ${path}: ${String(error)}`);
  }
  const delays = parseDelays(text);
  if (!delays.ok) throw new AppFailure('failed', `simulator.${setting} ${path}: ${delays.error}`);
  return delays.value;
}

/**
 * The delays of the simulated venue with what the configured files recorded. Of a round trip each
 * way takes a half; a file for one way alone goes before it.
 *
 * Errors: throws `AppFailure` for a file that cannot be read or has a wrong line.
 */
export function withRecordedDelays({ latency, latencyFiles }: SimulatorConfig): LatencyModel {
  const { feed, order, response, roundTrip } = latencyFiles;
  const halves =
    roundTrip === null ? undefined : delaysOf('roundTripFile', roundTrip).map((ms) => ms / 2);
  const feedMs = feed === null ? undefined : delaysOf('feedLatencyFile', feed);
  const orderMs = order === null ? halves : delaysOf('orderLatencyFile', order);
  const responseMs = response === null ? halves : delaysOf('responseLatencyFile', response);
  return {
    ...latency,
    recorded: {
      ...(feedMs !== undefined && { feed: feedMs }),
      ...(orderMs !== undefined && { order: orderMs }),
      ...(responseMs !== undefined && { response: responseMs }),
    },
  };
}
