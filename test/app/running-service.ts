import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { StatusReport } from '../../src/app/contracts.ts';

/** The environment of the tests without what would configure a service. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => name !== 'DATABASE_URL' && !name.startsWith('BOT4_'),
    ),
  );

/** One `bot4 run` as a process of its own, on a data directory. */
export class RunningService {
  readonly child: ChildProcess;
  readonly #dataDir: string;
  readonly #ended: Promise<number | null>;
  #stderr = '';
  #stdout = '';

  constructor(dataDir: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.#dataDir = dataDir;
    this.child = spawn(
      process.execPath,
      ['scripts/bot4.mjs', 'run', '--json', '--data-dir', dataDir, ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...cleanEnvironment(), ...environment } },
    );
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** What it printed: one JSON document, at its end. */
  get printed(): string {
    return this.#stdout;
  }

  /** Everything that it said for people. */
  get said(): string {
    return this.#stderr;
  }

  /** Waits until it said something. Errors: it ended, or said nothing of the kind in time. */
  async says(pattern: RegExp, limitMs = 30_000): Promise<void> {
    const until = Date.now() + limitMs;
    while (!pattern.test(this.#stderr)) {
      if (this.child.exitCode !== null || Date.now() > until) {
        throw new Error(`never said ${pattern}:\n${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What `bot4 status --json` answers. */
  status(): StatusReport {
    const args = ['scripts/bot4.mjs', 'status', '--json', '--data-dir', this.#dataDir];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: cleanEnvironment(),
      timeout: 30_000,
    });
    if (!stdout.startsWith('{')) throw new Error(`no status: ${stderr}`);
    return JSON.parse(stdout) as StatusReport;
  }

  /** Waits for its end and gives the exit code. */
  async end(limitMs = 30_000): Promise<number | null> {
    const limit = setTimeout(() => this.child.kill('SIGKILL'), limitMs);
    const code = await this.#ended;
    clearTimeout(limit);
    return code;
  }

  /** Stops it as a service manager would. */
  stop(limitMs = 10_000): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.end(limitMs);
  }
}
