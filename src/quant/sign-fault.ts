import { kernel } from './kernel.ts';

/** The first place of a value below `least`, looked for only where the kernel says there is one. */
function firstBelow(least: number, x: Float64Array): number {
  return kernel('allFrom')(Float64Array.of(least), x) === 0
    ? -1
    : x.findIndex((v) => !(v >= least));
}

/** Says which volume is below 0: one would turn flows and means inside out; else null. */
export function volumeFault(volume: Float64Array): string | null {
  const at = firstBelow(0, volume);
  // What is not a number is told as such by others.
  if (at < 0 || Number.isNaN(volume[at])) return null;
  return `volume[${at}] is ${volume[at]}; a volume may not be below 0`;
}

/** Says which low is below 0, of which a flow has no sign; else null. */
export function lowFault(low: Float64Array): string | null {
  const at = firstBelow(0, low);
  if (at < 0 || Number.isNaN(low[at])) return null;
  return `low[${at}] is ${low[at]}; a price may not be below 0`;
}

/** Says which price is not above 0; else null. */
export function priceFault(x: Float64Array): string | null {
  const at = firstBelow(Number.MIN_VALUE, x);
  return at < 0 ? null : `x[${at}] is ${x[at]}; prices must be above 0`;
}
