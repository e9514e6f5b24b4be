/** The Fourier transform of a series: bin k is re[k] + i im[k]. */
export interface ComplexSeries {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** cos and sin of 2 pi k / n for k < count, each from its own angle so that errors do not add up. */
function twiddles(n: number, count: number): ComplexSeries {
  const re = new Float64Array(count);
  const im = new Float64Array(count);
  for (let k = 0; k < count; k += 1) {
    const angle = (2 * Math.PI * k) / n;
    re[k] = Math.cos(angle);
    im[k] = Math.sin(angle);
  }
  return { re, im };
}

/** In place, n a power of two; sign -1 is the forward transform. */
function radix2(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  const w = twiddles(n, n >> 1);
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const c = w.re[k * stride]!;
        const s = sign * w.im[k * stride]!;
        const a = start + k;
        const b = a + half;
        const tr = re[b]! * c - im[b]! * s;
        const ti = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - tr;
        im[b] = im[a]! - ti;
        re[a] = re[a]! + tr;
        im[a] = im[a]! + ti;
      }
    }
  }
}

/** Any length by Bluestein's convolution with a chirp. */
function bluestein(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  let m = 1;
  while (m < 2 * n - 1) m *= 2;
  // k^2 mod 2n keeps the angle small: the chirp has that period.
  const full = twiddles(2 * n, 2 * n);
  const ar = new Float64Array(m);
  const ai = new Float64Array(m);
  const br = new Float64Array(m);
  const bi = new Float64Array(m);
  for (let k = 0; k < n; k += 1) {
    const at = (k * k) % (2 * n);
    const c = full.re[at]!;
    const s = sign * full.im[at]!;
    ar[k] = re[k]! * c - im[k]! * s;
    ai[k] = re[k]! * s + im[k]! * c;
    br[k] = c;
    bi[k] = -s;
    if (k > 0) {
      br[m - k] = c;
      bi[m - k] = -s;
    }
  }
  radix2(ar, ai, -1);
  radix2(br, bi, -1);
  for (let k = 0; k < m; k += 1) {
    const r = ar[k]! * br[k]! - ai[k]! * bi[k]!;
    ai[k] = ar[k]! * bi[k]! + ai[k]! * br[k]!;
    ar[k] = r;
  }
  radix2(ar, ai, 1);
  for (let k = 0; k < n; k += 1) {
    const at = (k * k) % (2 * n);
    const c = full.re[at]!;
    const s = sign * full.im[at]!;
    re[k] = (ar[k]! * c - ai[k]! * s) / m;
    im[k] = (ar[k]! * s + ai[k]! * c) / m;
  }
}

function transform(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  if (re.length < 2) return;
  if ((re.length & (re.length - 1)) === 0) radix2(re, im, sign);
  else bluestein(re, im, sign);
}

/**
 * The discrete Fourier transform of a complex series of any length: X[k] = sum x[t] e^(-2 pi i k t / n).
 *
 * Cost: O(n log n); lengths that are no power of two take about eight times as long.
 */
export function fft(x: ComplexSeries): ComplexSeries {
  const re = Float64Array.from(x.re);
  const im = Float64Array.from(x.im);
  transform(re, im, -1);
  return { re, im };
}

/** The inverse of `fft`, divided by n. */
export function inverseFft(x: ComplexSeries): ComplexSeries {
  const re = Float64Array.from(x.re);
  const im = Float64Array.from(x.im);
  transform(re, im, 1);
  const n = re.length;
  return { re: re.map((v) => v / n), im: im.map((v) => v / n) };
}

/** The bins 0 .. floor(n / 2) of the transform of a real series. */
export function realFft(x: Float64Array): ComplexSeries {
  const re = Float64Array.from(x);
  const im = new Float64Array(x.length);
  transform(re, im, -1);
  const bins = Math.floor(x.length / 2) + 1;
  return { re: re.slice(0, bins), im: im.slice(0, bins) };
}
