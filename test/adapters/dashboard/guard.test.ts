import { describe, expect, it } from 'vitest';
import { allowedHostNames, refusal } from '../../../src/adapters/dashboard/guard.ts';

const hosts = allowedHostNames('127.0.0.1', 8080, []);
const ask = (headers: Record<string, string>, method = 'GET') =>
  refusal({ method, headers: { host: '127.0.0.1:8080', ...headers } }, hosts)?.status ?? null;

describe('allowedHostNames', () => {
  it('holds the loopback names with the port alone', () => {
    expect([...hosts]).toEqual(['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']);
  });

  it('holds the bare names on port 80, where clients leave the port out', () => {
    expect(allowedHostNames('127.0.0.1', 80, []).has('localhost')).toBe(true);
  });

  it('brackets an IPv6 address and holds the address listened on', () => {
    expect(allowedHostNames('FD00::7', 9000, []).has('[fd00::7]:9000')).toBe(true);
    expect(allowedHostNames('192.168.1.9', 9000, []).has('192.168.1.9:9000')).toBe(true);
  });

  it('takes configured names with a port as they are and others with both forms', () => {
    const names = allowedHostNames('127.0.0.1', 8080, ['Bot.example', 'proxy.example:8443']);
    expect(names.has('bot.example')).toBe(true);
    expect(names.has('bot.example:8080')).toBe(true);
    expect(names.has('proxy.example:8443')).toBe(true);
    expect(names.has('proxy.example')).toBe(false);
  });
});

describe('refusal', () => {
  it('serves GET and HEAD of this machine', () => {
    expect(ask({})).toBeNull();
    expect(ask({}, 'HEAD')).toBeNull();
    expect(ask({ host: 'LOCALHOST:8080' })).toBeNull();
    expect(ask({ origin: 'http://localhost:8080' })).toBeNull();
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'])(
    'refuses the method %s',
    (method) => {
      expect(ask({}, method)).toBe(405);
    },
  );

  it.each([
    'evil.example',
    'evil.example:8080',
    '127.0.0.1',
    '127.0.0.1:8081',
    '127.0.0.1:8080.evil.example',
    'localhost:8080@evil.example',
    '',
  ])('refuses the Host %j', (host) => {
    expect(ask({ host })).toBe(403);
  });

  it('refuses a request without a Host', () => {
    expect(refusal({ method: 'GET', headers: {} }, hosts)?.status).toBe(403);
  });

  it.each([
    'null',
    'https://evil.example',
    'http://127.0.0.1:8081',
    'http://localhost:8080/x',
    'file://localhost:8080',
    'http://localhost:8080@evil.example',
  ])('refuses the Origin %s', (origin) => {
    expect(ask({ origin })).toBe(403);
  });

  it('refuses to be embedded by another site but lets a link lead here', () => {
    expect(ask({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
    expect(ask({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe(403);
    expect(ask({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBeNull();
    expect(ask({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBeNull();
  });

  it('refuses a body, announced by length or in chunks', () => {
    expect(ask({ 'content-length': '5' })).toBe(400);
    expect(ask({ 'transfer-encoding': 'chunked' })).toBe(400);
    expect(ask({ 'content-length': '0' })).toBeNull();
  });
});
