/**
 * Computes the singular values of a matrix given by columns, which it overwrites.
 *
 * One-sided Jacobi rotations: small values keep their digits, which the eigenvalues of the cross
 * products would lose.
 *
 * Determinism: bit-identical on every target.
 * Source:      Golub & Van Loan (2013), Matrix Computations, 8.6.3.
 */
export function singularValues(columns: Float64Array[]): number[] {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let largest = 0;
    for (let p = 0; p < columns.length; p += 1) {
      for (let q = p + 1; q < columns.length; q += 1) {
        const [a, b] = [columns[p]!, columns[q]!];
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
        if (ab === 0) continue;
        largest = Math.max(largest, Math.abs(ab) / Math.sqrt(aa * bb));
        const zeta = (bb - aa) / (2 * ab);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = c * t;
        for (let i = 0; i < a.length; i += 1) {
          const v = a[i]!;
          a[i] = c * v - s * b[i]!;
          b[i] = s * v + c * b[i]!;
        }
      }
    }
    if (largest < 1e-15) break;
  }
  return columns.map((column) => Math.sqrt(dot(column, column)));
}
