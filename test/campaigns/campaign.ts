/** A part of a campaign that one process works off. */
export interface CampaignPart {
  /** Seed of its first cycle; each further cycle takes the next one. */
  readonly seed: number;
  /** Number of cycles. */
  readonly count: number;
  /** To be called now and then with the cycles done and the failures so far. */
  readonly progress: (done: number, failures: number) => void;
}

/** A promise that was broken, and the seed that shows it again. */
export interface CampaignFailure {
  readonly seed: number;
  readonly what: string;
}

/** What a part came to. */
export interface CampaignResult {
  /** Figures, to be added up over the parts. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly CampaignFailure[];
}
