import { useEffect, useRef, useState } from 'preact/hooks';
import type { SystemView } from '../../../observe/ports.ts';
import { Choice } from './choice.tsx';
import { Gain } from './data-table.tsx';
import { EquityChart, type Hover } from './equity-chart.ts';
import { type EquityHistory, lastSpan } from './equity-history.ts';
import { duration, fixed, grouped, percent, utcTime } from './format.ts';
import { Tile } from './tile.tsx';

const SPANS = { '15 min': 900, '1 h': 3_600, '6 h': 21_600, all: null } as const;
type Span = keyof typeof SPANS;

/** What the account is worth, how it came there, and how far below its height it stands. */
export function EquityTile(props: {
  readonly view: SystemView;
  readonly history: EquityHistory;
  readonly ageMs: number;
}) {
  const { view, history, ageMs } = props;
  const { equity, currency } = view;
  const [span, setSpan] = useState<Span>('all');
  const [hover, setHover] = useState<Hover>(null);
  const shown = lastSpan(history, SPANS[span]);
  return (
    <Tile
      id="equity"
      title="Equity"
      ageMs={ageMs}
      aside={
        <Choice
          name="span"
          label="Time shown"
          options={Object.keys(SPANS).map((value) => ({ value: value as Span, text: value }))}
          chosen={span}
          choose={setSpan}
        />
      }
    >
      <div class="equity-facts">
        <p class="equity-value">
          {grouped(equity.equity)} <span class="unit">{currency}</span>
        </p>
        <dl class="facts">
          <Fact name="Realised" unit={currency} value={<Gain text={equity.realised} />} />
          <Fact name="Unrealised" unit={currency} value={<Gain text={equity.unrealised} />} />
          <Fact name="Fees paid" unit={currency} value={grouped(equity.fees)} />
          <Fact name="Funding, interest paid" unit={currency} value={grouped(equity.charges)} />
          <Fact name="Cash" unit={currency} value={grouped(equity.cash)} />
          <Fact
            name="Drawdown"
            unit={`deepest ${percent(equity.maxDrawdown)}`}
            value={percent(equity.drawdown)}
          />
        </dl>
      </div>
      {shown.atS.length < 2 ? (
        <p class="empty">The curve begins with the second sample and goes on over restarts.</p>
      ) : (
        <>
          <p class="readout">{readout(shown, hover, currency)}</p>
          <Chart history={shown} span={span} onHover={setHover} label={summary(shown, view)} />
        </>
      )}
    </Tile>
  );
}

function Fact(props: { name: string; unit: string; value: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        {props.value} <span class="unit">{props.unit}</span>
      </dd>
    </div>
  );
}

function Chart(props: {
  readonly history: EquityHistory;
  readonly span: Span;
  readonly label: string;
  readonly onHover: (index: Hover) => void;
}) {
  const { history, span, label, onHover } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<EquityChart | null>(null);
  const latest = useRef(history);
  latest.current = history;

  useEffect(() => {
    const element = host.current!;
    const make = (): void => {
      chart.current?.destroy();
      chart.current = new EquityChart(element, latest.current, onHover);
    };
    make();
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', make);
    const sized = new ResizeObserver(() => chart.current?.resize(element.clientWidth));
    sized.observe(element);
    return () => {
      scheme.removeEventListener('change', make);
      sized.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [onHover]);

  const lastAtS = history.atS.at(-1);
  const points = history.atS.length;
  useEffect(() => {
    chart.current?.update(latest.current);
  }, [lastAtS, points, span]);

  return <div class="chart" ref={host} role="img" aria-label={label} />;
}

function readout(history: EquityHistory, hover: Hover, currency: string) {
  const index = hover ?? history.atS.length - 1;
  const atS = history.atS[index] ?? history.atS.at(-1)!;
  const equity = history.equity[index] ?? history.equity.at(-1)!;
  const drawdown = history.drawdown[index] ?? history.drawdown.at(-1)!;
  return (
    <>
      <span>{utcTime(atS * 1_000)} UTC</span>
      <span class="key equity-key">
        equity {fixed(equity, 2)} {currency}
      </span>
      <span class="key drawdown-key">drawdown {percent(drawdown)}</span>
    </>
  );
}

function summary(history: EquityHistory, view: SystemView): string {
  const [first, last] = [history.equity[0]!, history.equity.at(-1)!];
  const spanMs = (history.atS.at(-1)! - history.atS[0]!) * 1_000;
  const deepest = history.drawdown.reduce((most, fall) => Math.max(most, fall), 0);
  return (
    `Equity over ${duration(spanMs)}: from ${fixed(first, 2)} to ${fixed(last, 2)} ` +
    `${view.currency}, deepest drawdown ${percent(deepest)}.`
  );
}
