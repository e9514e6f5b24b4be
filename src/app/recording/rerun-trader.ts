import { type EventTimeNs, ok } from '../../core/index.ts';
import { ClientOrderIds } from '../../execution/index.ts';
import type { DomainEvent, Instrument } from '../../model/index.ts';
import { CircuitBreaker, Engine } from '../../native/index.ts';
import { type Bot4Config, executionsOf, protectionsOf } from '../config.ts';
import { AppFailure } from '../contracts.ts';
import { strategiesOf } from '../strategies.ts';
import { accountCosts } from '../trader/account-costs.ts';
import type { ExecutionMemory } from '../trader/execution-memory.ts';
import { Trader } from '../trader/trader.ts';
import type { TradingState } from '../trader/trading-state.ts';
import { RecordedGateway } from './recorded-gateway.ts';
import type { RunInput } from './run-inputs.ts';

/** What a run is driven again with. */
export interface RerunStart {
  readonly config: Bot4Config;
  /** The state before the run. */
  readonly state: TradingState;
  /** What the events before it tell about executing. */
  readonly memory: ExecutionMemory;
  readonly runEpoch: number;
  readonly startedAt: EventTimeNs;
}

/**
 * The trading core of a recorded run, driven by its recorded inputs: the same engine, risk and
 * execution, no clock and no venue.
 *
 * Determinism: the same state and inputs give the same events, on every kernel target.
 */
export class RerunTrader {
  readonly trader: Trader;
  /** Events since they were last taken, in order. */
  #events: DomainEvent[] = [];
  readonly #gateway: RecordedGateway;

  constructor({ config, state, memory, runEpoch, startedAt }: RerunStart) {
    const instruments: readonly Instrument[] = config.instruments.map((one) => one.instrument);
    this.#gateway = new RecordedGateway(instruments[0]?.venue ?? 'sim');
    const breaker = new CircuitBreaker();
    const { ticks, signals } = config.machine.pools;
    const pools = { tradeCapacity: ticks, intentCapacity: signals };
    let seq = 0n;
    this.trader = new Trader(
      {
        engine: new Engine({ instruments, breaker, ...pools }),
        breaker,
        state,
        log: {
          append: (event) => {
            this.#events.push(event);
            seq += 1n;
            return ok(seq);
          },
        },
        onApplied: [],
        onWritten: [],
        gateway: this.#gateway,
        feed: { requestSnapshot: () => {} },
        ids: new ClientOrderIds(runEpoch),
        runEpoch,
        instruments,
        strategies: strategiesOf(config),
        protections: protectionsOf(config.instruments),
        executions: executionsOf(config.instruments),
        costs: accountCosts(config),
        memory,
        thresholds: config.safety,
        staleAfterMs: config.staleAfterMs,
        ackTimeoutMs: config.ackTimeoutMs,
        reconcileEveryMs: config.reconcileEveryMs,
      },
      startedAt,
    );
  }

  /** Takes one recorded input. */
  take(input: RunInput): void {
    switch (input.kind) {
      case 'frame':
        this.trader.onFrame(input.frame);
        return;
      case 'timer':
        this.trader.onTimer(input.now, input.outside);
        return;
      case 'report':
        this.#gateway.report(input.report);
        return;
      case 'answer':
        if (!this.#gateway.answer(input.question, input.answer)) {
          throw new AppFailure(
            'failed',
            `the recording answers question ${input.question}, which the rerun did not ask`,
          );
        }
        return;
      case 'notice':
        this.#gateway.notice(input.notice);
        return;
      case 'command':
        this.trader.command(input.command, input.at);
        return;
      case 'stop':
        this.trader.beginStop(input.at);
        return;
      case 'event':
        this.trader.record(input.event);
        return;
      case 'header':
      case 'decision':
      case 'end':
      case 'ended-early':
        return;
    }
  }

  /** The events since the last call. */
  takeEvents(): readonly DomainEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }
}
