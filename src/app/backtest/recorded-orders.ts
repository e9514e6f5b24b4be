import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type OrderTape, parseOrderTape } from '../../adapters/simulator/index.ts';
import type { Instrument } from '../../model/index.ts';
import type { SimulatorConfig } from '../config.ts';
import { AppFailure } from '../contracts.ts';

/**
 * The recorded orders of a backtest's instruments, from a file that may be packed with gzip; null
 * unless the queue model is `exact`.
 *
 * Errors: throws `AppFailure` for a file that cannot be read, has a wrong line, or tells nothing of an
 *         instrument.
 */
export async function recordedOrders(
  { queueModel, orderRecordFile: path }: Pick<SimulatorConfig, 'queueModel' | 'orderRecordFile'>,
  instruments: readonly Instrument[],
): Promise<OrderTape | null> {
  if (queueModel !== 'exact' || path === null) return null;
  const fail = (problem: string): never => {
    throw new AppFailure('failed', `simulator.orderRecordFile ${path}: ${problem}`);
  };
  const bytes = await readFile(path)
    .then((packed) => (path.endsWith('.gz') ? gunzipSync(packed) : packed))
    .catch((error: unknown) => fail(String(error)));
  const tape = parseOrderTape(bytes, instruments);
  if (!tape.ok) return fail(tape.error);
  const missing = instruments.find((each) => !tape.value.covers(each));
  if (missing === undefined) return tape.value;
  const { symbol } = missing;
  return fail(`tells no order of ${symbol}; simulator.queueModel "exact" needs its order ids`);
}
