import type { BenchOptions } from '../../contracts.ts';
import type { BenchAddon } from '../addon.ts';
import type { DepthStream } from '../depth-stream.ts';
import type { Figure, FigureName } from '../goals.ts';
import type { Load } from '../load.ts';
import { type Effort, FULL_ROUNDS } from '../paired.ts';
import type {
  AbsentPair,
  BenchBatch,
  BenchCache,
  BenchPair,
  BenchStage,
  BenchStalls,
  BenchTarget,
  LatencyPercentilesUs,
} from '../report.ts';
import type { Now } from '../runners.ts';

/** What the doorbell's open and closed loop found on the load. */
export interface DoorbellResult {
  readonly achieved: number;
  readonly latency: LatencyPercentilesUs;
  readonly intentLatency: LatencyPercentilesUs;
  readonly clockPair: LatencyPercentilesUs;
  readonly longestStallUs: number;
  readonly throughput: number;
  readonly intents: number;
  readonly checksum: string;
}

/** Where the parts leave what they found. */
export interface PartResults {
  readonly pairs: Map<string, BenchPair>;
  readonly absentPairs: Map<string, AbsentPair>;
  readonly figures: Map<FigureName, Figure>;
  readonly batches: BenchBatch[];
  readonly stages: BenchStage[];
  readonly targets: BenchTarget[];
  readonly caches: BenchCache[];
  readonly stalls: BenchStalls[];
  readonly faults: string[];
  doorbell: DoorbellResult | null;
}

/** What a part works with. */
export interface PartContext {
  readonly options: BenchOptions;
  /** null when no part that needs it was asked for. */
  readonly addon: BenchAddon | null;
  readonly load: Load;
  /** The captures that the load was read from; empty for the generated market. */
  readonly files: readonly string[];
  readonly recordings: string;
  readonly stream: DepthStream;
  readonly now: Now;
  readonly results: PartResults;
}

/** Nothing measured yet. */
export const emptyResults = (): PartResults => ({
  pairs: new Map(),
  absentPairs: new Map(),
  figures: new Map(),
  batches: [],
  stages: [],
  targets: [],
  caches: [],
  stalls: [],
  faults: [],
  doorbell: null,
});

/** How long pairs and batches are measured. */
export const effortOf = ({ quick }: BenchOptions): Effort =>
  quick
    ? { rounds: FULL_ROUNDS, fewestRounds: 5, budgetMs: 700 }
    : { rounds: 101, fewestRounds: FULL_ROUNDS, budgetMs: 3_500 };
