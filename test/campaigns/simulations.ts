import type { CampaignPart, CampaignResult } from './campaign.ts';
import { describeSeed, simulate } from './simulation.ts';

/** Every how many seeds one is run twice, to see that it repeats itself. */
const REPEATED = 50;

/** Runs one seed; a broken assertion is a broken promise too. */
function attempt(seed: number) {
  try {
    return simulate(seed);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Runs `count` seeds of the simulation of the whole system. */
export function simulationCampaign({ seed, count, progress }: CampaignPart): CampaignResult {
  const counts = {
    ...{ seeds: 0, orders: 0, amends: 0, fills: 0, inDoubt: 0, restarts: 0 },
    ...{ faults: 0, repeated: 0 },
  };
  const failures: { seed: number; what: string }[] = [];
  for (let n = seed; n < seed + count; n += 1) {
    const result = attempt(n);
    counts.seeds += 1;
    if (typeof result === 'string') {
      failures.push({ seed: n, what: result });
      continue;
    }
    counts.orders += result.orders;
    counts.amends += result.amends;
    counts.fills += result.fills;
    counts.inDoubt += result.doubted;
    counts.restarts += result.restarts;
    counts.faults += result.faults.length;
    if (result.broken.length > 0) {
      const what = `${result.broken.slice(0, 5).join('; ')} | ${describeSeed(n)}`;
      failures.push({ seed: n, what });
    }
    if (n % REPEATED === 0) {
      const again = attempt(n);
      counts.repeated += 1;
      if (typeof again === 'string' || again.stateHash !== result.stateHash) {
        failures.push({ seed: n, what: 'the same seed gave another state' });
      }
    }
    if (counts.seeds % 25 === 0) progress(counts.seeds, failures.length);
  }
  return { counts, failures };
}
