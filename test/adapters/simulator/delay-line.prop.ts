import { describe, expect, it } from 'vitest';
import { DelayLine, delaySource } from '../../../src/adapters/simulator/latency.ts';
import { seededRng } from '../../../src/core/index.ts';
import fc from '../../fast-check.ts';

const delays = fc.array(fc.double({ min: 0, max: 900, noNaN: true }), {
  minLength: 1,
  maxLength: 50,
});

describe('delays drawn from recorded ones', () => {
  it('are all among them, with none overtaking another, and the same again with the seed', () => {
    fc.assert(
      fc.property(delays, fc.nat(), (delaysMs, seed) => {
        const allowed = new Set(delaysMs.map((ms) => Math.round(ms * 1000)));
        const [line, again] = [0, 1].map(
          () => new DelayLine({ kind: 'recorded', delaysMs }, seededRng(seed)),
        );
        let last = 0;
        // Messages a second apart never wait for each other, so each shows its own draw.
        for (let at = 0; at < 40_000_000; at += 1_000_000) {
          const arrival = line!.arrival(at);
          expect(allowed.has(arrival - at)).toBe(true);
          expect(arrival).toBeGreaterThanOrEqual(last);
          expect(again!.arrival(at)).toBe(arrival);
          last = arrival;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('come as often as they were recorded', () => {
    const delaysMs = [1, 1, 1, 5];
    const line = new DelayLine({ kind: 'recorded', delaysMs }, seededRng(7));
    let slow = 0;
    for (let n = 0; n < 40_000; n += 1) {
      if (line.arrival(n * 1_000_000) - n * 1_000_000 === 5_000) slow += 1;
    }
    // Four standard deviations of a binomial share of a quarter.
    expect(Math.abs(slow / 40_000 - 0.25)).toBeLessThan(0.0087);
  });

  it('are taken line by line: what was not recorded stays log-normal', () => {
    const model = { feedMs: 1, orderMs: 2, responseMs: 3, sigma: 0.3, recorded: { order: [7] } };
    expect(delaySource(model, 'order')).toEqual({ kind: 'recorded', delaysMs: [7] });
    expect(delaySource(model, 'response')).toEqual({ kind: 'log-normal', medianMs: 3, sigma: 0.3 });
  });
});
