import { includesOf } from './source-text.ts';

/** The paths of one of the lists that both builds read. */
export const pathsOfList = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

/** C++ sources that no build compiles, or compiles twice, and names in the lists without a file. */
export function listFaults(listed: readonly string[], present: readonly string[]): string[] {
  return [
    ...present.filter((path) => !listed.includes(path)).map((path) => `${path} is in no list`),
    ...listed.filter((path) => !present.includes(path)).map((path) => `${path} does not exist`),
    ...listed
      .filter((path, at) => listed.indexOf(path) !== at)
      .map((path) => `${path} is listed twice`),
  ];
}

/** One file with its path below `native/`. */
export interface NativeFile {
  readonly path: string;
  readonly text: string;
}

/** Headers that no file includes; a header that includes itself is still unused. */
export function unusedHeaders(files: readonly NativeFile[]): string[] {
  const used = new Set(
    files.flatMap(({ path, text }) => includesOf(text).filter((target) => target !== path)),
  );
  return files.map(({ path }) => path).filter((path) => path.endsWith('.h') && !used.has(path));
}
