import { RandomAmends } from './amends.ts';
import type { CampaignPart, CampaignResult } from './campaign.ts';
import { differingBooks, LiveChecks, unreserved } from './checks.ts';
import { settle } from './simulation.ts';
import { busySettings, CampaignWorld } from './world.ts';

/** Share of the requests that are carried out without a word. */
export const LOST_ANSWERS = 0.05;

/** Virtual time after which the orders must have been sent, ms. */
const LIMIT_MS = 1_800_000;

/**
 * Sends `count` orders to a venue that carries out one request in twenty without answering: at every
 * step everything that works at the venue is reserved here, no order exists twice, and in the end
 * nothing is in doubt.
 */
export function ambiguityCampaign({ seed, count, progress }: CampaignPart): CampaignResult {
  const checks = new LiveChecks();
  const amends = new RandomAmends(seed);
  const doubted = new Set<string>();
  const world = new CampaignWorld({
    seed,
    settings: { ...busySettings(3), ackTimeoutMs: 500 },
    requestWindowMs: 400,
    rules: [{ kind: 'unanswered', probability: LOST_ANSWERS }],
    onEvent: (event, at) => {
      checks.onEvent(event, at);
      if (event.kind === 'order-doubted') doubted.add(event.clientOrderId);
    },
  });
  const broken: string[] = [];
  let steps = 0;
  try {
    while (world.sent.size < count && steps * 20 < LIMIT_MS && broken.length === 0) {
      world.step(20);
      amends.turn(world);
      steps += 1;
      broken.push(...unreserved(world));
      if (steps % 250 === 0) progress(world.sent.size, broken.length);
    }
    if (world.sent.size < count) broken.push(`only ${world.sent.size} orders were sent`);
    broken.push(...settle(world), ...differingBooks(world), ...checks.broken);
    const duplicates = [...world.sent.values()].filter((times) => times > 1).length;
    return {
      counts: {
        orders: world.sent.size,
        amends: amends.sent,
        inDoubt: doubted.size,
        duplicates,
        unresolved: world.state.orders.openCount,
        reservationChecks: steps,
        fills: world.venue.accountNow().fills.length,
      },
      failures: broken.slice(0, 20).map((what) => ({ seed, what })),
    };
  } finally {
    world.close();
  }
}
