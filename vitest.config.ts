import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests below a folder 'name/', or below those of a list '{a,b}/'; '' stands for all. */
const under = (folder: string): string[] =>
  ['test', 'prop', 'sim'].map((kind) => `test/${folder}**/*.${kind}.ts`);

/** Tests that mostly wait, for a service, a database or a browser, and leave the processor idle. */
const WAITING = [
  'test/app/*.sim.ts',
  'test/adapters/dashboard/page.test.ts',
  'test/cli/service.test.ts',
  ...under('adapters/postgres/'),
];

/**
 * Tests of what keeps no state outside its own objects: many files share a process, which saves its
 * start and the imports. A folder whose tests change their process does not belong here.
 */
const PURE = [
  ...under('{audit,core,execution,features,market,model,observe,oracle,portfolio}/'),
  ...under('{quant,risk,safety,store,strategy}/'),
];

/** The longest first, so that none of them is still running alone at the end. */
const LONGEST = [
  'test/app/faults.sim.ts',
  'test/adapters/postgres/embedded-server.test.ts',
  'test/app/kill.sim.ts',
  'test/adapters/simulator/statistics.test.ts',
  'test/adapters/dashboard/page.test.ts',
  'test/app/restart.sim.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return index === -1 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    // Against what hangs: a test that takes 10 s alone took 35 s on a machine with seven times as
    // many busy processes as cores.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
    expect: { poll: { timeout: 30_000 } },
    sequence: { sequencer: LongestFirst },
    // One group after the other: nothing computes beside the tests that wait, some of which set
    // limits of seconds to what they wait for.
    projects: [
      {
        extends: true,
        test: {
          name: 'waiting',
          include: WAITING,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'pure', include: PURE, isolate: false, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: under(''),
          exclude: ['**/node_modules/**', ...WAITING, ...PURE],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
