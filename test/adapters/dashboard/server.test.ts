import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Dashboard, startDashboard } from '../../../src/adapters/dashboard/index.ts';
import { liveSource, pageFolder, running, wallClock } from './running-dashboard.ts';

let page: Awaited<ReturnType<typeof pageFolder>>;
let open: Dashboard[] = [];

beforeAll(async () => {
  page = await pageFolder();
});
afterAll(() => page.remove());
afterEach(async () => {
  await Promise.all(open.map((dashboard) => dashboard.close()));
  open = [];
});

async function start(options: Partial<Parameters<typeof running>[0]> = {}): Promise<Dashboard> {
  const dashboard = await running({ assetsDir: page.directory, ...options });
  open.push(dashboard);
  return dashboard;
}

/** Sends raw bytes and returns what came back until the server closed or `ms` passed. */
function raw(port: number, bytes: string, ms = 20_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = (): void => {
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(finish, ms);
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      finish();
    });
    socket.on('error', () => {});
    socket.write(bytes);
  });
}

/** Reads the first `count` server-sent events; one piece of the stream may hold several. */
async function events(url: string, count: number): Promise<{ event: string; data: string }[]> {
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const found: { event: string; data: string }[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const match = /^event: (.+)\ndata: (.+)$/.exec(block);
      if (match) found.push({ event: match[1]!, data: match[2]! });
    }
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}

describe('routes', () => {
  it('serve the page, its files and nothing else of the disk', async () => {
    const { url } = await start();
    const index = await fetch(url);
    expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(index.headers.get('cache-control')).toBe('no-cache');
    expect(await index.text()).toContain('<title>Bot4</title>');
    const script = await fetch(`${url}assets/index-abc123.js`);
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-encoding')).toBe('gzip');
    expect(await script.text()).toContain('answer = 42');
    for (const path of [
      'assets/notes.txt',
      'assets/..%2findex.html',
      'assets/%2e%2e/%2e%2e/etc/passwd',
      'package.json',
      'api',
      'api/orders',
    ]) {
      expect((await fetch(url + path)).status, path).toBe(404);
    }
  });

  it('send a file uncompressed to a client that asks so, and not again when it has it', async () => {
    const { url } = await start();
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const again = await fetch(url, { headers: { 'if-none-match': plain.headers.get('etag')! } });
    expect(again.status).toBe(304);
  });

  it('answer a malformed path with 400 and keep serving', async () => {
    const { url, port } = await start();
    const request = `GET /%zz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
    expect(await raw(port, request)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(url)).status).toBe(200);
  });

  it('give the view with its reasons, health and the time it was sent', async () => {
    const source = liveSource();
    const { url } = await start({ source });
    const response = await fetch(`${url}api/view`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const frame = (await response.json()) as Record<string, unknown>;
    expect(frame['view']).toEqual(JSON.parse(JSON.stringify(source.view)));
    expect(frame['whyNotTrading']).toEqual([]);
    expect(frame['health']).toMatchObject({ status: 'ok' });
    expect(Math.abs(Date.now() - (frame['sentAtMs'] as number))).toBeLessThan(5_000);
  });

  it('give the equity curve by columns', async () => {
    const { url } = await start();
    const series = (await (await fetch(`${url}api/equity`)).json()) as Record<string, unknown[]>;
    expect(series['atMs']!.length).toBeGreaterThan(500);
    expect(series['equity']).toHaveLength(series['atMs']!.length);
    expect(series['drawdown']).toHaveLength(series['atMs']!.length);
  });

  it('give metrics in the Prometheus text format, counters without growing from scrape to scrape', async () => {
    const source = liveSource();
    const { url } = await start({ source, limits: { broadcastIntervalMs: 1 } });
    const scrape = async (): Promise<string> => {
      const response = await fetch(`${url}metrics`);
      expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
      return response.text();
    };
    await scrape();
    await wait(5);
    const text = await scrape();
    expect(text).toContain('# TYPE bot4_fills_total counter\nbot4_fills_total 2744\n');
    expect(text).toContain('bot4_control_mode{mode="NORMAL"} 1');
    expect(text).toContain(
      '# HELP bot4_resident_memory_bytes Resident memory of the process, bytes',
    );
    source.view = { ...source.view, positions: [] };
    await wait(5);
    expect(await scrape()).not.toMatch(/^bot4_position_base\{/m);
  });

  it('answer /health with 200 while it works and 503 when it failed', async () => {
    const source = liveSource();
    const { url } = await start({ source, limits: { broadcastIntervalMs: 1 } });
    const healthy = await fetch(`${url}health`);
    expect(healthy.status).toBe(200);
    expect(await healthy.json()).toMatchObject({ status: 'ok' });
    source.view = { ...source.view, atMs: source.view.atMs - 60_000 };
    await wait(5);
    const failed = await fetch(`${url}health`);
    expect(failed.status).toBe(503);
    expect(await failed.json()).toMatchObject({
      status: 'failed',
      checks: expect.arrayContaining([expect.objectContaining({ name: 'view', status: 'failed' })]),
    });
  });

  it('answer HEAD like GET without a body, the event stream too', async () => {
    const { url } = await start();
    for (const path of ['', 'api/view', 'api/equity', 'metrics', 'health', 'events']) {
      const response = await fetch(url + path, { method: 'HEAD' });
      expect(response.status, path).toBe(200);
      expect(await response.text(), path).toBe('');
    }
  });

  it('carry the security headers whatever the answer', async () => {
    const { url } = await start();
    for (const [path, method] of [
      ['', 'GET'],
      ['api/view', 'GET'],
      ['nothing', 'GET'],
      ['', 'POST'],
      ['events', 'HEAD'],
    ] as const) {
      const { headers } = await fetch(url + path, { method });
      const policy = headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });
});

describe('the event stream', () => {
  it('sends the view at once and then the latest one at each interval', async () => {
    const source = liveSource();
    const first = source.view;
    let reads = 0;
    // Each reading gives a later view, so that two frames can never carry the same one by chance.
    Object.defineProperty(source, 'view', {
      get: () => {
        reads += 1;
        return { ...first, atMs: first.atMs + reads };
      },
    });
    const { url } = await start({ source, limits: { broadcastIntervalMs: 20 } });
    const found = await events(`${url}events`, 4);
    const times = found.map(
      ({ data }) => (JSON.parse(data) as { view: { atMs: number } }).view.atMs,
    );
    expect(found.every(({ event }) => event === 'view')).toBe(true);
    expect(new Set(times).size).toBe(times.length);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('tells a client to fetch a view that is larger than what it may buffer', async () => {
    const { url } = await start({ limits: { maxBufferedBytes: 4_096, broadcastIntervalMs: 20 } });
    expect(await events(`${url}events`, 2)).toEqual([
      { event: 'fetch-view', data: '{}' },
      { event: 'fetch-view', data: '{}' },
    ]);
    expect((await (await fetch(`${url}api/view`)).text()).length).toBeGreaterThan(4_096);
  });

  it('refuses one stream too many with 503 and takes the next after one has left', async () => {
    const dashboard = await start({ limits: { maxStreams: 2 } });
    const leave = new AbortController();
    await fetch(`${dashboard.url}events`, { signal: leave.signal });
    await fetch(`${dashboard.url}events`);
    const refused = await fetch(`${dashboard.url}events`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('10');
    leave.abort();
    for (let turn = 0; turn < 1_000 && dashboard.streamCount() > 1; turn += 1) await wait(10);
    expect((await fetch(`${dashboard.url}events`)).status).toBe(200);
  });

  it('stops reading the source when nobody listens', async () => {
    const source = liveSource();
    let reads = 0;
    const counted = {
      ...source,
      document: (nowMs: number) => {
        reads += 1;
        return source.document(nowMs);
      },
    };
    await start({ source: counted, limits: { broadcastIntervalMs: 5 } });
    await wait(60);
    expect(reads).toBe(0);
  });
});

describe('a source that throws', () => {
  it('costs the client its answer and is reported, and the server lives on', async () => {
    const faults: unknown[] = [];
    const source = liveSource();
    let broken = false;
    const breaking = {
      ...source,
      document(nowMs: number) {
        if (broken) throw new Error('no view');
        return source.document(nowMs);
      },
    };
    const dashboard = await start({
      source: breaking,
      onFault: (error) => faults.push(error),
      limits: { broadcastIntervalMs: 5 },
    });
    const stream = await fetch(`${dashboard.url}events`);
    broken = true;
    await expect(stream.text()).rejects.toThrow();
    await wait(10);
    const answer = await fetch(`${dashboard.url}api/view`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ error: 'the view could not be read' });
    expect(faults.length).toBeGreaterThanOrEqual(2);
    broken = false;
    expect((await fetch(`${dashboard.url}api/view`)).status).toBe(200);
  });
});

describe('starting', () => {
  const options = () => ({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    assetsDir: page.directory,
    source: liveSource(),
    clock: wallClock,
    onFault: () => {},
  });

  it('names an occupied port and how to choose another', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const started = await startDashboard({ ...options(), port });
    other.close();
    expect(started).toEqual({
      ok: false,
      error: {
        code: 'port-in-use',
        message:
          `port ${port} on 127.0.0.1 is used by another program; ` +
          'choose another with dashboard.port in the configuration',
      },
    });
  });

  it('names an address that this machine does not have', async () => {
    const started = await startDashboard({ ...options(), host: '203.0.113.7' });
    expect(started).toMatchObject({ ok: false, error: { code: 'address-unavailable' } });
    expect(!started.ok && started.error.message).toContain('203.0.113.7');
  });

  it('says that the page is not built and how to build it', async () => {
    const assetsDir = join(page.directory, 'missing');
    const started = await startDashboard({ ...options(), assetsDir });
    expect(started).toMatchObject({ ok: false, error: { code: 'page-not-built' } });
    expect(!started.ok && started.error.message).toContain(assetsDir);
    expect(!started.ok && started.error.message).toContain('npm run build');
  });

  it('serves a configured name of a proxy', async () => {
    const { port } = await start({ allowedHosts: ['bot.example'] });
    const ask = (host: string): Promise<string> =>
      raw(port, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(await ask('bot.example')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('other.example')).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('closes without waiting for clients that hang on it', async () => {
    const dashboard = await running({ assetsDir: page.directory });
    const hanging = [
      fetch(`${dashboard.url}events`).then((response) => response.text()),
      raw(dashboard.port, 'GET / HT'),
      raw(dashboard.port, `GET /events HTTP/1.1\r\nHost: 127.0.0.1:${dashboard.port}\r\n\r\n`),
    ];
    const settled = Promise.allSettled(hanging);
    for (let turn = 0; turn < 1_000 && dashboard.streamCount() < 2; turn += 1) await wait(10);
    expect(dashboard.streamCount()).toBe(2);
    const startedAt = performance.now();
    await dashboard.close();
    // The server gives a client 5 s for its headers, these clients give up after 20 s.
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    await settled;
    await expect(fetch(dashboard.url)).rejects.toThrow();
  });
});
