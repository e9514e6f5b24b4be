// The regression check of the bench: ratios between the product and its peers, never times.

/** What a ratio may fall to, as a part of the baseline's: other machines have other ratios. */
const LEAST_PART = 0.5;

/** Pairs between two cores or threads: where the machine places them decides, not the code. */
const PLACED = /^(ring\.|breaker\.|script\.thread-ring|threads?\.)/;

const ratiosOf = (report) =>
  new Map((report?.peers ?? []).map(({ peer, ratio }) => [peer, ratio.median]));

/** Pairs of the baseline whose ratio fell, with the ratios of the run. */
const fallenIn = (baseline, ratios) =>
  Object.entries(baseline.pairs)
    .filter(([pair]) => ratios.has(pair) && !PLACED.test(pair))
    .map(([pair, { ratio }]) => ({ pair, before: ratio, now: ratios.get(pair) }))
    .filter(({ before, now }) => now < before * LEAST_PART);

/**
 * Runs the bench through `measure`, a second time when a ratio is below half of the baseline's; only
 * what is so in both runs is a fault, and results that differ from a peer's. A baseline of another
 * kernel target compares nothing: the kernels' ratios are other ones there.
 */
export function ratioCheck(baseline, measure) {
  const first = measure();
  if (first === null || first.peers === undefined) {
    return { faults: ['the quick bench gave no report'], note: 'bench: no ratios compared' };
  }
  const faults = [...first.faults];
  if (first.kernelTarget !== baseline.kernelTarget) {
    const note = `bench: ratios not compared, the baseline is of ${baseline.kernelTarget} and this machine runs ${first.kernelTarget}`;
    return { faults, note };
  }
  let fallen = fallenIn(baseline, ratiosOf(first));
  if (fallen.length > 0) {
    const again = ratiosOf(measure());
    fallen = fallen
      .filter(({ pair, before }) => !((again.get(pair) ?? 0) >= before * LEAST_PART))
      .map((each) => ({ ...each, now: Math.max(each.now, again.get(each.pair) ?? 0) }));
  }
  for (const { pair, before, now } of fallen) {
    faults.push(`${pair} fell to ${now.toFixed(2)}x from ${before}x, in both of two runs`);
  }
  const compared = Object.keys(baseline.pairs).filter(
    (pair) => ratiosOf(first).has(pair) && !PLACED.test(pair),
  ).length;
  return { faults, note: `bench: ${compared} ratios compared with bench/baseline.json` };
}
