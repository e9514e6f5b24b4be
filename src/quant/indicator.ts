import { ok } from '../core/index.ts';
import { badInput, type QuantResult, seriesFault } from './errors.ts';
import { kernel } from './kernel.ts';

/** Highs and lows of bars, oldest first. */
export interface HighLow {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/** Highs, lows and closes of bars, oldest first. */
export interface HighLowClose extends HighLow {
  readonly close: Float64Array;
}

/** Highs, lows, closes and volumes of bars, oldest first. */
export interface HighLowCloseVolume extends HighLowClose {
  readonly volume: Float64Array;
}

/** A call of an indicator's kernel. */
export interface IndicatorCall {
  /** The kernel. */
  readonly name: string;
  /** What the kernel takes as its first slice. */
  readonly parameters: readonly number[];
  /** Inputs by name, all of one length. */
  readonly inputs: Readonly<Record<string, Float64Array>>;
  readonly outputs: number;
  /** Values of the workspace after the outputs; none when left out. */
  readonly workspace?: number;
  /** Bars before which there is no first value. */
  readonly needs: number;
  /** Counts of bars by name; each must be a whole number from `least`. */
  readonly periods: Readonly<Record<string, number>>;
  /** Default 1. */
  readonly least?: number;
}

/** Windows the kernels work on together, and doubles of a line of the cache. */
const [CHUNK, LINE] = [512, 8];

/** Doubles a kernel needs to roll `values` values over windows, the longest of `periods`. */
export function windowWorkspace(values: number, ...periods: readonly number[]): number {
  const longest = Math.max(...periods);
  const array = Math.ceil((Math.max(longest, CHUNK) + longest) / LINE) * LINE + 2 * LINE;
  return 2 * values * array + 2 * LINE;
}

/** Memory as it is: every kernel writes each value of its outputs, and zeroing costs as much as one. */
const unwritten = (length: number): Float64Array =>
  new Float64Array(Buffer.allocUnsafeSlow(8 * length).buffer);

/** Says which count of bars is not a whole number from `least`; else null. */
function periodFault(periods: Readonly<Record<string, number>>, least: number): string | null {
  for (const [name, value] of Object.entries(periods)) {
    if (!Number.isSafeInteger(value) || value < least) {
      return `${name} is ${value}; allowed are whole numbers from ${least}`;
    }
  }
  return null;
}

/** Least and greatest size of an input but 0: squares and quotients of such numbers are finite. */
const BOUNDS = Float64Array.of(1e-100, 1e100);

/** Names the first value out of bounds. */
function sizeFault(name: string, x: Float64Array): string {
  const [least, greatest] = BOUNDS as unknown as [number, number];
  const at = x.findIndex((v) => v !== 0 && !(Math.abs(v) >= least && Math.abs(v) <= greatest));
  return `${name}[${at}] is ${x[at]}; allowed are 0 and sizes from ${least} to ${greatest}`;
}

/** Says which bar has a high below its low; else null. Requires equal lengths. */
export function barFault({ high, low }: Partial<HighLow>): string | null {
  if (high === undefined || low === undefined || kernel('allOrdered')(low, high) === 0) return null;
  const at = high.findIndex((value, i) => value < low[i]!);
  return at < 0 ? null : `high[${at}] is ${high[at]}, below low[${at}], ${low[at]}`;
}

/** Says what is wrong with the inputs: too short, of unequal length, out of bounds; else null. */
function inputFault(inputs: Readonly<Record<string, Float64Array>>, needs: number): string | null {
  const within = kernel('allWithin');
  let length = -1;
  for (const [name, x] of Object.entries(inputs)) {
    if (x.length < needs) return seriesFault(name, x, needs);
    if (within(BOUNDS, x) !== 0) return seriesFault(name, x, needs) ?? sizeFault(name, x);
    if (length >= 0 && x.length !== length) {
      return `${name} has ${x.length} values where the others have ${length}`;
    }
    length = x.length;
  }
  return barFault(inputs);
}

/** Checks the call and runs the kernel; the outputs hold NaN for bars before their first value. */
export function runIndicator(call: IndicatorCall): QuantResult<readonly Float64Array[]> {
  const wrong = periodFault(call.periods, call.least ?? 1);
  if (wrong !== null) return badInput(wrong);
  const fault = inputFault(call.inputs, call.needs);
  if (fault !== null) return badInput(fault);
  const inputs = Object.values(call.inputs);
  const length = inputs[0]!.length;
  // One buffer for all would pass malloc's limit sooner and cost a page fault each 4 KiB.
  const outputs = Array.from({ length: call.outputs }, () => unwritten(length));
  const slices: (Float64Array | number)[] = [...inputs, ...outputs];
  if (call.workspace !== undefined) slices.push(call.workspace);
  kernel(call.name)(Float64Array.from(call.parameters), ...slices);
  return ok(outputs);
}

/** As `runIndicator`, for a kernel with one output. */
export function runSingle(call: Omit<IndicatorCall, 'outputs'>): QuantResult<Float64Array> {
  const result = runIndicator({ ...call, outputs: 1 });
  return result.ok ? ok(result.value[0]!) : result;
}

/** As `runIndicator`, with the outputs under names. */
export function runNamed<K extends string>(
  names: readonly K[],
  call: Omit<IndicatorCall, 'outputs'>,
): QuantResult<Readonly<Record<K, Float64Array>>> {
  const result = runIndicator({ ...call, outputs: names.length });
  if (!result.ok) return result;
  const named = names.map((name, i) => [name, result.value[i]!] as const);
  return ok(Object.fromEntries(named) as Record<K, Float64Array>);
}

/** Says that a number of an option is not above 0 and finite; else null. */
export function positiveFault(numbers: Readonly<Record<string, number>>): string | null {
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value > 0) || !Number.isFinite(value)) {
      return `${name} is ${value}; it must be a finite number above 0`;
    }
  }
  return null;
}
