import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inputFile } from '../../src/adapters/run-inputs/index.ts';
import { RunFold } from '../../src/app/decisions/run-fold.ts';
import { explainDiff } from '../../src/app/explain-diff.ts';
import { openJournalView } from '../../src/app/time-travel/journal-source.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { type DomainEvent, type JournalEntry, qtyLots } from '../../src/model/index.ts';
import { encodeEntry } from '../../src/store/index.ts';
import { paperConfig, paperRunUntil, unstopped } from './paper-run.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

const root = mkdtempSync(join(tmpdir(), 'bot4-runs-'));
afterAll(() => rmSync(root, { recursive: true }));

const T0 = 1_750_000_000_000_000_000n;
const lines: string[] = [];
const watch = { onLine: (line: string) => lines.push(line), signal: unstopped() };

const explain = (live: string, backtest: string) =>
  explainDiff({ live, backtest, runEpoch: null, toleranceMs: 0, ...watch });

async function entriesOf(dataDir: string): Promise<JournalEntry[]> {
  const view = await openJournalView(dataDir, watch);
  const reader = view.reader(view.firstSeq);
  const all: JournalEntry[] = [];
  for (;;) {
    const batch = await reader.next(1_000);
    if (!batch.ok) throw new Error(batch.error.detail);
    if (batch.value.length === 0) break;
    all.push(...batch.value);
  }
  await reader.close();
  return all;
}

/** Orders that are accepted and cancelled; the last asks for `quantity`. */
function manyOrders(name: string, count: number, quantity: number, withoutReport: number): string {
  const path = join(root, name);
  const out: string[] = [];
  const put = (event: unknown): void => {
    out.push(encodeEntry({ seq: BigInt(out.length + 1), event: event as DomainEvent }));
  };
  const start = { kernelTarget: 'any', configurationHash: 'c'.repeat(64), version: '1' };
  put({ kind: 'run-started', at: T0, runEpoch: 1, ...start });
  for (let n = 1; n <= count; n += 1) {
    const at = T0 + BigInt(n) * 1_000_000_000n;
    const clientOrderId = `b4-1-${n.toString(36)}`;
    const request = {
      instrument: 'sim:BTCUSDT',
      strategy: 'avellaneda-stoikov',
      side: 'buy',
      type: 'limit',
      price: 100,
      quantity: n === count ? quantity : 1,
      timeInForce: 'gtc',
      postOnly: true,
      reduceOnly: false,
    };
    put({ kind: 'order-submitted', at, clientOrderId, request });
    const id = { clientOrderId, at: at + 1_000_000n };
    if (n !== withoutReport) put({ kind: 'order-accepted', ...id, venueOrderId: `v${n}` });
    put({ kind: 'order-cancelled', ...id, reason: 'x' });
  }
  writeFileSync(path, `${out.join('\n')}\n`);
  return path;
}

describe('explain-diff', () => {
  it('names the report that is missing also after more than it remembers', async () => {
    const live = manyOrders('l.jsonl', 6_000, 1, 0);
    const { first } = await explain(live, manyOrders('b.jsonl', 6_000, 2, 5_999));
    expect(first!.number).toBe(6_000);
    expect(first!.reasons[0]).toMatchObject({
      what: 'latency',
      where: 'order 5999 order-accepted',
      backtest: 'none yet',
    });
  });

  it('takes reports of the run alone from a directory with two, also from a damaged recording', async () => {
    const config = paperConfig();
    const { dataDir } = config;
    await paperRunUntil(config, 4);
    await paperRunUntil(config, 6);
    const all = await entriesOf(dataDir);
    const start = all.findLastIndex(({ event }) => event.kind === 'run-started');
    expect(all[start]!.event).toMatchObject({ runEpoch: 2 });
    let orders = 0;
    const altered = all.slice(start).map(({ seq, event }) => {
      if (event.kind !== 'order-submitted') return encodeEntry({ seq, event });
      orders += 1;
      const { request } = event;
      const quantity = qtyLots(request.quantity + (orders === 4 ? 1 : 0));
      return encodeEntry({ seq, event: { ...event, request: { ...request, quantity } } });
    });
    const path = join(root, 'two.jsonl');
    writeFileSync(path, altered.join('\n'));
    const { first } = await explain(dataDir, path);
    const causes = first!.reasons.map(({ what, where }) => `${what} ${where}`);
    expect(causes).toContain('request quantity');
    // What the run found at its start, a position of the first run, is all that may differ besides.
    expect(causes.filter((cause) => !/^(request quantity|position |mode )/.test(cause))).toEqual(
      [],
    );
    const bytes = readFileSync(inputFile(dataDir, 2));
    for (const at of [30, bytes.length >> 1]) bytes[at]! ^= 0xff;
    writeFileSync(inputFile(dataDir, 2), bytes);
    const again = await explain(dataDir, path);
    expect(again.first!.number).toBe(first!.number);
    expect(lines.join('\n')).toContain('what was known at the decision is unreadable');
  });

  it('goes on from the positions and causes of a checkpoint', () => {
    const config = configFor();
    const world = new VirtualWorld(config);
    world.run(60_000);
    world.command({ kind: 'pause', detail: 'lunch' });
    const instruments = config.instruments.map((one) => one.instrument);
    const held = instruments.find(({ id }) => world.state.portfolio.position(id).lots !== 0)!;
    const state = JSON.parse(
      JSON.stringify(world.state.snapshot(), (_name, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    );
    expect(new TradingState(instruments, config.risk, state).hash()).toBe(world.state.hash());
    const fold = new RunFold();
    fold.goOnFrom(state);
    expect(fold.position(held.symbol)).toBe(world.state.portfolio.position(held.id).lots);
    expect(fold.mode).toBe('PAUSE');
    expect(fold.causes()).toContain('lunch');
  });
});
