import Type from 'typebox';
import { group } from './config-builders.ts';

/** The section `machine`. */
export const machine = () =>
  group('What the engine asks of the machine. "bot4 doctor" says what this one allows.', {
    hugePages: Type.Enum(['off', 'transparent'], {
      description:
        "Pages of the arenas of the engine and its threads, with the rings in them, and of the simulated venue's orders: as the system decides, or 2 MiB where it can give them. Order books are as the system decides.",
      default: 'off',
    }),
    lockMemory: Type.Boolean({
      description:
        'Keep that memory from being swapped out. Order books and the rest of the process are not covered.',
      default: false,
    }),
    prefault: Type.Boolean({
      description:
        'Touch every page of that memory at the start, so that none faults later. Pools that name no size then are large: 1000000 orders, 10000000 ticks, 100000 signals.',
      default: false,
    }),
    pools: group(
      'How many records have room. A larger pool takes memory as its records are first used.',
      {
        orders: Type.Optional(
          Type.Integer({
            description:
              'Orders that rest at the simulated venue at once; one more is refused. Default: 4096, and 4096 more for each instrument.',
            minimum: 8192,
            maximum: 1_048_576,
            'x-unit': 'orders',
          }),
        ),
        ticks: Type.Optional(
          Type.Integer({
            description:
              'Trades that wait for the event loop at once, rounded up to a power of two. Default: 16384.',
            minimum: 16_384,
            maximum: 16_777_216,
            'x-unit': 'ticks',
          }),
        ),
        signals: Type.Optional(
          Type.Integer({
            description:
              'Intents that wait for the event loop at once, rounded up to a power of two; each engine thread adds room for as many of its own, at most 16384 twice. Default: 1024.',
            minimum: 64,
            maximum: 1_048_576,
            'x-unit': 'signals',
          }),
        ),
      },
    ),
  });
