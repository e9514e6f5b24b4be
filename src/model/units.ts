import { assert, type Brand } from '../core/index.ts';

/** A price in whole ticks of its instrument: a safe integer. */
export type PriceTicks = Brand<number, 'PriceTicks'>;

/** A quantity in whole lots (quantity steps) of its instrument: a safe integer. */
export type QtyLots = Brand<number, 'QtyLots'>;

/** An amount of quote currency in units of 1e-8: exact, never a float. */
export type Money = Brand<bigint, 'Money'>;

/** Units of `Money` (and of every `E8` bigint) in one whole unit of currency. */
export const E8 = 100_000_000n;

/** Brands a safe integer as a price in ticks. */
export function priceTicks(ticks: number): PriceTicks {
  assert(Number.isSafeInteger(ticks), () => `a price is a safe integer of ticks, got ${ticks}`);
  return ticks as PriceTicks;
}

/** Brands a safe integer as a quantity in lots; negative for a short position. */
export function qtyLots(lots: number): QtyLots {
  assert(Number.isSafeInteger(lots), () => `a quantity is a safe integer of lots, got ${lots}`);
  return lots as QtyLots;
}

/** Brands a count of 1e-8 units as money. */
export const money = (units: bigint): Money => units as Money;

/** Nothing owed, nothing owned. */
export const ZERO_MONEY = money(0n);

/** Divides with rounding half to even. Requires `denominator > 0`. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, 'the denominator is positive');
  let quotient = numerator / denominator;
  let remainder = numerator % denominator;
  if (remainder < 0n) {
    quotient -= 1n;
    remainder += denominator;
  }
  const twice = remainder * 2n;
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) quotient += 1n;
  return quotient;
}

/** Writes 1e-8 units as a plain decimal with `decimals` places (cut, not rounded; 8 by default). */
export function formatE8(units: bigint, decimals = 8): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(9, '0');
  const whole = digits.slice(0, -8);
  const fraction = digits.slice(-8, decimals === 8 ? undefined : decimals - 8);
  return `${negative ? '-' : ''}${whole}${decimals > 0 ? `.${fraction}` : ''}`;
}

/** Reads a plain decimal with at most eight places into 1e-8 units; null when it is anything else. */
export function parseE8(text: string): bigint | null {
  const match = /^(-?)(\d{1,18})(?:\.(\d{1,8}))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole, fraction = ''] = match;
  const units = BigInt(whole!) * E8 + BigInt(fraction.padEnd(8, '0'));
  return sign === '-' ? -units : units;
}
