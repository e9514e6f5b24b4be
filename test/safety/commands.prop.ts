import { describe, expect, it } from 'vitest';
import { severity } from '../../src/model/index.ts';
import {
  handleCommand,
  RESTORE_LOCK_MS,
  Safety,
  type SafetyCommand,
} from '../../src/safety/index.ts';
import fc from '../fast-check.ts';
import { at, throughDisk } from '../portfolio/sample-account.ts';
import { applyAll, HOUR, raised, reconciled, running, runStarted } from './sample-causes.ts';

type Step =
  | { readonly kind: 'command'; readonly command: SafetyCommand }
  | { readonly kind: 'hardware' | 'restart' | 'reconcile' | 'settle' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .constantFrom<SafetyCommand['kind']>(
      'pause',
      'reduce',
      'emergency',
      'restore',
      'cancel-restore',
    )
    .map((kind) => ({ kind: 'command', command: { kind } }) as const),
  fc.constantFrom<Step>(
    { kind: 'hardware' },
    { kind: 'restart' },
    { kind: 'reconcile' },
    { kind: 'settle' },
  ),
);

const story = fc.array(fc.tuple(step, fc.integer({ min: 1, max: 40 * HOUR })), {
  minLength: 1,
  maxLength: 30,
});

describe('10,000 random sequences of commands, restarts and hardware trips', () => {
  it('never raise the permitted risk of a human or hardware cause before 24 h of notice', () => {
    fc.assert(
      fc.property(story, (steps) => {
        let safety = running();
        let now = 10;
        const askedAt = new Map<string, number>();
        for (const [{ kind, ...rest }, waitMs] of steps) {
          now += waitMs;
          const before = safety.causes().filter((cause) => cause.origin !== 'start-up');
          if (kind === 'command') {
            const { command } = rest as { command: SafetyCommand };
            const outcome = handleCommand(safety, command, at(now));
            for (const event of outcome.events) {
              if (event.kind === 'restore-requested') askedAt.set(event.causeId, now);
              if (event.kind === 'restore-cancelled') askedAt.delete(event.causeId);
            }
            applyAll(safety, outcome.events);
            expect(severity(safety.mode)).toBeGreaterThanOrEqual(
              Math.max(0, ...before.map((cause) => severity(cause.mode))),
            );
          } else if (kind === 'hardware') {
            safety.apply(raised('stop-button', 'EMERGENCY', 'hardware', at(now)));
          } else if (kind === 'restart') {
            safety = Safety.restore(throughDisk(safety.snapshot()));
            safety.apply(runStarted(now));
          } else if (kind === 'reconcile') {
            safety.apply(reconciled(now));
          } else {
            applyAll(safety, safety.dueRestores(at(now), []));
          }
          for (const cause of before) {
            if (safety.cause(cause.id) !== null) continue;
            const notice = now - (askedAt.get(cause.id) ?? now);
            expect(notice, cause.id).toBeGreaterThanOrEqual(RESTORE_LOCK_MS);
            askedAt.delete(cause.id);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
