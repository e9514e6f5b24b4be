import { type CauseOrigin, type ControlMode, severity } from '../model/index.ts';
import { REFUSAL_WORDS } from './refusal-words.ts';
import type { EpochMs, FeedView, RefusalView, SystemView, VenueView } from './system-view.ts';

/** Refusals older than this no longer explain why nothing is traded now. */
const REFUSAL_COUNTS_FOR_MS = 60_000;

/** One reason why no new position is opened. */
export interface NotTradingReason {
  readonly kind: 'mode' | 'journal' | 'venue' | 'feed' | 'refusal' | 'decision';
  /** Whether it stops everything, stops one instrument, or is the engine's own choice. */
  readonly weight: 'stops-all' | 'stops-one' | 'by-choice';
  /** Null when it concerns all of them. */
  readonly instrument: string | null;
  /** One or two sentences for people. */
  readonly text: string;
  /** Since when it holds; null when unknown. */
  readonly sinceMs: EpochMs | null;
}

const MODE_EFFECT: Readonly<Record<ControlMode, string>> = {
  NORMAL: 'new positions are allowed',
  PAUSE:
    'nothing new is opened, quotes that could open a position are being withdrawn, reducing orders are kept',
  REDUCE: 'positions are being made smaller',
  EMERGENCY: 'orders are being cancelled and positions closed',
};

const ORIGIN_WORDS: Readonly<Record<CauseOrigin, string>> = {
  'start-up': 'start-up',
  automatic: 'automatic protection',
  human: 'a person',
  hardware: 'hardware',
};

/** People and hardware come before what may clear by itself. */
const ORIGIN_ORDER: readonly CauseOrigin[] = ['hardware', 'human', 'automatic', 'start-up'];

/**
 * Says in plain words why the system opens no new position, the most important reason first:
 * control mode, journal, venues, books, refusals of risk, and last the engine's own decisions.
 *
 * An instrument with an open order is being traded, so neither its latest decision nor a refusal
 * is a reason; nor is a refusal that a fill followed.
 *
 * Determinism: a function of the view alone.
 */
export function whyNotTrading(view: SystemView): readonly NotTradingReason[] {
  return [
    ...modeReasons(view),
    ...journalReasons(view),
    ...venueReasons(view),
    ...feedReasons(view),
    ...refusalReasons(view),
    ...decisionReasons(view),
  ];
}

function modeReasons(view: SystemView): NotTradingReason[] {
  if (view.mode.mode === 'NORMAL') return [];
  const base = { kind: 'mode', weight: 'stops-all', instrument: null } as const;
  if (view.mode.causes.length === 0) {
    const text = `${view.mode.mode}, without a recorded cause: ${MODE_EFFECT[view.mode.mode]}.`;
    return [{ ...base, text, sinceMs: view.mode.sinceMs }];
  }
  return view.mode.causes
    .filter((cause) => cause.mode !== 'NORMAL')
    .toSorted(
      (a, b) =>
        severity(b.mode) - severity(a.mode) ||
        ORIGIN_ORDER.indexOf(a.origin) - ORIGIN_ORDER.indexOf(b.origin) ||
        a.sinceMs - b.sinceMs,
    )
    .map((cause) => ({
      ...base,
      text:
        `${cause.mode} by ${ORIGIN_WORDS[cause.origin]}: ${withoutFullStop(cause.detail)}. ` +
        `${capitalised(MODE_EFFECT[cause.mode])}.`,
      sinceMs: cause.sinceMs,
    }));
}

function journalReasons(view: SystemView): NotTradingReason[] {
  if (view.journal.writable) return [];
  const text =
    'The journal cannot be written, and no order leaves before it stands in the journal.';
  return [{ kind: 'journal', weight: 'stops-all', instrument: null, text, sinceMs: null }];
}

function venueReasons(view: SystemView): NotTradingReason[] {
  const down = view.venues.filter((venue) => !venue.connected);
  const weight = down.length === view.venues.length ? 'stops-all' : 'stops-one';
  if (view.venues.length === 0) {
    const text = 'No venue is connected yet.';
    return [{ kind: 'venue', weight, instrument: null, text, sinceMs: null }];
  }
  const cut = view.venues.filter((venue) => venue.connected && venue.breaker !== null);
  return [...down.map((venue) => downReason(view, venue, weight)), ...cut.map(cutReason)];
}

/** The connection stands, and the breaker lets nothing new through. */
const cutReason = (venue: VenueView): NotTradingReason => ({
  kind: 'venue',
  weight: 'stops-one',
  instrument: null,
  text: `The circuit breaker of venue ${venue.venue} is open: ${withoutFullStop(venue.breaker ?? '')}.`,
  sinceMs: null,
});

function downReason(
  view: SystemView,
  venue: VenueView,
  weight: NotTradingReason['weight'],
): NotTradingReason {
  return {
    kind: 'venue',
    weight,
    instrument: null,
    text:
      venue.lastMessageAgeMs === null
        ? `Venue ${venue.venue} is not connected and has not answered yet.`
        : `Venue ${venue.venue} is not connected: its last message came ` +
          `${seconds(venue.lastMessageAgeMs)} ago.`,
    sinceMs: venue.lastMessageAgeMs === null ? null : view.atMs - venue.lastMessageAgeMs,
  };
}

function feedReasons(view: SystemView): NotTradingReason[] {
  if (view.feeds.length === 0) {
    const text = 'No market is subscribed yet.';
    return [{ kind: 'feed', weight: 'stops-all', instrument: null, text, sinceMs: null }];
  }
  const bad = view.feeds.filter((feed) => feed.state !== 'synchronised');
  const weight = bad.length === view.feeds.length ? 'stops-all' : 'stops-one';
  return bad.map((feed) => ({
    kind: 'feed',
    weight,
    instrument: feed.instrument,
    text: `${feed.instrument}: ${feedWords(feed)}.`,
    sinceMs: feed.lastUpdateAgeMs === null ? null : view.atMs - feed.lastUpdateAgeMs,
  }));
}

function feedWords(feed: FeedView): string {
  if (feed.state === 'waiting') return 'no market data has arrived yet';
  if (feed.state === 'synchronising') {
    return 'the book is being rebuilt from a snapshot, and nothing trades on an unproven book';
  }
  const age = feed.lastUpdateAgeMs === null ? '' : `, ${seconds(feed.lastUpdateAgeMs)} old`;
  return `the book is stale${age}, and nothing trades on old prices`;
}

function refusalReasons(view: SystemView): NotTradingReason[] {
  const working = instrumentsAtWork(view);
  const filledAtMs = new Map<string, EpochMs>();
  for (const { instrument, atMs } of view.fills) {
    filledAtMs.set(instrument, Math.max(atMs, filledAtMs.get(instrument) ?? atMs));
  }
  const groups = new Map<string, { latest: RefusalView; count: number }>();
  for (const refusal of view.refusals) {
    if (view.atMs - refusal.atMs > REFUSAL_COUNTS_FOR_MS) continue;
    if (working.has(refusal.instrument)) continue;
    if ((filledAtMs.get(refusal.instrument) ?? -Infinity) > refusal.atMs) continue;
    const key = JSON.stringify([refusal.instrument, refusal.code]);
    const group = groups.get(key);
    const latest = group && group.latest.atMs >= refusal.atMs ? group.latest : refusal;
    groups.set(key, { latest, count: (group?.count ?? 0) + 1 });
  }
  return [...groups.values()]
    .toSorted((a, b) => b.count - a.count || b.latest.atMs - a.latest.atMs)
    .map(({ latest, count }) => ({
      kind: 'refusal',
      weight: 'stops-one',
      instrument: latest.instrument,
      text:
        `${latest.instrument}: risk refused ${count === 1 ? 'an order' : `${count} orders`} ` +
        `in the last minute: ${refusalWords(latest)} (${latest.code}).`,
      sinceMs: latest.atMs,
    }));
}

/** A code of another version has no words here: then its own detail has to do. */
const refusalWords = ({ code, detail }: RefusalView): string =>
  REFUSAL_WORDS[code] ?? withoutFullStop(detail);

const instrumentsAtWork = (view: SystemView): ReadonlySet<string> =>
  new Set(view.orders.map((order) => order.instrument));

function decisionReasons(view: SystemView): NotTradingReason[] {
  const working = instrumentsAtWork(view);
  const ready = new Set(
    view.feeds.filter((feed) => feed.state === 'synchronised').map((feed) => feed.instrument),
  );
  const reasons: NotTradingReason[] = [];
  for (const { instrument, decision } of view.instruments) {
    if (working.has(instrument) || !ready.has(instrument)) continue;
    if (decision !== null && decision.side !== 'none') continue;
    const words = decision === null ? [] : decision.reasons;
    const detail = words.length > 0 ? words.join('; ') : 'no side is good enough';
    reasons.push({
      kind: 'decision',
      weight: 'by-choice',
      instrument,
      text:
        decision === null
          ? `${instrument}: the engine has not decided anything yet.`
          : `${instrument}: the engine prefers not to trade: ${withoutFullStop(detail)}.`,
      sinceMs: decision?.atMs ?? null,
    });
  }
  return reasons;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const withoutFullStop = (text: string): string => text.replace(/\.$/, '');
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
