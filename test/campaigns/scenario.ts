import type { FaultKind, FaultRule } from '../../src/adapters/simulator/index.ts';
import { type Rng, seededRng } from '../../src/core/index.ts';

/** Something that happens to the service itself. */
export interface ServiceEvent {
  readonly atMs: number;
  readonly kind: 'pause' | 'restart';
  /** How long the process stands still, or is away. */
  readonly forMs: number;
  /** Journal entries that a restart has lost. */
  readonly lost: number;
}

/** What one seed of the simulation lives through. */
export interface Scenario {
  readonly instruments: number;
  readonly tradeMs: number;
  readonly ackTimeoutMs: number;
  readonly rules: readonly FaultRule[];
  readonly service: readonly ServiceEvent[];
}

const between = (rng: Rng, low: number, high: number): number => low + rng.uniform() * (high - low);

/** Faults of single messages: how likely at most. */
const PER_MESSAGE: Readonly<Partial<Record<FaultKind, number>>> = {
  'drop-frames': 0.02,
  'duplicate-frames': 0.05,
  'reorder-frames': 0.02,
  'corrupt-frames': 0.01,
  'delay-frames': 0.05,
  'lose-requests': 0.1,
  'delay-requests': 0.1,
  unanswered: 0.1,
  'server-errors': 0.15,
  'lose-reports': 0.1,
  'duplicate-reports': 0.2,
  'reorder-reports': 0.2,
  'delay-reports': 0.1,
  'fail-account': 0.5,
  'rate-limit': 0.02,
};

/** Faults of the whole venue: how long at most, ms. */
const OUTAGES: Readonly<Partial<Record<FaultKind, number>>> = {
  ban: 800,
  disconnect: 1_500,
  maintenance: 1_500,
  'clock-skew': 3_000,
  halt: 2_000,
};

const KINDS = [...Object.keys(PER_MESSAGE), ...Object.keys(OUTAGES)] as readonly FaultKind[];

function ruleOf(kind: FaultKind, rng: Rng, tradeMs: number): FaultRule {
  const share = PER_MESSAGE[kind];
  if (share !== undefined) {
    return {
      kind,
      probability: between(rng, share / 5, share),
      atMs: [0],
      durationMs: tradeMs,
      delayMs: between(rng, 20, 1_500),
      retryAfterMs: between(rng, 100, 1_500),
    };
  }
  const durationMs = between(rng, 100, OUTAGES[kind]!);
  return {
    kind,
    atMs: [between(rng, 500, tradeMs - durationMs)],
    durationMs,
    retryAfterMs: between(rng, 100, 1_000),
    skewMs: between(rng, -8_000, 8_000),
  };
}

/** Draws what a seed lives through: three to seven faults, standstills, sometimes a restart. */
export function scenarioOf(seed: number): Scenario {
  const rng = seededRng(seed ^ 0x5eed);
  const tradeMs = 5_000;
  const count = 3 + Math.floor(rng.uniform() * 5);
  const rules = Array.from({ length: count }, () =>
    ruleOf(KINDS[Math.floor(rng.uniform() * KINDS.length)]!, rng, tradeMs),
  );
  const service: ServiceEvent[] = [];
  if (rng.uniform() < 0.3) {
    service.push({
      kind: 'pause',
      atMs: between(rng, 500, 4_500),
      forMs: between(rng, 50, 2_500),
      lost: 0,
    });
  }
  if (rng.uniform() < 0.25) {
    const lost = rng.uniform() < 0.5 ? rng.uint32() % 60 : 0;
    const atMs = between(rng, 500, 4_500);
    service.push({ kind: 'restart', atMs, forMs: between(rng, 0, 2_000), lost });
  }
  service.sort((a, b) => a.atMs - b.atMs);
  const instruments = 1 + Math.floor(rng.uniform() * 2);
  const ackTimeoutMs = rng.uniform() < 0.5 ? 400 : 2_000;
  return { instruments, tradeMs, ackTimeoutMs, rules, service };
}
