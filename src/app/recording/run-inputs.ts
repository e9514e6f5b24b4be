import type { EventTimeNs, Result } from '../../core/index.ts';
import type { VenueAccount, VenueNotice, VenueUnavailable } from '../../execution/index.ts';
import type { MarketFrame } from '../../market/index.ts';
import type { DomainEvent, VenueReport } from '../../model/index.ts';
import type { SafetyCommand } from '../../safety/index.ts';
import type { DecisionContext } from '../decisions/context.ts';
import type { OutsideReadings } from '../trader/trader.ts';

/** What a recording says of its run. */
export interface RunHeader {
  readonly format: 1;
  readonly runEpoch: number;
  /** The journal that the run wrote to, and its last entry before the run. */
  readonly journalId: string;
  readonly seq: string;
  readonly startedAt: string;
  readonly configurationHash: string;
  /** Symbols of the instruments, in the order of their numbers in frames; absent: not noted. */
  readonly symbols?: readonly string[];
  readonly version: string;
  readonly kernelTarget: string;
}

/** The answer to one question about the account. */
export type AccountAnswer = Result<VenueAccount, VenueUnavailable>;

/**
 * What came into the trading core, in the order in which it came: with the state before the run,
 * everything that the run did follows from it. `decision` and `end` say what the run came to.
 */
export type RunInput =
  | { readonly kind: 'header'; readonly header: RunHeader }
  | { readonly kind: 'frame'; readonly frame: MarketFrame }
  | { readonly kind: 'timer'; readonly now: EventTimeNs; readonly outside: OutsideReadings }
  | { readonly kind: 'report'; readonly report: VenueReport }
  /** What the venue says of itself, such as a limit or a lost connection. */
  | { readonly kind: 'notice'; readonly notice: VenueNotice }
  /** Answer to the n-th question about the account, from 0. */
  | { readonly kind: 'answer'; readonly question: number; readonly answer: AccountAnswer }
  | { readonly kind: 'command'; readonly at: EventTimeNs; readonly command: SafetyCommand }
  | { readonly kind: 'stop'; readonly at: EventTimeNs }
  /** An event of the composition: start, stop, a broken rule. */
  | { readonly kind: 'event'; readonly event: DomainEvent }
  | { readonly kind: 'decision'; readonly context: DecisionContext }
  | { readonly kind: 'end'; readonly stateHash: string; readonly engineHash: string }
  /** The recording ended before the run did. */
  | { readonly kind: 'ended-early'; readonly reason: string };

/** Takes lines of a recording. */
export interface InputSink {
  readonly isOpen: boolean;
  line(text: string, bytes?: Uint8Array | null): void;
  /** Takes no more lines, since what comes next would not follow from those before. */
  end(reason: string): void;
}
