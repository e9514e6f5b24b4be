// Lets one build run at a time: whoever comes second waits for the first.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LONGEST_WAIT_MS = 15 * 60_000;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const holderOf = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/** Runs `build` alone. The lock of a process that has gone is taken over. */
export async function whileLocked(file, say, build) {
  mkdirSync(dirname(file), { recursive: true });
  const started = Date.now();
  for (let told = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder !== null && holder > 0 && !isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (Date.now() - started > LONGEST_WAIT_MS) {
      throw new Error(`another build (process ${holder}) holds ${file} for over 15 minutes`);
    }
    if (!told) say(`waiting for the build of process ${holder}`);
    told = true;
    await wait(200);
  }
  try {
    return await build();
  } finally {
    rmSync(file, { force: true });
  }
}
