import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { err, ok, type Result } from '../../core/index.ts';
import { type ServerPrograms, serverPrograms } from './binaries.ts';
import { connectTo, disconnect } from './connection.ts';
import { type DatabaseFailure, databaseFailure } from './failure.ts';
import {
  delay,
  endProcess,
  isRunning,
  type ProcessIdentity,
  processWithPid,
  workingDirectory,
} from './process.ts';
import type { DatabaseServer } from './server.ts';
import { type ServerAccount, serverAccount } from './server-account.ts';
import { serverPlace } from './server-place.ts';
import { SERVER_SETTINGS, SOCKET_NAME } from './server-settings.ts';

/** How the embedded server is kept. */
export interface EmbeddedServerOptions {
  /** The service's data directory; the server lives below it where its user can reach that. */
  readonly dataDir: string;
  /** Database to use, made when missing: lower-case letters, digits and underscores. */
  readonly database: string;
  /** Longest time to come up, in ms, the first start's `initdb` apart; 20 s by default. */
  readonly startLimitMs?: number;
}

const DATABASE_USER = 'bot4';
const MAJOR_VERSION = '18';
const INITDB_LIMIT_MS = 60_000;

/** Name of the database that belongs to a journal: an embedded server never mixes two. */
export const databaseOfJournal = (journalId: string): string => `bot4_${journalId.slice(0, 12)}`;

const STOP_STEPS = [
  { signal: 'SIGINT', limitMs: 3_000 },
  { signal: 'SIGQUIT', limitMs: 1_000 },
  { signal: 'SIGKILL', limitMs: 500 },
] as const;

/**
 * A PostgreSQL of our own, from the npm package, for one data directory.
 *
 * It runs in its own session, so that Ctrl-C reaches us and not it. One that an earlier, killed
 * process left running is adopted. Only the process that the data directory names is ever signalled.
 */
export class EmbeddedServer implements DatabaseServer {
  readonly #options: EmbeddedServerOptions;
  readonly #account: ServerAccount | null;
  readonly #place: string;
  readonly #socketDirectory: string;
  #process: ProcessIdentity | null = null;
  #starting: Promise<Result<ClientConfig, DatabaseFailure>> | null = null;
  #initialising: ChildProcess | null = null;
  #stopped = false;

  constructor(options: EmbeddedServerOptions) {
    this.#options = options;
    this.#account = serverAccount();
    const place = serverPlace(options.dataDir, this.#account);
    this.#place = place.directory;
    this.#socketDirectory = place.socketDirectory;
  }

  get target(): string {
    return `embedded PostgreSQL in ${this.#place}`;
  }

  /** Where its files are: below the data directory unless its user cannot reach that. */
  get place(): string {
    return this.#place;
  }

  /** Pid of the running server; null when it does not run. */
  get pid(): number | null {
    return this.#process !== null && isRunning(this.#process) ? this.#process.pid : null;
  }

  ready(): Promise<Result<ClientConfig, DatabaseFailure>> {
    if (this.#stopped) {
      const detail = `the ${this.target} was stopped`;
      return Promise.resolve(err({ code: 'cannot-start', detail }));
    }
    if (this.pid !== null && this.#starting === null) {
      return Promise.resolve(ok(this.#clientConfig(this.#options.database)));
    }
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** Fast shutdown within 3 s, else immediate. A start under way is given up. It stays stopped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#initialising?.kill('SIGKILL');
    if (this.#starting !== null) await this.#starting;
    if (this.#process !== null) await endProcess(this.#process, STOP_STEPS);
    this.#process = null;
  }

  #clientConfig(database: string): ClientConfig {
    return { host: this.#socketDirectory, port: 5432, user: DATABASE_USER, database };
  }

  async #start(): Promise<Result<ClientConfig, DatabaseFailure>> {
    const account = this.#account;
    if (account === null) {
      const detail =
        'PostgreSQL does not run as root, and there is neither a user postgres nor nobody; ' +
        'start bot4 as another user or set DATABASE_URL';
      return err({ code: 'cannot-start', detail });
    }
    try {
      this.#makePlace(account);
      const programs = await serverPrograms(account, (part) => join(this.#place, part));
      if (!programs.ok) return programs;
      const prepared = await this.#prepareData(programs.value, account);
      if (!prepared.ok) return prepared;
      const adopted = await this.#adoptOrClear();
      if (!adopted) {
        const launched = await this.#launch(programs.value, account);
        if (!launched.ok) return launched;
      }
      return await this.#withDatabase();
    } catch (cause) {
      return err(databaseFailure('cannot-start', `cannot start the ${this.target}`, cause));
    }
  }

  #makePlace(account: ServerAccount): void {
    for (const [directory, mode] of [
      [this.#place, 0o711],
      [this.#socketDirectory, 0o700],
    ] as const) {
      mkdirSync(directory, { recursive: true, mode });
      if (directory === this.#socketDirectory) give(directory, account);
      chmodSync(directory, mode);
    }
  }

  get #data(): string {
    return join(this.#place, 'data');
  }

  /** Makes the cluster as a whole at the first start: a half-made one is never used. */
  async #prepareData(
    programs: ServerPrograms,
    account: ServerAccount,
  ): Promise<Result<void, DatabaseFailure>> {
    const versionFile = join(this.#data, 'PG_VERSION');
    if (existsSync(versionFile)) {
      const version = readFileSync(versionFile, 'utf8').trim();
      if (version === MAJOR_VERSION) return ok(undefined);
      const detail =
        `${this.#data} was made by PostgreSQL ${version}, this is ${MAJOR_VERSION}; ` +
        'move it away: it is filled again from the journal';
      return err({ code: 'cannot-start', detail });
    }
    const fresh = `${this.#data}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    give(fresh, account);
    const args = ['-D', fresh, '-U', DATABASE_USER, '-A', 'trust', '--no-locale', '-E', 'UTF8'];
    const made = await this.#initdb(programs, account, args);
    if (!made.ok) return made;
    renameSync(fresh, this.#data);
    return ok(undefined);
  }

  async #initdb(
    programs: ServerPrograms,
    account: ServerAccount,
    args: readonly string[],
  ): Promise<Result<void, DatabaseFailure>> {
    const child = spawn(programs.initdb, args, {
      ...identityOf(account),
      cwd: '/',
      env: programs.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: INITDB_LIMIT_MS,
    });
    this.#initialising = child;
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints = (complaints + String(data)).slice(-2_000);
    });
    const code = await new Promise<number | string | null>((done) => {
      child.once('error', (cause) => done(cause.message));
      child.once('close', (exit) => done(exit));
    });
    this.#initialising = null;
    if (code === 0) return ok(undefined);
    const detail = `initdb in ${this.#place} ended with ${code}: ${complaints.trim()}`;
    return err({ code: 'cannot-start', detail });
  }

  /** Adopts a server that still runs on our data; ends one that does not answer; clears traces. */
  async #adoptOrClear(): Promise<boolean> {
    const pidFile = join(this.#data, 'postmaster.pid');
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0;
    const running = Number.isSafeInteger(pid) && pid > 1 ? processWithPid(pid) : null;
    // A postmaster works in its data directory; a stranger that now has the pid does not.
    if (running !== null && workingDirectory(pid) === realpathSync(this.#data)) {
      const deadline = performance.now() + 5_000;
      while (performance.now() < deadline && isRunning(running) && !this.#stopped) {
        if (await this.#answers()) {
          this.#process = running;
          return true;
        }
        await delay(100);
      }
      await endProcess(running, STOP_STEPS);
    }
    // Also without a pid file: a server killed while it began leaves an empty socket lock, and the
    // next one, refusing to start for it, takes only its own pid file with it.
    rmSync(pidFile, { force: true });
    for (const trace of [SOCKET_NAME, `${SOCKET_NAME}.lock`]) {
      rmSync(join(this.#socketDirectory, trace), { force: true });
    }
    return false;
  }

  async #launch(
    programs: ServerPrograms,
    account: ServerAccount,
  ): Promise<Result<void, DatabaseFailure>> {
    const limitMs = this.#options.startLimitMs ?? 20_000;
    const deadline = performance.now() + limitMs;
    let last = `it did not answer within ${limitMs} ms`;
    while (performance.now() < deadline && !this.#stopped) {
      const started = this.#spawn(programs, account);
      if (!started.ok) return started;
      while (performance.now() < deadline && isRunning(started.value) && !this.#stopped) {
        if (await this.#answers()) {
          this.#process = started.value;
          return ok(undefined);
        }
        await delay(30);
      }
      last = isRunning(started.value) ? last : `it ended at once: ${this.#logTail()}`;
      await endProcess(started.value, STOP_STEPS);
      // Backends of a killed server hold its memory for a moment; then the next try succeeds.
      await delay(200);
    }
    return err({ code: 'cannot-start', detail: `the ${this.target} does not come up: ${last}` });
  }

  #spawn(
    programs: ServerPrograms,
    account: ServerAccount,
  ): Result<ProcessIdentity, DatabaseFailure> {
    const settings = { ...SERVER_SETTINGS, unix_socket_directories: this.#socketDirectory };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = openSync(join(this.#place, 'server.log'), 'w', 0o600);
    try {
      const child = spawn(programs.postgres, ['-D', this.#data, ...options], {
        ...identityOf(account),
        cwd: '/',
        env: programs.environment,
        detached: true,
        stdio: ['ignore', log, log],
      });
      child.on('error', () => {});
      child.unref();
      if (child.pid === undefined) {
        return err({ code: 'cannot-start', detail: `cannot run ${programs.postgres}` });
      }
      // One that has ended already is nobody; its log tells why.
      return ok(processWithPid(child.pid) ?? { pid: child.pid, startedAt: 'ended' });
    } finally {
      closeSync(log);
    }
  }

  async #answers(): Promise<boolean> {
    const limits = { connectMs: 1_000, statementMs: 1_000 };
    const client = await connectTo(this.#clientConfig('postgres'), limits);
    if (client.ok) await disconnect(client.value);
    return client.ok;
  }

  async #withDatabase(): Promise<Result<ClientConfig, DatabaseFailure>> {
    const { database } = this.#options;
    const client = await connectTo(this.#clientConfig('postgres'));
    if (!client.ok) return client;
    try {
      const found = await client.value.query('SELECT 1 FROM pg_database WHERE datname = $1', [
        database,
      ]);
      if (found.rowCount === 0) {
        await client.value.query(`CREATE DATABASE ${client.value.escapeIdentifier(database)}`);
      }
      return ok(this.#clientConfig(database));
    } catch (cause) {
      return err(databaseFailure('query', `cannot make the database ${database}`, cause));
    } finally {
      await disconnect(client.value);
    }
  }

  #logTail(): string {
    try {
      const lines = readFileSync(join(this.#place, 'server.log'), 'utf8').trim().split('\n');
      return lines.slice(-3).join(' | ');
    } catch {
      return 'no log';
    }
  }
}

const identityOf = (account: ServerAccount): { uid?: number; gid?: number } =>
  account.foreign ? { uid: account.uid, gid: account.gid } : {};

function give(directory: string, account: ServerAccount): void {
  if (account.foreign) chownSync(directory, account.uid, account.gid);
}
