import type { AppFailureKind } from '../app/contracts.ts';

/** The exit codes of `bot4`, as `bot4 --help` and docs/commands.md list them. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  notRunning: 3,
  configuration: 4,
  timeout: 5,
  refusedBySafety: 6,
  auditVerification: 7,
  interrupted: 130,
} as const;

/** What each exit code means, in the order of the codes. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.error, 'error'],
  [EXIT.usage, 'wrong command line'],
  [EXIT.notRunning, 'no service is running on the data directory'],
  [EXIT.configuration, 'configuration or credential refused'],
  [EXIT.timeout, 'no answer in time'],
  [EXIT.refusedBySafety, 'refused by safety'],
  [EXIT.auditVerification, 'audit verification failed'],
  [EXIT.interrupted, 'interrupted'],
];

/** The exit code of an expected failure. */
export function exitCodeOf(kind: AppFailureKind): number {
  const codes: Readonly<Record<AppFailureKind, number>> = {
    failed: EXIT.error,
    usage: EXIT.usage,
    'not-running': EXIT.notRunning,
    configuration: EXIT.configuration,
    timeout: EXIT.timeout,
    'refused-by-safety': EXIT.refusedBySafety,
    'audit-verification': EXIT.auditVerification,
    interrupted: EXIT.interrupted,
  };
  return codes[kind];
}
