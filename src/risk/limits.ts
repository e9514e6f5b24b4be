import { err, ok, type Result } from '../core/index.ts';
import { formatE8, type Money, money, parseE8 } from '../model/index.ts';

/** The limits that every order is held to. Money in quote currency, 1e-8 units. */
export interface RiskLimits {
  /** Largest absolute position of one instrument, with all of its pending orders filled. */
  readonly maxPositionNotional: Money;
  /** Largest single order. */
  readonly maxOrderNotional: Money;
  /** Largest sum of absolute positions, with all pending orders filled. */
  readonly maxGrossNotional: Money;
  /** Largest sum of absolute positions as a multiple of the equity. */
  readonly maxLeverage: number;
  /** Largest distance of an order's price from the mark, bps of the mark. */
  readonly priceCollarBps: number;
  /** Sustained rate of new orders, 1/s. */
  readonly maxOrdersPerSecond: number;
  /** Orders that may come at once when none came before. */
  readonly orderBurst: number;
  /** An order equal in instrument, side, price and quantity is refused this long; ms. */
  readonly duplicateWindowMs: number;
  /** Largest number of orders that are not yet final. */
  readonly maxOpenOrders: number;
}

/** One limit that configuration may set, with its own bounds. Amounts are decimal strings. */
export type LimitDeclaration =
  | {
      readonly name: keyof RiskLimits;
      readonly kind: 'money';
      readonly unit: 'quote currency';
      readonly min: string;
      readonly max: string;
      readonly default: string;
      readonly description: string;
    }
  | {
      readonly name: keyof RiskLimits;
      readonly kind: 'number' | 'integer';
      readonly unit: string;
      readonly min: number;
      readonly max: number;
      readonly default: number;
      readonly description: string;
    };

/** Every limit with its unit, bounds and default, in the order shown to people. */
export const RISK_LIMITS: readonly LimitDeclaration[] = [
  {
    name: 'maxPositionNotional',
    kind: 'money',
    unit: 'quote currency',
    min: '1',
    max: '1000000000',
    default: '25000',
    description: 'Largest absolute position of one instrument, pending orders included.',
  },
  {
    name: 'maxOrderNotional',
    kind: 'money',
    unit: 'quote currency',
    min: '1',
    max: '1000000000',
    default: '10000',
    description: 'Largest single order.',
  },
  {
    name: 'maxGrossNotional',
    kind: 'money',
    unit: 'quote currency',
    min: '1',
    max: '10000000000',
    default: '75000',
    description: 'Largest sum of absolute positions, pending orders included.',
  },
  {
    name: 'maxLeverage',
    kind: 'number',
    unit: 'x equity',
    min: 0.01,
    max: 20,
    default: 2,
    description: 'Largest sum of absolute positions as a multiple of the equity.',
  },
  {
    name: 'priceCollarBps',
    kind: 'number',
    unit: 'bps',
    min: 1,
    max: 2000,
    default: 100,
    description: 'Largest distance of a price from the mark.',
  },
  {
    name: 'maxOrdersPerSecond',
    kind: 'number',
    unit: '1/s',
    min: 0.01,
    max: 1000,
    default: 10,
    description: 'Sustained rate of new orders.',
  },
  {
    name: 'orderBurst',
    kind: 'integer',
    unit: 'orders',
    min: 1,
    max: 1000,
    default: 20,
    description: 'Orders that may come at once.',
  },
  {
    name: 'duplicateWindowMs',
    kind: 'number',
    unit: 'ms',
    min: 0,
    max: 60_000,
    default: 100,
    description: 'An equal order within this time is refused.',
  },
  {
    name: 'maxOpenOrders',
    kind: 'integer',
    unit: 'orders',
    min: 1,
    max: 10_000,
    default: 100,
    description: 'Largest number of orders that are not final.',
  },
];

/** Why a limit was refused: names the limit, the value and what is allowed. */
export interface LimitFault {
  readonly name: string;
  readonly message: string;
}

const checkMoney = (
  declaration: LimitDeclaration & { readonly kind: 'money' },
  value: unknown,
): Result<Money, string> => {
  const { name, min, max } = declaration;
  const allowed = `allowed: ${min} to ${max} quote currency, as a decimal string`;
  const units = typeof value === 'string' ? parseE8(value) : null;
  if (units === null) return err(`${name} = ${String(value)} is no amount; ${allowed}`);
  if (units < parseE8(min)! || units > parseE8(max)!) {
    return err(`${name} = ${formatE8(units)} is out of range; ${allowed}`);
  }
  return ok(money(units));
};

const checkNumber = (
  declaration: Exclude<LimitDeclaration, { readonly kind: 'money' }>,
  value: unknown,
): Result<number, string> => {
  const { name, kind, unit, min, max } = declaration;
  const allowed = `allowed: ${min} to ${max} ${unit}${kind === 'integer' ? ', whole numbers' : ''}`;
  const fits =
    typeof value === 'number' &&
    value >= min &&
    value <= max &&
    (kind !== 'integer' || Number.isInteger(value));
  return fits ? ok(value) : err(`${name} = ${String(value)} is not allowed; ${allowed}`);
};

/**
 * Makes the limits from configured values: amounts as decimal strings, the rest as numbers; what is
 * not given takes its default.
 *
 * Errors:  every fault at once; unknown names are refused.
 */
export function riskLimits(
  given: Readonly<Record<string, unknown>>,
): Result<RiskLimits, readonly LimitFault[]> {
  const faults: LimitFault[] = [];
  const values: Record<string, Money | number> = {};
  for (const declaration of RISK_LIMITS) {
    const value = given[declaration.name] ?? declaration.default;
    const checked =
      declaration.kind === 'money'
        ? checkMoney(declaration, value)
        : checkNumber(declaration, value);
    if (checked.ok) values[declaration.name] = checked.value;
    else faults.push({ name: declaration.name, message: checked.error });
  }
  const known = new Set<string>(RISK_LIMITS.map((declaration) => declaration.name));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) {
      faults.push({
        name,
        message: `${name} is no limit of risk; allowed: ${[...known].join(', ')}`,
      });
    }
  }
  if (faults.length > 0) return err(faults);
  return ok(values as unknown as RiskLimits);
}
