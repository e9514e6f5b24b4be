import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg, { type ClientConfig } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { databaseOfJournal, EmbeddedServer } from '../../../src/adapters/postgres/index.ts';
import { startProgram } from '../journal/child-program.ts';
import { copyCluster, scratchServers } from './scratch.ts';

/** The server's own steps of a stop take 4.5 s at the most; the rest is for a busy machine. */
const STOP_LIMIT_MS = 10_000;

const { directory, server: makeServer } = scratchServers();
let stopped: EmbeddedServer;

beforeAll(async () => {
  stopped = makeServer(directory());
  await readyOf(stopped);
  await stopped.stop();
});

/** A server that is not running, with a cluster that is made already. */
const newServer = (dataDir: string): EmbeddedServer => {
  const server = makeServer(dataDir);
  copyCluster(stopped, server);
  return server;
};

async function readyOf(server: EmbeddedServer): Promise<ClientConfig> {
  const ready = await server.ready();
  if (!ready.ok) throw new Error(`${ready.error.code}: ${ready.error.detail}`);
  return ready.value;
}

async function ask(config: ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const alive = (pid: number): boolean => existsSync(`/proc/${pid}/cwd`);
const statusLine = (pid: number, name: string): string =>
  readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))!
    .slice(name.length + 1)
    .trim();

describe('the embedded server', () => {
  it('starts on an empty directory, keeps its data over a stop, and starts again', async () => {
    const dataDir = directory();
    const server = makeServer(dataDir);
    const config = await readyOf(server);
    await ask(config, 'CREATE TABLE kept AS SELECT 42 AS n');
    const { pid } = server;
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
    expect(alive(pid!)).toBe(false);
    expect(server.pid).toBeNull();

    const again = newServer(dataDir);
    expect(await ask(await readyOf(again), 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    await again.stop();
  });

  it('runs durable, small, unprivileged, in its own session, and only on a private socket', async () => {
    const server = newServer(directory());
    const config = await readyOf(server);
    const settings = await ask(
      config,
      `SELECT name, setting FROM pg_settings WHERE name IN
        ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'max_connections',
         'shared_buffers', 'TimeZone') ORDER BY name`,
    );
    expect(Object.fromEntries(settings.map((row) => [row['name'], row['setting']]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      max_connections: '10',
      shared_buffers: String((32 * 1024) / 8),
      TimeZone: 'UTC',
    });
    const pid = server.pid!;
    expect(statusLine(pid, 'Uid').split(/\s+/)[1]).not.toBe('0');
    const session = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[3];
    expect(session).toBe(String(pid));
    expect(statSync(join(server.place, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(join(server.place, 'data')).mode & 0o077).toBe(0);
    await server.stop();
  });

  it('answers many askers with one start', async () => {
    const server = newServer(directory());
    const answers = await Promise.all([server.ready(), server.ready(), server.ready()]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ ok: true });
    await server.stop();
  });

  it('is adopted when the process that started it was killed', async () => {
    const dataDir = directory();
    copyCluster(stopped, makeServer(dataDir));
    const owner = startProgram(
      `import { EmbeddedServer } from './src/adapters/postgres/index.ts';
       const server = new EmbeddedServer({ dataDir: process.argv[2], database: 'bot4_test' });
       const ready = await server.ready();
       console.log(ready.ok ? server.pid : ready.error.detail);
       setInterval(() => {}, 1000);`,
      [dataDir],
    );
    const orphan = Number(await owner.line());
    await owner.kill();
    expect(alive(orphan)).toBe(true);

    const server = newServer(dataDir);
    const config = await readyOf(server);
    expect(server.pid).toBe(orphan);
    expect(await ask(config, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(alive(orphan)).toBe(false);
  });

  it('replaces an orphan that no longer answers', async () => {
    const dataDir = directory();
    const first = newServer(dataDir);
    await readyOf(first);
    const hung = first.pid!;
    process.kill(hung, 'SIGSTOP');
    const second = newServer(dataDir);
    const config = await readyOf(second);
    expect(second.pid).not.toBe(hung);
    expect(alive(hung)).toBe(false);
    expect(await ask(config, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('starts after the machine went down: stale pid file of nobody or of a stranger', async () => {
    const dataDir = directory();
    const server = newServer(dataDir);
    await readyOf(server);
    const pidFile = join(server.place, 'data', 'postmaster.pid');
    const content = readFileSync(pidFile, 'utf8');
    await server.stop();
    for (const pid of [4_194_304, process.pid]) {
      writeFileSync(pidFile, content.replace(/^\d+/, String(pid)));
      const again = newServer(dataDir);
      await readyOf(again);
      expect(alive(process.pid)).toBe(true);
      await again.stop();
    }
  });

  it('starts beside an empty socket lock without a pid file, as a kill while starting leaves it', async () => {
    const dataDir = directory();
    const first = newServer(dataDir);
    const { host } = await readyOf(first);
    await first.stop();
    writeFileSync(join(host!, '.s.PGSQL.5432.lock'), '');
    const second = makeServer(dataDir);
    expect((await ask(await readyOf(second), 'SELECT 1 AS one'))[0]).toEqual({ one: 1 });
    await second.stop();
  });

  it('comes back after its process was killed', async () => {
    const server = newServer(directory());
    await ask(await readyOf(server), 'CREATE TABLE kept AS SELECT 7 AS n');
    const killed = server.pid!;
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => server.pid, { interval: 5 }).toBeNull();
    expect(await ask(await readyOf(server), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    expect(server.pid).not.toBe(killed);
    await server.stop();
  });

  it('stops at once when a client keeps it busy', async () => {
    const server = newServer(directory());
    const client = new pg.Client(await readyOf(server));
    client.on('error', () => {});
    await client.connect();
    const busy = client.query('SELECT pg_sleep(60)').catch(() => 'ended');
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
    expect(await busy).toBe('ended');
  });

  it.each([10, 300, 1_500])('gives up a first start when stopped %i ms into it', async (ms) => {
    const dataDir = directory();
    const server = makeServer(dataDir);
    const starting = server.ready();
    await new Promise((resolve) => setTimeout(resolve, ms));
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
    await starting;
    expect(server.pid).toBeNull();
    expect(await server.ready()).toMatchObject({ ok: false, error: { code: 'cannot-start' } });
    // What it left does not hinder the next start.
    const again = makeServer(dataDir);
    expect(await ask(await readyOf(again), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await again.stop();
  });

  it('does not use a half-made cluster', async () => {
    const first = makeServer(directory());
    mkdirSync(join(first.place, 'data.new'), { recursive: true });
    appendFileSync(join(first.place, 'data.new', 'PG_VERSION'), '18');
    await readyOf(first);
    expect(existsSync(join(first.place, 'data.new'))).toBe(false);
    await first.stop();
  });

  it('refuses the data of another version, saying what to do', async () => {
    const server = makeServer(directory());
    mkdirSync(join(server.place, 'data'), { recursive: true });
    writeFileSync(join(server.place, 'data', 'PG_VERSION'), '15\n');
    const ready = await server.ready();
    expect(ready).toMatchObject({ ok: false, error: { code: 'cannot-start' } });
    if (!ready.ok) expect(ready.error.detail).toContain('was made by PostgreSQL 15, this is 18');
  });

  it('says why it does not come up', async () => {
    const dataDir = directory();
    const server = new EmbeddedServer({ dataDir, database: 'x', startLimitMs: 4_000 });
    copyCluster(stopped, server);
    rmSync(join(server.place, 'data', 'global', 'pg_control'));
    const ready = await server.ready();
    expect(ready).toMatchObject({ ok: false, error: { code: 'cannot-start' } });
    if (!ready.ok) expect(ready.error.detail).toContain('pg_control');
  });

  it('names one database for each journal', () => {
    expect(databaseOfJournal('0123456789abcdef0123456789abcdef')).toBe('bot4_0123456789ab');
  });

  // Only root runs the server as another user, who must get through to its files.
  it.skipIf(process.geteuid?.() !== 0)(
    'goes below /var/lib when its user cannot get through',
    async () => {
      const closed = directory();
      const dataDir = join(closed, 'data');
      mkdirSync(dataDir);
      chmodSync(closed, 0o700);
      const server = newServer(dataDir);
      try {
        expect(server.place).toMatch(/^\/var\/lib\/bot4-[0-9a-f]{12}$/);
        expect(server.target).toContain(server.place);
        const config = await readyOf(server);
        expect(await ask(config, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      } finally {
        await server.stop();
        rmSync(server.place, { recursive: true, force: true });
      }
    },
  );

  it('leaves node_modules as it is', async () => {
    const server = newServer(directory());
    await readyOf(server);
    const link = readlinkSync(join(server.place, 'lib', 'libpq.so.5'));
    expect(link).toContain('node_modules');
    expect(existsSync(link)).toBe(true);
    await server.stop();
  });
});
