import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { EmbeddedServer } from '../../../src/adapters/postgres/index.ts';

/** Makes directories and embedded servers that are stopped and removed after the calling file. */
export function scratchServers(): {
  directory: () => string;
  server: (dataDir: string, database?: string) => EmbeddedServer;
} {
  const directories: string[] = [];
  const servers: EmbeddedServer[] = [];
  afterAll(async () => {
    for (const server of servers) await server.stop();
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });
  return {
    directory: () => {
      const directory = mkdtempSync(join(tmpdir(), 'bot4-pg-'));
      directories.push(directory);
      return directory;
    },
    server: (dataDir, database = 'bot4_test') => {
      const server = new EmbeddedServer({ dataDir, database });
      servers.push(server);
      return server;
    },
  };
}
