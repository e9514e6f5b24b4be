// A process for the kill test: a venue and a small bot that lives on it as fast as it can, and
// writes down every report it was given. Arguments: venue directory, report file, round.
import { openSync, writeSync } from 'node:fs';
import { SimulatedVenue } from '../../../src/adapters/simulator/index.ts';
import { addMs, eventTime, seededRng } from '../../../src/core/index.ts';
import { type Order, priceTicks, qtyLots } from '../../../src/model/index.ts';
import { BTC_MARKET, order } from './market-fixture.ts';

const [directory, reportFile, roundText] = process.argv.slice(2) as [string, string, string];
const round = Number(roundText);
const opened = SimulatedVenue.open(
  { instruments: [BTC_MARKET], directory, maxLeverage: 1000 },
  eventTime(1_700_000_000_000_000_000n),
);
if (!opened.ok) throw new Error(opened.error.detail);
const venue = opened.value;
const log = openSync(reportFile, 'a');
venue.onReport((report) => {
  writeSync(
    log,
    `${JSON.stringify(report, (_, v) => (typeof v === 'bigint' ? v.toString() : v))}\n`,
  );
});
const rng = seededRng(round);
const resting: Order[] = [];
process.stdout.write('ready\n');
for (let n = 0; n < 400; n += 1) {
  const side = rng.uniform() < 0.5 ? 'buy' : 'sell';
  const { bidTicks, askTicks } = venue.touch(0);
  const away = rng.uint32() % 30;
  const take = rng.uniform() < 0.3;
  const price =
    side === 'buy'
      ? take
        ? askTicks + 50
        : bidTicks - away
      : take
        ? bidTicks - 50
        : askTicks + away;
  const sent = order(`r${round}-${n}`, {
    side,
    type: take ? 'market' : 'limit',
    price: priceTicks(price),
    quantity: qtyLots(1 + (rng.uint32() % 40)),
    timeInForce: take ? 'ioc' : 'gtc',
  });
  venue.submit(sent);
  if (!take) resting.push(sent);
  if (resting.length > 8) venue.cancel(resting.shift()!);
  venue.advanceTo(addMs(venue.now(), 20 + (rng.uint32() % 200)));
}
process.stdout.write('done\n');
setInterval(() => undefined, 1000);
