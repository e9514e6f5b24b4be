import { numberTerm } from '../parents/terms.ts';
import { algorithmMachine } from './algorithm.ts';

/**
 * Percentage of volume: keeps our share of what trades at `rate`.
 *
 *   due = rate * volume traded since the opening
 *
 * After a time in which nothing could be done the deficit is made good at no more than `catchUp`
 * times the rate: the next child has at most catchUp * rate * volume since the last one. Volume that
 * trades while the process is down is not counted. The venue's trades hold our own as well, so a rate
 * r is r / (1 - r) of what others trade.
 */
export const PARTICIPATION = algorithmMachine({
  kind: 'pov',
  terms: [
    { name: 'rate', kind: 'number', min: 0.0001, max: 0.5 },
    { name: 'catchUp', kind: 'number', min: 1, max: 100, default: 2 },
  ],
  atDeadline: 'end',
  plan({ terms }, memory, { tradedVolume, resumed }) {
    const rate = numberTerm(terms, 'rate', 0.0001);
    const earlier = numberTerm(memory, 'volumeBefore', 0);
    const seen = numberTerm(memory, 'volumeSeen', 0);
    // A new run counts from 0 again.
    const restarted = resumed && tradedVolume < seen;
    const volumeBefore = restarted ? earlier + seen : earlier;
    const volume = volumeBefore + tradedVolume;
    const atLast = numberTerm(memory, 'volumeAtLast', 0);
    return {
      due: Math.floor(rate * volume),
      overdue: Math.floor(rate * atLast),
      most: Math.floor(numberTerm(terms, 'catchUp', 2) * rate * (volume - atLast)),
      ...(restarted ? { memory: { volumeBefore, volumeSeen: 0 } } : {}),
      onSubmit: { volumeBefore, volumeSeen: tradedVolume, volumeAtLast: volume },
    };
  },
});
