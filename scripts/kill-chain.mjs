// One data directory whose service is killed again and again, and what the venue says of it after.
import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seeded } from './campaign-options.mjs';
import { configuration, startService } from './service-process.mjs';

const root = new URL('..', import.meta.url);
const STOP_LIMIT_MS = 20_000;
/** Longest stay of a sync at the disk in the tail campaign, ms: the longest that was measured. */
const SLOWEST_SYNC_MS = 700;

const fromDist = (path) => import(new URL(`dist/${path}`, root).href);

/** Everything the venue's ledger says, over all its compactions; `known` grows. */
async function readVenue(dataDir, known) {
  const { scanLedger } = await fromDist('adapters/simulator/ledger.js');
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
  const { FileJournal } = await fromDist('adapters/journal/index.js');
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

/** Remembers every order that was ever journalled, also in a tail that is then cut off. */
class GivenIds {
  conflicts = 0;
  #terms = new Map();
  #epochs = new Map();
  #readTo = new Map();

  /** Reads what a segment gained since the last time. */
  async read(path) {
    const { scanSegment } = await fromDist('adapters/journal/segment-scan.js');
    const { decodeRecord } = await fromDist('store/record.js');
    let last = this.#readTo.get(path);
    const visit = (payload, offset) => {
      last = offset;
      const record = decodeRecord(payload);
      if (record.ok && record.value.kind === 'entry') this.#note(record.value.entry.event);
      return null;
    };
    const scan = scanSegment(path, visit, this.#readTo.get(path));
    if (!scan.ok) throw new Error(JSON.stringify(scan.error));
    if (last !== undefined) this.#readTo.set(path, last);
  }

  /** The segment was cut: what comes behind is to be read anew. */
  cut(path, size) {
    if ((this.#readTo.get(path) ?? 0) >= size) this.#readTo.delete(path);
  }

  #note(event) {
    if (event.kind === 'run-started') this.#same(this.#epochs, event.runEpoch, event.at);
    // An order that the journal lost and the venue knew is written down again under its own id.
    if (event.kind !== 'order-submitted' || event.request.strategy === 'recovered') return;
    const { side, price, quantity, instrument } = event.request;
    const terms = [event.at, side, price, quantity, instrument].join();
    this.#same(this.#terms, event.clientOrderId, terms);
  }

  #same(known, id, content) {
    const before = known.get(id);
    if (before !== undefined && before !== content) this.conflicts += 1;
    known.set(id, content);
  }
}

/** Takes away a random part of what no sync has confirmed, as a power cut does; gives its size. */
async function cutTail(dataDir, noteFile, random, ids) {
  const directory = join(dataDir, 'journal');
  const name = readdirSync(directory)
    .filter((each) => each.endsWith('.journal'))
    .sort()
    .at(-1);
  const text = readFileSync(noteFile, 'utf8').trim();
  if (name === undefined || text === '') return 0; // Killed before the journal first opened.
  const path = join(directory, name);
  const durable = JSON.parse(text)[path];
  if (durable === undefined) return 0;
  await ids.read(path);
  const { size } = statSync(path);
  const keep = Math.min(size, durable + Math.floor(random() * (size - durable + 1)));
  truncateSync(path, keep);
  ids.cut(path, keep);
  return size - keep;
}

/** Runs until the books are proven once more, and ends with a clean stop. */
async function lastRun(dataDir, seed) {
  const last = startService(dataDir, seed);
  const recovery = await last.ready;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  last.child.kill('SIGTERM');
  const stop = setTimeout(() => last.child.kill('SIGKILL'), STOP_LIMIT_MS);
  const exit = await last.ended;
  clearTimeout(stop);
  if (exit !== 0) throw new Error(`the last run ended with ${exit}:\n${last.log()}`);
  return recovery;
}

function auditIsWhole(dataDir) {
  const program = fileURLToPath(new URL('scripts/bot4.mjs', root));
  const args = [program, 'audit', 'verify', '--data-dir', dataDir];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) process.stderr.write(stderr);
  return status === 0;
}

/**
 * Kills a service `cycles` times at random moments; with `losesTail` a random part of the journal
 * that no sync has confirmed is gone afterwards, as after a power cut.
 *
 * `lost` counts fills of the venue that the journal lacks in the end, and without `losesTail` orders
 * too; `duplicates` fills or orders that stand twice; `idConflicts` client order ids and run epochs
 * that were given twice, also in what was cut off.
 */
export async function killChain({ cycles, seed, losesTail = false, onCycle = () => {} }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bot4-kill-'));
  const noteFile = join(dataDir, 'durable.txt');
  const random = seeded(seed);
  const venue = { fills: new Map(), orders: new Map() };
  const ids = new GivenIds();
  const recoveries = [];
  let cutBytes = 0;
  let cuts = 0;
  let running = null;
  writeFileSync(join(dataDir, 'bot4.json'), JSON.stringify(configuration));
  try {
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const delayMs = Math.floor(random() ** 3 * SLOWEST_SYNC_MS);
      const slowDisk = losesTail ? { noteFile, delayMs } : null;
      const service = startService(dataDir, seed, { slowDisk });
      running = service.child;
      // One kill in eight comes while the service is still starting.
      if (random() < 0.125) {
        service.ready.catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, random() * 900));
      } else {
        recoveries.push(await service.ready);
        await new Promise((resolve) => setTimeout(resolve, random() * 1_000));
      }
      service.child.kill('SIGKILL');
      await service.ended;
      try {
        await readVenue(dataDir, venue);
      } catch (error) {
        if (error.code !== 'ENOENT') throw error; // Killed before the venue first opened.
      }
      if (losesTail) {
        const bytes = await cutTail(dataDir, noteFile, random, ids).catch((error) => {
          if (error.code === 'ENOENT') return 0;
          throw error;
        });
        cutBytes += bytes;
        if (bytes > 0) cuts += 1;
      }
      onCycle(venue.fills.size);
    }
    recoveries.push(await lastRun(dataDir, seed));
    await readVenue(dataDir, venue);
    const journal = await readJournal(dataDir);
    const missing = (there, here) => [...there.keys()].filter((id) => !here.has(id)).length;
    const lostOrders = losesTail ? 0 : missing(venue.orders, journal.submitted);
    const doubled = [...venue.orders.values()].filter((set) => set.size > 1).length;
    return {
      lost: missing(venue.fills, journal.fills) + lostOrders,
      duplicates: repeated(journal.fills) + missing(journal.fills, venue.fills) + doubled,
      idConflicts: repeated(journal.submitted) + repeated(journal.epochs) + ids.conflicts,
      auditBroken: auditIsWhole(dataDir) ? 0 : 1,
      orders: venue.orders.size,
      fills: venue.fills.size,
      cuts,
      cutBytes,
      recoveries,
    };
  } finally {
    running?.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const FIGURES = ['lost', 'duplicates', 'idConflicts', 'auditBroken', 'orders', 'fills'];

/** Runs chains side by side, each with a data directory and a seed of its own, and adds them up. */
export async function killCampaign({ cycles, seed, workers, losesTail = false, onProgress }) {
  const startedAt = performance.now();
  const chains = Math.min(workers, cycles);
  let done = 0;
  const parts = await Promise.all(
    Array.from({ length: chains }, (_, chain) => {
      const count = Math.floor(
        (cycles * (chain + 1)) / chains - Math.floor((cycles * chain) / chains),
      );
      const onCycle = () => {
        done += 1;
        onProgress?.(done);
      };
      return killChain({ cycles: count, seed: seed + chain, losesTail, onCycle }).catch((error) => {
        throw new Error(`seed ${seed + chain}: ${error.message}`, { cause: error });
      });
    }),
  );
  const sum = (name) => parts.reduce((total, part) => total + part[name], 0);
  const recoveries = parts.flatMap((part) => part.recoveries).sort((a, b) => a - b);
  const quantile = (q) =>
    Math.round(recoveries[Math.min(recoveries.length - 1, Math.floor(recoveries.length * q))]);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return {
    cycles,
    seed,
    ...Object.fromEntries(FIGURES.map((name) => [name, sum(name)])),
    ...(losesTail ? { cuts: sum('cuts'), cutBytes: sum('cutBytes') } : {}),
    recoveryP50Ms: quantile(0.5),
    recoveryP99Ms: quantile(0.99),
    seconds,
  };
}
