// Kills a trading service with SIGKILL at random moments, starts it again each time, and compares
// what the venue's own ledger says with what the journal holds at the end.
// Usage: npm run campaign:kill -- --cycles N --seed S --json
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';

const root = new URL('..', import.meta.url);
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 20_000;

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

const configuration = {
  dashboard: { enabled: false },
  database: { mode: 'none' },
  risk: { maxOrdersPerSecond: 200, orderBurst: 200 },
  instruments: [
    instrument('BTCUSDT', '0.1', '0.001', '60000'),
    instrument('ETHUSDT', '0.01', '0.001', '3000'),
    instrument('SOLUSDT', '0.001', '0.01', '150'),
  ],
};

const seeded = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Runs the service; resolves `ready` once it trades and `ended` with its exit code or signal. */
function startService(dataDir, seed, extra = []) {
  const entry = new URL('dist/cli/index.js', root).href;
  const code = `const { runProcess } = await import(${JSON.stringify(entry)}); await runProcess(process.argv.slice(1));`;
  const args = ['run', '--data-dir', dataDir, '--seed', String(seed), ...extra];
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

/** Everything the venue's ledger says, over all its compactions; `known` grows. */
async function readVenue(dataDir, known) {
  const { scanLedger } = await import(new URL('dist/adapters/simulator/ledger.js', root).href);
  const scan = scanLedger(readFileSync(join(dataDir, 'venue', 'ledger.jsonl')));
  if (!scan.ok) throw new Error(JSON.stringify(scan.error));
  for (const record of scan.value.records) {
    const fills = record.kind === 'fill' ? [record.fill] : (record.fills ?? []);
    for (const fill of fills) known.fills.set(fill.tradeId, fill);
    if (record.kind === 'order') {
      const { clientOrderId, venueOrderId } = record.order;
      const ids = known.orders.get(clientOrderId) ?? new Set();
      known.orders.set(clientOrderId, ids.add(venueOrderId));
    }
  }
}

async function readJournal(dataDir) {
  const { FileJournal } = await import(new URL('dist/adapters/journal/index.js', root).href);
  const opened = FileJournal.open({ directory: join(dataDir, 'journal') });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const found = { fills: new Map(), submitted: new Map(), epochs: new Map() };
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  const replayed = opened.value.replay(({ event }) => {
    if (event.kind === 'order-filled') count(found.fills, event.fill.tradeId);
    if (event.kind === 'order-submitted') count(found.submitted, event.clientOrderId);
    if (event.kind === 'run-started') count(found.epochs, event.runEpoch);
  }, 'beginning');
  opened.value.close();
  if (!replayed.ok) throw new Error(JSON.stringify(replayed.error));
  return found;
}

const repeated = (counts) => [...counts.values()].filter((n) => n > 1).length;

/**
 * Runs the campaign. Gives `{cycles, lost, duplicates, idConflicts, recoveryP99Ms, …}`: `lost`
 * counts fills and orders of the venue that the journal lacks, and a last run that found books that
 * differ; `duplicates` fills or orders that stand twice.
 */
export async function killCampaign({ cycles, seed, onProgress = () => {} }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bot4-kill-'));
  const random = seeded(seed);
  const venue = { fills: new Map(), orders: new Map() };
  const recoveries = [];
  writeFileSync(join(dataDir, 'bot4.json'), JSON.stringify(configuration));
  try {
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const service = startService(dataDir, seed);
      // One kill in eight comes while the service is still starting.
      if (random() < 0.125) {
        service.ready.catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, random() * 900));
      } else {
        recoveries.push(await service.ready);
        await new Promise((resolve) => setTimeout(resolve, random() * 1_200));
      }
      service.child.kill('SIGKILL');
      await service.ended;
      try {
        await readVenue(dataDir, venue);
      } catch (error) {
        if (error.code !== 'ENOENT') throw error; // Killed before the venue first opened.
      }
      onProgress(cycle, venue.fills.size);
    }
    const last = startService(dataDir, seed, ['--duration', '2s']);
    recoveries.push(await last.ready);
    const stop = setTimeout(() => last.child.kill('SIGKILL'), STOP_LIMIT_MS);
    const exit = await last.ended;
    clearTimeout(stop);
    if (exit !== 0) throw new Error(`the last run ended with ${exit}:\n${last.log()}`);
    await readVenue(dataDir, venue);
    const journal = await readJournal(dataDir);
    const lostFills = [...venue.fills.keys()].filter((id) => !journal.fills.has(id)).length;
    const lostOrders = [...venue.orders.keys()].filter((id) => !journal.submitted.has(id)).length;
    const inventedFills = [...journal.fills.keys()].filter((id) => !venue.fills.has(id)).length;
    const doubled = [...venue.orders.values()].filter((ids) => ids.size > 1).length;
    recoveries.sort((a, b) => a - b);
    return {
      cycles,
      seed,
      lost: lostFills + lostOrders,
      duplicates: repeated(journal.fills) + inventedFills + doubled,
      idConflicts: repeated(journal.submitted) + repeated(journal.epochs),
      recoveryP50Ms: Math.round(recoveries[Math.floor(recoveries.length * 0.5)]),
      recoveryP99Ms: Math.round(
        recoveries[Math.min(recoveries.length - 1, Math.floor(recoveries.length * 0.99))],
      ),
      orders: venue.orders.size,
      fills: venue.fills.size,
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const option = (name, standard) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? standard : Number(process.argv[at + 1]);
  };
  const [cycles, seed] = [option('cycles', 50), option('seed', 1)];
  if (!Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed) || seed < 0) {
    console.error(
      'usage: npm run campaign:kill -- --cycles N (1 or more) --seed S (0 or more) [--json]',
    );
    process.exit(2);
  }
  if (!(await ensureBuilt())) process.exit(1);
  const result = await killCampaign({
    cycles,
    seed,
    onProgress: (cycle, fills) =>
      console.error(`kill ${cycle} of ${cycles}, ${fills} fills so far`),
  });
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else
    for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(14)} ${value}`);
  process.exit(result.lost + result.duplicates + result.idConflicts === 0 ? 0 : 1);
}
