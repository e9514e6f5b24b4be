import { ArcCache } from '../../../core/index.ts';
import { PROJECT_ROOT } from '../addon.ts';
import { nextTurn } from '../paired.ts';
import type { BenchCache } from '../report.ts';
import type { PartContext } from './results.ts';

/** Requests of each trace. */
const REQUESTS = 100_000;
const QUICK_REQUESTS = 20_000;

/** Recorded messages whose levels make a trace. */
const MESSAGES = 20_000;

type Traces = Readonly<Record<string, readonly (string | number)[]>>;

interface CacheTraces {
  generatedTraces(length: number): Traces;
  levelsOf(text: string, most: number): readonly string[];
  cacheTraces(options: {
    readonly ArcCache: typeof ArcCache;
    readonly traces: Traces;
  }): readonly BenchCache[];
}

/** Compares the hit rates of the ARC cache with LRU's and Bélády's optimum on the same traces. */
export async function cachesPart({ options, load, results }: PartContext): Promise<void> {
  const { quick, signal, onLine } = options;
  const module = `${PROJECT_ROOT}bench/peers/cache-traces.mjs`;
  const { generatedTraces, levelsOf, cacheTraces } = (await import(module)) as CacheTraces;
  const requests = quick ? QUICK_REQUESTS : REQUESTS;
  const decoder = new TextDecoder();
  const text = load.messages.slice(0, MESSAGES).map(({ bytes }) => decoder.decode(bytes));
  const all = { ...generatedTraces(requests), 'price-levels': levelsOf(text.join('\n'), requests) };
  for (const [name, trace] of Object.entries(all)) {
    await nextTurn(signal);
    if (trace.length === 0) continue;
    for (const row of cacheTraces({ ArcCache, traces: { [name]: trace } })) {
      results.caches.push(row);
      const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;
      onLine(
        `  ${row.trace}, ${row.capacity} keys: ARC ${percent(row.arc)}, LRU ${percent(row.lru)}, ` +
          `optimum ${percent(row.optimum)}`,
      );
    }
  }
}
