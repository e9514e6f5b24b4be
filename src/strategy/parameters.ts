import { err, ok, type Result } from '../core/index.ts';

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

/** Values by parameter name: complete and within bounds once `resolveParameters` made them. */
export type Parameters = Readonly<Record<string, number>>;

/** Why a given parameter was refused. */
export interface ParameterFault {
  readonly name: string;
  readonly problem: 'unknown' | 'not-a-number' | 'not-whole' | 'out-of-range';
  /** Names the parameter, the value and what is allowed. */
  readonly message: string;
}

const faultOf = (
  declaration: ParameterDeclaration,
  value: unknown,
): Omit<ParameterFault, 'name'> | null => {
  const { name, unit, min, max, integer } = declaration;
  const allowed = `allowed: ${min} to ${max} ${unit}${integer ? ', whole numbers' : ''}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return {
      problem: 'not-a-number',
      message: `${name} = ${String(value)} is no number; ${allowed}`,
    };
  }
  if (value < min || value > max) {
    return { problem: 'out-of-range', message: `${name} = ${value} is out of range; ${allowed}` };
  }
  if (integer && !Number.isInteger(value)) {
    return { problem: 'not-whole', message: `${name} = ${value} is not whole; ${allowed}` };
  }
  return null;
};

/**
 * Fills a partial set of parameters with the defaults and holds every value to its bounds.
 *
 * Errors:  every fault at once, in the order of the names given; unknown names are refused.
 */
export function resolveParameters(
  declarations: readonly ParameterDeclaration[],
  given: Readonly<Record<string, unknown>>,
): Result<Parameters, readonly ParameterFault[]> {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const values: Record<string, number> = {};
  for (const declaration of declarations) values[declaration.name] = declaration.default;
  const faults: ParameterFault[] = [];
  for (const [name, value] of Object.entries(given)) {
    const declaration = byName.get(name);
    if (declaration === undefined) {
      const known = declarations.map((each) => each.name).join(', ');
      faults.push({
        name,
        problem: 'unknown',
        message: `${name} is no parameter of this strategy; allowed: ${known}`,
      });
      continue;
    }
    const fault = faultOf(declaration, value);
    if (fault === null) values[name] = value as number;
    else faults.push({ name, ...fault });
  }
  return faults.length === 0 ? ok(values) : err(faults);
}
