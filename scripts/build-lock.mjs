// Lets one build run at a time: whoever comes second waits for the first.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LONGEST_WAIT_MS = 15 * 60_000;
/** Writing a lock or taking one over is a matter of milliseconds. */
const LONGEST_WRITE_MS = 2_000;
const RETRY_MS = 200;

/** The locks that this very process holds; its pid alone may be that of a process long gone. */
const held = new Set();

const readIf = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

/**
 * When a process began, in clock ticks since the start of the machine; null when it has ended, also
 * when only its parent has not noticed (a zombie).
 */
const startOf = (pid) => {
  const stat = readIf(`/proc/${pid}/stat`);
  // The name in parentheses may hold blanks and parentheses; field 3 is the first behind it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return /^[ZX]$/.test(fields[0] ?? 'X') ? null : (fields[19] ?? null);
};

const bootId = () => readIf('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

const identity = () => `${process.pid} ${startOf(process.pid)} ${bootId()}`;

const ageMs = (file) => {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
};

/** Creates a file with a content; false where there is one already. */
function create(file, content) {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * True when nobody holds a lock of this content any more. In a container a build that was killed
 * leaves a pid that the next container gives to another process, often to ourselves.
 */
function isStale(file, content) {
  const [pid, start, boot] = content.trim().split(' ');
  if (!/^[1-9]\d*$/.test(pid)) return ageMs(file) > LONGEST_WRITE_MS;
  if (Number(pid) === process.pid && !held.has(file)) return true;
  const running = startOf(pid);
  if (running === null) return true;
  // A lock of an earlier version holds only the pid.
  return start !== undefined && (start !== running || boot !== bootId());
}

/**
 * Puts our lock in the place of a stale one. Whoever creates the claim, which is named after the
 * stale content, is alone with it: so two waiters cannot both take the lock, and none removes the
 * new lock of the other.
 */
function takeOver(file, stale) {
  const { ino, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
  const name = createHash('sha256').update(`${stale}\0${ino}\0${mtimeMs}`).digest('hex');
  const claim = `${file}.${name.slice(0, 16)}`;
  if (!create(claim, identity())) {
    if (ageMs(claim) > LONGEST_WRITE_MS) rmSync(claim, { force: true });
    return false;
  }
  try {
    const now = statSync(file, { throwIfNoEntry: false });
    if (now?.ino !== ino || now?.mtimeMs !== mtimeMs || readIf(file) !== stale) return false;
    const own = `${file}.${process.pid}`;
    writeFileSync(own, identity());
    renameSync(own, file);
    return true;
  } finally {
    rmSync(claim, { force: true });
  }
}

/** Takes the lock; returns null, or the content of the lock that is in the way. */
function tryLock(file) {
  if (create(file, identity())) return null;
  const content = readIf(file);
  if (content === null) return '';
  return isStale(file, content) && takeOver(file, content) ? null : content;
}

/**
 * Runs `build` alone. The lock of a process that has gone is taken over.
 *
 * Errors:  code ERR_BUILD_LOCKED after `longestWaitMs`; what `build` throws.
 */
export async function whileLocked(file, say, build, { longestWaitMs = LONGEST_WAIT_MS } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const started = Date.now();
  for (let told = false; ; ) {
    const found = tryLock(file);
    if (found === null) break;
    const [holder] = found.split(' ');
    if (Date.now() - started > longestWaitMs) {
      const minutes = Math.round(longestWaitMs / 60_000);
      const message = `waited ${minutes} minutes for the build of process ${holder}, which holds ${file}; end it, or try again when it is done`;
      throw Object.assign(new Error(message), { code: 'ERR_BUILD_LOCKED' });
    }
    if (!told && holder !== '') {
      say(`waiting for the build of process ${holder}`);
      told = true;
    }
    await wait(RETRY_MS);
  }
  held.add(file);
  try {
    return await build();
  } finally {
    held.delete(file);
    rmSync(file, { force: true });
  }
}
