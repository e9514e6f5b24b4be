import { describe, expect, it } from 'vitest';
import { Recorder } from '../../src/app/trader/recorder.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { err, eventTime, ok } from '../../src/core/index.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import { riskLimits } from '../../src/risk/index.ts';

const stopped = (reason: string): DomainEvent => ({
  kind: 'run-stopped',
  at: eventTime(1n),
  reason,
});

const reasonOf = (event: DomainEvent): string => ('reason' in event ? `${event.reason}` : '');

/** A recorder whose every step is told in `steps`. */
function recorderTelling(steps: string[], refuses = false): Recorder {
  const limits = riskLimits({});
  if (!limits.ok) throw new Error('the default limits are in bounds');
  let seq = 0n;
  return new Recorder({
    log: {
      append: (event) => {
        if (refuses) return err({ code: 'disk-full', path: 'journal', detail: 'no room' });
        steps.push(`written ${reasonOf(event)}`);
        seq += 1n;
        return ok(seq);
      },
    },
    state: new TradingState([], limits.value),
    onApplied: [(event) => steps.push(`seen ${reasonOf(event)}`)],
    onWritten: [(event, at) => steps.push(`audited ${reasonOf(event)} ${at}`)],
  });
}

describe('an event with an effect', () => {
  it('is written before the effect, and observed after it', () => {
    const steps: string[] = [];
    const recorded = recorderTelling(steps).record(stopped('a'), () => steps.push('sent'));
    expect(recorded).toBe(true);
    expect(steps).toEqual(['written a', 'sent', 'seen a', 'audited a 1']);
  });

  it('is observed before what its effect records, in the order of the log', () => {
    const steps: string[] = [];
    const recorder = recorderTelling(steps);
    recorder.record(stopped('a'), () => {
      recorder.record(stopped('b'), () => recorder.record(stopped('c')));
      recorder.record(stopped('d'));
    });
    recorder.record(stopped('e'));
    expect(steps.filter((step) => step.startsWith('audited'))).toEqual([
      'audited a 1',
      'audited b 2',
      'audited c 3',
      'audited d 4',
      'audited e 5',
    ]);
  });

  it('has none when the log refuses it', () => {
    const steps: string[] = [];
    const recorded = recorderTelling(steps, true).record(stopped('a'), () => steps.push('sent'));
    expect(recorded).toBe(false);
    expect(steps).not.toContain('sent');
  });

  it('is observed although its effect throws', () => {
    const steps: string[] = [];
    const recorder = recorderTelling(steps);
    const broken = (): void => {
      throw new Error('the gateway is broken');
    };
    expect(() => recorder.record(stopped('a'), broken)).toThrow('the gateway is broken');
    recorder.record(stopped('b'));
    expect(steps).toEqual([
      'written a',
      'seen a',
      'audited a 1',
      'written b',
      'seen b',
      'audited b 2',
    ]);
  });
});
