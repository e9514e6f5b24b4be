import type { FaultKind } from '../../src/adapters/simulator/index.ts';
import { addMs, canonicalJson, msBetween } from '../../src/core/index.ts';
import { RandomAmends } from './amends.ts';
import { differingBooks, LiveChecks } from './checks.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { busySettings, CAMPAIGN_START, CampaignWorld } from './world.ts';

/** Virtual time that the service has to settle everything once the faults are over, ms. */
const SETTLE_LIMIT_MS = 60_000;

/** What one seed came to. */
export interface SimulationResult {
  readonly seed: number;
  /** Broken promises in plain words; empty when all were kept. */
  readonly broken: readonly string[];
  readonly orders: number;
  readonly amends: number;
  readonly fills: number;
  readonly doubted: number;
  readonly restarts: number;
  readonly faults: readonly FaultKind[];
  /** SHA-256 of the state at the end: the same seed gives the same. */
  readonly stateHash: string;
}

/** Lives through the scenario: faults, standstills and restarts. */
function live(
  world: CampaignWorld,
  checks: LiveChecks,
  amends: RandomAmends,
  { tradeMs, service }: Scenario,
): void {
  const end = addMs(CAMPAIGN_START, tradeMs);
  const waiting = [...service];
  while (world.now < end) {
    const next = waiting[0];
    if (next !== undefined && msBetween(CAMPAIGN_START, world.now) >= next.atMs) {
      waiting.shift();
      if (next.kind === 'restart') {
        world.restart(Math.max(20, next.forMs), next.lost);
        checks.restart(world.events);
      } else world.step(Math.max(20, next.forMs));
    }
    world.step(20);
    amends.turn(world);
  }
}

/** Ends trading and waits until nothing is under way, then compares once as the service does. */
export function settle(world: CampaignWorld): readonly string[] {
  const { trader } = world;
  const until = addMs(world.now, SETTLE_LIMIT_MS);
  let compared = 'no' as 'asked' | 'equal' | 'no';
  const refusals: string[] = [];
  while (world.now < until && compared !== 'equal') {
    const open = trader.beginStop(world.now);
    world.run(200);
    if (open > 0 || compared !== 'no') continue;
    compared = 'asked';
    trader.orders.reconcile(0, (outcome) => {
      compared = outcome?.kind === 'resolved' ? 'equal' : 'no';
      if (outcome?.kind === 'refused') refusals.push(...outcome.differences);
    });
  }
  world.run(1_000);
  if (compared === 'equal') return [];
  const open = world.state.orders.open().map((order) => `${order.clientOrderId} ${order.status}`);
  return [
    `not settled ${SETTLE_LIMIT_MS} ms after the last fault`,
    ...refusals.slice(-5),
    ...open.slice(0, 5).map((order) => `still open: ${order}`),
  ];
}

/** Runs one seed of the simulation of the whole system, in virtual time. */
export function simulate(seed: number): SimulationResult {
  const scenario = scenarioOf(seed);
  const checks = new LiveChecks();
  const amends = new RandomAmends(seed);
  const world = new CampaignWorld({
    seed,
    settings: {
      ...busySettings(scenario.instruments),
      safety: { clearAfterMs: 200 },
      ackTimeoutMs: scenario.ackTimeoutMs,
    },
    requestWindowMs: scenario.ackTimeoutMs * 0.75,
    rules: scenario.rules,
    onEvent: (event, at) => checks.onEvent(event, at),
  });
  try {
    live(world, checks, amends, scenario);
    const broken = [
      ...settle(world),
      ...differingBooks(world),
      ...checks.broken,
      ...world.disobediences,
    ];
    if (world.venue.bans > 0) broken.push(`banned ${world.venue.bans} times by its own fault`);
    const folded = world.foldedState();
    if (folded.hash() !== world.state.hash()) {
      broken.push('the state is not what the journal folds to');
    }
    if (folded.safety.mode !== world.state.safety.mode) broken.push('the mode is not consistent');
    const counts = new Map<string, number>();
    for (const { kind } of world.events) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return {
      seed,
      broken,
      orders: world.sent.size,
      amends: amends.sent,
      fills: counts.get('order-filled') ?? 0,
      doubted: counts.get('order-doubted') ?? 0,
      restarts: world.runEpoch - 1,
      faults: scenario.rules.map(({ kind }) => kind),
      stateHash: world.state.hash(),
    };
  } finally {
    world.close();
  }
}

/** A seed's scenario in a line, for whoever replays it. */
export const describeSeed = (seed: number): string =>
  canonicalJson(JSON.parse(JSON.stringify(scenarioOf(seed))));
