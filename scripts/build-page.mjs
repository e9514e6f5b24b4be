// Builds the dashboard's page into dist/page, or into the folder given, and says how large it is.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** What the page may weigh in all, gzip. */
const LIMIT_BYTES = 100_000;

const standard = fileURLToPath(new URL('../dist/page', import.meta.url));
const outDir = process.argv[2] === undefined ? standard : resolve(process.argv[2]);
await build({
  configFile: false,
  root: fileURLToPath(new URL('../src/adapters/dashboard/page', import.meta.url)),
  logLevel: 'warn',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no inline code and no data URLs but images.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});

const files = [
  'index.html',
  ...readdirSync(join(outDir, 'assets')).map((name) => `assets/${name}`),
];
const bytes = files.reduce(
  (sum, name) => sum + gzipSync(readFileSync(join(outDir, name)), { level: 9 }).length,
  0,
);
process.stderr.write(
  `dashboard page: ${files.length} files, ${(bytes / 1000).toFixed(1)} kB gzip\n`,
);
if (bytes > LIMIT_BYTES) {
  process.stderr.write(`the page may weigh ${LIMIT_BYTES / 1000} kB gzip\n`);
  process.exit(1);
}
