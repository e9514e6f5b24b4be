import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ControlCommand,
  type ControlOptions,
  type ControlServer,
  controlSocketPath,
  MAX_REQUEST_BYTES,
  MAX_SOCKET_PATH_BYTES,
  sendCommand,
  startControl,
} from '../../../src/adapters/control/index.ts';

const userId = process.getuid?.() ?? 0;
const STATUS: ControlCommand = { kind: 'status', reason: null };

let home = '';
let dataDir = '';
const servers: ControlServer[] = [];
const sockets: Socket[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-control-'));
  dataDir = home;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.close();
  rmSync(home, { recursive: true, force: true });
});

const start = async (over: Partial<ControlOptions> = {}): Promise<ControlServer> => {
  const started = await startControl({
    dataDir,
    handle: ({ kind, reason }) => ({ ok: true, result: { kind, reason } }),
    onFault: (fault) => {
      throw fault;
    },
    ...over,
  });
  if (!started.ok) throw new Error(started.error.message);
  servers.push(started.value);
  return started.value;
};

/**
 * A raw client: what it received until the service closed the connection, or until it had so many
 * lines.
 */
const converse = (
  path: string,
  send: string | Buffer,
  lines = Number.POSITIVE_INFINITY,
): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(path);
    sockets.push(socket);
    let received = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(send));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (received.split('\n').length > lines) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });

const open = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    sockets.push(socket);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });

const until = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  expect.poll(condition, { interval: 10 }).toBe(true);

describe('the control socket', () => {
  it('carries a command to the service and its answer back', async () => {
    await start();
    const reply = await sendCommand(dataDir, { kind: 'pause', reason: 'storm' }, 10_000);
    expect(reply).toEqual({ ok: true, value: { kind: 'pause', reason: 'storm' } });
  });

  it('waits for a service that answers later', async () => {
    await start({
      handle: () =>
        new Promise((resolve) => setTimeout(() => resolve({ ok: true, result: 'late' }), 50)),
    });
    expect(await sendCommand(dataDir, STATUS, 10_000)).toEqual({ ok: true, value: 'late' });
  });

  it('hands a refusal of safety to the asker', async () => {
    await start({ handle: () => ({ ok: false, code: 'refused', message: 'time lock' }) });
    const reply = await sendCommand(dataDir, { kind: 'restore', reason: null }, 10_000);
    expect(reply).toEqual({ ok: false, error: { code: 'refused', message: 'time lock' } });
  });

  it('answers several requests of one connection in their order', async () => {
    const server = await start();
    const kinds = ['pause', 'reduce', 'status'];
    const lines = kinds.map((kind) => `${JSON.stringify({ version: 1, kind })}\n`);
    const received = await converse(server.path, lines.join(''), kinds.length);
    const replies = received
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).result.kind);
    expect(replies).toEqual(kinds);
  });

  it('reads a request that comes in pieces', async () => {
    const server = await start();
    const socket = await open(server.path);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    for (const piece of ['{"version":1,', '"kind":"sta', 'tus"}', '\n']) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => received.endsWith('\n'));
    expect(JSON.parse(received)).toMatchObject({ ok: true });
  });

  it('serves a status above the socket buffer', async () => {
    const result = { text: 'x'.repeat(800_000) };
    await start({ handle: () => ({ ok: true, result }) });
    expect(await sendCommand(dataDir, STATUS, 10_000)).toEqual({ ok: true, value: result });
  });

  it('passes on what the handler throws, answers "failed", and goes on', async () => {
    const faults: unknown[] = [];
    let broken = true;
    await start({
      handle: () => {
        if (broken) throw new Error('ledger is closed');
        return { ok: true, result: 1 };
      },
      onFault: (fault) => faults.push(fault),
    });
    const reply = await sendCommand(dataDir, STATUS, 10_000);
    expect(reply).toEqual({ ok: false, error: { code: 'failed', message: 'ledger is closed' } });
    expect(faults).toHaveLength(1);
    broken = false;
    expect((await sendCommand(dataDir, STATUS, 10_000)).ok).toBe(true);
  });
});

describe('who may use the control socket', () => {
  it('is its user alone: mode 0600 in a directory of mode 0700, whatever the umask', async () => {
    const mask = process.umask(0);
    const server = await start();
    process.umask(mask);
    expect(statSync(server.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(server.path)).mode & 0o777).toBe(0o700);
  });

  it('leaves the umask of the process as it was', async () => {
    const before = process.umask();
    await start();
    expect(process.umask()).toBe(before);
  });

  it('closes an existing directory that others could enter', async () => {
    mkdirSync(join(dataDir, 'control'), { mode: 0o777 });
    chmodSync(join(dataDir, 'control'), 0o777);
    const server = await start();
    expect(statSync(dirname(server.path)).mode & 0o777).toBe(0o700);
  });

  it('refuses a directory that is a symbolic link or a file', async () => {
    symlinkSync(tmpdir(), join(dataDir, 'control'));
    const options = {
      dataDir,
      handle: () => ({ ok: true as const, result: 1 }),
      onFault: () => undefined,
    };
    expect(await startControl(options)).toMatchObject({
      ok: false,
      error: { code: 'unusable-directory' },
    });
    rmSync(join(dataDir, 'control'));
    writeFileSync(join(dataDir, 'control'), '');
    expect(await startControl(options)).toMatchObject({
      ok: false,
      error: { code: 'unusable-directory' },
    });
  });

  it.skipIf(userId !== 0)(
    'refuses another user (skipped unless root, who can try one)',
    async () => {
      chmodSync(dataDir, 0o755);
      const server = await start();
      const probe = `require('net').connect(${JSON.stringify(server.path)}).on('error', (e) => { console.log(e.code); }).on('connect', () => { console.log('connected'); process.exit(); })`;
      const child = spawn(process.execPath, ['-e', probe], { uid: 65534, gid: 65534, cwd: '/' });
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      await new Promise((resolve) => child.once('close', resolve));
      expect(output.trim()).toBe('EACCES');
    },
  );
});

describe('starting and ending', () => {
  it('removes the socket at the end, so that nobody seems to run', async () => {
    const server = await start();
    await server.close();
    expect(existsSync(server.path)).toBe(false);
    expect(await sendCommand(dataDir, STATUS, 10_000)).toMatchObject({
      error: { code: 'not-running' },
    });
  });

  it('ends within its close call, also with clients that hang', async () => {
    let asked = false;
    const server = await start({
      timeoutMs: 600_000,
      handle: () => {
        asked = true;
        return new Promise(() => undefined);
      },
    });
    const closed = converse(server.path, '{"version":1,"kind":"status"}\n');
    await until(() => asked);
    await server.close();
    expect(await closed).toBe('');
  });

  it('replaces the socket of a service that was killed', async () => {
    const { directory, socket } = controlSocketPath(dataDir, userId);
    mkdirSync(directory, { mode: 0o700 });
    const script = `require('net').createServer().listen(${JSON.stringify(socket)}, () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', script]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const dead = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await dead;
    expect(lstatSync(socket).isSocket()).toBe(true);
    expect(await sendCommand(dataDir, STATUS, 10_000)).toMatchObject({
      error: { code: 'not-running' },
    });
    await start();
    expect((await sendCommand(dataDir, STATUS, 10_000)).ok).toBe(true);
  });

  it('refuses to take over from a living service, which keeps answering', async () => {
    await start();
    const second = await startControl({
      dataDir,
      handle: () => ({ ok: true, result: 'second' }),
      onFault: () => undefined,
    });
    expect(second).toMatchObject({ ok: false, error: { code: 'already-running' } });
    expect(await sendCommand(dataDir, STATUS, 10_000)).toMatchObject({ value: { kind: 'status' } });
  });

  it('refuses to replace a file that is no socket', async () => {
    const { directory, socket } = controlSocketPath(dataDir, userId);
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(socket, 'precious');
    const started = await startControl({
      dataDir,
      handle: () => ({ ok: true, result: 1 }),
      onFault: () => undefined,
    });
    expect(started).toMatchObject({ ok: false, error: { code: 'unusable-socket' } });
    expect(existsSync(socket)).toBe(true);
  });
});

describe('the path of the control socket', () => {
  it('lies in the data directory as long as it fits', () => {
    expect(controlSocketPath('/srv/bot4', 7).socket).toBe('/srv/bot4/control/control.sock');
    const fits = `/${'d'.repeat(MAX_SOCKET_PATH_BYTES - '/control/control.sock'.length - 1)}`;
    expect(controlSocketPath(fits, 7).socket).toHaveLength(MAX_SOCKET_PATH_BYTES);
    expect(controlSocketPath(`${fits}d`, 7).socket).toMatch(/^\/tmp\/bot4-7\/[0-9a-f]{16}\.sock$/);
  });

  it('is counted in bytes, not in characters', () => {
    const directory = `/${'ü'.repeat(50)}`;
    expect(controlSocketPath(directory, 7).directory).toBe('/tmp/bot4-7');
  });

  it('tells long data directories apart', () => {
    const paths = ['a', 'b'].map((end) => controlSocketPath(`/${'d'.repeat(200)}${end}`, 7).socket);
    expect(paths[0]).not.toBe(paths[1]);
  });

  it('works for a data directory that is too long for a socket', async () => {
    dataDir = join(dataDir, 'd'.repeat(120));
    mkdirSync(dataDir);
    const shared = `/tmp/bot4-${userId}`;
    const wasThere = existsSync(shared);
    const server = await start();
    try {
      expect(dirname(server.path)).toBe(shared);
      expect(statSync(server.path).mode & 0o777).toBe(0o600);
      expect((await sendCommand(dataDir, STATUS, 10_000)).ok).toBe(true);
    } finally {
      await server.close();
      // A service of this user may have put its socket there meanwhile.
      if (!wasThere) spawnSync('rmdir', ['--ignore-fail-on-non-empty', shared]);
    }
  });
});

describe('hostile and broken clients', () => {
  it.each([
    ['garbage', 'GET / HTTP/1.1\r\n'],
    ['another version', '{"version":9,"kind":"status"}\n'],
    ['an unknown command', '{"version":1,"kind":"withdraw"}\n'],
    ['an empty line', '\n'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x0a])],
  ])('sending %s get a refusal and change nothing', async (_name, bytes) => {
    const handled: string[] = [];
    const server = await start({
      handle: ({ kind }) => {
        handled.push(kind);
        return { ok: true, result: 1 };
      },
    });
    const [first = ''] = (await converse(server.path, bytes, 1)).split('\n');
    expect(JSON.parse(first)).toMatchObject({ ok: false, code: 'bad-request' });
    expect(handled).toEqual([]);
  });

  it('sending without end are cut off at 4 KiB', async () => {
    const server = await start();
    const received = await converse(server.path, 'x'.repeat(MAX_REQUEST_BYTES + 1));
    expect(JSON.parse(received)).toMatchObject({
      code: 'bad-request',
      message: `a request has at most ${MAX_REQUEST_BYTES} bytes`,
    });
  });

  it('that say nothing, or drip, are dropped when their time is up', async () => {
    const server = await start({ timeoutMs: 150 });
    const before = performance.now();
    const silent = converse(server.path, '');
    const dripping = open(server.path).then(
      (socket) =>
        new Promise((resolve) => {
          const drip = setInterval(() => socket.write('x'), 20);
          socket.on('error', () => undefined);
          socket.once('close', () => {
            clearInterval(drip);
            resolve('');
          });
        }),
    );
    expect(await silent).toBe('');
    await dripping;
    // The limit that nobody configured is 5 s.
    expect(performance.now() - before).toBeLessThan(4_900);
  });

  it('beyond the limit of connections are told so, and the others are served', async () => {
    const server = await start({ maxConnections: 2 });
    const first = await open(server.path);
    await open(server.path);
    const answer = await sendCommand(dataDir, STATUS, 10_000);
    expect(answer).toMatchObject({ ok: false, error: { code: 'busy' } });
    first.destroy();
    await until(async () => (await sendCommand(dataDir, STATUS, 10_000)).ok);
  });

  it('that leave before the answer do no harm', async () => {
    let begun = 0;
    let handled = 0;
    const server = await start({
      handle: async () => {
        begun += 1;
        await new Promise((resolve) => setTimeout(resolve, 30));
        handled += 1;
        return { ok: true, result: 'x'.repeat(100_000) };
      },
    });
    for (let i = 0; i < 10; i += 1) {
      const socket = await open(server.path);
      socket.write('{"version":1,"kind":"status"}\n');
      await until(() => begun === i + 1);
      socket.destroy();
    }
    await until(() => handled === 10);
    expect((await sendCommand(dataDir, STATUS, 10_000)).ok).toBe(true);
  });
});

describe('asking a service', () => {
  it('that does not run says so at once', async () => {
    const absent = join(dataDir, 'absent');
    expect(await sendCommand(absent, STATUS, 5000)).toEqual({
      ok: false,
      error: {
        code: 'not-running',
        message: `no service answers at ${join(absent, 'control', 'control.sock')}`,
      },
    });
  });

  it('that hangs ends at the time limit', async () => {
    await start({ timeoutMs: 600_000, handle: () => new Promise(() => undefined) });
    const before = performance.now();
    expect(await sendCommand(dataDir, STATUS, 100)).toEqual({
      ok: false,
      error: { code: 'timeout', message: 'no answer within 100 ms' },
    });
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('that closes the connection unanswered says so', async () => {
    await start({ handle: () => new Promise(() => undefined), timeoutMs: 50 });
    expect(await sendCommand(dataDir, STATUS, 10_000)).toEqual({
      ok: false,
      error: { code: 'bad-reply', message: 'the service closed the connection unanswered' },
    });
  });

  it('that answers without end is cut off', async () => {
    await start({ handle: () => ({ ok: true, result: 'x'.repeat(1_100_000) }) });
    expect(await sendCommand(dataDir, STATUS, 10_000)).toMatchObject({
      error: { code: 'bad-reply', message: 'the reply is above 1048576 bytes' },
    });
  });
});
