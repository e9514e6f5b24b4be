// Writes the tables of README.md (goals) and docs/performance.md (goals, stages, stalls, caches) from
// the manifest of the build:
//   bot4 bench --save && node scripts/write-performance-table.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { performancePage, performanceTable, withTable } from './performance-table.mjs';

const place = (name) => new URL(`../${name}`, import.meta.url);

let manifest;
try {
  manifest = JSON.parse(readFileSync(place('build/manifest.json'), 'utf8'));
} catch (error) {
  console.error(`no manifest of this build (${error.message}); run: bot4 bench --save`);
  process.exit(1);
}
const tables = { 'README.md': performanceTable, 'docs/performance.md': performancePage };
for (const [name, tableOf] of Object.entries(tables)) {
  const text = readFileSync(place(name), 'utf8');
  writeFileSync(place(name), withTable(text, tableOf(manifest)));
}
