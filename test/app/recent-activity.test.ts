import { expect, it } from 'vitest';
import { RecentActivity } from '../../src/app/trader/recent-activity.ts';
import type { ChargeId } from '../../src/model/index.ts';
import { MAX_VIEW_CHARGES } from '../../src/observe/index.ts';
import { at, BTC, fillOf, usdt } from '../portfolio/sample-account.ts';

it('shows the latest charges and the fees of closings, the newest first, and no more than fit', () => {
  const activity = new RecentActivity(new Map([[BTC.id, BTC]]));
  for (let n = 1; n <= MAX_VIEW_CHARGES; n += 1) {
    const chargeId = `funding-${n}` as ChargeId;
    const charge = { chargeId, instrument: BTC.id, amount: usdt('1.25'), at: at(n) };
    activity.observe({
      kind: 'account-charged',
      at: at(n),
      charge: { cause: 'funding', ...charge },
    });
  }
  const fill = fillOf({ trade: 'liquidation-1', order: '', side: 'sell', price: 600_000, lots: 2 });
  const fee = usdt('3.5');
  activity.observe({
    kind: 'position-closed',
    at: at(99),
    cause: 'liquidation',
    fill: { ...fill, fee },
  });
  const shown = activity.charges();
  expect(shown).toHaveLength(MAX_VIEW_CHARGES);
  expect(shown[0]).toMatchObject({ cause: 'liquidation', paid: '3.5000', instrument: BTC.id });
  expect(shown[1]).toMatchObject({ id: `funding-${MAX_VIEW_CHARGES}`, paid: '1.2500' });
  expect(activity.fills()).toHaveLength(1);
});
