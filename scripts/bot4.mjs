#!/usr/bin/env -S node --max-semi-space-size=64
// A large young generation: objects of orders mostly die there, and it is collected seldom.
// The command `bot4`, in this process, so that a signal reaches it once. What trades or measures is
// built first when it is out of date; what speaks to a running service never waits for a compiler.
import { existsSync, readFileSync } from 'node:fs';
import { ensureBuilt } from './build.mjs';

const BUILDING = new Set(['run', 'backtest', 'calibrate', 'bench', 'quant', 'doctor']);
const SPEAKING = new Set(['status', 'pause', 'reduce', 'emergency', 'restore', 'audit', 'help']);

const argv = process.argv.slice(2);
const command = argv.find((argument) => BUILDING.has(argument) || SPEAKING.has(argument));
const built = existsSync(new URL('../dist/cli/index.js', import.meta.url));

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  console.log(JSON.parse(text).version);
} else if ((built && !BUILDING.has(command)) || (await ensureBuilt())) {
  const { runProcess } = await import('../dist/cli/index.js');
  await runProcess(argv);
} else {
  process.exitCode = 1;
}
