// A trading service as a process of its own, to be killed: used by the campaigns kill and tail.
import { spawn } from 'node:child_process';

const root = new URL('..', import.meta.url);
const START_LIMIT_MS = 60_000;

/** Quotes and takes as often as the limits allow, so that a kill meets orders under way. */
const instrument = (symbol, tickSize, stepSize, startPrice) => ({
  symbol,
  tickSize,
  stepSize,
  strategy: 'avellaneda-stoikov',
  parameters: {
    warmUpUpdates: 1,
    minIntervalMs: 20,
    requoteBps: 0,
    minHalfSpreadBps: 0.05,
    quoteNotional: 200,
  },
  market: { startPrice, tradesPerSecond: 20 },
});

/** The configuration of the killed service. */
export const configuration = {
  dashboard: { enabled: false },
  database: { mode: 'none' },
  risk: { maxOrdersPerSecond: 200, orderBurst: 200 },
  // A cause lifts itself three times a day at most, and a loaded machine stands still more often.
  safety: { eventLoopStallMs: 60_000, feedStaleMs: 600_000, clearAfterMs: 0 },
  instruments: [
    instrument('BTCUSDT', '0.1', '0.001', '60000'),
    instrument('ETHUSDT', '0.01', '0.001', '3000'),
    instrument('SOLUSDT', '0.001', '0.01', '150'),
  ],
};

/**
 * Put before the service: notes in a file which bytes of the journal are on the disk, and makes the
 * disk as slow as a busy one, so that an unsynced tail is there to be lost.
 */
const watchedDisk = (noteFile, delayMs) => `
  const fs = (await import('node:fs')).default;
  const { syncBuiltinESMExports } = await import('node:module');
  const note = fs.openSync(${JSON.stringify(noteFile)}, 'w');
  const durable = {};
  const noteDown = (path, size) => {
    if (!path.endsWith('.journal')) return;
    durable[path] = Math.max(durable[path] ?? 0, size);
    fs.writeSync(note, JSON.stringify(durable).padEnd(4096), 0);
  };
  const placeOf = (fd) => [fs.readlinkSync('/proc/self/fd/' + fd), fs.fstatSync(fd).size];
  const { fdatasync, fdatasyncSync } = fs;
  fs.fdatasync = (fd, done) => {
    const [path, size] = placeOf(fd);
    fdatasync(fd, (error) => {
      setTimeout(() => {
        if (error === null) noteDown(path, size);
        done(error);
      }, ${delayMs});
    });
  };
  fs.fdatasyncSync = (fd) => {
    fdatasyncSync(fd);
    noteDown(...placeOf(fd));
  };
  syncBuiltinESMExports();
`;

/**
 * Starts the service; resolves `ready` once it trades and `ended` with its exit code or signal.
 * With `slowDisk` ({noteFile, delayMs}) it says what is on the disk.
 */
export function startService(dataDir, seed, { slowDisk = null } = {}) {
  const entry = new URL('dist/cli/index.js', root).href;
  const prelude = slowDisk === null ? '' : watchedDisk(slowDisk.noteFile, slowDisk.delayMs);
  const code = `${prelude}
    const { runProcess } = await import(${JSON.stringify(entry)});
    await runProcess(process.argv.slice(1));`;
  const args = ['run', '--data-dir', dataDir, '--seed', String(seed)];
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, '--', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const startedAt = performance.now();
  const ready = new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`not trading after ${START_LIMIT_MS} ms:\n${log}`)),
      START_LIMIT_MS,
    );
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-20_000);
      if (!/^mode NORMAL/m.test(log)) return;
      clearTimeout(limit);
      resolve(performance.now() - startedAt);
    });
    child.once('exit', (exit) => {
      clearTimeout(limit);
      reject(new Error(`the service ended with ${exit} before it traded:\n${log}`));
    });
  });
  const ended = new Promise((resolve) =>
    child.once('exit', (exit, signal) => resolve(exit ?? signal)),
  );
  return { child, ready, ended, log: () => log };
}
