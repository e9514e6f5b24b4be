import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import fastify, { type FastifyInstance } from 'fastify';
import { type Clock, err, ok, type Result } from '../../core/index.ts';
import type { ReadModel } from '../../observe/ports.ts';
import { loadPage } from './assets.ts';
import { Frames } from './frames.ts';
import { allowedHostNames, type Refusal, refusal } from './guard.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { type DashboardLimits, DEFAULT_DASHBOARD_LIMITS } from './limits.ts';
import { addRoutes } from './routes.ts';
import { EventStreams } from './streams.ts';

/** What a dashboard needs. */
export interface DashboardOptions {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 takes any free one. */
  readonly port: number;
  /** Further values of the Host header that are served, for example a proxy's name. */
  readonly allowedHosts: readonly string[];
  /** Folder of the built page. */
  readonly assetsDir: string;
  /** The performance manifest of the build, which may not be there; null: none is shown. */
  readonly manifestFile?: string | null;
  readonly source: ReadModel;
  readonly clock: Clock;
  /** Told of an exception thrown while the source was read; clients get 500 or no frame. */
  readonly onFault: (error: unknown) => void;
  readonly limits?: Partial<DashboardLimits>;
}

/** A running dashboard. */
export interface Dashboard {
  readonly url: string;
  readonly port: number;
  /** Event streams open now. */
  streamCount(): number;
  /** Bytes that wait unsent for the slowest stream. */
  maxBufferedBytes(): number;
  /** Stops listening and cuts every connection; done within a second. */
  close(): Promise<void>;
}

/** Why a dashboard did not start. */
export interface DashboardStartError {
  readonly code:
    | 'port-in-use'
    | 'address-unavailable'
    | 'permission-denied'
    | 'page-not-built'
    | 'listen-failed';
  /** What happened and what to do about it. */
  readonly message: string;
}

/**
 * Starts the read-only dashboard: page, JSON, event stream, metrics and health, by GET alone.
 *
 * Nothing a client sends reaches anything but this adapter; reading the source changes nothing.
 *
 * Errors: port in use, address or permission trouble, page not built; each says what to do.
 */
export async function startDashboard(
  options: DashboardOptions,
): Promise<Result<Dashboard, DashboardStartError>> {
  const limits = { ...DEFAULT_DASHBOARD_LIMITS, ...options.limits };
  const page = await loadPage(options.assetsDir);
  if (!page.ok) {
    const message = `the page is not built in ${options.assetsDir} (${page.error}); run: npm run build`;
    return err({ code: 'page-not-built', message });
  }
  const frames = new Frames({
    source: options.source,
    clock: options.clock,
    maxAgeMs: limits.broadcastIntervalMs,
    maxEventBytes: limits.maxBufferedBytes,
  });
  const streams = new EventStreams(limits);
  let allowedHosts: ReadonlySet<string> = new Set();
  const { app, server } = guardedApp(limits, () => allowedHosts);
  addRoutes(app, { ...options, limits, frames, streams, page: page.value });

  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    return err(startError(error as NodeJS.ErrnoException, options));
  }
  const { port } = server.address() as AddressInfo;
  allowedHosts = allowedHostNames(options.host, port, options.allowedHosts);

  const broadcast = setInterval(() => {
    if (streams.size === 0) return;
    try {
      streams.broadcast(frames.next().event, performance.now());
    } catch (error) {
      streams.closeAll();
      options.onFault(error);
    }
  }, limits.broadcastIntervalMs);
  broadcast.unref();

  const urlHost = options.host.includes(':') ? `[${options.host}]` : options.host;
  return ok({
    url: `http://${urlHost}:${port}/`,
    port,
    streamCount: () => streams.size,
    maxBufferedBytes: () => streams.maxBufferedBytes,
    async close() {
      clearInterval(broadcast);
      streams.closeAll();
      const closed = app.close();
      server.closeAllConnections();
      await closed;
    },
  });
}

/** A Fastify instance behind a guard that sees every request before any routing. */
function guardedApp(
  limits: DashboardLimits,
  allowedHosts: () => ReadonlySet<string>,
): { readonly app: FastifyInstance; readonly server: Server } {
  let made: Server | null = null;
  const app = fastify({
    forceCloseConnections: true,
    serverFactory(handler) {
      made = createServer(
        {
          maxHeaderSize: limits.maxHeaderBytes,
          headersTimeout: limits.headersTimeoutMs,
          requestTimeout: limits.headersTimeoutMs,
          keepAliveTimeout: limits.headersTimeoutMs,
          connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
        },
        (request, response) => {
          for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
            response.setHeader(name, value);
          }
          const { method = '', headers } = request;
          const refused = refusal({ method, headers }, allowedHosts());
          if (refused === null) handler(request, response);
          else refuse(response, refused);
        },
      );
      made.maxConnections = limits.maxConnections;
      made.setTimeout(limits.idleTimeoutMs);
      return made;
    },
  });
  return { app, server: made! };
}

function refuse(response: ServerResponse, { status, error }: Refusal): void {
  const body = `${JSON.stringify({ error })}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(body);
}

function startError(
  error: NodeJS.ErrnoException,
  { host, port }: DashboardOptions,
): DashboardStartError {
  const choose = 'choose another with dashboard.port in the configuration';
  switch (error.code) {
    case 'EADDRINUSE':
      return {
        code: 'port-in-use',
        message: `port ${port} on ${host} is used by another program; ${choose}`,
      };
    case 'EACCES':
      return {
        code: 'permission-denied',
        message: `port ${port} needs privileges that this user lacks; ${choose} (1024 or above)`,
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        code: 'address-unavailable',
        message: `this machine has no address ${host}; set dashboard.host to one it has (127.0.0.1)`,
      };
    default:
      return {
        code: 'listen-failed',
        message: `the dashboard cannot listen on ${host}:${port}: ${error.message}`,
      };
  }
}
