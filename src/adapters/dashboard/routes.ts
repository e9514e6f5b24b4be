import { performance } from 'node:perf_hooks';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReadModel } from '../../observe/ports.ts';
import type { Asset, PageAssets } from './assets.ts';
import type { Frames } from './frames.ts';
import type { DashboardLimits } from './limits.ts';
import { performanceJson } from './performance.ts';
import { PrometheusPage } from './prometheus.ts';
import type { EventStreams } from './streams.ts';

/** How long a browser waits before it connects a broken stream again, ms. */
const RECONNECT_AFTER_MS = 2_000;

/** Registers every route: all of them GET, with the HEAD that belongs to it. */
export function addRoutes(
  app: FastifyInstance,
  deps: {
    readonly source: ReadModel;
    readonly frames: Frames;
    readonly streams: EventStreams;
    readonly page: PageAssets;
    readonly limits: DashboardLimits;
    readonly manifestFile?: string | null;
    readonly onFault: (error: unknown) => void;
  },
): void {
  const { source, frames, streams, page, limits } = deps;
  const prometheus = new PrometheusPage();
  const equityJson = reused(limits.broadcastIntervalMs, () => JSON.stringify(source.equity()));
  const metricsText = reused(limits.broadcastIntervalMs, () => prometheus.write(source.metrics()));

  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) deps.onFault(error);
    const words = status >= 500 ? 'the view could not be read' : 'the request is malformed';
    return json(reply.code(status), JSON.stringify({ error: words }));
  });
  app.setNotFoundHandler((_request, reply) =>
    json(reply.code(404), JSON.stringify({ error: 'there is nothing at this path' })),
  );

  app.get('/', (request, reply) => sendAsset(request, reply, page.get('/')));
  app.get<{ Params: { file: string } }>('/assets/:file', (request, reply) =>
    sendAsset(request, reply, page.get(`/assets/${request.params.file}`)),
  );
  app.get('/api/view', (_request, reply) => json(reply, frames.latest().json));
  app.get('/api/equity', (_request, reply) => json(reply, equityJson()));
  app.get('/api/performance', async (_request, reply) => {
    const file = deps.manifestFile ?? null;
    // null is an answer: most builds were never measured.
    return json(reply, (file === null ? null : await performanceJson(file)) ?? 'null');
  });
  app.get('/health', (_request, reply) => {
    const { health } = frames.latest().document;
    return json(reply.code(health.status === 'failed' ? 503 : 200), JSON.stringify(health));
  });
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(prometheus.contentType)
      .send(await metricsText()),
  );
  app.get('/events', (request, reply) => {
    if (streams.full) {
      const error = `${limits.maxStreams} streams are open already`;
      return json(reply.code(503).header('retry-after', '10'), JSON.stringify({ error }));
    }
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    };
    if (request.method === 'HEAD') return reply.headers(headers).send();
    const first = frames.latest().event;
    reply.hijack();
    reply.raw.writeHead(200, headers);
    reply.raw.write(`retry: ${RECONNECT_AFTER_MS}\n\n`);
    streams.add(reply.raw, first, performance.now());
    return reply;
  });
}

function json(reply: FastifyReply, body: string | Buffer): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(body);
}

function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset | undefined,
): FastifyReply {
  if (asset === undefined) {
    reply.callNotFound();
    return reply;
  }
  reply
    .headers({ 'cache-control': asset.cacheControl, etag: asset.etag, vary: 'accept-encoding' })
    .type(asset.contentType);
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
  const acceptsGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  return acceptsGzip
    ? reply.header('content-encoding', 'gzip').send(asset.gzip)
    : reply.send(asset.plain);
}

/** Calls `make` at most once per `maxAgeMs` and returns its last result in between. */
function reused<T>(maxAgeMs: number, make: () => T): () => T {
  let made: { readonly value: T; readonly atMs: number } | null = null;
  return () => {
    const nowMs = performance.now();
    if (made === null || nowMs - made.atMs >= maxAgeMs) made = { value: make(), atMs: nowMs };
    return made.value;
  };
}
