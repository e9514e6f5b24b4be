import { describe, expect, it } from 'vitest';
import { makeDepthStream } from '../../../src/app/bench/depth-stream.ts';
import { DoorbellPath } from '../../../src/app/bench/doorbell-path.ts';
import { depthLoad, type Load } from '../../../src/app/bench/load.ts';
import { instrumentId } from '../../../src/model/index.ts';

const UPDATES = 2_000;

/** The generated market twice: of the contract, and of a spot pair of the same name. */
function bothMarkets(): Load {
  const one = depthLoad(makeDepthStream(UPDATES));
  const { source, instruments, messages } = one;
  const [contract] = instruments;
  const { symbol } = contract!;
  const id = instrumentId('binance-spot', symbol);
  const spot = { ...contract!, id, index: 1, venue: 'binance-spot' };
  return {
    source,
    instruments: [contract!, spot],
    messages: messages.flatMap((message) => [message, { ...message, symbol: 1 }]),
  };
}

describe('the path through the doorbell', () => {
  it('takes spot and futures of one name, each on a connection of its own', () => {
    const path = new DoorbellPath(bothMarkets());
    const { engine } = path;
    expect([engine.connectionCount, engine.totals().refused]).toEqual([2, {}]);
    path.feed(path.left);
    expect([0, 1].map((symbol) => engine.syncState(symbol))).toEqual([
      'synchronised',
      'synchronised',
    ]);
    const [contract, spot] = [0, 1].map((symbol) => engine.state(symbol).counters);
    expect(spot).toEqual(contract);
    expect(spot!.gaps).toBe(0);
    expect(engine.connection(1).messages).toBe(engine.connection(0).messages);
  });

  it('reads every intent that the engine wrote, over repetitions of the recording, too', () => {
    const path = new DoorbellPath(depthLoad(makeDepthStream(UPDATES)));
    path.feed(path.left + UPDATES);
    const totals = path.engine.totals();
    expect(totals.intentsDropped).toBe(0);
    expect(path.intents).toBe(totals.intents);
    expect(path.intents).toBeGreaterThan(20_000);
    expect(path.value).not.toBe(0);
    expect(path.lastKept).toBeNull();
    path.keepsIntents = true;
    path.feed(10);
    const { instruments } = depthLoad(makeDepthStream(2));
    expect(path.lastKept).toMatchObject({ kind: 'take', instrument: instruments[0]!.id });
    expect(path.lastKept!.at).toBe(path.engine.now());
  });
});
