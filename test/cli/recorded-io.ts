import type { CliIo, StopSignal } from '../../src/cli/index.ts';

/** An in-memory process: what was written, and a way to send it signals. */
export interface RecordedIo {
  readonly io: CliIo;
  stdout(): string;
  stderr(): string;
  /** Delivers a stop signal at a time of the monotonic clock, ms. */
  signal(signal: StopSignal, atMs: number): void;
  /** Whether anybody still listens for signals. */
  listens(): boolean;
  readonly exits: number[];
}

/** Makes an in-memory process. */
export function recordedIo(over: Partial<CliIo> = {}, isTerminal = false): RecordedIo {
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<(signal: StopSignal) => void>();
  const exits: number[] = [];
  let nowMs = 0;
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTerminal,
    columns: isTerminal ? 80 : null,
  });
  const io: CliIo = {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    environment: {},
    workingDirectory: '/work',
    homeDirectory: '/home/user',
    monotonicMs: () => nowMs,
    onStopSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exitNow: (code) => exits.push(code),
    ...over,
  };
  return {
    io,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    signal: (signal, atMs) => {
      nowMs = atMs;
      for (const listener of listeners) listener(signal);
    },
    listens: () => listeners.size > 0,
    exits,
  };
}
