// The regression check of the bench: ratios between the product and its peers, never times.

/** What a ratio may fall to, as a part of the baseline's: other machines have other ratios. */
const LEAST_PART = 0.5;

/** Pairs between two cores or threads: where the machine places them decides, not the code. */
const PLACED = /^(ring\.|breaker\.|script\.thread-ring|engine\.threads)/;

const ratiosOf = (report) =>
  new Map((report?.peers ?? []).map(({ peer, ratio }) => [peer, ratio.median]));

/** Pairs of the baseline whose ratio fell, with the ratios of the run. */
const fallenIn = (baseline, ratios) =>
  Object.entries(baseline.pairs)
    .filter(([pair]) => ratios.has(pair) && !PLACED.test(pair))
    .map(([pair, { ratio }]) => ({ pair, before: ratio, now: ratios.get(pair) }))
    .filter(({ before, now }) => now < before * LEAST_PART);

/** Whether a run says that a peer cannot be measured where it ran. */
const EXCUSES = new Set(['not-installed', 'not-available']);

/** Pairs of the baseline that the run lacks, though nothing that it says excuses that. */
function lostIn(baseline, { peers, absentPeers }) {
  const known = new Set(peers.map(({ peer }) => peer));
  for (const { peer, reason } of absentPeers) if (EXCUSES.has(reason)) known.add(peer);
  return Object.keys(baseline.pairs).filter((pair) => !known.has(pair));
}

/**
 * Runs the bench through `measure`, a second time when a ratio is below half of the baseline's; only
 * what is so in both runs is a fault, and results that differ from a peer's. A pair of the baseline
 * that is missing is a fault, too, unless the run says that its peer is not installed or not
 * available here; so is a run in which no ratio could be compared. A baseline of another kernel
 * target compares nothing: the kernels' ratios are other ones there.
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
  for (const pair of lostIn(baseline, first)) {
    faults.push(`${pair} is in the baseline and was not measured`);
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
  if (compared === 0) faults.push('no ratio of the baseline could be compared');
  return { faults, note: `bench: ${compared} ratios compared with bench/baseline.json` };
}
