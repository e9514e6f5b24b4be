import Type from 'typebox';
import { group } from './config-builders.ts';

/** The section `machine`. */
export const machine = () =>
  group('What the engine asks of the machine. "bot4 doctor" says what this one allows.', {
    hugePages: Type.Enum(['off', 'transparent'], {
      description:
        'Pages of the memory of the engine: as the system decides, or 2 MiB where it can give them.',
      default: 'off',
    }),
    lockMemory: Type.Boolean({
      description: 'Keep the memory of the engine from being swapped out.',
      default: false,
    }),
    prefault: Type.Boolean({
      description:
        'Touch every page of that memory at the start, so that none faults later. Pools that name no size then are large: 1000000 orders, 10000000 ticks, 100000 signals.',
      default: false,
    }),
    pools: group('How many records have room. Memory that is not used is not taken.', {
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
            'Intents that wait for the event loop at once, rounded up to a power of two. Default: 1024.',
          minimum: 64,
          maximum: 1_048_576,
          'x-unit': 'signals',
        }),
      ),
    }),
  });
