import type { EventTimeNs } from '../../core/index.ts';
import type { OrderGateway } from '../../execution/index.ts';
import type { MarketFrame } from '../../market/index.ts';
import type { DomainEvent } from '../../model/index.ts';
import type { SafetyCommand } from '../../safety/index.ts';
import type { DecisionContext } from '../decisions/context.ts';
import type { OutsideReadings } from '../trader/trader.ts';
import { writeInput } from './input-codec.ts';
import type { InputSink, RunHeader, RunInput } from './run-inputs.ts';

/**
 * Notes everything that comes into the trading core of one run, before the core gets it, so that the
 * run can be driven again. It never holds up the run.
 */
export class InputRecorder {
  readonly #sink: InputSink;
  #questions = 0;

  constructor(sink: InputSink, header: RunHeader) {
    this.#sink = sink;
    this.#write({ kind: 'header', header });
  }

  #write(input: RunInput): void {
    if (this.#sink.isOpen) writeInput(input, this.#sink);
  }

  /** Notes a market message. */
  frame(frame: MarketFrame): void {
    this.#write({ kind: 'frame', frame });
  }

  /** Notes a call of the timer. */
  timer(now: EventTimeNs, outside: OutsideReadings): void {
    this.#write({ kind: 'timer', now, outside });
  }

  /** Notes a person's command. */
  command(command: SafetyCommand, at: EventTimeNs): void {
    this.#write({ kind: 'command', at, command });
  }

  /** Notes that the run is told to stop. */
  stop(at: EventTimeNs): void {
    this.#write({ kind: 'stop', at });
  }

  /** Notes an event that the composition records by itself. */
  event(event: DomainEvent): void {
    this.#write({ kind: 'event', event });
  }

  /** Notes what was known at a decision. */
  readonly decision = (context: DecisionContext): void => {
    this.#write({ kind: 'decision', context });
  };

  /** Notes what the run came to; nothing is taken after it. */
  finish(stateHash: string, engineHash: string): void {
    this.#write({ kind: 'end', stateHash, engineHash });
  }

  /** Ends the recording: what comes next would not follow from what was noted. */
  end(reason: string): void {
    this.#sink.end(reason);
  }

  /** A gateway that notes what `inner` reports and answers before the core gets it. */
  gateway(inner: OrderGateway): OrderGateway {
    const recorded: OrderGateway = {
      submit: (order) => inner.submit(order),
      cancel: (order) => inner.cancel(order),
      onReport: (receive) =>
        inner.onReport((report) => {
          this.#write({ kind: 'report', report });
          receive(report);
        }),
      account: (since, receive) => {
        const question = this.#questions;
        this.#questions += 1;
        inner.account(since, (answer) => {
          this.#write({ kind: 'answer', question, answer });
          receive(answer);
        });
      },
    };
    const noticed: OrderGateway = {
      ...recorded,
      onNotice: (receive) =>
        inner.onNotice?.((notice) => {
          this.#write({ kind: 'notice', notice });
          receive(notice);
        }),
    };
    return {
      ...noticed,
      ...(inner.amend !== undefined && {
        amend: (order, amendment) => inner.amend?.(order, amendment),
      }),
      ...(inner.venue !== undefined && { venue: inner.venue }),
    };
  }
}
