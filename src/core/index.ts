export { ArcCache, type CacheCounts } from './arc-cache.ts';
export { assert, InvariantError, unreachable } from './assert.ts';
export type { Brand } from './brand.ts';
export { canonicalJson, type Json, putCanonicalJson } from './canonical-json.ts';
export { ChurnMap } from './churn-map.ts';
export { JsonBytes } from './json-bytes.ts';
export { LatestMap } from './latest-map.ts';
export type { Clock, Rng } from './ports.ts';
export { err, ok, type Result } from './result.ts';
export { seededRng, standardNormal } from './rng.ts';
export {
  addMs,
  type EventTimeNs,
  eventTime,
  msBetween,
  NS_PER_MS,
  NS_PER_S,
  toIso,
} from './time.ts';
