import type { NotTradingReason } from '../../../observe/ports.ts';
import type { Connection } from './connection.ts';
import { age } from './format.ts';
import { Tile } from './tile.tsx';

const WEIGHTS = {
  'stops-all': { sign: '■', words: 'stops everything' },
  'stops-one': { sign: '▲', words: 'stops a part' },
  'by-choice': { sign: '○', words: 'own choice' },
} as const;

/** Why it is not trading, in plain words. */
export function WhyTile(props: {
  readonly reasons: readonly NotTradingReason[];
  readonly connection: Connection;
  readonly ageMs: number;
}) {
  const { reasons, connection, ageMs } = props;
  return (
    <Tile id="why" title="Why is it not trading?" ageMs={ageMs}>
      {reasons.length === 0 ? (
        <p class="all-well">
          <span class="sign" aria-hidden="true">
            ✓
          </span>
          Nothing holds it back: new positions are allowed and orders are working.
        </p>
      ) : (
        <ol class="reasons">
          {reasons.map((reason) => (
            <li class={reason.weight} key={`${reason.kind} ${reason.instrument} ${reason.text}`}>
              <span class="sign" aria-hidden="true">
                {WEIGHTS[reason.weight].sign}
              </span>
              <span class="weight">{WEIGHTS[reason.weight].words}</span>
              <span class="reason-text">{reason.text}</span>
              {reason.sinceMs !== null && (
                <span class="quiet">{age(connection.ageOf(reason.sinceMs))} ago</span>
              )}
            </li>
          ))}
        </ol>
      )}
    </Tile>
  );
}
