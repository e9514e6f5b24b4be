import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultRule, SimulatedVenue } from '../../src/adapters/simulator/index.ts';
import { type Bot4Config, loadConfig } from '../../src/app/config.ts';
import { Trader } from '../../src/app/trader/trader.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { addMs, type EventTimeNs, eventTime, ok } from '../../src/core/index.ts';
import { ClientOrderIds, type OrderGateway } from '../../src/execution/index.ts';
import type { ClientOrderId, DomainEvent, Instrument, Order } from '../../src/model/index.ts';
import { CircuitBreaker, Engine } from '../../src/native/index.ts';
import { findStrategy } from '../../src/strategy/index.ts';
import { Obedience } from './obedience.ts';
import type { Input } from './recorded-run.ts';

/** Where every campaign begins. */
export const CAMPAIGN_START: EventTimeNs = eventTime(1_750_000_000_000_000_000n);

const MARKETS = [
  { symbol: 'BTCUSDT', tickSize: '0.1', stepSize: '0.001', startPrice: '60000' },
  { symbol: 'ETHUSDT', tickSize: '0.01', stepSize: '0.001', startPrice: '3000' },
  { symbol: 'SOLUSDT', tickSize: '0.001', stepSize: '0.01', startPrice: '150' },
];

/** Settings under which every instrument quotes and takes as often as the limits allow. */
export const busySettings = (instruments: number): object => ({
  database: { mode: 'none' },
  risk: { maxOrdersPerSecond: 200, orderBurst: 200 },
  instruments: MARKETS.slice(0, instruments).map(({ startPrice, ...names }) => ({
    ...names,
    strategy: 'avellaneda-stoikov',
    parameters: {
      warmUpUpdates: 1,
      minIntervalMs: 20,
      requoteBps: 0,
      minHalfSpreadBps: 0,
      quoteNotional: 200,
    },
    market: { startPrice, tradesPerSecond: 50, depthNotional: '1000000' },
  })),
});

/** A directory for one campaign, in memory where the system has such a place. */
export const campaignDirectory = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bot4-campaign-'));

/** The configuration of a campaign. */
export function campaignConfig(dataDir: string, settings: object): Bot4Config {
  const file = join(dataDir, 'bot4.json');
  writeFileSync(file, JSON.stringify({ dataDir, ...settings }));
  const loaded = loadConfig({
    file,
    flags: [],
    environment: {},
    workingDirectory: dataDir,
    homeDirectory: dataDir,
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value.config;
}

/** What a campaign is made of. */
export interface WorldOptions {
  readonly seed: number;
  readonly settings: object;
  readonly rules?: readonly FaultRule[];
  readonly requestWindowMs?: number;
  /** Called with every event after it is recorded. */
  readonly onEvent?: (event: DomainEvent, world: CampaignWorld) => void;
  /** Called with everything that enters the service, before it does. */
  readonly onInput?: (input: Input) => void;
  /** Called with everything that the service sends. */
  readonly onSent?: (kind: 'submit' | 'cancel' | 'amend', order: Order) => void;
}

/**
 * A venue and a trading service on virtual time, without disk and clock on our side; the service can
 * be killed and started again, the venue lives on.
 */
export class CampaignWorld {
  readonly venue: SimulatedVenue;
  readonly config: Bot4Config;
  readonly instruments: readonly Instrument[];
  /** Everything that was journalled, over all runs. */
  readonly events: DomainEvent[] = [];
  /** How often each order was handed to the venue. */
  readonly sent = new Map<ClientOrderId, number>();
  state: TradingState;
  trader: Trader;
  now = CAMPAIGN_START;
  runEpoch = 0;
  /** While set, nothing enters the service. */
  isMuted = false;
  readonly #options: WorldOptions;
  readonly #directory = campaignDirectory();
  readonly #breaker = new CircuitBreaker();
  readonly #obedience = new Obedience();
  #questions = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.config = campaignConfig(this.#directory, options.settings);
    this.instruments = this.config.instruments.map((one) => one.instrument);
    const opened = SimulatedVenue.open(
      {
        ...this.config.simulator,
        seed: options.seed,
        instruments: this.config.instruments,
        directory: join(this.#directory, 'venue'),
        faults: { rules: options.rules ?? [] },
        ...(options.requestWindowMs === undefined
          ? {}
          : { requestWindowMs: options.requestWindowMs }),
      },
      this.now,
    );
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    this.venue = opened.value;
    this.state = this.foldedState();
    this.runEpoch = 1;
    this.trader = this.#startTrader();
  }

  /** Requests that were sent although the venue had asked to wait. */
  get disobediences(): readonly string[] {
    return this.#obedience.broken;
  }

  /** The state that the journal folds to. */
  foldedState(): TradingState {
    const state = new TradingState(this.instruments, this.config.risk);
    for (const event of this.events) state.apply(event);
    return state;
  }

  /**
   * Ends the service without a word, and starts the next run after `ms` from the journal without its
   * last `lost` entries, as after a power cut; the entries of the first reconciliation stay.
   */
  restart(ms: number, lost = 0): void {
    const first = this.events.findIndex(({ kind }) => kind === 'reconciled');
    if (first >= 0) this.events.length = Math.max(first + 1, this.events.length - lost);
    this.runEpoch += 1;
    this.#obedience.forget();
    this.venue.onReport(() => {});
    this.venue.onNotice(() => {});
    this.venue.onFrame(() => {});
    this.now = addMs(this.now, ms);
    this.venue.advanceTo(this.now);
    this.state = this.foldedState();
    this.trader = this.#startTrader();
  }

  #startTrader(): Trader {
    const { config, venue, events, instruments, runEpoch } = this;
    const trader = new Trader(
      {
        engine: new Engine({ instruments, breaker: this.#breaker }),
        breaker: this.#breaker,
        state: this.state,
        log: {
          append: (event) => {
            if (this.runEpoch !== runEpoch) throw new Error(`run ${runEpoch} is over`);
            return ok(BigInt(events.push(event)));
          },
        },
        onApplied: [(event) => this.#options.onEvent?.(event, this)],
        onWritten: [],
        gateway: this.#counted(venue),
        feed: venue,
        ids: new ClientOrderIds(runEpoch),
        runEpoch,
        instruments,
        strategies: new Map(
          config.instruments.map(({ instrument, strategy, parameters }) => [
            instrument.id,
            findStrategy(strategy)!.create(parameters, instrument),
          ]),
        ),
        thresholds: config.safety,
        staleAfterMs: config.staleAfterMs,
        ackTimeoutMs: config.ackTimeoutMs,
      },
      this.now,
    );
    venue.onFrame((frame) => {
      if (this.#takes({ kind: 'frame', frame })) trader.onFrame(frame);
    });
    trader.record({
      kind: 'run-started',
      at: this.now,
      runEpoch,
      kernelTarget: trader.engine.target,
      configurationHash: config.hash,
      version: 'campaign',
    });
    return trader;
  }

  /** The venue as the service sees it, with a count of what it sends. */
  #counted(venue: SimulatedVenue): OrderGateway {
    const { runEpoch } = this;
    return {
      venue: venue.venue,
      submit: (order) => {
        const id = order.clientOrderId;
        this.#obedience.onRequest(`order ${id}`, this.now);
        this.sent.set(id, (this.sent.get(id) ?? 0) + 1);
        this.#options.onSent?.('submit', order);
        venue.submit(order);
      },
      cancel: (order) => {
        this.#obedience.onRequest(`cancel of ${order.clientOrderId}`, this.now);
        this.#options.onSent?.('cancel', order);
        venue.cancel(order);
      },
      amend: (order, amendment) => {
        this.#obedience.onRequest(`amend of ${order.clientOrderId}`, this.now);
        this.#options.onSent?.('amend', order);
        venue.amend(order, amendment);
      },
      onReport: (receive) =>
        venue.onReport((report) => {
          if (this.#takes({ kind: 'report', report })) receive(report);
        }),
      onNotice: (receive) =>
        venue.onNotice((notice) => {
          this.#obedience.onNotice(notice);
          if (this.#takes({ kind: 'notice', notice })) receive(notice);
        }),
      account: (since, answer) => {
        const question = this.#questions;
        this.#questions += 1;
        // An answer to a run that is over finds nobody.
        venue.account(since, (result) => {
          if (this.runEpoch !== runEpoch) return;
          if (this.#takes({ kind: 'answer', question, answer: result })) answer(result);
        });
      },
    };
  }

  /** Notes an input; false when the service is not to see it. */
  #takes(input: Input): boolean {
    if (!this.isMuted) this.#options.onInput?.(input);
    return !this.isMuted;
  }

  /** Lives through `ms` in steps of 20 ms. */
  run(ms: number, each: () => void = () => {}): void {
    const until = addMs(this.now, ms);
    while (this.now < until) {
      this.step(20);
      each();
    }
  }

  /** One turn of the service after `ms`; more than 20 ms is a standstill of the process. */
  step(ms: number): void {
    this.now = addMs(this.now, ms);
    this.venue.advanceTo(this.now);
    if (!this.#takes({ kind: 'timer', at: this.now })) return;
    this.trader.onTimer(this.now, { eventLoopStallMs: ms > 20 ? ms : 0, clockSkewMs: null });
  }

  /** Ends everything and removes its directory. */
  close(): void {
    this.venue.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
