/** One feature that the native engine computes. */
export interface FeatureDefinition {
  /** Stable name, the key of weights and of read models. */
  readonly name: string;
  /** With the symbols of `FEATURES`. */
  readonly formula: string;
  /** Empty for a pure number. */
  readonly unit: string;
  readonly source: string;
}
