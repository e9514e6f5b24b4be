/** One number that configuration may set, with the bounds it is held to. */
export interface ParameterDeclaration {
  /** camelCase, unique within its strategy. */
  readonly name: string;
  /** What the number counts, for example `bps`, `s` or `fraction`. */
  readonly unit: string;
  /** Smallest allowed value. */
  readonly min: number;
  /** Largest allowed value. */
  readonly max: number;
  readonly default: number;
  /** Whether only whole numbers are allowed. */
  readonly integer: boolean;
  /** One sentence for people. */
  readonly description: string;
}

/** Values by parameter name: complete and within their bounds, as the configuration made them. */
export type Parameters = Readonly<Record<string, number>>;
