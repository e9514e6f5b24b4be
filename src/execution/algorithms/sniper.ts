import { addMs } from '../../core/index.ts';
import { totalsOf } from '../parent-machine.ts';
import { numberTerm } from '../parents/terms.ts';
import { algorithmMachine } from './algorithm.ts';
import { SLICE } from './work.ts';

/**
 * Sniper: shows nothing, and takes when the displayed price is within `limitPrice` and at least
 * `leastDisplayed` lots rest there, at most `share` of them, not again before `restMs`.
 */
export const SNIPER = algorithmMachine({
  kind: 'sniper',
  terms: [
    { name: 'leastDisplayed', kind: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER, default: 1 },
    { name: 'share', kind: 'number', min: 0.01, max: 1, default: 0.5 },
    { name: 'restMs', kind: 'integer', min: 0, max: 3_600_000, default: 250 },
  ],
  atDeadline: 'end',
  check({ terms }) {
    if (typeof terms['limitPrice'] !== 'number') {
      return 'limitPrice of sniper is missing; allowed: a whole number of ticks';
    }
    const style = terms['style'] ?? 'take';
    return style === 'take' ? null : `style of sniper is ${style}; allowed: take`;
  },
  plan({ side, terms, quantity }, _memory, view) {
    const { touch, now } = view;
    const { filled, lastEndAt } = totalsOf(view, SLICE);
    const idle = { due: filled, overdue: 0 };
    if (touch === null) return idle;
    const restMs = numberTerm(terms, 'restMs', 250);
    if (lastEndAt !== null && addMs(lastEndAt, restMs) > now) return idle;
    const displayed = side === 'buy' ? touch.askLots : touch.bidLots;
    if (displayed < numberTerm(terms, 'leastDisplayed', 1)) return idle;
    const most = Math.floor(displayed * numberTerm(terms, 'share', 0.5));

    return { due: Math.min(quantity, filled + most), overdue: 0, most };
  },
});
