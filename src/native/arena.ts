import { assert } from '../core/index.ts';
import type { FieldType, Region } from './layout.ts';

/** Bytes of one element. */
const SIZE: Readonly<Record<FieldType, number>> = {
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  i64: 8,
  f64: 8,
};

/**
 * Typed views of memory that C++ owns, and the places of its fields in them.
 *
 * Every place comes from the layout that C++ exports. Views stay valid for as long as they are
 * reachable: they keep the native memory alive.
 */
export class Arena {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i16: Int16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly f64: Float64Array;

  constructor(memory: ArrayBuffer) {
    this.u8 = new Uint8Array(memory);
    this.u16 = new Uint16Array(memory);
    this.i16 = new Int16Array(memory);
    this.u32 = new Uint32Array(memory);
    this.i32 = new Int32Array(memory);
    this.i64 = new BigInt64Array(memory);
    this.f64 = new Float64Array(memory);
  }
}

/**
 * Index of a field of record 0 in the view of its type. Record `n` lies `stride / size` further for
 * each record; see `strideIn`.
 *
 * Errors:  `InvariantError` when the region has no such field of that type.
 */
export function placeOf(region: Region, name: string, type: FieldType): number {
  const field = region.fields[name];
  assert(
    field !== undefined && field.type === type,
    () => `the arena has a field ${name} of type ${type}, found ${field?.type ?? 'none'}`,
  );
  return (region.offset + field.offset) / SIZE[type];
}

/** Elements of `type` from one record of a region to the next. */
export const strideIn = (region: Region, type: FieldType): number => region.stride / SIZE[type];
