import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlSocketPath, sendCommand } from '../../../src/adapters/control/index.ts';

const userId = process.getuid?.() ?? 0;

describe('asking at a socket that another user could have put there', () => {
  const NOT_HERE = 65_534;
  const answers: string[] = [];
  /** A service of somebody else who answers everything. */
  const squat = (path: string): Promise<() => Promise<void>> =>
    new Promise((resolve) => {
      const server = createServer((socket) => {
        answers.push('asked');
        socket.resume();
        socket.end('{"version":1,"ok":true,"result":"squatted"}\n');
      });
      server.listen(path, () =>
        resolve(() => new Promise((closed) => server.close(() => closed(undefined)))),
      );
    });
  const ask = async () => {
    const reply = await sendCommand(home, { kind: 'emergency', reason: null }, 1000);
    if (reply.ok) throw new Error(`was answered: ${JSON.stringify(reply.value)}`);
    return reply.error;
  };
  let leave = async () => {};
  let home = '';
  const place = () => controlSocketPath(home, userId);

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'bot4-untrusted-'));
    mkdirSync(place().directory, { mode: 0o700 });
    leave = await squat(place().socket);
    answers.length = 0;
  });
  afterEach(async () => {
    await leave();
    rmSync(home, { recursive: true, force: true });
    expect(answers).toEqual([]);
  });

  it.each(['0755', '0770', '0701'])('refuses a directory of mode %s', async (mode) => {
    chmodSync(place().directory, Number.parseInt(mode, 8));
    expect(await ask()).toEqual({
      code: 'no-permission',
      message: `${place().directory} is open to other users (mode ${mode}, not 0700)`,
    });
  });

  it('refuses a symbolic link, to a directory or to a socket', async () => {
    const { directory, socket } = place();
    renameSync(directory, join(home, 'elsewhere'));
    symlinkSync(join(home, 'elsewhere'), directory);
    const ofDirectory = await ask();
    rmSync(directory);
    mkdirSync(directory, { mode: 0o700 });
    symlinkSync(join(home, 'elsewhere', 'control.sock'), socket);
    const ofSocket = await ask();
    expect([ofDirectory, ofSocket]).toEqual([
      { code: 'no-permission', message: `${directory} is not a directory` },
      { code: 'no-permission', message: `${socket} is not a socket` },
    ]);
  });

  it.skipIf(userId !== 0)(
    'refuses what belongs to somebody else (skipped unless root, who can give it away)',
    async () => {
      const { directory, socket } = place();
      chownSync(socket, NOT_HERE, NOT_HERE);
      const ofSocket = await ask();
      chownSync(directory, NOT_HERE, NOT_HERE);
      expect([ofSocket, await ask()]).toEqual([
        { code: 'no-permission', message: `${socket} belongs to user 65534, not to 0` },
        { code: 'no-permission', message: `${directory} belongs to user 65534, not to 0` },
      ]);
    },
  );
});
