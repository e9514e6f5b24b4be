import type { SystemView } from '../../../observe/ports.ts';
import type { Connection } from './connection.ts';
import { duration, milliseconds, utcDate, utcTime } from './format.ts';

const MODE_SIGNS = { NORMAL: '●', PAUSE: 'Ⅱ', REDUCE: '▼', EMERGENCY: '■' } as const;

/** Mode, whose money, venues and time: what must be seen from across the room. */
export function TopBar(props: { readonly view: SystemView; readonly connection: Connection }) {
  const { view, connection } = props;
  const { mode } = view;
  const real = view.environment === 'live' || view.environment === 'canary';
  return (
    <header class="top-bar">
      <h1>Bot4</h1>
      <p class={`environment ${real ? 'real' : 'simulated'}`}>
        {view.environment.toUpperCase()}
        <span class="visually-hidden">{real ? ': real money' : ': no real money'}</span>
      </p>
      <p class={`mode mode-${mode.mode.toLowerCase()}`} role="status">
        <span class="sign" aria-hidden="true">
          {MODE_SIGNS[mode.mode]}
        </span>
        <strong>{mode.mode}</strong>
      </p>
      <p class="mode-since">for {duration(connection.ageOf(mode.sinceMs))}</p>
      <ul class="venues" aria-label="Venues">
        {view.venues.map((venue) => (
          <li class={venue.connected ? 'ok' : 'failed'} key={venue.venue}>
            <span class="sign" aria-hidden="true">
              {venue.connected ? '✓' : '✕'}
            </span>
            {venue.venue} {venue.connected ? 'connected' : 'not connected'}
            {venue.breaker !== null && <span class="failed">, breaker open</span>}
            {venue.latencyMs !== null && (
              <span class="quiet">, orders {milliseconds(venue.latencyMs)}</span>
            )}
          </li>
        ))}
      </ul>
      <p class="clock">
        <span class="quiet">{utcDate(connection.serverNowMs)}</span>{' '}
        <time>{utcTime(connection.serverNowMs)}</time> <span class="quiet">UTC</span>
      </p>
    </header>
  );
}
