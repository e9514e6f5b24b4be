import { AppFailure } from '../app/contracts.ts';

/** What to do about a native engine that does not load, by the stable code of its error. */
const ENGINE_FAILURES: Readonly<Record<string, readonly [AppFailure['kind'], string]>> = {
  ERR_BOT4_CPU: [
    'configuration',
    'Unset BOT4_TARGET, or set it to a target that "bot4 doctor" lists as supported.',
  ],
  ERR_BOT4_ADDON_MISSING: ['failed', 'Run "npm run build:addon".'],
  ERR_BOT4_ADDON_LOAD: ['failed', 'Run "npm run build:addon" and read its last lines.'],
};

/** What was thrown as an expected failure; null when it is a bug. */
export function expectedFailure(thrown: unknown): AppFailure | null {
  if (thrown instanceof AppFailure) return thrown;
  if (!(thrown instanceof Error) || !('code' in thrown)) return null;
  const [kind, remedy] = ENGINE_FAILURES[String(thrown.code)] ?? [];
  return kind === undefined
    ? null
    : new AppFailure(kind, `${thrown.message} (${thrown.code})`, remedy);
}
