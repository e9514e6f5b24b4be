// Kills a trading service with SIGKILL at random moments, starts it again each time, and compares
// what the venue's own ledger says with what the journal holds at the end.
// Usage: npm run campaign:kill -- --cycles N --seed S --json; campaign:tail also takes away a random
// part of the journal that no sync has confirmed. `--workers N` chains run side by side.
import { ensureBuilt } from './build.mjs';
import { campaignOptions, report } from './campaign-options.mjs';
import { killCampaign } from './kill-chain.mjs';

const losesTail = process.argv[2] === 'tail';
const name = losesTail ? 'tail' : 'kill';
const options = campaignOptions(name, { cycles: losesTail ? 300 : 1_000, workers: 2 }, 'kills');
if (!(await ensureBuilt())) process.exit(1);
const onProgress = (done) => {
  if (done % 10 === 0) console.error(`${name}: ${done} of ${options.cycles} kills`);
};
try {
  const result = await killCampaign({ ...options, losesTail, onProgress });
  const { lost, duplicates, idConflicts, auditBroken } = result;
  const broken = lost + duplicates + idConflicts + auditBroken;
  if (broken > 0) console.error(`broken with --seed ${options.seed} --workers ${options.workers}`);
  process.exit(report(result, options, broken > 0));
} catch (error) {
  console.error(error.message);
  console.error(`broken with --seed ${options.seed} --workers ${options.workers}`);
  process.exit(
    report({ cycles: options.cycles, seed: options.seed, failed: error.message }, options, true),
  );
}
