import { useState } from 'preact/hooks';
import type {
  DecisionView,
  InstrumentView,
  LevelView,
  SystemView,
} from '../../../observe/ports.ts';
import { Choice } from './choice.tsx';
import type { Connection } from './connection.ts';
import { SideMark } from './data-table.tsx';
import { age, basisPoints, fixed, fractionDigits, grouped, percent } from './format.ts';
import { Tile } from './tile.tsx';

interface Rung {
  readonly price: string;
  readonly quantity: string;
  readonly total: string;
  /** Total so far as a fraction of the largest total of both sides. */
  readonly depth: number;
}

/** The book of one instrument and what the engine last decided on it. */
export function BookTile(props: { readonly view: SystemView; readonly connection: Connection }) {
  const { view, connection } = props;
  const [chosen, choose] = useState<string | null>(null);
  const shown =
    view.instruments.find((other) => other.instrument === chosen) ?? view.instruments[0];
  if (shown === undefined) {
    return (
      <Tile id="book" title="Book" ageMs={null}>
        <p class="empty">No instrument is traded.</p>
      </Tile>
    );
  }
  return (
    <Tile
      id="book"
      title="Book"
      ageMs={shown.book === null ? null : connection.ageOf(shown.book.atMs)}
      aside={
        <Choice
          name="instrument"
          label="Instrument"
          options={view.instruments.map((other) => ({
            value: other.instrument,
            text: other.symbol,
          }))}
          chosen={shown.instrument}
          choose={choose}
        />
      }
    >
      {shown.book === null ? (
        <p class="empty">The book of {shown.symbol} has not been built yet.</p>
      ) : (
        <Ladder shown={shown} bids={shown.book.bids} asks={shown.book.asks} />
      )}
      <Decision shown={shown} decision={shown.decision} connection={connection} />
    </Tile>
  );
}

function Ladder(props: {
  readonly shown: InstrumentView;
  readonly bids: readonly LevelView[];
  readonly asks: readonly LevelView[];
}) {
  const { shown, bids, asks } = props;
  const most = Math.max(sumOf(bids), sumOf(asks), Number.MIN_VALUE);
  const [bestBid, bestAsk] = [bids[0], asks[0]];
  return (
    <table class="ladder" aria-label={`Book of ${shown.symbol}`}>
      <thead>
        <tr>
          <th scope="col">Price {shown.quote}</th>
          <th scope="col">Quantity {shown.base}</th>
          <th scope="col">Total {shown.base}</th>
        </tr>
      </thead>
      <tbody class="asks">
        {rungs(asks, most)
          .toReversed()
          .map((rung) => (
            <Row rung={rung} key={rung.price} />
          ))}
      </tbody>
      <tbody class="spread">
        <tr>
          <td colSpan={3}>
            {bestBid === undefined || bestAsk === undefined
              ? 'one side of the book is empty'
              : spreadWords(bestBid[0], bestAsk[0], shown.quote)}
          </td>
        </tr>
      </tbody>
      <tbody class="bids">
        {rungs(bids, most).map((rung) => (
          <Row rung={rung} key={rung.price} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: { readonly rung: Rung }) {
  const { rung } = props;
  return (
    <tr>
      <td class="price">{grouped(rung.price)}</td>
      <td>{grouped(rung.quantity)}</td>
      <td class="total">
        <span class="bar" style={{ width: `${(rung.depth * 100).toFixed(1)}%` }} />
        <span class="figure">{grouped(rung.total)}</span>
      </td>
    </tr>
  );
}

function Decision(props: {
  readonly shown: InstrumentView;
  readonly decision: DecisionView | null;
  readonly connection: Connection;
}) {
  const { shown, decision, connection } = props;
  if (decision === null) return <p class="empty">No decision on {shown.symbol} yet.</p>;
  return (
    <section class="decision" aria-labelledby="decision-title">
      <h3 id="decision-title">
        Last decision
        <span class="tile-age">{age(connection.ageOf(decision.atMs))} old</span>
      </h3>
      <dl class="facts">
        <div>
          <dt>Wants to</dt>
          <dd>
            {decision.side === 'none' ? (
              decision.edge === null ? (
                'rest its quotes'
              ) : (
                'do nothing'
              )
            ) : (
              <>
                <SideMark side={decision.side} /> {grouped(decision.quantity)}{' '}
                <span class="unit">{shown.base}</span>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Chance of a rise</dt>
          <dd>{percent(decision.probability, 1)}</dd>
        </div>
        {decision.edge !== null && (
          <div>
            <dt>Edge after cost</dt>
            <dd>{basisPoints(decision.edge)}</dd>
          </div>
        )}
      </dl>
      <ul class="decision-reasons">
        {decision.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  );
}

const sumOf = (levels: readonly LevelView[]): number =>
  levels.reduce((sum, [, quantity]) => sum + Number(quantity), 0);

function rungs(levels: readonly LevelView[], most: number): Rung[] {
  let total = 0;
  return levels.map(([price, quantity]) => {
    total += Number(quantity);
    return { price, quantity, total: total.toFixed(fractionDigits(quantity)), depth: total / most };
  });
}

function spreadWords(bid: string, ask: string, quote: string): string {
  const spread = Number(ask) - Number(bid);
  const mid = (Number(ask) + Number(bid)) / 2;
  const digits = fractionDigits(ask);
  return (
    `mid ${fixed(mid, digits + 1)} · spread ${fixed(spread, digits)} ${quote} · ` +
    `${fixed((spread / mid) * 10_000, 2)} bp`
  );
}
