import { createRequire } from 'node:module';
import { toNativeError } from './error.ts';
import type { NativeAddon } from './layout.ts';

const require = createRequire(import.meta.url);

/** The built addon, seen from src/native and from dist/src/native or dist/native. */
const PLACES = ['../../build/Release/bot4.node', '../../../build/Release/bot4.node'];

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
