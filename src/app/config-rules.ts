import type { ConfigIssue } from '../core/config/index.ts';
import { parseE8 } from '../model/index.ts';
import { feeTiersOf, marginTiersOf, permanentImpactE8 } from './config-costs.ts';
import { faultIssues } from './config-faults.ts';
import { usualPools } from './config-pools.ts';
import type { ConfigSettings, InstrumentSettings } from './config-schema.ts';
import { isProtecting } from './trader/protection.ts';

/** 1e-8 units of a decimal that the schema accepted. */
const e8 = (text: string): bigint => parseE8(text) ?? 0n;

class Rules {
  readonly issues: ConfigIssue[] = [];
  readonly #originOf: (path: string) => string | null;

  constructor(originOf: (path: string) => string | null) {
    this.#originOf = originOf;
  }

  /** Refuses a setting; where it is a default, the place of what contradicts it is shown. */
  refuse(path: string, problem: string, allowed: string, contradictedBy = path): void {
    const origin = this.#originOf(path) ?? this.#originOf(contradictedBy) ?? 'default';
    this.issues.push({ path, origin, problem, allowed, suggestion: null });
  }

  /** Refuses a decimal that is above another setting's value. */
  notAbove(path: string, value: string, limitPath: string, limit: string): void {
    if (e8(value) <= e8(limit)) return;
    this.refuse(path, `is "${value}"`, `at most ${limitPath}, which is ${limit}`, limitPath);
  }
}

function checkInstrument(rules: Rules, instrument: InstrumentSettings, path: string): void {
  const tick = e8(instrument.tickSize);
  if ((tick * e8(instrument.stepSize)) % 100_000_000n !== 0n) {
    rules.refuse(
      `${path}.stepSize`,
      `is "${instrument.stepSize}"`,
      `a step that makes tickSize * stepSize a multiple of 0.00000001 (tickSize is ${instrument.tickSize})`,
    );
  }
  const start = e8(instrument.market.startPrice);
  if (start % tick !== 0n || start < tick * 100n) {
    rules.refuse(
      `${path}.market.startPrice`,
      `is "${instrument.market.startPrice}"`,
      `a multiple of tickSize ${instrument.tickSize} of at least 100 ticks`,
    );
  }
}

function checkDrawdowns(rules: Rules, safety: ConfigSettings['safety']): void {
  const { reduceAtDrawdown: reduce = 0, emergencyAtDrawdown: emergency = 0 } = safety;
  if (emergency > reduce) return;
  rules.refuse(
    'safety.emergencyAtDrawdown',
    `is ${emergency}`,
    `above safety.reduceAtDrawdown, which is ${reduce}`,
    'safety.reduceAtDrawdown',
  );
}

/** A reducing order that reaches past risk's collar would be refused each time: never flat. */
function checkCollars(rules: Rules, { risk, safety }: ConfigSettings): void {
  const { flattenCollarBps: reach = 0 } = safety;
  const collar = Number(risk['priceCollarBps']);
  if (reach <= collar / 2) return;
  rules.refuse(
    'safety.flattenCollarBps',
    `is ${reach}`,
    `at most ${collar / 2}, half of risk.priceCollarBps, which is ${collar}`,
    'risk.priceCollarBps',
  );
}

/** Tiers rise, so that each value has one; the ends of margin tiers too, the last of them open. */
function checkTierLists(rules: Rules, { simulator }: ConfigSettings): void {
  const volumes = feeTiersOf(simulator.feeTiers).map(({ fromVolume }) => fromVolume);
  volumes.forEach((volume, index) => {
    const least = volumes[index - 1] ?? 0n;
    if (volume > least) return;
    const path = `simulator.feeTiers[${index}]`;
    rules.refuse(path, `is "${simulator.feeTiers[index]}"`, 'a volume above the one before it');
  });
  const tiers = marginTiersOf(simulator.marginTiers);
  tiers.forEach(({ upTo, rateE8 }, index) => {
    const before = tiers[index - 1];
    const isLast = index === tiers.length - 1;
    const risesOn = before === undefined || rateE8 >= before.rateE8;
    const isAbove = upTo === null || upTo > (before?.upTo ?? 0n);
    if ((upTo === null) === isLast && risesOn && isAbove && rateE8 > 0n) return;
    const path = `simulator.marginTiers[${index}]`;
    const allowed = 'values and rates above 0 that rise, the last one "rest"';
    rules.refuse(path, `is "${simulator.marginTiers[index]}"`, allowed);
  });
}

/** The generated crowds must find room, or the market of the last instruments stays thin. */
function checkPools(rules: Rules, { machine, instruments }: ConfigSettings): void {
  const { orders } = machine.pools;
  const fewest = usualPools(instruments.length).orders;
  if (orders === undefined || orders >= fewest) return;
  rules.refuse(
    'machine.pools.orders',
    `is ${orders}`,
    `at least ${fewest}, which the orders of ${instruments.length} instruments need`,
  );
}

/** Each thread has its CPU; there are no more threads than instruments. */
function checkPins(rules: Rules, { engine, instruments }: ConfigSettings): void {
  const { pin, threads } = engine;
  if (pin.length === 0) return;
  const shards = Math.min(threads, instruments.length);
  const names = `names ${pin.length} ${pin.length === 1 ? 'CPU' : 'CPUs'}`;
  if (pin.length !== shards) {
    const wanted =
      shards === 0
        ? 'an empty list while engine.threads is 0'
        : `one for each of the ${shards} threads (engine.threads, at most one for each instrument)`;
    rules.refuse('engine.pin', names, wanted, 'engine.threads');
  } else if (new Set(pin).size !== pin.length) {
    rules.refuse('engine.pin', `${names}, one of them twice`, 'a CPU of its own for each thread');
  }
}

/** Exact queues need a record of orders, which nothing else reads. */
function checkQueueModel(rules: Rules, { simulator }: ConfigSettings): void {
  const { queueModel, orderRecordFile } = simulator;
  if (queueModel === 'exact' && orderRecordFile === undefined) {
    const allowed =
      'simulator.orderRecordFile beside it, since levels have no order ids, or another model';
    rules.refuse('simulator.queueModel', 'is "exact"', allowed);
  }
  if (queueModel !== 'exact' && orderRecordFile !== undefined) {
    const allowed = 'simulator.queueModel "exact" beside it';
    rules.refuse('simulator.orderRecordFile', `is "${orderRecordFile}"`, allowed);
  }
}

/** Permanent impact is that of one model, and no round trip may earn by it. */
function checkImpact(rules: Rules, { simulator }: ConfigSettings): void {
  const { impactModel, impactRate, impactPermanentBps, impactHalfLifeMs } = simulator;
  const path = 'simulator.impactPermanentBps';
  if (impactModel !== 'almgren-chriss') {
    const needed = 'simulator.impactModel "almgren-chriss" beside it';
    if (impactPermanentBps !== undefined) rules.refuse(path, `is ${impactPermanentBps}`, needed);
    if (impactHalfLifeMs !== undefined) {
      rules.refuse('simulator.impactHalfLifeMs', `is ${impactHalfLifeMs}`, needed);
    }
    return;
  }
  // Exact: 0.0003 as a float is a little less, and twice it would not be 6 bps.
  const mostE8 = 2n * (parseE8(impactRate) ?? 0n);
  const permanentE8 = permanentImpactE8(impactPermanentBps);
  if (permanentE8 <= mostE8) return;
  rules.refuse(
    path,
    `is ${impactPermanentBps}`,
    `at most twice simulator.impactRate, which is ${Number(mostE8) / 10_000} bps: else buying and selling again would earn`,
  );
}

/**
 * Checks what no single setting can tell: settings that contradict each other. Requires settings
 * that their schema accepted. Every contradiction is reported.
 */
export function checkRules(
  settings: ConfigSettings,
  originOf: (path: string) => string | null,
): readonly ConfigIssue[] {
  const rules = new Rules(originOf);
  const { risk, database, simulator, instruments } = settings;
  const maxOrder = String(risk['maxOrderNotional']);
  const maxPosition = String(risk['maxPositionNotional']);
  const maxGross = String(risk['maxGrossNotional']);
  rules.notAbove('risk.maxOrderNotional', maxOrder, 'risk.maxPositionNotional', maxPosition);
  rules.notAbove('risk.maxPositionNotional', maxPosition, 'risk.maxGrossNotional', maxGross);
  if (e8(simulator.makerFee) > e8(simulator.takerFee)) {
    rules.notAbove(
      'simulator.makerFee',
      simulator.makerFee,
      'simulator.takerFee',
      simulator.takerFee,
    );
  }
  const symbols = instruments.map(({ symbol }) => symbol);
  simulator.faults.forEach((fault, index) => {
    for (const { key, problem, allowed } of faultIssues(fault, symbols)) {
      const path = `simulator.faults[${index}]${key === '' ? '' : `.${key}`}`;
      rules.refuse(path, problem, allowed);
    }
  });
  checkTierLists(rules, settings);
  checkImpact(rules, settings);
  checkQueueModel(rules, settings);
  checkDrawdowns(rules, settings.safety);
  checkCollars(rules, settings);
  checkPools(rules, settings);
  checkPins(rules, settings);
  if (database.mode === 'url' && database.url === undefined) {
    rules.refuse(
      'database.mode',
      'is "url", but no URL is given',
      'database.url (environment variable DATABASE_URL) beside it, or another mode',
    );
  }
  const places = new Map<string, number>();
  instruments.forEach((instrument, index) => {
    const path = `instruments[${index}]`;
    const earlier = places.get(instrument.symbol);
    if (earlier !== undefined) {
      rules.refuse(
        `${path}.symbol`,
        `is "${instrument.symbol}", like instruments[${earlier}].symbol`,
        'each symbol once',
      );
    }
    places.set(instrument.symbol, index);
    rules.notAbove(
      `${path}.minNotional`,
      instrument.minNotional,
      'risk.maxOrderNotional',
      maxOrder,
    );
    const { protect, execution } = instrument;
    const guards = protect !== undefined && isProtecting(protect);
    if (guards && execution !== undefined && execution.algorithm !== 'none') {
      rules.refuse(
        `${path}.execution.algorithm`,
        `is "${execution.algorithm}" beside ${path}.protect, whose brackets enter at once`,
        '"none", or no protect',
      );
    }
    checkInstrument(rules, instrument, path);
  });
  return rules.issues;
}
