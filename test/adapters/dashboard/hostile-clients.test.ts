import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/core/index.ts';
import { liveSource, pageFolder, running } from './running-dashboard.ts';

/** Five hundred clients that mean harm, a hundred of each kind. */
const CLIENTS_OF_A_KIND = 100;

let page: Awaited<ReturnType<typeof pageFolder>>;
beforeAll(async () => {
  page = await pageFolder();
});
afterAll(() => page.remove());

/** Sends bytes, reads at most the first line of the answer. */
function statusOf(port: number, bytes: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('latin1');
    socket.setTimeout(60_000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
      const match = /^HTTP\/1\.1 (\d{3}) /.exec(text);
      if (match === null) return;
      resolve(Number(match[1]));
      socket.destroy();
    });
    socket.on('close', () => reject(new Error(`closed without an answer after ${text.length} B`)));
  });
}

/** Sends bytes and then never reads nor writes again. */
function silent(port: number, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.on('error', () => {});
  socket.pause();
  return socket;
}

const times = <T>(make: (index: number) => T): T[] =>
  Array.from({ length: CLIENTS_OF_A_KIND }, (_, index) => make(index));

it('stands 500 hostile clients: each refused, memory bounded, the view unchanged, others served', async () => {
  const source = liveSource();
  // A full view: twice as large as that of three instruments.
  // Dated ahead, so that it is not too old for /health however long the clients keep the server.
  source.view = {
    ...source.view,
    version: 'x'.repeat(30_000),
    atMs: Date.now() + 60_000,
  };
  const before = canonicalJson(source.view);
  const dashboard = await running({
    assetsDir: page.directory,
    source,
    // Long enough that a busy machine reads the whole requests of the others within it.
    limits: { broadcastIntervalMs: 5, drainLimitMs: 60_000, headersTimeoutMs: 8_000 },
  });
  const { port, url } = dashboard;
  const host = `Host: 127.0.0.1:${port}\r\n`;
  const methods = ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];
  (globalThis as { gc?: () => void }).gc?.();
  const rssBefore = process.memoryUsage.rss();

  const neverReading = times(() => silent(port, `GET /events HTTP/1.1\r\n${host}\r\n`));
  const slowloris = times((i) => silent(port, `GET /?${i} HTTP/1.1\r\n${host}X-Slow: ${i}`));
  const loris = Promise.all(slowloris.map((socket) => new Promise((r) => socket.on('close', r))));

  const [writes, hosts, origins] = await Promise.all([
    Promise.all(
      times((i) =>
        statusOf(
          port,
          `${methods[i % 5]} /api/view HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\n{}`,
        ),
      ),
    ),
    Promise.all(times((i) => statusOf(port, `GET / HTTP/1.1\r\nHost: evil${i}.example\r\n\r\n`))),
    Promise.all(
      times((i) =>
        statusOf(port, `GET /events HTTP/1.1\r\n${host}Origin: https://evil${i}.example\r\n\r\n`),
      ),
    ),
  ]);
  expect(new Set(writes)).toEqual(new Set([405]));
  expect(new Set(hosts)).toEqual(new Set([403]));
  expect(new Set(origins)).toEqual(new Set([403]));

  await expect.poll(() => dashboard.streamCount()).toBe(64);
  let mostBuffered = 0;
  for (let turn = 0; turn < 40 || (mostBuffered === 0 && turn < 400); turn += 1) {
    mostBuffered = Math.max(mostBuffered, dashboard.maxBufferedBytes());
    await wait(25);
  }
  expect(mostBuffered).toBeGreaterThan(0);
  expect(mostBuffered).toBeLessThanOrEqual(65_536 + 1_024);
  expect((await fetch(`${url}health`)).status).toBe(200);
  const rssGrowthMb = (process.memoryUsage.rss() - rssBefore) / 1_048_576;
  expect(rssGrowthMb).toBeLessThan(128);

  for (const socket of slowloris) socket.resume();
  await loris;
  expect(canonicalJson(source.view)).toBe(before);
  for (const socket of neverReading) socket.destroy();
  await dashboard.close();
}, 120_000);

it('closes a stream that never reads, after the time it was given', async () => {
  const source = liveSource();
  const padding = 'x'.repeat(30_000);
  source.view = { ...source.view, version: padding };
  const dashboard = await running({
    assetsDir: page.directory,
    source,
    limits: { broadcastIntervalMs: 2, drainLimitMs: 300 },
  });
  const host = `Host: 127.0.0.1:${dashboard.port}\r\n`;
  const socket = silent(dashboard.port, `GET /events HTTP/1.1\r\n${host}\r\n`);
  await expect.poll(() => dashboard.streamCount(), { interval: 5 }).toBe(1);
  await expect.poll(() => dashboard.streamCount(), { interval: 10 }).toBe(0);
  socket.destroy();
  await dashboard.close();
});

it('refuses headers beyond the limit without keeping them', async () => {
  const dashboard = await running({ assetsDir: page.directory });
  const huge = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${dashboard.port}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
  expect(await statusOf(dashboard.port, huge)).toBe(431);
  await dashboard.close();
});

it('closes connections beyond the limit and serves the others', async () => {
  const dashboard = await running({ assetsDir: page.directory, limits: { maxConnections: 4 } });
  const sockets = Array.from({ length: 4 }, () => silent(dashboard.port, 'GET / HTTP/1.1\r\n'));
  await Promise.all(sockets.map((socket) => new Promise((r) => socket.on('connect', r))));
  // The server takes connections in the order in which they came.
  await expect(
    statusOf(dashboard.port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${dashboard.port}\r\n\r\n`),
  ).rejects.toThrow();
  for (const socket of sockets) socket.destroy();
  const status = (): Promise<number | string> =>
    fetch(dashboard.url).then((response) => response.status, String);
  await expect.poll(status).toBe(200);
  await dashboard.close();
});
