// Hit rates of the ARC cache beside LRU and Bélády's optimum on the same traces. LRU and the optimum
// are written out here; neither is used by the product.

/** A uniform stream in [0, 1), the same at every run. */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws from a Zipf distribution over `keys` keys with exponent `s`. */
function zipf(keys, s, next) {
  const cumulative = new Float64Array(keys);
  let total = 0;
  for (let key = 0; key < keys; key += 1) {
    total += 1 / (key + 1) ** s;
    cumulative[key] = total;
  }
  return () => {
    const at = next() * total;
    let [low, high] = [0, keys - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** The generated traces by name, each a list of keys. */
export function generatedTraces(length = 100_000) {
  const next = uniform(42);
  const popular = zipf(10_000, 0.9, next);
  let scanned = 1_000_000;
  let scanning = 0;
  const mixed = () => {
    if (scanning === 0 && next() < 0.0005) scanning = 1_000;
    if (scanning === 0) return popular();
    scanning -= 1;
    scanned += 1;
    return scanned;
  };
  return {
    zipf: Array.from({ length }, popular),
    'zipf-and-scans': Array.from({ length }, mixed),
    loop: Array.from({ length }, (_, at) => at % 700),
  };
}

/**
 * The price levels of a recorded stream of depth updates, as keys: every number text that stands
 * first in a pair of texts. `text` is any file of such messages.
 */
export function levelsOf(text, most = 100_000) {
  const keys = [];
  for (const [, price] of text.matchAll(/\["([0-9.]+)",\s*"[0-9.]+"/g)) {
    keys.push(price);
    if (keys.length === most) break;
  }
  return keys;
}

/** Share of requests that LRU answers. */
export function lruHitRate(trace, capacity) {
  const cache = new Map();
  let hits = 0;
  for (const key of trace) {
    if (cache.delete(key)) hits += 1;
    else if (cache.size === capacity) cache.delete(cache.keys().next().value);
    cache.set(key, true);
  }
  return hits / trace.length;
}

/** Share of requests that a cache answers which knows the future and drops what comes last. */
export function optimalHitRate(trace, capacity) {
  const nextUse = new Float64Array(trace.length);
  const seen = new Map();
  for (let at = trace.length - 1; at >= 0; at -= 1) {
    nextUse[at] = seen.get(trace[at]) ?? Number.POSITIVE_INFINITY;
    seen.set(trace[at], at);
  }
  const cached = new Map();
  let hits = 0;
  for (let at = 0; at < trace.length; at += 1) {
    const key = trace[at];
    if (cached.has(key)) hits += 1;
    else if (cached.size === capacity) {
      let last = null;
      let furthest = -1;
      for (const [other, use] of cached) {
        if (use > furthest) [last, furthest] = [other, use];
        if (use === Number.POSITIVE_INFINITY) break;
      }
      cached.delete(last);
    }
    cached.set(key, nextUse[at]);
  }
  return hits / trace.length;
}

/** Share of requests that the product's cache answers. */
export function arcHitRate(ArcCache, trace, capacity) {
  const cache = new ArcCache(capacity);
  for (const key of trace) if (cache.get(key) === undefined) cache.set(key, true);
  return cache.counts.hits / trace.length;
}

/** Hit rates per trace and capacity. `ArcCache` is the product's, of src/core. */
export function cacheTraces({ ArcCache, traces = generatedTraces(), capacities = [100, 500] }) {
  return Object.entries(traces).flatMap(([trace, keys]) =>
    capacities.map((capacity) => ({
      trace,
      requests: keys.length,
      capacity,
      arc: arcHitRate(ArcCache, keys, capacity),
      lru: lruHitRate(keys, capacity),
      optimum: optimalHitRate(keys, capacity),
    })),
  );
}
