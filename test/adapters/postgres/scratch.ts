import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { EmbeddedServer } from '../../../src/adapters/postgres/index.ts';

/**
 * Puts the cluster of an earlier server, which is stopped, below another data directory: making one
 * anew takes seconds.
 */
export function copyCluster(from: EmbeddedServer, to: EmbeddedServer): void {
  mkdirSync(to.place, { recursive: true, mode: 0o711 });
  if (existsSync(join(to.place, 'data'))) return;
  execFileSync('cp', ['-a', join(from.place, 'data'), join(to.place, 'data')]);
}

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
