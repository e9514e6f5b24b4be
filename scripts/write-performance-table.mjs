// Writes the README's table of goals from the manifest of the build:
//   bot4 bench --save && node scripts/write-performance-table.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { performanceTable, withTable } from './performance-table.mjs';

const place = (name) => new URL(`../${name}`, import.meta.url);

let manifest;
try {
  manifest = JSON.parse(readFileSync(place('build/manifest.json'), 'utf8'));
} catch (error) {
  console.error(`no manifest of this build (${error.message}); run: bot4 bench --save`);
  process.exit(1);
}
const readme = readFileSync(place('README.md'), 'utf8');
writeFileSync(place('README.md'), withTable(readme, performanceTable(manifest)));
