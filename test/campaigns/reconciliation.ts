import { seededRng } from '../../src/core/index.ts';
import { type Reconciliation, reconcile } from '../../src/execution/index.ts';
import type { ClientOrderId } from '../../src/model/index.ts';
import type { CampaignPart, CampaignResult } from './campaign.ts';
import { DISCREPANCIES, type Discrepancy, emptySide } from './discrepancies.ts';
import { TwinAccount } from './twin-account.ts';
import { busySettings, CampaignWorld } from './world.ts';

const patternOf = (says: string): RegExp =>
  new RegExp(`^${says.replace(/[.*+?^$()[\]|\\]/g, '\\$&').replaceAll('…', '.+')}$`);

/** What is wrong with how a discrepancy was judged; null when it is as promised. */
function judge(kind: Discrepancy, twin: TwinAccount): string | null {
  const local = kind.isFirstRun ? emptySide(twin) : twin.local();
  const found = reconcile(local, twin.venue());
  if (found.kind !== kind.outcome) {
    return `${found.kind}, not ${kind.outcome}: ${linesOf(found).join('; ')}`;
  }
  const lines = linesOf(found);
  if (kind.says !== '' && !lines.some((line) => patternOf(kind.says).test(line))) {
    return `said: ${lines.join('; ')}`;
  }
  if (found.cancels.length > 0 !== (kind.cancels ?? false)) {
    return `cancels: ${found.cancels.join(', ')}`;
  }
  return found.kind === 'refused' || kind.isFirstRun ? null : settled(found, twin);
}

const linesOf = (found: Reconciliation): readonly string[] =>
  found.kind === 'resolved' ? found.resolutions : found.differences;

/** Records what reconciliation says: afterwards both sides must agree, and nothing is left to say. */
function settled(
  found: Extract<Reconciliation, { readonly kind: 'resolved' }>,
  twin: TwinAccount,
): string | null {
  twin.apply(found.events);
  const again = reconcile(twin.local(), twin.venue());
  if (again.kind === 'refused') return `refused afterwards: ${again.differences.join('; ')}`;
  // A trade that the venue lists twice is listed twice for ever.
  const left = again.resolutions.filter((line) => !line.endsWith('counted once'));
  if (left.length > 0) return `left to say: ${left.join('; ')}`;
  const open = (list: readonly { readonly clientOrderId: ClientOrderId }[]): string =>
    list
      .map((order) => order.clientOrderId)
      .sort()
      .join();
  const [here, there] = [open(twin.orders.open()), open(twin.open)];
  return here === there ? null : `open here: ${here}; at the venue: ${there}`;
}

/** A venue that does not answer: nothing may start. */
function silentVenue(seed: number): string | null {
  const world = new CampaignWorld({
    seed,
    settings: busySettings(1),
    rules: [{ kind: 'fail-account' }],
  });
  try {
    world.run(5_000);
    if (world.trader.isReconciled) return 'reconciled without an answer';
    if (world.sent.size > 0) return `${world.sent.size} orders sent without reconciliation`;
    const [said] = world.trader.differences;
    return said?.startsWith('the venue did not answer') ? null : `said: ${said}`;
  } finally {
    world.close();
  }
}

/** Makes every kind of discrepancy `count` times on random accounts; each is judged as promised. */
export function reconciliationCampaign({ seed, count, progress }: CampaignPart): CampaignResult {
  const counts = { kinds: DISCREPANCIES.length + 1, cases: 0, resolved: 0, refused: 0 };
  const failures: { seed: number; what: string }[] = [];
  for (let n = 0; n < count; n += 1) {
    for (const kind of DISCREPANCIES) {
      const twin = new TwinAccount(seededRng(seed + n));
      kind.make(twin);
      const wrong = judge(kind, twin);
      counts.cases += 1;
      if (wrong === null) counts[kind.outcome] += 1;
      else failures.push({ seed: seed + n, what: `${kind.what}: ${wrong}` });
    }
    if (n % 10 === 0) progress(n + 1, failures.length);
  }
  const wrong = silentVenue(seed);
  counts.cases += 1;
  if (wrong === null) counts.refused += 1;
  else failures.push({ seed, what: `the venue is silent: ${wrong}` });
  return { counts, failures };
}
