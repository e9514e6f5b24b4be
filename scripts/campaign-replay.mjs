// Records what enters a busy service (market messages, reports, answers, time), replays it three
// times on each kernel target that this machine has, and compares state, events and what was sent.
// Usage: npm run campaign:replay -- --cycles N (inputs) --seed S --json
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram, withProgram } from './campaign.mjs';
import { campaignOptions, report } from './campaign-options.mjs';

const REPLAYS = 3;
const WORKERS = 2;
const COMPARED = ['inputs', 'events', 'stateHash', 'eventsHash', 'sentHash'];

/** Runs tasks, at most `WORKERS` at a time; gives their results in order. */
async function shared(tasks) {
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < tasks.length) {
      const mine = next;
      next += 1;
      results[mine] = await tasks[mine]();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return results;
}

/** Runs the campaign; `failures` names each replay that differs from the recorded run. */
export async function replayCampaign({ cycles, seed }, onProgress = () => {}) {
  const startedAt = performance.now();
  const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bot4-inputs-'));
  const file = join(place, 'inputs');
  try {
    return await withProgram(async (program) => {
      const targets = await runProgram(program, ['targets', seed, 0]);
      onProgress(`records ${cycles} inputs`);
      const first = await runProgram(program, ['record', seed, cycles, file]);
      const runs = targets.flatMap((target) => Array.from({ length: REPLAYS }, () => target));
      const failures = [];
      await shared(
        runs.map((target, n) => async () => {
          const env = { BOT4_TARGET: target };
          const again = await runProgram(program, ['replay', seed, cycles, file], { env });
          onProgress(`replay ${n + 1} of ${runs.length} on ${target}`);
          const wrong = COMPARED.filter((name) => again[name] !== first[name]);
          if (wrong.length === 0) return;
          failures.push({ seed, what: `${target}: ${wrong.join(', ')} differ` });
        }),
      );
      const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
      const replays = runs.length;
      return {
        cycles,
        seed,
        ...first,
        targets,
        replays,
        failed: failures.length,
        seconds,
        failures,
      };
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const options = campaignOptions('replay', { cycles: 1_000_000 }, 'inputs');
  const result = await replayCampaign(options, (what) => console.error(`replay: ${what}`));
  for (const { what } of result.failures)
    console.error(`broken with --seed ${result.seed}: ${what}`);
  process.exit(report(result, options, result.failed > 0));
}
