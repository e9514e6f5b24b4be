import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const contexts = [
  'market',
  'features',
  'quant',
  'learn',
  'strategy',
  'portfolio',
  'risk',
  'execution',
  'safety',
  'audit',
  'store',
  'observe',
  'tuning',
  'research',
];

/** Which `src/` room may import which other rooms. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  model: ['core'],
  native: ['core', 'model'],
  market: ['core', 'model', 'native'],
  quant: ['core', 'model', 'native'],
  features: ['core', 'model', 'native', 'market', 'quant'],
  learn: ['core', 'model', 'native', 'market', 'quant', 'features'],
  portfolio: ['core', 'model', 'quant'],
  strategy: ['core', 'model', 'features', 'learn', 'portfolio', 'quant'],
  safety: ['core', 'model', 'audit'],
  audit: ['core', 'model'],
  store: ['core', 'model'],
  observe: ['core', 'model'],
  risk: ['core', 'model', 'native', 'portfolio', 'quant', 'safety'],
  execution: ['core', 'model', 'risk', 'safety', 'audit'],
  tuning: ['core', 'model', 'quant', 'learn', 'portfolio'],
  research: ['core', 'model', 'native', ...contexts.filter((c) => c !== 'research')],
  app: ['core', 'model', 'native', 'adapters', ...contexts],
  cli: ['app', 'core'],
};

/** Which `native/` room may include which. */
const mayInclude: Record<string, readonly string[]> = {
  core: [],
  simd: ['core'],
  ring: ['core'],
  decode: ['core'],
  gpio: ['core'],
  kernels: ['simd', 'core'],
  book: ['core', 'ring'],
  match: ['core', 'book'],
  engine: ['core', 'ring', 'book', 'kernels/table.h'],
};

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

const withoutComments = (source: string): string =>
  source
    .replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');

/** Module specifiers of static imports, re-exports and dynamic imports. */
function importsOf(source: string): string[] {
  const pattern = /(?:from\s+|import\s*\(\s*|^\s*import\s+)['"]([^'"]+)['"]/gm;
  return [...withoutComments(source).matchAll(pattern)].map((match) => match[1]!);
}

const sources = filesUnder('src', ['.ts', '.tsx']).map((path) => ({
  path: relative(root, path),
  text: readFileSync(path, 'utf8'),
}));
const isPage = (path: string): boolean => path.startsWith('src/adapters/dashboard/page/');

const roomOf = (path: string): string => path.split('/')[1]!;
const resolved = (from: string, specifier: string): string | null =>
  specifier.startsWith('.') ? posix.normalize(posix.join(dirname(from), specifier)) : null;

function directionFault(from: string, to: string): string | null {
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  const entry = to.split('/').slice(2).join('/');
  if (fromRoom === 'adapters') {
    const [own, other] = [from.split('/')[2], to.split('/')[2]];
    if (toRoom === 'adapters')
      return own === other ? null : `adapter ${own} imports adapter ${other}`;
    if (['core', 'model', 'native'].includes(toRoom)) return null;
    return entry === 'ports.ts' ? null : `an adapter may enter ${toRoom} only through its ports.ts`;
  }
  if (fromRoom === toRoom) return null;
  if (!(mayImport[fromRoom] ?? []).includes(toRoom)) return `${fromRoom} may not import ${toRoom}`;
  const doors = ['index.ts', 'ports.ts'];
  if (contexts.includes(toRoom) && !doors.includes(entry)) {
    return `${toRoom} is entered only through its index.ts`;
  }
  return null;
}

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
    const faults = filesUnder('native', ['.h', '.cc']).flatMap((file) => {
      const path = relative(join(root, 'native'), file);
      const room = path.split('/')[0]!;
      if (room === 'binding') return [];
      const text = withoutComments(readFileSync(file, 'utf8'));
      const includes = [...text.matchAll(/^\s*#include\s+["<]([^">]+)[">]/gm)].map((m) => m[1]!);
      return includes.flatMap((target) => {
        if (/^(node_api|napi|js_native_api)/.test(target)) return [`${path} includes ${target}`];
        const toRoom = target.split('/')[0]!;
        if (!target.includes('/') || !(toRoom in mayInclude) || toRoom === room) return [];
        const allowed = mayInclude[room] ?? [];
        return allowed.includes(toRoom) || allowed.includes(target)
          ? []
          : [`${path} includes ${target}`];
      });
    });
    expect(faults).toEqual([]);
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
    const banned: readonly [RegExp, string][] = [
      [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|process\.hrtime/, 'a clock'],
      [/\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|getRandomValues/, 'randomness'],
      [/\bset(Timeout|Interval|Immediate)\b/, 'a timer'],
      [/\bprocess\.env\b/, 'the environment'],
      [
        /from\s+['"](node:(fs|net|http|https|tls|dgram|child_process|worker_threads)(\/[^'"]*)?|pg|fastify)['"]/,
        'I/O',
      ],
      [/\bconsole\./, 'the console'],
    ];
    const outside = new Set(['adapters', 'app', 'cli']);
    const faults = sources
      .filter(({ path }) => !outside.has(roomOf(path)))
      .flatMap(({ path, text }) =>
        banned
          .filter(([pattern]) => pattern.test(withoutComments(text)))
          .map(([, what]) => `${path} uses ${what}`),
      );
    // The addon is loaded from its file, and BOT4_TARGET is read by the addon itself.
    expect(faults.filter((fault) => fault !== 'src/native/load.ts uses I/O')).toEqual([]);
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
      .filter((path) => !path.endsWith('vite.config.ts'))
      .filter(
        (path) =>
          !scripts.some((script) =>
            script.includes(path.replace(/^src/, 'dist').replace(/\.ts$/, '.js')),
          ),
      );
    expect(unused).toEqual([]);
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
