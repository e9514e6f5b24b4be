import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_FILE } from '../../src/adapters/simulator/ledger.ts';
import { encodeRecord, type TruthRecord } from '../../src/adapters/simulator/truth-record.ts';
import type { Bot4Config } from '../../src/app/config.ts';
import type { RunSummary } from '../../src/app/contracts.ts';
import { runReplay } from '../../src/app/replay.ts';
import { type Money, priceTicks, qtyLots } from '../../src/model/index.ts';
import { paperConfig, paperRunUntilSaid, unstopped } from './paper-run.ts';

/** Lets more have happened at the venue than the service ever did. */
function doctor({ dataDir }: Bot4Config, records: readonly TruthRecord[]): void {
  for (const record of records) {
    const json = encodeRecord(record);
    const checksum = crc32(json).toString(16).padStart(8, '0');
    appendFileSync(join(dataDir, 'venue', LEDGER_FILE), `${checksum} ${json}\n`);
  }
}

/** Later than everything in the ledger, us. */
const nowUs = (): number => Date.now() * 1_000;

const foreignOrder = (clientOrderId: string): TruthRecord => ({
  kind: 'order',
  at: nowUs(),
  order: {
    clientOrderId: clientOrderId as never,
    venueOrderId: 'sim-999999991' as never,
    instrument: 'sim:BTCUSDT' as never,
    side: 'buy',
    type: 'limit',
    price: priceTicks(300_000),
    quantity: qtyLots(3),
    taken: qtyLots(3),
    filled: qtyLots(0),
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
  },
});

const foreignFill = (clientOrderId: string): TruthRecord => ({
  kind: 'fill',
  at: nowUs(),
  fill: {
    tradeId: 'x-1' as never,
    clientOrderId: clientOrderId as never,
    instrument: 'sim:BTCUSDT' as never,
    side: 'buy',
    price: priceTicks(300_000),
    quantity: qtyLots(2),
    fee: 0n as Money,
    liquidity: 'maker',
    at: (BigInt(nowUs()) * 1_000n) as never,
  },
});

const CASES: readonly (readonly [string, () => readonly TruthRecord[], RegExp])[] = [
  [
    'a foreign order',
    () => [foreignOrder('somebody-1')],
    /order somebody-1 works at the venue and is no order of this bot/,
  ],
  [
    'cash that came from nowhere',
    () => [{ kind: 'deposit', at: nowUs(), amount: 12_345n as Money }],
    /cash: [\d.]+ here, [\d.]+ at the venue/,
  ],
  [
    'a fill of an order that is not ours',
    () => [foreignOrder('somebody-2'), foreignFill('somebody-2')],
    /trade x-1 belongs to somebody-2, which is no order of this bot/,
  ],
];

describe.each(CASES)('a venue with %s', (_what, records, named) => {
  const config = paperConfig();
  let second: RunSummary;

  beforeAll(async () => {
    await paperRunUntilSaid(config, /^mode NORMAL/);
    doctor(config, records());
    second = await paperRunUntilSaid(config, named);
  }, 120_000);

  it('is not traded on: the service stays in PAUSE and names what differs', async () => {
    expect(second).toMatchObject({ stoppedBy: 'signal', mode: 'PAUSE', ordersSubmitted: 0 });
    const state = await runReplay({
      config,
      until: null,
      verify: true,
      onLine: () => {},
      signal: unstopped(),
    });
    const causes = state.causes.map(({ id }) => id);
    expect(causes).toContain('awaiting-reconciliation');
    expect(causes).toContain('reconciliation-mismatch');
    expect(state.causes.find(({ id }) => id === 'reconciliation-mismatch')!.detail).toMatch(
      /differ: /,
    );
    expect(state.verification!.equal).toBe(true);
  });
});
