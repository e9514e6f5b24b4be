import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not served, as its answer says it. */
export interface Refusal {
  readonly status: 400 | 403 | 405;
  readonly error: string;
}

/**
 * The names under which the server may be asked for, lower case with port.
 *
 * `configured` entries without a port are allowed both bare (behind a proxy) and with `port`.
 */
export function allowedHostNames(
  host: string,
  port: number,
  configured: readonly string[],
): ReadonlySet<string> {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const names = new Set<string>();
  for (const name of ['127.0.0.1', 'localhost', '[::1]', bracketed]) {
    names.add(`${name.toLowerCase()}:${port}`);
    if (port === 80) names.add(name.toLowerCase());
  }
  for (const entry of configured) {
    const name = entry.toLowerCase();
    names.add(name);
    if (!/:\d+$/.test(name)) names.add(`${name}:${port}`);
  }
  return names;
}

/**
 * Says why a request is refused; null when it may be served.
 *
 * The Host check defeats DNS rebinding; Origin and Sec-Fetch-Site keep other sites' pages from
 * reading or embedding anything. Only GET and HEAD exist, and neither may bring a body.
 */
export function refusal(
  request: { readonly method: string; readonly headers: IncomingHttpHeaders },
  allowedHosts: ReadonlySet<string>,
): Refusal | null {
  const { method, headers } = request;
  const host = headers.host?.toLowerCase();
  if (host === undefined || !allowedHosts.has(host)) {
    return { status: 403, error: 'this Host is not served here; see dashboard.allowedHosts' };
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, error: 'the dashboard is read-only: only GET and HEAD exist' };
  }
  if (headers.origin !== undefined && !allowedHosts.has(hostOfOrigin(headers.origin))) {
    return { status: 403, error: 'requests from pages of another origin are refused' };
  }
  const site = headers['sec-fetch-site'];
  const foreign = site === 'cross-site' || site === 'same-site';
  if (foreign && headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, error: 'only a navigation may come from another site' };
  }
  const length = headers['content-length'];
  if (headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')) {
    return { status: 400, error: 'no request here has a body' };
  }
  return null;
}

function hostOfOrigin(origin: string): string {
  const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase());
  return match?.[1] ?? '';
}
