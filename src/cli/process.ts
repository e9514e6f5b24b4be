import { homedir } from 'node:os';
import type { CliIo, StopSignal, TextSink } from './io.ts';
import { main } from './main.ts';

const sinkOf = (stream: NodeJS.WriteStream): TextSink => {
  let open = true;
  // A reader that went away (`bot4 status | head`) ends the writing, not the command.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    open = false;
  });
  return {
    write: (text) => {
      if (open) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY === true ? stream.columns : null,
  };
};

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });

function onStopSignal(listener: (signal: StopSignal) => void): () => void {
  const listeners: readonly (readonly [StopSignal, () => void])[] = [
    ['SIGINT', () => listener('SIGINT')],
    ['SIGTERM', () => listener('SIGTERM')],
  ];
  for (const [signal, listen] of listeners) process.on(signal, listen);
  return () => {
    for (const [signal, listen] of listeners) process.off(signal, listen);
  };
}

/** Runs the command line of this process and ends the process with its exit code. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  const io: CliIo = {
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    environment: process.env,
    workingDirectory: process.cwd(),
    homeDirectory: homedir(),
    monotonicMs: () => performance.now(),
    onStopSignal,
    exitNow: (code) => process.exit(code),
  };
  const exitCode = await main(argv, io);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(exitCode);
}
