import { createRequire } from 'node:module';
import { NativeError, toNativeError } from './error.ts';
import type { NativeAddon } from './layout.ts';

const require = createRequire(import.meta.url);

/** The built addon, seen from src/native and from dist/src/native or dist/native. */
const PLACES = ['../../build/Release/bot4.node', '../../../build/Release/bot4.node'];

/** The version of the arena that this code reads and writes: `kArenaVersion` of the addon. */
const ARENA_VERSION = 5;

/**
 * Refuses an addon that was built from other sources: a field that only one of the two knows would
 * be left at zero without a word.
 *
 * Errors:  `NativeError` with ERR_BOT4_ADDON_LOAD.
 */
export function requireArenaVersion(version: number): void {
  if (version === ARENA_VERSION) return;
  throw new NativeError(
    'ERR_BOT4_ADDON_LOAD',
    `the native engine has arena version ${version}, not ${ARENA_VERSION}; run: npm run build:addon`,
  );
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';

function requireAddon(): unknown {
  let absent: unknown;
  for (const place of PLACES) {
    try {
      return require(place);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      absent = error;
    }
  }
  throw absent;
}

/**
 * Loads the addon; Node keeps one instance for each environment (thread).
 *
 * Errors:  `NativeError` with ERR_BOT4_CPU (BOT4_TARGET), ERR_BOT4_ADDON_MISSING or
 *          ERR_BOT4_ADDON_LOAD.
 */
export function loadAddon<Addon extends object = NativeAddon>(): Addon {
  try {
    return requireAddon() as Addon;
  } catch (error) {
    throw toNativeError(error);
  }
}
