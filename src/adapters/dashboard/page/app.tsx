import { useEffect } from 'preact/hooks';
import { BookTile } from './book-tile.tsx';
import { ChargesTile } from './charges-tile.tsx';
import { type Connection, useConnection } from './connection.ts';
import { useEquityHistory } from './equity-history.ts';
import { EquityTile } from './equity-tile.tsx';
import { FillsTile } from './fills-tile.tsx';
import { age, grouped } from './format.ts';
import { HealthTile } from './health-tile.tsx';
import { OrdersTile } from './orders-tile.tsx';
import { Performance } from './performance.tsx';
import { PositionsTile } from './positions-tile.tsx';
import { STALE_AFTER_MS } from './tile.tsx';
import { TopBar } from './top-bar.tsx';
import { WhyTile } from './why-tile.tsx';

/** The whole screen. */
export function App() {
  const connection = useConnection();
  const { frame } = connection;
  const history = useEquityHistory(frame?.view.equity ?? null);

  const title =
    frame === null || connection.state === 'lost'
      ? 'Bot4: no connection'
      : `${grouped(frame.view.equity.equity)} ${frame.view.currency}, ${frame.view.mode.mode}, ` +
        `${frame.view.environment.toUpperCase()}: Bot4`;
  useEffect(() => {
    document.title = title;
  }, [title]);

  if (frame === null) return <Waiting connection={connection} />;
  const { view, whyNotTrading, health } = frame;
  const viewAgeMs = connection.ageOf(view.atMs);
  const lost = connection.state === 'lost';
  return (
    <div class={`screen${lost ? ' lost' : ''}${viewAgeMs > STALE_AFTER_MS || lost ? ' old' : ''}`}>
      <TopBar view={view} connection={connection} />
      {lost && <Lost silenceMs={connection.silenceMs} />}
      <main>
        <EquityTile view={view} history={history} ageMs={connection.ageOf(view.equity.atMs)} />
        <WhyTile reasons={whyNotTrading} connection={connection} ageMs={viewAgeMs} />
        <div class="column">
          <PositionsTile view={view} ageMs={viewAgeMs} />
          <OrdersTile view={view} connection={connection} ageMs={viewAgeMs} />
          <FillsTile view={view} ageMs={viewAgeMs} />
          {view.charges.length > 0 && <ChargesTile view={view} ageMs={viewAgeMs} />}
        </div>
        <div class="column">
          <BookTile view={view} connection={connection} />
          <HealthTile view={view} health={health} ageMs={viewAgeMs} />
        </div>
        <Performance />
      </main>
    </div>
  );
}

function Lost(props: { readonly silenceMs: number }) {
  return (
    <div class="lost-banner" role="alert">
      <span class="sign" aria-hidden="true">
        ✕
      </span>
      <span>
        <strong>Connection lost.</strong> Everything below is old.
      </span>
      {/* Outside of what is announced, or a screen reader would count the seconds aloud. */}
      <span aria-live="off">Nothing heard for {age(props.silenceMs)}; trying again.</span>
    </div>
  );
}

function Waiting(props: { readonly connection: Connection }) {
  const lost = props.connection.state === 'lost';
  return (
    <main class="waiting">
      <h1>Bot4</h1>
      <p role="status">
        {lost ? 'Bot4 does not answer. This page keeps trying.' : 'Waiting for the first view…'}
      </p>
    </main>
  );
}
