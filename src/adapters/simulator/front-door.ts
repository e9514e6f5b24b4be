import type { VenueNotice } from '../../execution/ports.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Requests during a rate limit that the venue forgives; one more is answered with a ban. */
export const FORGIVEN_REQUESTS = 20;

/** How long a ban lasts that was earned by not waiting, us. */
const BAN_US = 120_000_000;

/** A request that claims to come from later than this from now is refused, us. */
const FUTURE_US = 1_000_000;

const US_PER_MS = 1_000;

/** What the venue asks to wait when a rule does not say, ms. */
const RETRY_AFTER_MS = 1_000;

/** A request as it arrives. */
export interface ArrivingRequest {
  readonly kind: 'submit' | 'cancel' | 'amend' | 'account';
  /** Symbol of the order; null for a question. */
  readonly symbol: number | null;
  /** When it left, by the sender's clock. */
  readonly sentAt: VenueTimeUs;
}

type WithoutTime<T> = T extends VenueNotice ? Omit<T, 'at'> : never;

/** A restriction that the venue tells of; the receiver stamps its arrival. */
export type SentLimit = WithoutTime<
  Extract<VenueNotice, { readonly kind: 'rate-limited' | 'maintenance' }>
>;

/** What becomes of a request. */
export type RequestFate =
  | {
      readonly kind: 'carried-out';
      /** Whether what it does at once is reported. */
      readonly isReported: boolean;
      /** Whether the answer to the request itself was an error all the same. */
      readonly isFailed: boolean;
    }
  /** Certainly not carried out, and the sender is told so. */
  | { readonly kind: 'refused'; readonly reason: string; readonly limit: SentLimit | null }
  /** Not carried out; the sender is told only that something failed. */
  | { readonly kind: 'failed' };

/**
 * Where requests arrive: refuses what a venue refuses before it looks at the order.
 *
 *   order of judgement: maintenance, ban, rate limit, time stamp, halt, server error
 *   time stamp: refused unless  -1 s <= venue clock - sent <= window
 *
 * A request that comes in spite of a rate limit is refused again, and after 20 of them the account
 * is banned for two minutes.
 *
 * Determinism: a function of the schedule and the calls.
 * Source: Binance USD-M futures, "General Info": 429, 418, Retry-After, recvWindow, 5xx "execution
 *         status unknown".
 */
export class FrontDoor {
  readonly #faults: FaultSchedule;
  readonly #windowUs: number;
  #limitedUntil: VenueTimeUs = 0;
  #bannedUntil: VenueTimeUs = 0;
  #strikes = 0;
  #bans = 0;
  #errors = 0;

  constructor(faults: FaultSchedule, requestWindowMs: number) {
    this.#faults = faults;
    this.#windowUs = requestWindowMs * US_PER_MS;
  }

  /** Bans that were earned by not waiting. */
  get bans(): number {
    return this.#bans;
  }

  /** Venue's clock less the true time, us. */
  skewUs(now: VenueTimeUs): number {
    return Math.round((this.#faults.holds('clock-skew', now)?.skewMs ?? 0) * US_PER_MS);
  }

  /** Judges a request that arrives now. */
  judge(request: ArrivingRequest, now: VenueTimeUs): RequestFate {
    const faults = this.#faults;
    if (faults.isEmpty) return CARRIED_OUT;
    const refused = this.#limit(now) ?? this.#misfit(request, now);
    if (refused !== null) return refused;
    if (request.kind === 'account') return CARRIED_OUT;
    if (faults.touches('server-errors', now) !== null) {
      this.#errors += 1;
      return this.#errors % 2 === 1
        ? { kind: 'failed' }
        : { kind: 'carried-out', isReported: true, isFailed: true };
    }
    const isReported = faults.touches('unanswered', now) === null;
    return { kind: 'carried-out', isReported, isFailed: false };
  }

  /** The refusal that every request meets now; null when there is none. */
  #limit(now: VenueTimeUs): RequestFate | null {
    const maintenance = this.#faults.holds('maintenance', now);
    if (maintenance !== null) {
      const retryAfterMs = maintenance.retryAfterMs ?? RETRY_AFTER_MS;
      return refusal('maintenance', { kind: 'maintenance', retryAfterMs });
    }
    const ban = this.#faults.holds('ban', now);
    if (ban !== null) return limited('banned', ban.retryAfterMs ?? RETRY_AFTER_MS, true);
    if (now < this.#bannedUntil) {
      return limited('banned', (this.#bannedUntil - now) / US_PER_MS, true);
    }
    if (now < this.#limitedUntil) {
      this.#strikes += 1;
      if (this.#strikes > FORGIVEN_REQUESTS) {
        this.#bans += 1;
        this.#bannedUntil = now + BAN_US;
        return limited('banned', BAN_US / US_PER_MS, true);
      }
      return limited('rate-limited', (this.#limitedUntil - now) / US_PER_MS, false);
    }
    const rule = this.#faults.touches('rate-limit', now);
    if (rule === null) return null;
    const retryAfterMs = rule.retryAfterMs ?? RETRY_AFTER_MS;
    this.#strikes = 0;
    this.#limitedUntil = now + Math.round(retryAfterMs * US_PER_MS);
    return limited('rate-limited', retryAfterMs, false);
  }

  #misfit({ kind, symbol, sentAt }: ArrivingRequest, now: VenueTimeUs): RequestFate | null {
    const age = now + this.skewUs(now) - sentAt;
    if (kind !== 'account' && (age > this.#windowUs || age < -FUTURE_US)) {
      return refusal('timestamp-outside-window', null);
    }
    const isOrder = kind === 'submit' || kind === 'amend';
    if (isOrder && this.#faults.holds('halt', now, symbol) !== null) {
      return refusal('symbol-halted', null);
    }
    return null;
  }

  /** Moves what is remembered later by `us` microseconds: for a process that was suspended. */
  delay(us: number): void {
    this.#limitedUntil += us;
    this.#bannedUntil += us;
  }
}

const CARRIED_OUT: RequestFate = { kind: 'carried-out', isReported: true, isFailed: false };

const refusal = (reason: string, limit: SentLimit | null): RequestFate => ({
  kind: 'refused',
  reason,
  limit,
});

const limited = (reason: string, retryAfterMs: number, banned: boolean): RequestFate =>
  refusal(reason, { kind: 'rate-limited', retryAfterMs, banned });
