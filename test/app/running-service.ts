import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { StatusReport } from '../../src/app/contracts.ts';
import { askStatus } from '../../src/app/control.ts';

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
  #isOver = false;
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
    void this.#ended.then(() => {
      this.#isOver = true;
    });
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
  async says(pattern: RegExp, limitMs = 60_000): Promise<void> {
    const until = Date.now() + limitMs;
    while (!pattern.test(this.#stderr)) {
      // Only at its 'close' everything that it said has been read.
      if (this.#isOver || Date.now() > until) {
        throw new Error(`never said ${pattern}:\n${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What `bot4 status --json` prints, without the time that starting a program takes. */
  status(): Promise<StatusReport> {
    return askStatus(this.#dataDir, 30_000);
  }

  /**
   * Asks for its status until it is as wanted, and gives it.
   *
   * Errors: it was not so within the limit; the message holds the last status and what it said.
   */
  async statusOnce(
    isWanted: (status: StatusReport) => boolean,
    limitMs = 60_000,
  ): Promise<StatusReport> {
    for (const until = Date.now() + limitMs; ; ) {
      const status = await this.status();
      if (isWanted(status)) return status;
      if (Date.now() > until) {
        throw new Error(`never so: ${JSON.stringify(status)}\n${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Waits for its end and gives the exit code. */
  async end(limitMs = 60_000): Promise<number | null> {
    const limit = setTimeout(() => this.child.kill('SIGKILL'), limitMs);
    const code = await this.#ended;
    clearTimeout(limit);
    return code;
  }

  /** Stops it as a service manager would. */
  stop(limitMs = 30_000): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.end(limitMs);
  }
}

/** Services as processes, with a directory for their data. */
export interface RunningServices {
  /** Removed after the calling file. */
  readonly root: string;
  /** Starts one, which is killed after the test if it still runs. */
  start(dataDir: string, args: readonly string[], environment?: NodeJS.ProcessEnv): RunningService;
}

/** Builds the program before the tests of the calling file, and starts services of it. */
export function runningServices(): RunningServices {
  const root = mkdtempSync(join(tmpdir(), 'bot4-services-'));
  chmodSync(root, 0o711); // The embedded server runs as a user of its own.
  const services: RunningService[] = [];
  beforeAll(() => {
    const built = spawnSync(process.execPath, ['scripts/build.mjs'], { encoding: 'utf8' });
    expect(built.status, built.stderr).toBe(0);
  }, 600_000);
  afterEach(async () => {
    for (const service of services.splice(0)) {
      service.child.kill('SIGKILL');
      await service.end();
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return {
    root,
    start: (dataDir, args, environment = {}) => {
      const service = new RunningService(dataDir, args, environment);
      services.push(service);
      return service;
    },
  };
}
