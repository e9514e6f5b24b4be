import pg, { type ClientConfig } from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { MIGRATIONS } from '../../../src/adapters/postgres/migrations.ts';
import { scratchServers } from './scratch.ts';

const { directory, server: newServer } = scratchServers();
let config: ClientConfig;
let databases = 0;
const clients: pg.Client[] = [];

beforeAll(async () => {
  const ready = await newServer(directory()).ready();
  if (!ready.ok) throw new Error(ready.error.detail);
  config = ready.value;
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
});

const connect = async (database: string): Promise<pg.Client> => {
  const client = new pg.Client({ ...config, database });
  await client.connect();
  clients.push(client);
  return client;
};

async function freshDatabase(): Promise<string> {
  databases += 1;
  const admin = await connect('bot4_test');
  await admin.query(`CREATE DATABASE migrate_${databases}`);
  return `migrate_${databases}`;
}

const next = MIGRATIONS.length + 1;
const second = { version: next, name: 'second', sql: 'CREATE TABLE later (n integer)' };

describe('migrating a database', () => {
  it('makes the schema once; doing it again changes nothing', async () => {
    const client = await connect(await freshDatabase());
    expect(await migrate(client)).toEqual({ ok: true, value: MIGRATIONS.length });
    const before = await client.query('SELECT * FROM schema_migrations');
    expect(await migrate(client)).toEqual({ ok: true, value: MIGRATIONS.length });
    expect((await client.query('SELECT * FROM schema_migrations')).rows).toEqual(before.rows);
  });

  it('does only the new steps on an older database', async () => {
    const client = await connect(await freshDatabase());
    await migrate(client);
    expect(await migrate(client, [...MIGRATIONS, second])).toEqual({ ok: true, value: next });
    expect((await client.query('SELECT count(*)::int AS n FROM later')).rows).toEqual([{ n: 0 }]);
  });

  it('leaves nothing of a step that fails', async () => {
    const client = await connect(await freshDatabase());
    const broken = { ...second, sql: 'CREATE TABLE half (n integer); SELECT 1/0' };
    expect(await migrate(client, [...MIGRATIONS, broken])).toMatchObject({
      ok: false,
      error: { code: 'query' },
    });
    const found = await client.query("SELECT to_regclass('half') AS half");
    expect(found.rows).toEqual([{ half: null }]);
    expect(await migrate(client, [...MIGRATIONS, second])).toMatchObject({ ok: true });
  });

  it('refuses a database that a newer program migrated', async () => {
    const client = await connect(await freshDatabase());
    await migrate(client, [...MIGRATIONS, second]);
    expect(await migrate(client)).toMatchObject({
      ok: false,
      error: { code: 'refused', detail: expect.stringContaining(`schema version ${next}`) },
    });
  });

  it('refuses a database whose steps were other ones', async () => {
    const client = await connect(await freshDatabase());
    await migrate(client, [{ version: 1, name: 'initial schema', sql: 'SELECT 1' }]);
    expect(await migrate(client)).toMatchObject({ ok: false, error: { code: 'refused' } });
  });

  it('lets two programs migrate at the same time', async () => {
    const database = await freshDatabase();
    const both = await Promise.all([connect(database), connect(database)]);
    const results = await Promise.all(both.map((client) => migrate(client)));
    for (const result of results) expect(result).toEqual({ ok: true, value: MIGRATIONS.length });
  });
});
