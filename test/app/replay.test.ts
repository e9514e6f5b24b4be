import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataDirLock, FileJournal } from '../../src/adapters/journal/index.ts';
import type { Bot4Config } from '../../src/app/config.ts';
import { AppFailure, type ReplayReport } from '../../src/app/contracts.ts';
import { runReplay } from '../../src/app/replay.ts';
import { parseMoment } from '../../src/app/time-travel/moment.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { toIso } from '../../src/core/index.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import { unstopped } from './paper-run.ts';
import { configFor, VirtualWorld } from './virtual-world.ts';

const SEGMENT_BYTES = 16 * 1024;

const freshState = (config: Bot4Config): TradingState =>
  new TradingState(
    config.instruments.map((one) => one.instrument),
    config.risk,
  );

const journalDir = (config: Bot4Config): string => join(config.dataDir, 'journal');

/** Writes events as a service does: in several segments, each opened by a checkpoint. */
async function journalOf(config: Bot4Config, events: readonly DomainEvent[]): Promise<FileJournal> {
  mkdirSync(journalDir(config), { recursive: true });
  const opened = FileJournal.open({ directory: journalDir(config), segmentBytes: SEGMENT_BYTES });
  if (!opened.ok) throw new Error(opened.error.detail);
  const state = freshState(config);
  opened.value.checkpointWith(() => state.snapshot());
  for (const [index, event] of events.entries()) {
    expect(opened.value.append(event).ok).toBe(true);
    state.apply(event);
    // A segment is closed only once the one before it is on the disk.
    if (index % 20 === 19) expect((await opened.value.flush(10_000)).ok).toBe(true);
  }
  expect(opened.value.checkpoint(state.snapshot()).ok).toBe(true);
  return opened.value;
}

/** Names and contents of every file of the journal. */
const contentsOf = (config: Bot4Config): readonly string[] =>
  readdirSync(journalDir(config)).map((name) => {
    const bytes = readFileSync(join(journalDir(config), name));
    return `${name} ${createHash('sha256').update(bytes).digest('hex')}`;
  });

const segmentsOf = (config: Bot4Config): readonly string[] =>
  readdirSync(journalDir(config))
    .sort()
    .map((name) => join(journalDir(config), name));

const replay = (
  config: Bot4Config,
  until: string | null = null,
  verify = false,
): Promise<ReplayReport> =>
  runReplay({ config, until, verify, onLine: () => {}, signal: unstopped() });

const hashAfter = (config: Bot4Config, events: readonly DomainEvent[]): string => {
  const state = freshState(config);
  for (const event of events) state.apply(event);
  return state.hash();
};

describe('a state of the past', () => {
  const config = configFor();
  let events: readonly DomainEvent[];

  beforeAll(async () => {
    const world = new VirtualWorld(config);
    world.run(12_000);
    world.command({ kind: 'pause', detail: 'lunch' });
    world.run(1_000);
    events = world.events;
    (await journalOf(config, events)).close();
  });

  it('after any entry is what the entries up to it come to, whichever checkpoint is nearest', async () => {
    expect(segmentsOf(config).length).toBeGreaterThan(3);
    const starts = new Set<string>();
    for (let seq = 0; seq <= events.length; seq += Math.ceil(events.length / 12)) {
      const report = await replay(config, String(seq));
      expect(report.seq).toBe(String(seq));
      expect(report.stateHash).toBe(hashAfter(config, events.slice(0, seq)));
      starts.add(report.startedFrom);
    }
    expect(starts.size).toBeGreaterThan(3);
  });

  it('at a time is what was known before the first later entry', async () => {
    const middle = events[Math.floor(events.length / 2)]!;
    const count = events.findIndex(({ at }) => at > middle.at);
    for (const text of [
      String(middle.at),
      new Date(Number(middle.at / 1_000_000n)).toISOString(),
    ]) {
      const report = await replay(config, text);
      const moment = parseMoment(text);
      if (!moment.ok || moment.value.kind !== 'time') throw new Error('a time');
      const until = moment.value.at;
      const expected = text.includes('T') ? events.findIndex(({ at }) => at > until) : count;
      expect(report.seq).toBe(String(expected));
      expect(report.stateHash).toBe(hashAfter(config, events.slice(0, expected)));
    }
  });

  it('shows mode and causes, positions, open orders and money as they stood', async () => {
    const report = await replay(config);
    expect(report).toMatchObject({ seq: String(events.length), mode: 'PAUSE', runEpoch: 1 });
    expect(report.causes).toMatchObject([{ id: 'human-pause', origin: 'human', detail: 'lunch' }]);
    const sum = (...amounts: string[]): bigint =>
      amounts.reduce((total, text) => total + BigInt(text.replace('.', '')), 0n);
    const { deposits, realised, unrealised, fees, equity } = report;
    expect(sum(deposits, realised, unrealised) - sum(fees)).toBe(sum(equity));
    const trading = await replay(
      config,
      String(events.findLastIndex((e) => e.kind === 'order-accepted') + 1),
    );
    expect(trading.openOrders.length).toBeGreaterThan(0);
    expect(trading.openOrders[0]).toMatchObject({
      status: 'accepted',
      filled: expect.stringMatching(/^\d/),
    });
  });

  it('outside the journal is refused with the range that is there', async () => {
    const end = events.length;
    await expect(replay(config, String(end + 1))).rejects.toThrow(`allowed: 0 to ${end}`);
    const first = events[0]!.at;
    await expect(replay(config, String(first - 1n))).rejects.toThrow(
      `allowed: from ${toIso(first)} on`,
    );
    await expect(replay(config, 'yesterday')).rejects.toThrow('"yesterday" is no moment');
    const failure = await replay(config, '99999').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppFailure);
    expect((failure as AppFailure).kind).toBe('usage');
  });

  it('is verified: every checkpoint equals its entries, from the first and from the one before', async () => {
    const { verification } = await replay(config, null, true);
    expect(verification).toMatchObject({
      equal: true,
      entries: events.length,
      from: 'the first entry',
      firstDifference: null,
    });
    expect(verification!.checkpoints).toBe(segmentsOf(config).length);
  });

  it('is rebuilt beside a service that holds the directory, and changes no byte of it', async () => {
    const lock = DataDirLock.acquire(config.dataDir);
    if (!lock.ok) throw new Error(lock.error.detail);
    const opened = FileJournal.open({ directory: journalDir(config) });
    if (!opened.ok) throw new Error(opened.error.detail);
    const before = contentsOf(config);
    expect((await replay(config, null, true)).seq).toBe(String(events.length));
    // The beginning of a record that the service is writing at this moment.
    const last = segmentsOf(config).at(-1)!;
    appendFileSync(last, Buffer.from([0x40, 0, 0, 0, 1, 2]));
    const report = await replay(config);
    expect(report.seq).toBe(String(events.length));
    expect(report.notices).toEqual([`6 bytes of a half-written record at the end of ${last}`]);
    writeFileSync(last, readFileSync(last).subarray(0, -6));
    expect(contentsOf(config)).toEqual(before);
    opened.value.close();
    lock.value.release();
  });
});

describe('a journal that is not what was written', () => {
  async function written() {
    const config = configFor();
    const world = new VirtualWorld(config);
    world.run(12_000);
    return { config, events: world.events, journal: await journalOf(config, world.events) };
  }

  it('with a damaged record is refused with its segment and offset, and left as it is', async () => {
    const { config, journal } = await written();
    journal.close();
    const [, second] = segmentsOf(config);
    const bytes = readFileSync(second!);
    bytes[bytes.length >> 1]! ^= 0xff;
    writeFileSync(second!, bytes);
    const before = contentsOf(config);
    const damaged = await replay(config).catch((error: unknown) => error as AppFailure);
    expect((damaged as AppFailure).message).toMatch(/damaged at offset \d+/);
    expect((damaged as AppFailure).message).toContain(second);
    expect(contentsOf(config)).toEqual(before);
  });

  it('with a checkpoint of another state fails the verification, which names it and the part', async () => {
    const { config, events, journal } = await written();
    const wrong = freshState(config);
    for (const event of events) wrong.apply(event);
    wrong.apply({ kind: 'cash-deposited', at: events.at(-1)!.at, amount: 1n as never });
    journal.checkpoint(wrong.snapshot());
    journal.close();
    const { verification } = await replay(config, null, true);
    expect(verification!.equal).toBe(false);
    expect(verification!.firstDifference).toMatchObject({
      seq: String(events.length),
      segment: segmentsOf(config).at(-1),
      from: 'the first entry',
      found: hashAfter(config, events),
      expected: wrong.hash(),
      configuration: null,
    });
    expect(verification!.firstDifference!.parts).toContain('portfolio');
  });

  it('after retention begins at its oldest checkpoint, and is rebuilt and verified from there', async () => {
    const { config, events, journal } = await written();
    journal.close();
    const [first, second] = segmentsOf(config);
    rmSync(first!);
    const begin = Number(/(\d+)\.journal$/.exec(second!)![1]) - 1;
    const report = await replay(config, null, true);
    expect(report.stateHash).toBe(hashAfter(config, events));
    expect(report.verification).toMatchObject({
      equal: true,
      from: `the checkpoint at entry ${begin}`,
      entries: events.length - begin,
    });
    expect((await replay(config, String(begin))).stateHash).toBe(
      hashAfter(config, events.slice(0, begin)),
    );
    await expect(replay(config, String(begin - 1))).rejects.toThrow(
      `allowed: ${begin} to ${events.length}`,
    );
  });

  it('that is not there is said', async () => {
    await expect(replay(configFor())).rejects.toThrow('holds no journal');
  });
});

describe('a moment', () => {
  it.each([
    ['0', { kind: 'seq', seq: 0n }],
    ['1200', { kind: 'seq', seq: 1200n }],
    ['1767323045678000001', { kind: 'time', at: 1767323045678000001n }],
    ['2026-01-02', { kind: 'time', at: 1767312000000000000n }],
    ['2026-01-02T03:04', { kind: 'time', at: 1767323040000000000n }],
    ['2026-01-02 03:04:05.678000001Z', { kind: 'time', at: 1767323045678000001n }],
    ['2026-01-02T03:04:05+01:00', { kind: 'time', at: 1767319445000000000n }],
  ])('is read from %s', (text, expected) => {
    expect(parseMoment(text)).toEqual({ ok: true, value: expected });
  });

  it.each([
    '',
    '-1',
    '1.5',
    '2026-13-02',
    '02/01/2026',
    '2026-01-02T25:00',
    'now',
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '2026-04-31T10:00+02:00',
    '2025-02-29',
  ])('is not read from "%s"', (text) => expect(parseMoment(text).ok).toBe(false));
});
