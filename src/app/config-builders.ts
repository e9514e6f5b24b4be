import Type, { type TProperties } from 'typebox';
import { DECIMAL_PATTERN } from '../core/config/index.ts';

/** A section of the settings: nothing but these properties. */
export const group = <P extends TProperties>(description: string, properties: P) =>
  Type.Object(properties, { description, additionalProperties: false });

/** The keywords of a decimal that is written in quotes. */
export const decimal = (description: string, unit: string, bounds: readonly [string, string]) =>
  ({
    description,
    pattern: DECIMAL_PATTERN,
    'x-unit': unit,
    'x-decimal': { minimum: bounds[0], maximum: bounds[1] },
  }) as const;

/** An amount of USDT. */
export const usdt = (description: string, bounds: readonly [string, string], otherwise: string) =>
  Type.String({ ...decimal(description, 'USDT', bounds), default: otherwise });

/** A fee as a fraction of notional. */
export const feeRate = (
  description: string,
  bounds: readonly [string, string],
  otherwise: string,
) => Type.String({ ...decimal(description, 'of notional', bounds), default: otherwise });

/** A whole number. */
export const integer = (
  description: string,
  unit: string,
  [minimum, maximum]: readonly [number, number],
  otherwise: number,
) => Type.Integer({ description, 'x-unit': unit, minimum, maximum, default: otherwise });

/** Any number. */
export const real = (
  description: string,
  unit: string,
  [minimum, maximum]: readonly [number, number],
  otherwise: number,
) => Type.Number({ description, 'x-unit': unit, minimum, maximum, default: otherwise });
