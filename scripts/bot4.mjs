#!/usr/bin/env node
// The command `bot4`: builds what is out of date, then runs the command line in this process, so
// that a signal reaches it once.
import { readFileSync } from 'node:fs';
import { ensureBuilt } from './build.mjs';

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  console.log(JSON.parse(text).version);
} else if (await ensureBuilt()) {
  const { runProcess } = await import('../dist/cli/index.js');
  await runProcess(argv);
} else {
  process.exitCode = 1;
}
