import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from './duration.ts';

/** Reads a duration option, in ms. Throws what commander turns into a usage error. */
export function durationValue(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.error}.`);
  return parsed.value;
}

/** Makes a reader of whole numbers within bounds. */
export const wholeNumberValue =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) {
      throw new InvalidArgumentError(`Allowed: a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };

/** Makes a reader of texts that are not empty and not longer than `longest`. */
export const textValue =
  (longest: number) =>
  (text: string): string => {
    if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
    if (text.length > longest) throw new InvalidArgumentError(`It is above ${longest} characters.`);
    return text;
  };

/** Absolute paths of the files of a repeated option. */
export const absolutePaths = (
  paths: readonly string[],
  workingDirectory: string,
): readonly string[] => paths.map((path) => resolve(workingDirectory, path));
