import { closeSync, mkdtempSync, openSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { SimulatedVenue, type VenueOptionsGiven } from '../../../src/adapters/simulator/index.ts';
import { addMs, type EventTimeNs, eventTime } from '../../../src/core/index.ts';
import type { VenueAccount } from '../../../src/execution/ports.ts';
import type { VenueReport } from '../../../src/model/index.ts';
import { BTC_MARKET, START } from './market-fixture.ts';

export {
  BTC,
  BTC_MARKET,
  ETH,
  ETH_MARKET,
  order,
  SOL,
  SOL_MARKET,
  START,
} from './market-fixture.ts';

const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A directory of its own, removed after the test. */
export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bot4-venue-'));
  made.push(directory);
  return directory;
}

function descriptorsOf(path: string): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false;
      }
    });
}

/** How many times this process has a file open. */
export const openFilesOf = (path: string): number => descriptorsOf(path).length;

/** Puts a full disk under a file that this process has open: writes to it fail from now on. */
export function fillDiskUnder(path: string): void {
  for (const wanted of descriptorsOf(path)) {
    closeSync(wanted);
    const others: number[] = [];
    for (let fd = openSync('/dev/full', 'w'); fd !== wanted; fd = openSync('/dev/full', 'w')) {
      others.push(fd);
    }
    for (const fd of others) closeSync(fd);
  }
}

/** Opens a venue with one instrument and no delays, unless told otherwise; throws on failure. */
export function openVenue(
  given: Partial<VenueOptionsGiven> = {},
  startAt: EventTimeNs = START,
): SimulatedVenue {
  const opened = SimulatedVenue.open(
    {
      instruments: [BTC_MARKET],
      directory: given.directory ?? freshDirectory(),
      latency: { feedMs: 0, orderMs: 0, responseMs: 0, sigma: 0 },
      ...given,
    },
    startAt,
  );
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

/** Collects a venue's reports. */
export function reportsOf(venue: { onReport(receive: (report: VenueReport) => void): void }) {
  const reports: VenueReport[] = [];
  venue.onReport((report) => reports.push(report));
  return reports;
}

/** A report in a few words: kind, client id, and what matters of it. */
export function brief(report: VenueReport): string {
  if (report.kind === 'order-filled') {
    const { fill } = report;
    return `filled ${fill.clientOrderId} ${fill.quantity} ${fill.liquidity}`;
  }
  if (report.kind === 'order-accepted') return `accepted ${report.clientOrderId}`;
  if (report.kind === 'account-charged') return `${report.charge.cause} ${report.charge.amount}`;
  if (report.kind === 'position-closed') return `${report.cause} ${report.fill.quantity}`;
  if (report.kind === 'order-amended') {
    const { clientOrderId, price, quantity, filled } = report;
    return `amended ${clientOrderId} ${quantity} at ${price}, ${filled} filled`;
  }
  return `${report.kind} ${report.clientOrderId} ${report.reason}`;
}

/** Lets a venue live for some milliseconds. */
export const live = (
  venue: { now(): EventTimeNs; advanceTo(at: EventTimeNs): void },
  ms: number,
): void => venue.advanceTo(addMs(venue.now(), ms));

/** The venue's account as it answers, waiting at most ten seconds of its time. */
export function accountOf(venue: SimulatedVenue, since: EventTimeNs = eventTime(0n)): VenueAccount {
  let answered: VenueAccount | null = null;
  venue.account(since, (result) => {
    if (!result.ok) throw new Error(result.error.detail);
    answered = result.value;
  });
  for (let waited = 0; answered === null && waited < 10_000; waited += 1) live(venue, 1);
  if (answered === null) throw new Error('the venue did not answer');
  return answered;
}
