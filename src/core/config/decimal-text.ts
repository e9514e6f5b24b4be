const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,8}))?$/;

/** Pattern of an exact decimal as settings write it: up to twelve digits, up to eight places. */
export const DECIMAL_PATTERN = '^-?\\d{1,12}(\\.\\d{1,8})?$';

/** True for a plain decimal with at most twelve digits before and eight after the point. */
export const isDecimal = (text: string): boolean => DECIMAL.test(text);

const unitsE8 = (text: string): bigint => {
  const [, sign, whole = '0', fraction = ''] = DECIMAL.exec(text) ?? [];
  const units = BigInt(whole + fraction.padEnd(8, '0'));
  return sign === '-' ? -units : units;
};

/** Orders two decimals exactly: negative, zero or positive. Both must satisfy `isDecimal`. */
export function compareDecimals(a: string, b: string): number {
  const difference = unitsE8(a) - unitsE8(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
