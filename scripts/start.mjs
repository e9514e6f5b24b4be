// `npm start`: builds what is out of date, then runs `bot4 run` in this process.
import { ensureBuilt } from './build.mjs';

if (await ensureBuilt()) {
  const { runProcess } = await import('../dist/cli/index.js');
  await runProcess(['run', ...process.argv.slice(2)]);
} else {
  process.exitCode = 1;
}
