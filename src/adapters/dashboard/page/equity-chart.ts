import UPlot from 'uplot';
import { axisLabels } from './axis-labels.ts';
import { type EquityHistory, stopsIn } from './equity-history.ts';

/** Height of the equity and of the drawdown part, CSS px. */
const EQUITY_HEIGHT = 236;
const DRAWDOWN_HEIGHT = 96;

/** Room for the figures beside both parts, so that their time axes stand under each other. */
const AXIS_WIDTH = 74;

/** Room between the parts, so that the lowest figure above does not touch the highest below, CSS px. */
const ROOM_BETWEEN = 12;

/** What the pointer is over; null when it is nowhere. */
export type Hover = number | null;

/** Two charts with one time axis: equity above, drawdown below. */
export class EquityChart {
  readonly #equity: UPlot;
  readonly #drawdown: UPlot;

  /** Draws into `host`; `onHover` hears the index of the point under the pointer. */
  constructor(host: HTMLElement, history: EquityHistory, onHover: (index: Hover) => void) {
    const style = getComputedStyle(host);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const width = Math.max(200, host.clientWidth);
    const font = `12px ${style.fontFamily}`;
    const axis = { stroke: colour('--muted'), font, ticks: { show: false } };
    const grid = { stroke: colour('--line'), width: 1 };
    const common = {
      width,
      tzDate: (seconds: number) => UPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
      legend: { show: false },
      cursor: {
        sync: { key: 'equity', setSeries: false },
        y: false,
        drag: { x: false, y: false },
        points: { size: 7, width: 2, fill: colour('--surface') },
      },
    };
    this.#equity = new UPlot(
      {
        ...common,
        height: EQUITY_HEIGHT,
        padding: [8, 8, ROOM_BETWEEN, 0],
        scales: { y: { range: (_chart, low, high) => paddedRange(low, high) } },
        series: [
          {},
          {
            stroke: colour('--accent'),
            width: 2,
            fill: (chart) => fade(chart, colour('--accent')),
            points: { show: false },
            gaps: stopGaps,
          },
        ],
        axes: [
          { ...axis, grid: { show: false }, size: 0, values: () => [] },
          {
            ...axis,
            grid,
            size: AXIS_WIDTH,
            space: 44,
            values: (_chart, at, _axis, _space, step) => axisLabels(at, step),
          },
        ],
        hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
      },
      columns(history, history.equity),
      host,
    );
    this.#drawdown = new UPlot(
      {
        ...common,
        height: DRAWDOWN_HEIGHT,
        padding: [8, 8, 0, 0],
        scales: { y: { range: (_chart, low) => [Math.min(low * 1.15, -0.000_5), 0] } },
        series: [
          {},
          {
            stroke: colour('--down'),
            width: 1.5,
            fill: colour('--down-soft'),
            fillTo: 0,
            points: { show: false },
            gaps: stopGaps,
          },
        ],
        axes: [
          { ...axis, grid: { show: false }, size: 30, space: 74, values: clockTimes },
          {
            ...axis,
            grid,
            size: AXIS_WIDTH,
            space: 26,
            values: (_chart, at, _axis, _space, step) =>
              axisLabels(
                at.map((fall) => fall * 100),
                step * 100,
                ' %',
              ),
          },
        ],
      },
      columns(history, fallen(history)),
      host,
    );
  }

  /** Shows other points. */
  update(history: EquityHistory): void {
    this.#equity.setData(columns(history, history.equity));
    this.#drawdown.setData(columns(history, fallen(history)));
  }

  /** Takes the width of its host again. */
  resize(width: number): void {
    this.#equity.setSize({ width, height: EQUITY_HEIGHT });
    this.#drawdown.setSize({ width, height: DRAWDOWN_HEIGHT });
  }

  /** Removes both parts. */
  destroy(): void {
    this.#equity.destroy();
    this.#drawdown.destroy();
  }
}

const columns = (history: EquityHistory, values: readonly number[]): UPlot.AlignedData => [
  history.atS as number[],
  values as number[],
];

const fallen = (history: EquityHistory): number[] => history.drawdown.map((fall) => -fall);

function paddedRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = Math.max((high - low) * 0.12, Math.abs(high) * 1e-5, 0.01);
  return [low - room, high + room];
}

function clockTimes(_chart: UPlot, atS: number[]): string[] {
  const step = atS.length > 1 ? atS[1]! - atS[0]! : 60;
  return atS.map((at) => {
    const iso = new Date(at * 1_000).toISOString();
    if (step >= 86_400) return iso.slice(5, 10);
    return step < 60 ? iso.slice(11, 19) : iso.slice(11, 16);
  });
}

/** Where no line is drawn, in pixels of the canvas: from the last sample before a stop to the next. */
const stopGaps: UPlot.Series.GapsRefiner = (chart, _series, first, last, gaps) => {
  const atS = chart.data[0];
  const at = (index: number): number => Math.round(chart.valToPos(atS[index]!, 'x', true));
  for (const before of stopsIn(atS)) {
    if (before >= first && before < last) gaps.push([at(before), at(before + 1)]);
  }
  return gaps.sort((a, b) => a[0] - b[0]);
};

function fade(chart: UPlot, colour: string): CanvasGradient | string {
  const { top, height } = chart.bbox;
  if (!Number.isFinite(top + height) || height <= 0) return 'transparent';
  const gradient = chart.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, `${colour}33`);
  gradient.addColorStop(1, `${colour}00`);
  return gradient;
}
