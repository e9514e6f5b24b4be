export { type Drawdown, DrawdownTracker } from './drawdown.ts';
export { FILL_WINDOW, FillWindow } from './fill-window.ts';
export { Portfolio } from './portfolio.ts';
export {
  averageEntryE8,
  averageEntryTicks,
  bookFill,
  flatPosition,
  type Position,
  positionValue,
} from './position.ts';
export type { Marks, Valuation } from './valuation.ts';
