import Type, { type Static } from 'typebox';
import { group, integer, real, usdt } from './config-builders.ts';

/** The settings `execution` of an instrument whose strategy takes. */
export const execution = () =>
  group('How entries of the strategy are executed. See docs/orders.md.', {
    algorithm: Type.Enum(['none', 'twap', 'vwap', 'pov', 'is', 'adaptive', 'sniper'], {
      description: 'Algorithm that works larger entries; "none" sends every entry as one order.',
      default: 'none',
    }),
    aboveNotional: usdt('Entries worth more than this are worked.', ['0', '1000000000'], '10000'),
    durationMs: integer('Time that an entry is given.', 'ms', [1_000, 86_400_000], 60_000),
    slices: integer('Slices into which it is cut.', '', [1, 1_000], 12),
    style: Type.Enum(['take', 'rest'], {
      description:
        'Whether a slice takes at once, or rests first and takes only when it is overdue.',
      default: 'take',
    }),
    limitBps: real(
      'How far beyond the far touch of its opening a child may execute.',
      'bps',
      [0, 200],
      20,
    ),
    participation: real('Share of the traded volume, for "pov".', '', [0.0001, 0.5], 0.1),
    riskAversion: real(
      'Weight of the risk against the cost, for "is" and "adaptive". Unit: 1/USDT.',
      '',
      [0, 1_000],
      0.001,
    ),
    impactBps: real(
      'What trading the entry evenly over its time moves the price, for "is" and "adaptive".',
      'bps',
      [0.001, 1_000],
      2,
    ),
    costCheck: Type.Boolean({
      description:
        'Leave entries out whose expected gain does not pay for the round trip by the cost model.',
      default: false,
    }),
  });

/** What a configuration says of `execution`. */
export type ExecutionSettings = Static<ReturnType<typeof execution>>;
