/**
 * Edits that turn one word into the other: insertions, deletions, substitutions and swaps of two
 * neighbours, each counted once (optimal string alignment).
 *
 * Cost:    O(a.length * b.length) time, three rows of memory.
 * Source:  Damerau (1964), CACM 7(3); Boytsov (2011), JEA 16, section 2.1.
 */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, beforePrevious[column - 2]! + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/**
 * The candidate most like a mistyped word, without regard to case; null when none is near. Near is
 * at most one edit for words of up to four characters and a third of the length above that. Of
 * equally near candidates the first is taken.
 */
export function closestTo(word: string, candidates: readonly string[]): string | null {
  if (word.length > 100) return null;
  const typed = word.toLowerCase();
  let closest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(typed, candidate.toLowerCase());
    const near = Math.max(1, Math.floor(Math.max(typed.length, candidate.length) / 3));
    if (distance <= near && distance < least) {
      closest = candidate;
      least = distance;
    }
  }
  return closest;
}
