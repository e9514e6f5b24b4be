import fc from '../fast-check.ts';
import type { ParentWorld } from './parent-world.ts';

/** What can happen to parents, by name. */
export const OPS = {
  deliver: (world, a) => {
    for (let i = 0; i <= a % 4; i += 1) world.venue.deliver();
  },
  trade: (world, a, b) => world.venue.trade(a, b),
  tradeFirst: (world, a) => world.venue.trade(0, a % 9),
  move: (world, a) => world.move((a % 241) - 120),
  pass: (world, a) => world.pass(10 + (a % 400)),
  thin: (world, a) => {
    world.venue.depth = a % 4;
  },
  deep: (world) => {
    world.venue.depth = 1_000;
  },
  refuse: (world) => {
    world.venue.fates.push('refused');
  },
  drop: (world, a) => world.venue.drop(a),
  refuseCancel: (world) => {
    world.venue.cancelFates.push('refused');
  },
  loseCancel: (world) => {
    world.venue.cancelFates.push('lost');
  },
  silence: (world) => {
    world.venue.fates.push('silent');
  },
  loseOrder: (world) => {
    world.venue.fates.push('lost');
  },
  delayFill: (world) => world.venue.delayFill(),
  crossCancel: (world) => {
    world.venue.cancelFates.push('crossed');
  },
  crossEnd: (world) => world.venue.crossEnd(),
  refuseAmend: (world) => {
    world.venue.amendFates.push('refused');
  },
  loseAmend: (world) => {
    world.venue.amendFates.push('lost');
  },
  silenceAmend: (world) => {
    world.venue.amendFates.push('silent');
  },
  crossAmend: (world) => {
    world.venue.amendFates.push('crossed');
  },
  delayAmend: (world) => world.venue.delayAmend(),
  lateAmend: (world) => {
    world.venue.amendFates.push('late');
  },
  arriveLate: (world) => world.venue.arriveLate(),
  twice: (world) => world.venue.deliverTwice(),
  restart: (world, a) => world.restart(a),
  windDown: (world, a) => {
    const open = world.parents.open();
    const parent = open[a % Math.max(1, open.length)];
    if (parent !== undefined) world.parents.windDown(parent.id, 'asked for', world.now);
  },
  liquidate: (world) => world.venue.closePosition('liquidation', 1),
  deleverage: (world, a) => world.venue.closePosition('auto-deleveraging', (1 + (a % 9)) / 10),
  pause: (world) => world.raise('PAUSE'),
  reduce: (world) => world.raise('REDUCE'),
  calm: (world, a) => {
    world.volatility = a % 3 === 0 ? null : (a % 50) / 100_000;
  },
} satisfies Readonly<Record<string, (world: ParentWorld, a: number, b: number) => void>>;

/** The name of something that can happen. */
export type Op = keyof typeof OPS;

/** What always happens: reports, trades, moves of the market and time. */
export const ALWAYS: readonly Op[] = [
  'deliver',
  'deliver',
  'trade',
  'trade',
  'move',
  'move',
  'pass',
];

/** Sequences of what always happens and of the given troubles. */
export const sequences = (...troubles: Op[]) =>
  fc.array(
    fc.tuple(fc.constantFrom(...ALWAYS, ...troubles), fc.nat({ max: 9_999 }), fc.nat({ max: 20 })),
    { minLength: 5, maxLength: 32 },
  );

/** Lets a sequence happen; stops at the first fault and gives it. */
export function live(
  world: ParentWorld,
  sequence: readonly (readonly [Op, number, number])[],
): readonly string[] {
  for (const [op, a, b] of sequence) {
    OPS[op](world, a, b);
    const faults = world.faults();
    if (faults.length > 0) return faults;
  }
  return [];
}
