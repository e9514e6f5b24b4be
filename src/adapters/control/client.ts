import { connect } from 'node:net';
import { err, type Json, ok, type Result } from '../../core/index.ts';
import { checkPrivateSocket } from './private-directory.ts';
import { type ControlCommand, decodeReply, encodeCommand, MAX_REPLY_BYTES } from './protocol.ts';
import { controlSocketPath } from './socket-path.ts';

/** Why a command got no result. */
export interface ControlClientError {
  readonly code:
    | 'not-running'
    | 'no-permission'
    | 'timeout'
    | 'busy'
    | 'refused'
    | 'failed'
    | 'bad-request'
    | 'bad-reply';
  readonly message: string;
}

const notRunning = (path: string): ControlClientError => ({
  code: 'not-running',
  message: `no service answers at ${path}`,
});

const ofSystemError = (path: string, error: NodeJS.ErrnoException): ControlClientError => {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTDIR':
      return notRunning(path);
    case 'EACCES':
    case 'EPERM':
      return { code: 'no-permission', message: `${path} belongs to another user` };
    default:
      return { code: 'bad-reply', message: `${path}: ${error.message}` };
  }
};

const readReply = (line: string): Result<Json, ControlClientError> => {
  const reply = decodeReply(line);
  if (!reply.ok) {
    return err({ code: 'bad-reply', message: `the reply cannot be read: ${reply.error}` });
  }
  const { value } = reply;
  return value.ok ? ok(value.result) : err({ code: value.code, message: value.message });
};

/**
 * Sends one command to the service that runs on a data directory and waits for its answer.
 *
 * Errors:  `not-running` when nobody listens, `timeout` after `timeoutMs`, `no-permission` for
 *          another user's service and for a socket that another user could have put there, the
 *          service's own refusals, `bad-reply` for anything else.
 */
export function sendCommand(
  dataDir: string,
  command: ControlCommand,
  timeoutMs: number,
): Promise<Result<Json, ControlClientError>> {
  const userId = process.getuid?.() ?? 0;
  const { directory, socket: path } = controlSocketPath(dataDir, userId);
  const trusted = checkPrivateSocket(directory, path, userId);
  if (!trusted.ok) {
    const { kind, message } = trusted.error;
    return Promise.resolve(
      err(kind === 'absent' ? notRunning(path) : { code: 'no-permission', message }),
    );
  }
  return new Promise((resolve) => {
    const socket = connect(path);
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: Result<Json, ControlClientError>): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(result);
    };
    const deadline = setTimeout(
      () => settle(err({ code: 'timeout', message: `no answer within ${timeoutMs} ms` })),
      timeoutMs,
    );
    socket.once('connect', () => socket.write(encodeCommand(command)));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_REPLY_BYTES) {
        settle(err({ code: 'bad-reply', message: `the reply is above ${MAX_REPLY_BYTES} bytes` }));
      } else if (chunk.includes(10)) {
        const text = Buffer.concat(chunks).toString('utf8');
        settle(readReply(text.slice(0, text.indexOf('\n'))));
      }
    });
    socket.on('error', (error) => settle(err(ofSystemError(path, error))));
    socket.once('close', () =>
      settle(err({ code: 'bad-reply', message: 'the service closed the connection unanswered' })),
    );
  });
}
