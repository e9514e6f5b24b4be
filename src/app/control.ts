import {
  type ControlClientError,
  type ControlCommand,
  sendCommand,
} from '../adapters/control/index.ts';
import { AppFailure, type ModeChangeReport, type StatusReport } from './contracts.ts';

const failureOf = ({ code, message }: ControlClientError, dataDir: string): AppFailure => {
  switch (code) {
    case 'not-running':
      return new AppFailure(
        'not-running',
        `no service is running on ${dataDir}`,
        'Start it with "bot4 run", or name its data directory with --data-dir.',
      );
    case 'no-permission':
      return new AppFailure(
        'configuration',
        message,
        'Run the command as the user that runs the service.',
      );
    case 'timeout':
    case 'busy':
      return new AppFailure('timeout', `the service on ${dataDir} did not answer: ${message}`);
    case 'refused':
      return new AppFailure('refused-by-safety', message);
    case 'failed':
    case 'bad-request':
    case 'bad-reply':
      return new AppFailure('failed', message);
  }
};

const ask = async (
  dataDir: string,
  command: ControlCommand,
  timeoutMs: number,
): Promise<unknown> => {
  const reply = await sendCommand(dataDir, command, timeoutMs);
  if (!reply.ok) throw failureOf(reply.error, dataDir);
  return reply.value;
};

/**
 * Asks the service that runs on a data directory how it is.
 *
 * Errors:  throws `AppFailure`: `not-running`, `timeout`, `configuration` (another user's), `failed`.
 */
export const askStatus = async (dataDir: string, timeoutMs: number): Promise<StatusReport> =>
  (await ask(dataDir, { kind: 'status', reason: null }, timeoutMs)) as StatusReport;

/**
 * Asks the service that runs on a data directory to change its mode.
 *
 * Errors:  throws `AppFailure` like `askStatus`, and `refused-by-safety`.
 */
export const askModeChange = async (
  dataDir: string,
  command: ControlCommand & { readonly kind: Exclude<ControlCommand['kind'], 'status'> },
  timeoutMs: number,
): Promise<ModeChangeReport> => (await ask(dataDir, command, timeoutMs)) as ModeChangeReport;
