import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../../src/app/backtest.ts';
import { exportCaptures } from '../../src/app/capture-export.ts';
import type { ExplainDiffReport } from '../../src/app/contracts.ts';
import { AppFailure } from '../../src/app/contracts.ts';
import { explainDiff } from '../../src/app/explain-diff.ts';
import { openJournalView } from '../../src/app/time-travel/journal-source.ts';
import { type OrderRequest, qtyLots } from '../../src/model/index.ts';
import { encodeEntry } from '../../src/store/index.ts';
import { paperConfig, paperRunUntil, unstopped } from './paper-run.ts';
import { configFor } from './virtual-world.ts';

const capture = resolve(process.cwd(), '../shared/market/binance_raw/usdm_btcusdt_20240808.ws.gz');
const present = existsSync(capture);
if (!present) console.warn(`skipped: no recorded capture at ${capture}`);

const dir = mkdtempSync(join(tmpdir(), 'bot4-explain-'));
afterAll(() => rmSync(dir, { recursive: true }));

const explain = (live: string, backtest: string, toleranceMs = 0): Promise<ExplainDiffReport> =>
  explainDiff({
    live,
    backtest,
    runEpoch: null,
    toleranceMs,
    onLine: () => {},
    signal: unstopped(),
  });

describe.skipIf(!present)('two backtests', () => {
  const market = join(dir, 'market.ws');
  let lines: readonly string[];

  async function events(
    name: string,
    settings: Readonly<Record<string, string>> = {},
    text = lines,
  ): Promise<string> {
    writeFileSync(market, `${text.join('\n')}\n`);
    const path = join(dir, name);
    const options = { config: configFor(settings), onLine: () => {}, signal: unstopped() };
    await runBacktest({ files: [market], events: path, ...options });
    return path;
  }

  beforeAll(async () => {
    lines = gunzipSync(readFileSync(capture)).toString('latin1').split('\n').slice(0, 30_000);
    await events('base.jsonl');
  });

  const base = join(dir, 'base.jsonl');

  it('of equal input are equal, decision by decision', async () => {
    const report = await explain(base, await events('same.jsonl'));
    expect(report).toMatchObject({ equal: true, first: null });
    expect(report.equalDecisions).toBeGreaterThan(20);
  });

  it('with another limit differ by its refusal', async () => {
    const other = await events('limit.jsonl', { 'risk.maxOpenOrders': '1' });
    const { equal, first } = await explain(base, other);
    expect(equal).toBe(false);
    expect(first!.reasons[0]!.what).toBe('configuration');
    const refusal = first!.reasons.find(({ what }) => what === 'refusal');
    expect(refusal).toMatchObject({ where: 'limit', live: 'none' });
    expect(refusal!.backtest).toMatch(/^RISK_/);
    expect(first!.backtest!.decision).toContain('refused: RISK_');
  });

  it('with another latency differ by the first report that came at another time', async () => {
    const other = await events('latency.jsonl', { 'simulator.orderLatencyMs': '250' });
    const { first, equalDecisions } = await explain(base, other);
    expect(equalDecisions).toBeGreaterThan(0);
    const found = first!.reasons.find(({ what }) => what === 'latency' || what === 'fill');
    expect(found!.where).toContain('order 1');
    expect(BigInt(first!.live!.seq)).toBeGreaterThan(0n);
    expect(first!.live!.at).toMatch(/^2024-08-08T/);
  });

  it('with another market differ by the book that the decision saw', async () => {
    const moved = lines.map((line) =>
      line.replace(/"(\d{5})\.(\d{2})"/g, (_, whole, rest) => `"${Number(whole) + 10}.${rest}"`),
    );
    const { first } = await explain(base, await events('market.jsonl', {}, moved));
    const touch = first!.reasons.find(({ where }) => where === 'best bid / ask, ticks')!;
    expect(touch.what).toBe('market');
    expect(Number.parseInt(touch.backtest, 10)).toBe(Number.parseInt(touch.live, 10) + 100);
    expect(first!.reasons.map(({ what }) => what)).not.toContain('configuration');
  });

  it('that end one before the other differ by the end', async () => {
    const short = join(dir, 'short.jsonl');
    const text = readFileSync(base, 'utf8').split('\n');
    const last = text.findLastIndex((line) =>
      /"kind":"(order-submitted|cancel-requested|order-refused)"/.test(line),
    );
    writeFileSync(short, text.slice(0, last).join('\n'));
    const { first } = await explain(base, short);
    expect(first!.backtest).toBeNull();
    expect(first!.reasons.at(-1)).toMatchObject({ what: 'end', backtest: 'no more decisions' });
  });

  it('decided a little later differ by the time, unless that is allowed', async () => {
    const later = join(dir, 'later.jsonl');
    const at = /"at":"(\d+)","clientOrderId":"b4-1-1","kind":"order-submitted"/;
    const text = readFileSync(base, 'utf8');
    expect(text).toMatch(at);
    writeFileSync(
      later,
      text.replace(at, (found, ns: string) => found.replace(ns, String(BigInt(ns) + 2_000_000n))),
    );
    const { first, equalDecisions } = await explain(base, later);
    expect(equalDecisions).toBe(0);
    expect(first!.reasons.at(-1)!.what).toBe('time');
    expect((await explain(base, later, 5)).equal).toBe(true);
  });
});

describe('a live run', () => {
  it('equals itself, and differs from one that wanted more by the quantity', async () => {
    const config = paperConfig();
    await paperRunUntil(config, 4);
    const { dataDir } = config;
    const own = await explain(dataDir, dataDir);
    expect(own).toMatchObject({ equal: true, live: `${dataDir} run 1` });
    expect(own.equalDecisions).toBeGreaterThan(3);
    const altered = join(dir, 'altered.jsonl');
    const view = await openJournalView(dataDir, { onLine: () => {}, signal: unstopped() });
    const reader = view.reader(1n);
    const entries: string[] = [];
    let orders = 0;
    for (;;) {
      const batch = await reader.next(1_000);
      if (!batch.ok) throw new Error(batch.error.detail);
      if (batch.value.length === 0) break;
      for (const { seq, event } of batch.value) {
        if (event.kind === 'order-submitted') orders += 1;
        const isThird = event.kind === 'order-submitted' && orders === 3;
        const more = (request: OrderRequest): OrderRequest => ({
          ...request,
          quantity: qtyLots(request.quantity + 1),
        });
        const changed = isThird ? { ...event, request: more(event.request) } : event;
        entries.push(encodeEntry({ seq, event: changed }));
      }
    }
    await reader.close();
    writeFileSync(altered, entries.join('\n'));
    const { first } = await explain(dataDir, altered);
    expect(first!.live!.decision).not.toBe(first!.backtest!.decision);
    // Everything else is the same on both sides, reports included: there is no other reason.
    expect(first!.reasons).toMatchObject([{ what: 'request', where: 'quantity' }]);
    expect(first!.reasons).toHaveLength(1);
  });

  it('is backtested on its own market, and the first difference has an entry of each', async () => {
    const config = paperConfig();
    const summary = await paperRunUntil(config, 12);
    const common = { config, onLine: () => {}, signal: unstopped() };
    const directory = join(dir, 'own-market');
    const { files } = await exportCaptures({ ...common, runEpoch: null, directory });
    expect(files.reduce((sum, { messages }) => sum + messages, 0)).toBe(summary.messagesRead);
    const events = join(dir, 'own-market.jsonl');
    const report = await runBacktest({ ...common, files: files.map(({ path }) => path), events });
    expect(report.messagesRead).toBe(summary.messagesRead);
    expect(report.linesUnreadable).toBe(0);
    expect(report.instruments.map(({ bookUpdatesApplied }) => bookUpdatesApplied)).toEqual(
      summary.instruments.map(({ bookUpdatesApplied }) => bookUpdatesApplied),
    );
    const compared = await explain(config.dataDir, events);
    // Paper and backtest have other timers: to the nanosecond they never decide at the same time.
    const { first } = compared;
    expect(first).not.toBeNull();
    const reasons = first!.reasons.map(({ what }) => what);
    expect(reasons).toContain(first!.live === null || first!.backtest === null ? 'end' : 'time');
    expect(reasons).not.toContain('configuration');
    expect(reasons).not.toContain('version');
  });

  it('is refused as bad input when there is none', async () => {
    const empty = mkdtempSync(join(dir, 'empty-'));
    const text = join(dir, 'text.jsonl');
    writeFileSync(text, '{"seq":"1"}\n');
    for (const [path, message] of [
      [join(dir, 'nowhere'), 'does not exist'],
      [empty, 'neither a data directory'],
      [text, 'line 1 is no event'],
    ] as const) {
      const failure = await explain(path, path).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(AppFailure);
      expect((failure as AppFailure).kind).toBe('usage');
      expect((failure as AppFailure).message).toContain(message);
    }
  });
});
