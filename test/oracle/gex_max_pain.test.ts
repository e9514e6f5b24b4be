import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  black76,
  type DeribitOption,
  gammaExposure,
  maxPain,
  parseDeribitChain,
} from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, load } from './fixture.ts';

const fixture = load('gex_max_pain');
const shared = fileURLToPath(new URL('../../../shared', import.meta.url));
// The market data stands beside the folder of references, or in the shared folder.
const roots = [join(process.env['BOT4_ORACLE_DIR'] ?? join(shared, 'oracle'), '..'), shared];
const files = fixture === null ? [] : roots.map((root) => join(root, fixture.input.file));
const file = files.find((path) => existsSync(path)) ?? '';
const present = fixture !== null && file !== '';
if (fixture !== null && !present)
  console.info(`oracle gex_max_pain: skipped, no ${files.join(', ')}`);

/** Largest differences from what the venue published beside its options. */
function differences(chain: readonly DeribitOption[]) {
  let [delta, vega, mark] = [0, 0, 0];
  for (const option of chain) {
    const mine = value(black76({ ...option, rate: 0 }));
    delta = Math.max(delta, Math.abs(mine.delta - option.delta));
    vega = Math.max(vega, Math.abs(mine.vega / 100 - option.vega));
    mark = Math.max(mark, Math.abs(mine.price / option.forward - option.markPrice));
  }
  return { delta, vega, mark };
}

describe.skipIf(!present)('Gamma exposure and max pain against the reference', () => {
  if (fixture === null || !present) return;
  const comparison = new Comparison('gex_max_pain', fixture);
  const { expected, tolerance } = fixture;
  const all = value(parseDeribitChain(gunzipSync(readFileSync(file)).toString('utf8')));

  it.each(Object.keys(expected))('%s', (name) => {
    const [currency, expiry] = name.split(' ');
    const chain = all.filter((o) => o.currency === currency && o.expiry === expiry);
    const at = (field: string) => `/${name}/${field}`;
    comparison.compare(at('n'), chain.length);
    const pain = value(maxPain(chain));
    comparison.compare(at('max_pain_strike'), pain.strike);
    const sums = Object.fromEntries(pain.pain.map((p) => [`${p.strike.toFixed(1)}`, p.paid]));
    comparison.compare(at('pain_at_strikes'), sums, { rel: 1e-12 });
    expect(Object.keys(expected[name].pain_at_strikes).length).toBe(pain.pain.length);
    comparison.compare(at('total_oi'), pain.totalOpenInterest, { rel: 1e-12 });
    comparison.compare(at('put_call_oi_ratio'), pain.putCallRatio, { rel: 1e-12 });
    const spot = chain[0]!.indexPrice;
    comparison.compare(at('index_price'), spot);
    const exposure = value(gammaExposure(chain, { spot }));
    comparison.compare(at('gex_usd_per_1pct'), exposure, { rel: tolerance.gex_rel });
    const off = differences(chain);
    const like = { rel: 1e-6, abs: 1e-12 };
    comparison.compare(at('max_abs_delta_diff_vs_exchange'), off.delta, like);
    comparison.compare(at('max_abs_vega_diff_vs_exchange'), off.vega, like);
    comparison.compare(at('max_abs_mark_diff_vs_exchange'), off.mark, like);
  });
});
