import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { err, ok, type Result } from '../../core/index.ts';
import { ensurePrivateDirectory } from './private-directory.ts';
import {
  type ControlCommand,
  type ControlReply,
  decodeCommand,
  encodeReply,
  MAX_REQUEST_BYTES,
} from './protocol.ts';
import { controlSocketPath } from './socket-path.ts';

/** How a control socket is opened. */
export interface ControlOptions {
  readonly dataDir: string;
  /** Carries a command out. What it throws is answered with `failed` and passed to `onFault`. */
  readonly handle: (command: ControlCommand) => ControlReply | Promise<ControlReply>;
  /** Receives what `handle` threw. */
  readonly onFault: (fault: unknown) => void;
  /** Time from connecting to the end of the conversation, ms (5,000 by default). */
  readonly timeoutMs?: number;
  /** Connections served at once (16 by default); those beyond are answered with `busy`. */
  readonly maxConnections?: number;
}

/** Why no control socket was opened. */
export interface ControlStartError {
  readonly code: 'already-running' | 'unusable-directory' | 'unusable-socket';
  readonly message: string;
}

/** An open control socket. */
export interface ControlServer {
  readonly path: string;
  /** Closes the socket, ends every conversation and removes the file. */
  close(): Promise<void>;
}

const PROBE_TIMEOUT_MS = 500;

/** Whether somebody answers at a socket. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => settle(true));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** Removes what a dead service left at the path; refuses a living one and foreign files. */
async function clearPath(path: string): Promise<Result<null, ControlStartError>> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return ok(null);
  if (!stat.isSocket()) {
    return err({ code: 'unusable-socket', message: `${path} exists and is not a socket` });
  }
  if (await isAlive(path)) {
    return err({ code: 'already-running', message: `a running service answers at ${path}` });
  }
  try {
    unlinkSync(path);
    return ok(null);
  } catch (error) {
    return err({ code: 'unusable-socket', message: `${path}: ${(error as Error).message}` });
  }
}

/** One connection: requests in, replies out, within the limits of size and time. */
class Conversation {
  readonly #socket: Socket;
  readonly #options: ControlOptions;
  #received = '';
  #replying = false;

  constructor(socket: Socket, options: ControlOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#take(chunk));
    // A client that goes away in the middle is its own affair.
    socket.on('error', () => socket.destroy());
  }

  #take(chunk: string): void {
    this.#received += chunk;
    if (Buffer.byteLength(this.#received) > MAX_REQUEST_BYTES) {
      this.#last({
        ok: false,
        code: 'bad-request',
        message: `a request has at most ${MAX_REQUEST_BYTES} bytes`,
      });
      return;
    }
    if (!this.#replying) void this.#next();
  }

  /** Answers the waiting requests one after the other. */
  async #next(): Promise<void> {
    this.#replying = true;
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end < 0 || this.#socket.destroyed) break;
      const line = this.#received.slice(0, end);
      this.#received = this.#received.slice(end + 1);
      this.#socket.write(encodeReply(await this.#answer(line)));
    }
    this.#replying = false;
  }

  async #answer(line: string): Promise<ControlReply> {
    const command = decodeCommand(line);
    if (!command.ok) {
      return {
        ok: false,
        code: 'bad-request',
        message: `the request is refused: ${command.error}`,
      };
    }
    try {
      return await this.#options.handle(command.value);
    } catch (fault) {
      this.#options.onFault(fault);
      const message = fault instanceof Error ? fault.message : String(fault);
      return { ok: false, code: 'failed', message };
    }
  }

  #last(reply: ControlReply): void {
    this.#received = '';
    this.#socket.removeAllListeners('data');
    this.#socket.end(encodeReply(reply));
  }
}

const BUSY: ControlReply = { ok: false, code: 'busy', message: 'too many connections at once' };

function serve(options: ControlOptions, open: Set<Socket>): Server {
  const limit = options.maxConnections ?? 16;
  return createServer((socket) => {
    open.add(socket);
    const deadline = setTimeout(() => socket.destroy(), options.timeoutMs ?? 5000);
    deadline.unref();
    socket.once('close', () => {
      clearTimeout(deadline);
      open.delete(socket);
    });
    if (open.size > limit) {
      socket.on('error', () => socket.destroy());
      socket.end(encodeReply(BUSY));
      socket.resume();
      return;
    }
    new Conversation(socket, options);
  });
}

/** Binds with mode 0600 from the first moment: the mask is set while the kernel makes the file. */
function listen(server: Server, path: string): Promise<Result<null, ControlStartError>> {
  return new Promise((resolve) => {
    server.on('error', (error) =>
      resolve(err({ code: 'unusable-socket', message: `${path}: ${error.message}` })),
    );
    const mask = process.umask(0o177);
    try {
      server.listen(path, () => {
        chmodSync(path, 0o600);
        resolve(ok(null));
      });
    } finally {
      process.umask(mask);
    }
  });
}

/**
 * Opens the control socket of a data directory, readable by this user alone. A socket file that a
 * killed service left is replaced; a living service is refused.
 */
export async function startControl(
  options: ControlOptions,
): Promise<Result<ControlServer, ControlStartError>> {
  const userId = process.getuid?.() ?? 0;
  const { directory, socket: path } = controlSocketPath(options.dataDir, userId);
  const made = ensurePrivateDirectory(directory, userId);
  if (!made.ok) return err({ code: 'unusable-directory', message: made.error });
  const cleared = await clearPath(path);
  if (!cleared.ok) return cleared;
  const open = new Set<Socket>();
  const server = serve(options, open);
  const listening = await listen(server, path);
  if (!listening.ok) return listening;
  return ok({
    path,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  });
}
