import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { effectsOf } from './tidy/effects.ts';
import { listFaults, type NativeFile, pathsOfList, unusedHeaders } from './tidy/native-files.ts';
import { directionFault, mayBeIncluded, mayImport, roomOf } from './tidy/rooms.ts';
import { includesOf, modulesOf } from './tidy/source-text.ts';

const root = resolve(import.meta.dirname, '..');

function filesUnder(folder: string, endings: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
    }
  };
  walk(join(root, folder));
  return found;
}

const importsOf = (text: string): string[] => modulesOf(text).map(({ specifier }) => specifier);

const sources = filesUnder('src', ['.ts', '.tsx']).map((path) => ({
  path: relative(root, path),
  text: readFileSync(path, 'utf8'),
}));
const isPage = (path: string): boolean => path.startsWith('src/adapters/dashboard/page/');

const resolved = (from: string, specifier: string): string | null =>
  specifier.startsWith('.') ? posix.normalize(posix.join(dirname(from), specifier)) : null;

const native: readonly NativeFile[] = filesUnder('native', ['.h', '.cc']).map((path) => ({
  path: relative(join(root, 'native'), path),
  text: readFileSync(path, 'utf8'),
}));

describe('the house is tidy', () => {
  it('keeps every TypeScript import to the allowed directions', () => {
    const faults = sources.flatMap(({ path, text }) =>
      importsOf(text).flatMap((specifier) => {
        const to = resolved(path, specifier);
        if (to === null || !to.startsWith('src/')) return [];
        const fault = directionFault(path, to);
        return fault === null ? [] : [`${path} -> ${to}: ${fault}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  it('keeps every #include to the allowed directions', () => {
    const faults = native.flatMap(({ path, text }) =>
      includesOf(text)
        .filter((target) => !mayBeIncluded(path, target))
        .map((target) => `${path} includes ${target}`),
    );
    expect(faults).toEqual([]);
  });

  it('compiles every C++ source, as both builds read the same lists', () => {
    const listed = ['sources', 'kernels', 'binding'].flatMap((list) =>
      pathsOfList(readFileSync(join(root, 'native', `${list}.list`), 'utf8')),
    );
    const present = native.map(({ path }) => `native/${path}`).filter((p) => p.endsWith('.cc'));
    expect(listFaults(listed, present)).toEqual([]);
  });

  it('has no C++ header that nobody includes', () => {
    expect(unusedHeaders(native)).toEqual([]);
  });

  it('has no import cycle', () => {
    const graph = new Map(
      sources.map(({ path, text }) => [
        path,
        importsOf(text)
          .map((specifier) => resolved(path, specifier))
          .filter((to): to is string => to !== null),
      ]),
    );
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      state.set(path, 'open');
      for (const to of graph.get(path) ?? []) visit(to, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('leaves clocks, timers, randomness, environment and I/O to adapters, app and cli', () => {
    const outside = new Set(['adapters', 'app', 'cli']);
    const faults = sources
      .filter(({ path }) => !outside.has(roomOf(path)))
      .flatMap(({ path, text }) => effectsOf(path, text).map((what) => `${path} uses ${what}`));
    expect(faults).toEqual([]);
  });

  it('gives every exported name a doc comment', () => {
    const faults: string[] = [];
    for (const { path, text } of sources) {
      if (path.endsWith('/index.ts') || isPage(path)) continue;
      const lines = text.split('\n');
      lines.forEach((line, i) => {
        const match =
          /^export (?:declare |abstract |async )*(?:const|let|function\*?|class|interface|type|enum) (\w+)/.exec(
            line,
          );
        if (match === null) return;
        const before = lines[i - 1]?.trim() ?? '';
        const overload = before.startsWith('export function') && before.endsWith(';');
        if (!before.endsWith('*/') && !overload) faults.push(`${path}:${i + 1} ${match[1]}`);
      });
    }
    expect(faults).toEqual([]);
  });

  it('has no source file that nobody imports', () => {
    const entries = new Set(['src/cli/main.ts', 'src/adapters/dashboard/page/main.tsx']);
    const used = new Set<string>();
    for (const { path, text } of sources) {
      for (const specifier of importsOf(text)) {
        const to = resolved(path, specifier);
        if (to !== null) used.add(to);
      }
    }
    const scripts = filesUnder('scripts', ['.mjs', '.ts']).map((file) =>
      readFileSync(file, 'utf8'),
    );
    const unused = sources
      .map(({ path }) => path)
      .filter((path) => !used.has(path) && !entries.has(path) && !path.endsWith('.d.ts'))
      .filter(
        (path) =>
          !scripts.some((script) =>
            script.includes(path.replace(/^src/, 'dist').replace(/\.ts$/, '.js')),
          ),
      );
    expect(unused).toEqual([]);
  });

  it('leaves no placeholder in the README and the docs, and links only to what is there', () => {
    const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
    const faults = pages
      .filter((page) => page.endsWith('.md'))
      .flatMap((page) => {
        const text = readFileSync(join(root, page), 'utf8');
        const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1]!);
        const dead = links.filter((to) => !existsSync(join(root, dirname(page), to)));
        return [...(text.match(/@[A-Z]+@|TODO|FIXME/g) ?? []), ...dead].map(
          (what) => `${page}: ${what}`,
        );
      });
    expect(faults).toEqual([]);
  });

  it('has only the top-level folders and rooms of the house', () => {
    const top = new Set(['native', 'src', 'test', 'bench', 'docs', 'scripts']);
    const ignored = new Set(['node_modules', 'dist', 'build', 'coverage']);
    const strays = readdirSync(root)
      .filter((name) => !name.startsWith('.') && statSync(join(root, name)).isDirectory())
      .filter((name) => !top.has(name) && !ignored.has(name) && !name.startsWith('build-'));
    const rooms = readdirSync(join(root, 'src')).filter(
      (name) => !(name in mayImport) && name !== 'adapters',
    );
    const vague = sources
      .map(({ path }) => path)
      .filter((path) => /\/(utils?|common|helpers?|misc)(\/|\.)/.test(path));
    expect({ strays, rooms, vague }).toEqual({ strays: [], rooms: [], vague: [] });
  });
});
