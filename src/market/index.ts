export { BarAggregator, type MarketTrade } from './bars.ts';
export { receivedAt } from './frame-time.ts';
export type { MarketFeed, MarketFrame } from './ports.ts';
export {
  type BookState,
  type BookSync,
  SnapshotSteering,
  type SnapshotTiming,
  type SteeringStep,
} from './snapshot-steering.ts';
export { Staleness } from './staleness.ts';
