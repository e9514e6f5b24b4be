import { useEffect, useState } from 'preact/hooks';
import type { PageFrame } from '../page-frame.ts';

/** Without a frame for so long the page calls the connection lost, ms. */
const LOST_AFTER_MS = 3_000;

/** How often ages are worked out anew, ms. */
const TICK_MS = 500;

/** How often a stream that the server refused is asked for again, ms. */
const REOPEN_MS = 3_000;

/** The latest frame and how things stand with its source. */
export interface Connection {
  /** Null before the first frame. */
  readonly frame: PageFrame | null;
  readonly state: 'connecting' | 'live' | 'lost';
  /** Since the latest frame came, ms; since the page was opened when none has come yet. */
  readonly silenceMs: number;
  /** Age of something that was true at a server time, ms, whatever this machine's clock says. */
  ageOf(atMs: number): number;
  /** The server's wall clock now, ms since the epoch. */
  readonly serverNowMs: number;
}

interface Received {
  readonly frame: PageFrame;
  /** Monotonic time of this machine. */
  readonly receivedAtMs: number;
}

/** Listens to the server's event stream for as long as the page is open. */
export function useConnection(): Connection {
  const [received, setReceived] = useState<Received | null>(null);
  const [nowMs, setNowMs] = useState(() => performance.now());

  useEffect(() => {
    const take = (frame: PageFrame): void => {
      const receivedAtMs = performance.now();
      setReceived({ frame, receivedAtMs });
      setNowMs(receivedAtMs);
    };
    const open = (): EventSource => {
      const opened = new EventSource('/events');
      opened.addEventListener('view', (event) => take(JSON.parse(event.data) as PageFrame));
      // The view is larger than what the server buffers for one client.
      opened.addEventListener('fetch-view', async () => {
        const response = await fetch('/api/view').catch(() => null);
        if (response?.ok) take((await response.json()) as PageFrame);
      });
      return opened;
    };
    let stream = open();
    const tick = setInterval(() => setNowMs(performance.now()), TICK_MS);
    // A browser retries a broken stream by itself, but gives up on one that was refused.
    const reopen = setInterval(() => {
      if (stream.readyState === EventSource.CLOSED) stream = open();
    }, REOPEN_MS);
    return () => {
      clearInterval(tick);
      clearInterval(reopen);
      stream.close();
    };
  }, []);

  const silenceMs = received === null ? nowMs : nowMs - received.receivedAtMs;
  const lost = silenceMs > LOST_AFTER_MS;
  const serverNowMs = received === null ? 0 : received.frame.sentAtMs + silenceMs;
  return {
    frame: received?.frame ?? null,
    state: lost ? 'lost' : received === null ? 'connecting' : 'live',
    silenceMs,
    ageOf: (atMs) => Math.max(0, serverNowMs - atMs),
    serverNowMs,
  };
}
