import { LedgerWriteError, SimulatedVenue } from '../../adapters/simulator/index.ts';
import { SystemClock, VitalSigns } from '../../adapters/system/index.ts';
import { addMs, type EventTimeNs, eventTime, msBetween, toIso } from '../../core/index.ts';
import { ClientOrderIds } from '../../execution/index.ts';
import type { DomainEvent, Instrument } from '../../model/index.ts';
import { CircuitBreaker, Engine, NativeError } from '../../native/index.ts';
import type { DatabaseView, SystemView } from '../../observe/index.ts';
import { automaticCause, type CommandOutcome, type SafetyCommand } from '../../safety/index.ts';
import { type Bot4Config, executionsOf, protectionsOf } from '../config.ts';
import { AppFailure } from '../contracts.ts';
import { DecisionProbe } from '../decisions/context.ts';
import type { Persistence } from '../persistence.ts';
import { withRecordedDelays } from '../recorded-latency.ts';
import type { InputRecorder } from '../recording/input-recorder.ts';
import { strategiesOf } from '../strategies.ts';
import { accountCosts } from '../trader/account-costs.ts';
import type { ExecutionMemory } from '../trader/execution-memory.ts';
import { lossesOf } from '../trader/losses.ts';
import type { RecentActivity } from '../trader/recent-activity.ts';
import type { EventObserver, WriteObserver } from '../trader/recorder.ts';
import { SystemViewer } from '../trader/system-view.ts';
import { Trader } from '../trader/trader.ts';
import { packageVersion } from '../version.ts';
import type { RunLog } from './run-log.ts';

const TICK_MS = 2;
const TIMER_MS = 50;
const VIEW_MS = 250;

/** Between two lines about what was lost. */
const LOSSES_MS = 10_000;

/** Behind by more than this, the venue does not live through the gap: the process was suspended. */
const SUSPENDED_MS = 5_000;

/** Longest wait for cancels to be confirmed when stopping. */
const STOP_LIMIT_MS = 2_500;

/** What a paper service is made of. */
export interface PaperServiceDeps {
  readonly config: Bot4Config;
  readonly persistence: Persistence;
  readonly activity: RecentActivity;
  readonly memory: ExecutionMemory;
  readonly onApplied: readonly EventObserver[];
  readonly onWritten: readonly WriteObserver[];
  readonly database: () => DatabaseView;
  /** Makes the recorder of what comes into the core; null: nothing is recorded. */
  readonly inputs: ((startedAt: EventTimeNs, kernelTarget: string) => InputRecorder) | null;
  readonly log: RunLog;
  /** Called once when the service broke; it cancels its orders and stops by itself. */
  readonly onFault: (error: unknown) => void;
}

/** How the configuration wants the memory of the native side. */
const memoryOptions = ({ hugePages, lockMemory, prefault }: Bot4Config['machine']) => ({
  hugePages: hugePages === 'transparent',
  lock: lockMemory,
  prefault,
});

/** Makes the engine where the configuration wants it. Errors: throws `AppFailure`. */
function openEngine(
  { engine, machine }: Bot4Config,
  instruments: readonly Instrument[],
  breaker: CircuitBreaker,
): Engine {
  const shards = Math.min(engine.threads, instruments.length);
  const pin = engine.pin.length === 0 ? null : engine.pin;
  const threads = shards === 0 ? null : { shards, pin, idle: engine.idle };
  try {
    const { ticks, signals } = machine.pools;
    const pools = { tradeCapacity: ticks, intentCapacity: signals };
    const memory = memoryOptions(machine);
    return new Engine({ instruments, threads, breaker, memory, ...pools });
  } catch (error) {
    if (error instanceof NativeError && error.code === 'ERR_BOT4_ARGUMENT') {
      throw new AppFailure('configuration', `engine: ${error.message}`);
    }
    throw error;
  }
}

/**
 * The trading side of a paper run on real time: the simulated venue, the trader, and the one timer
 * that drives both.
 */
export class PaperService {
  readonly clock: SystemClock;
  readonly trader: Trader;
  readonly startedAt: EventTimeNs;
  readonly #deps: PaperServiceDeps;
  readonly #venue: SimulatedVenue;
  readonly #vitals = new VitalSigns();
  readonly #viewer: SystemViewer;
  readonly #version = packageVersion();
  #view: SystemView | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerAt: EventTimeNs;
  #viewAt: EventTimeNs;
  #lossesAt: EventTimeNs = eventTime(0n);
  #losses: Readonly<Record<string, number>> = {};
  #mode = '';
  #said = '';
  #lastVitals;
  #broken = false;
  #started = false;
  readonly #inputs: InputRecorder | null;

  /** Opens the venue. Errors: throws `AppFailure`. */
  constructor(deps: PaperServiceDeps) {
    const { config, persistence } = deps;
    this.#deps = deps;
    this.clock = new SystemClock(addMs(persistence.state.lastEventAt, 1));
    this.startedAt = this.clock.now();
    this.#timerAt = this.startedAt;
    this.#viewAt = this.startedAt;
    this.#lastVitals = this.#vitals.read();
    this.#venue = openVenue(config, this.startedAt);
    const { rules } = config.simulator.faults;
    if (rules.length > 0) {
      const kinds = [...new Set(rules.map(({ kind }) => kind))].join(', ');
      deps.log.warn(`the simulated venue has faults (simulator.faults): ${kinds}`);
    }
    const instruments = config.instruments.map((one) => one.instrument);
    const breaker = new CircuitBreaker();
    const preparing = performance.now();
    const engine = openEngine(config, instruments, breaker);
    this.#prepareMemory(engine, preparing);
    this.#inputs = deps.inputs?.(this.startedAt, engine.target) ?? null;
    const inputs = this.#inputs;
    const decisions = inputs === null ? null : new DecisionProbe(instruments, inputs.decision);
    this.trader = new Trader(
      {
        engine,
        breaker,
        state: persistence.state,
        log: {
          append: (event) => {
            const written = persistence.journal.append(event);
            if (!written.ok) this.#inputs?.end('the journal refused to be written');
            return written;
          },
        },
        onApplied: [...deps.onApplied, ...(decisions === null ? [] : [decisions.observe])],
        onWritten: deps.onWritten,
        gateway: this.#inputs?.gateway(this.#venue) ?? this.#venue,
        feed: this.#venue,
        ids: new ClientOrderIds(persistence.runEpoch),
        runEpoch: persistence.runEpoch,
        instruments,
        strategies: strategiesOf(config),
        protections: protectionsOf(config.instruments),
        executions: executionsOf(config.instruments),
        costs: accountCosts(config),
        memory: deps.memory,
        thresholds: config.safety,
        staleAfterMs: config.staleAfterMs,
        ackTimeoutMs: config.ackTimeoutMs,
        reconcileEveryMs: config.reconcileEveryMs,
      },
      this.startedAt,
    );
    decisions?.attach(this.trader);
    this.#venue.onFrame((frame) => {
      this.#inputs?.frame(frame);
      this.trader.onFrame(frame);
    });
    this.#viewer = new SystemViewer(this.trader, deps.activity);
    persistence.journal.checkpointWith(() => this.trader.recorder.checkpoint());
    persistence.journal.onFailure((failure) => {
      this.#inputs?.end('the journal refused to be written');
      this.trader.recorder.fail(failure, { at: this.clock.now() });
    });
  }

  /** What the machine refuses is said; the engine runs without it. */
  #prepareMemory({ memory }: Engine, start: number): void {
    const { machine } = this.#deps.config;
    const { prefault, pools } = machine;
    const venue = this.#venue.prepareMemory(memoryOptions(machine));
    const parts = memory === null ? [venue] : [memory, venue];
    const ms = performance.now() - start;
    const refused = new Map(
      parts.flatMap(({ refusals }) => refusals.map(({ option, reason }) => [option, reason])),
    );
    for (const [option, reason] of refused) {
      const setting = option === 'lock' ? 'lockMemory' : option;
      this.#deps.log.warn(`machine.${setting}: refused (${reason}); see bot4 doctor`);
    }
    if (!prefault) return;
    const resident = parts.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
    const { orders, ticks, signals } = pools;
    this.#deps.log.info(
      `memory of ${orders} orders, ${ticks} ticks and ${signals} signals pre-faulted: ${(resident / 2 ** 20).toFixed(0)} MiB resident after ${ms.toFixed(0)} ms`,
    );
  }

  /** Records the start and starts the timer; the account is reconciled first, then trading begins. */
  start(): void {
    const { config, persistence } = this.#deps;
    this.#record({
      kind: 'run-started',
      at: this.startedAt,
      runEpoch: persistence.runEpoch,
      kernelTarget: this.trader.engine.target,
      configurationHash: config.hash,
      version: this.#version,
    });
    this.#started = true;
    this.#schedule();
  }

  /** Records an event of the composition. */
  #record(event: DomainEvent): void {
    this.#inputs?.event(event);
    this.trader.record(event);
  }

  /** Answers a person's command. */
  command(command: SafetyCommand): CommandOutcome {
    const at = this.clock.now();
    this.#inputs?.command(command, at);
    return this.trader.command(command, at);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#turn();
      if (this.#timer !== null) this.#schedule();
    }, TICK_MS);
  }

  #turn(): void {
    try {
      this.#advance(this.clock.now());
    } catch (error) {
      this.#break(error);
    }
  }

  #advance(now: EventTimeNs): void {
    this.#vitals.beat();
    if (this.#broken) {
      this.#venue.advanceTo(now);
      return;
    }
    if (msBetween(this.#venue.now(), now) > SUSPENDED_MS) this.#venue.skipTo(now);
    this.#venue.advanceTo(now);
    // Intents of shards that came after the last frame.
    if (this.trader.engine.isThreaded) this.trader.market.pump(null);
    if (msBetween(this.#timerAt, now) >= TIMER_MS) {
      this.#timerAt = now;
      this.#lastVitals = this.#vitals.read();
      const { eventLoopStallMs } = this.#lastVitals;
      const outside = { eventLoopStallMs, clockSkewMs: this.clock.takeWallStepMs() };
      this.#inputs?.timer(now, outside);
      this.trader.onTimer(now, outside);
      this.#announceMode();
      this.#announceDifferences();
      this.#announceLosses(now);
    }
    if (this.#view === null || msBetween(this.#viewAt, now) >= VIEW_MS) {
      this.#viewAt = now;
      this.#view = this.#makeView(now);
    }
  }

  #announceMode(): void {
    const { safety } = this.trader.state;
    if (safety.mode === this.#mode) return;
    this.#mode = safety.mode;
    const why = safety.causes()[0]?.detail;
    const { log } = this.#deps;
    if (safety.mode === 'NORMAL') log.info('mode NORMAL');
    else log.warn(`mode ${safety.mode}${why === undefined ? '' : `: ${why}`}`);
  }

  /** Says what differs from the venue, whenever that is something else than before. */
  #announceDifferences(): void {
    const { differences } = this.trader;
    const all = differences.join('\n');
    if (all === this.#said) return;
    this.#said = all;
    const { log } = this.#deps;
    if (differences.length > 0) log.warn('not reconciled with the venue:');
    for (const difference of differences) log.warn(`  ${difference}`);
  }

  /** Says what found no room since the last time: no message, trade or intent is lost in silence. */
  #announceLosses(now: EventTimeNs): void {
    if (msBetween(this.#lossesAt, now) < LOSSES_MS) return;
    const losses = lossesOf(this.trader.engine.totals());
    const words = Object.entries(losses).flatMap(([kind, count]) => {
      const more = count - (this.#losses[kind] ?? 0);
      return more > 0 ? [`${more} ${kind.replace('-', ' ')}`] : [];
    });
    this.#losses = losses;
    if (words.length === 0) return;
    this.#lossesAt = now;
    this.#deps.log.warn(
      `lost for want of room: ${words.join(', ')}; see engine.threads and machine.pools`,
    );
  }

  /** A broken invariant or an unusable venue: open nothing more, and let the owner stop the run. */
  #break(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#venue.onFrame(() => {});
    const at = this.clock.now();
    const detail = error instanceof Error ? error.message : String(error);
    // A venue that cannot write is gone for now; anything else that is thrown is a bug.
    const id = error instanceof LedgerWriteError ? 'venue-unreachable' : 'invariant-broken';
    const cause = automaticCause(id, 'PAUSE', detail, at);
    const raised = this.trader.state.safety.raise(cause);
    // What it was doing when it broke is not to be had again.
    this.#inputs?.end(`the service broke: ${detail}`);
    if (raised !== null) this.trader.record(raised);
    this.#deps.onFault(error);
  }

  /** The latest finished view. */
  view(): SystemView {
    this.#view ??= this.#makeView(this.clock.now());
    return this.#view;
  }

  #makeView(now: EventTimeNs): SystemView {
    const { persistence, config, database } = this.#deps;
    const { eventLoopStallMs: _, ...vitals } = this.#lastVitals;
    return this.#viewer.view(now, {
      environment: 'paper',
      version: this.#version,
      runEpoch: persistence.runEpoch,
      currency: config.instruments[0]?.instrument.quote ?? 'USDT',
      database: database(),
      journalSeq: persistence.journal.lastSeq,
      journalDurableSeq: persistence.journal.durableSeq,
      process: { startedAtMs: Number(this.startedAt / 1_000_000n), ...vitals },
    });
  }

  /**
   * Cancels every order, again what is not being cancelled, and waits until the venue confirmed (at
   * most 2.5 s); then records the stop and closes the venue. Gives the number of orders that are
   * still open.
   *
   * Errors: throws what the venue's ledger throws, after everything else is done.
   */
  async stop(reason: string): Promise<number> {
    if (this.#started) await this.#cancelOrders();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const at = this.clock.now();
    if (this.#started) this.#record({ kind: 'run-stopped', at, reason });
    this.#inputs?.finish(this.trader.state.hash(), this.trader.engine.stateHash());
    this.#view = this.#makeView(at);
    this.#vitals.close();
    this.#deps.log.info(`stopped at ${toIso(at)}: ${reason}`);
    this.#venue.close();
    return this.trader.state.orders.openCount;
  }

  async #cancelOrders(): Promise<void> {
    const until = addMs(this.clock.now(), STOP_LIMIT_MS);
    const begin = (): number => {
      const at = this.clock.now();
      this.#inputs?.stop(at);
      return this.trader.beginStop(at);
    };
    while (begin() > 0 && this.clock.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function openVenue(config: Bot4Config, at: EventTimeNs): SimulatedVenue {
  const opened = SimulatedVenue.open(
    {
      ...config.simulator,
      instruments: config.instruments,
      latency: withRecordedDelays(config.simulator),
      maxOrders: config.machine.pools.orders,
      // A request that was held up is refused before its sender gives it up.
      requestWindowMs: 0.75 * config.ackTimeoutMs,
      directory: `${config.dataDir}/venue`,
    },
    at,
  );
  if (opened.ok) return opened.value;
  const { error } = opened;
  throw new AppFailure(
    'failed',
    `the simulated venue cannot use its ledger: ${error.detail} (${error.code})`,
  );
}
