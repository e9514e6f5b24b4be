/** Somewhere to write text to. */
export interface TextSink {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in characters; null when it is not a terminal. */
  readonly columns: number | null;
}

/** A request from outside to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Everything of the process that the command line uses, so that tests can run it in theirs. */
export interface CliIo {
  /** Data only. */
  readonly stdout: TextSink;
  /** Progress, notices and errors. */
  readonly stderr: TextSink;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  /** A clock that never goes back, ms. */
  monotonicMs(): number;
  /** Calls the listener on every stop signal until the returned function is called. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /** Ends the process at once. */
  exitNow(code: number): void;
}
