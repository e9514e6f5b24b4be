/** Percentiles of one latency distribution, in microseconds. */
export interface LatencyPercentilesUs {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  /** null: too few samples to tell, as in `PercentilesNs`. */
  readonly p99: number | null;
  readonly p999: number | null;
  readonly p9999: number | null;
  readonly max: number;
  readonly samples: number;
}

/** Percentiles of one distribution in nanoseconds; `n` values. */
export interface PercentilesNs {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  /** null below 100 values, of which one lies beyond; p99.9 asks for 1,000, p99.99 for 10,000. */
  readonly p99: number | null;
  readonly p999: number | null;
  readonly p9999: number | null;
  readonly max: number;
  readonly n: number;
}

/** The middle of `n` values with their 5 and 95 % points. */
export interface Spread {
  readonly median: number;
  readonly low5: number;
  readonly high95: number;
  readonly n: number;
}

/** Parts of the bench that can be asked for alone. */
export const BENCH_PARTS = [
  'doorbell',
  'path',
  'orders',
  'peers',
  'targets',
  'caches',
  'backtest',
] as const;

/** A part of the bench. */
export type BenchPart = (typeof BENCH_PARTS)[number];

/** One row of what the fast plane must reach. */
export interface BenchGoal {
  /** What is measured. */
  readonly name: string;
  /** Whom it is compared with in the same run; null: the figure itself is the goal. */
  readonly peer: string | null;
  /** `x` for a ratio, else the unit of the figures. */
  readonly unit: string;
  readonly goal: number;
  /** Whether the figure must be at least or at most `goal`. */
  readonly bound: 'at-least' | 'at-most';
  /** Which of the figures the goal binds: the worse end of a ratio, the median of an absolute. */
  readonly binds: 'low5' | 'median' | 'high95';
  /** null: not measured in this run; `note` says why. */
  readonly median: number | null;
  readonly low5: number | null;
  readonly high95: number | null;
  /** False, too, for what a quick run measured in too few rounds; `note` says so. */
  readonly met: boolean;
  /** Rounds, batches or repetitions behind the figures. */
  readonly n: number;
  /** Equal for the subject and its peer; null where there is none. */
  readonly checksum: string | null;
  readonly note: string | null;
}

/** One subject against one peer on the same input, alternating A B B A. */
export interface BenchPair {
  readonly subject: string;
  readonly peer: string;
  /** Operations between two readings of the clock. */
  readonly operations: number;
  /** ns per operation. */
  readonly subjectNs: Spread;
  readonly peerNs: Spread;
  /** Peer / subject, paired by round: how many times faster the subject is. */
  readonly ratio: Spread;
  readonly checksum: string;
}

/** A workload alone: ns per operation over whole batches. */
export interface BenchBatch {
  readonly name: string;
  readonly operations: number;
  readonly ns: Spread;
  readonly checksum: string;
}

/** Times of one stage, or of the whole path, under one load. */
export interface BenchStage extends PercentilesNs {
  /**
   * frame, decode, book, features, decision, gate, intent or state; whole-path: all of it, every
   * message; bytes-to-intent: all of it, those messages alone that led to an intent.
   */
  readonly stage: string;
  /** 1x, 5x, 20x the recorded peak rate, or saturation. */
  readonly load: string;
  /** Offered, messages per second; null at saturation. */
  readonly messagesPerSecond: number | null;
  readonly unit: 'ns';
  /** `message`: each from its intended arrival; `block`: means over `messagesPerBlock` messages. */
  readonly method: 'message' | 'block';
  readonly messagesPerBlock: number | null;
}

/** What the machine took from loops that only waited. */
export interface BenchStalls {
  /** The load that the loop waited for, or what it came after. */
  readonly load: string;
  /** Gaps of at least so many microseconds and less than the next bound. */
  readonly gaps: readonly { readonly fromUs: number; readonly count: number }[];
  readonly longestUs: number;
  /** Part of the watched time that the gaps took, 0 to 1. */
  readonly lostFraction: number;
  readonly watchedMs: number;
}

/** Why a pair was not measured. */
export interface AbsentPair {
  /**
   * `not-installed`: the peer's package or header; `not-available`: this machine cannot run it or the
   * recordings are missing; `not-built`: part of the project; `failed`: a fault of the run says how.
   */
  readonly reason: 'not-installed' | 'not-available' | 'not-built' | 'failed';
  readonly why: string;
}

/** Shares of the requests of a trace that a cache of `capacity` keys answers. */
export interface BenchCache {
  readonly trace: string;
  readonly requests: number;
  readonly capacity: number;
  /** The product's cache. */
  readonly arc: number;
  readonly lru: number;
  /** Bélády's: knows the future. */
  readonly optimum: number;
}

/** What the figures were measured on. */
export interface BenchMachine {
  readonly cpuModel: string;
  readonly cpuFamily: string;
  readonly cpuFlags: readonly string[];
  readonly cores: number;
  /** From a chain of three-cycle multiplications, GHz. */
  readonly effectiveGhz: number | null;
  readonly tscGhz: number | null;
  readonly tscStepNs: number | null;
  /** Name of the hypervisor or `none`. */
  readonly virtualisation: string;
  /** Load average over one minute, before and after the run. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly kernel: string;
  readonly memoryBytes: number;
  readonly compiler: string | null;
  readonly compilerFlags: string;
  readonly nodeVersion: string;
  readonly kernelTarget: string;
  readonly supportedTargets: readonly string[];
  /** Of the sources; null outside of a repository. `+` at its end: with changes. */
  readonly commit: string | null;
  /** Of every generated input. */
  readonly seed: number;
  readonly measuredAt: string;
}

/** The recorded arrival rates that the loads are multiples of. */
export interface BenchPeak {
  /** Most messages within any second. */
  readonly perSecond: number;
  /** Most messages within any 100 ms. */
  readonly per100Ms: number;
  readonly messages: number;
  readonly spanS: number;
}

/** The same workloads with another instruction set. */
export interface BenchTarget {
  readonly target: string;
  readonly batches: readonly BenchBatch[];
  /** Fingerprint of a whole session on this target. */
  readonly stateHash: string;
}

/** What became of the comparison with an earlier run. */
export interface BenchComparison {
  readonly baseline: string;
  /** A ratio that fell by more than the noise that the baseline states for it. */
  readonly fallen: readonly {
    readonly pair: string;
    readonly ratio: number;
    readonly baseline: number;
    readonly allowed: number;
  }[];
  readonly compared: number;
  /** Pairs of the baseline that this run does not have; `absentPeers` of the report says why. */
  readonly missing: readonly string[];
}

/** The measured performance of this machine, with what is needed to judge the numbers. */
export interface BenchReport {
  readonly version: string;
  readonly kernelTarget: string;
  readonly nodeVersion: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly source: string;
  /** Offered through the doorbell; null when that part was not asked for. */
  readonly offeredMessagesPerSecond: number | null;
  readonly achievedMessagesPerSecond: number | null;
  /** Every message through the doorbell until it is processed, from its intended arrival. */
  readonly messageUs: LatencyPercentilesUs | null;
  /** The same of the messages that led to an intent. */
  readonly messageToIntentUs: LatencyPercentilesUs | null;
  /** The empty pair of clock reads, measured in the same run. */
  readonly clockPairUs: LatencyPercentilesUs | null;
  /** Longest pause seen by a spin-gap detector beside the run, microseconds. */
  readonly longestStallUs: number | null;
  /** Closed-loop throughput of the same path, messages per second. */
  readonly throughputMessagesPerSecond: number | null;
  /** Intents that the fed messages led to. */
  readonly intents: number | null;
  /** Folded over the outputs; equal for equal input on every kernel target. */
  readonly checksum: string | null;
  /** Whether the run was cut short to a minute or so. */
  readonly quick: boolean;
  /** The whole run, building apart, s. */
  readonly elapsedS: number;
  readonly parts: readonly BenchPart[];
  readonly goals: readonly BenchGoal[];
  readonly stages: readonly BenchStage[];
  readonly batches: readonly BenchBatch[];
  readonly peers: readonly BenchPair[];
  /** Pairs that were not measured. */
  readonly absentPeers: readonly (AbsentPair & { readonly peer: string })[];
  readonly targets: readonly BenchTarget[];
  readonly caches: readonly BenchCache[];
  readonly peak: BenchPeak;
  /** One for each open loop in C++, and one after saturation, where nothing waits. */
  readonly stalls: readonly BenchStalls[];
  /** Two readings of the native clock, one after the other, ns. */
  readonly nativeClockPairNs: PercentilesNs | null;
  readonly machine: BenchMachine;
  /** What went wrong: checksums that differ, peers that failed. Not empty: the run failed. */
  readonly faults: readonly string[];
  readonly comparison: BenchComparison | null;
}
