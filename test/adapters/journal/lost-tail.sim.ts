import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileRunEpochs } from '../../../src/adapters/journal/index.ts';
import { eventTime, seededRng } from '../../../src/core/index.ts';
import type { DomainEvent } from '../../../src/model/index.ts';
import { openJournal, scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();

describe('a journal that loses its unsynced end', () => {
  it('in 300 runs: no order id is ever given twice, since each carries its run epoch', () => {
    const seed = 4_711;
    const rng = seededRng(seed);
    const dataDir = scratch();
    const directory = join(dataDir, 'journal');
    const given = new Set<string>();
    for (let run = 0; run < 300; run += 1) {
      const journal = openJournal({ directory, segmentBytes: 3_000 });
      let seen = 0;
      const replayed = journal.replay(({ event }) => {
        if (event.kind === 'run-started') seen = Math.max(seen, event.runEpoch);
      }, 'beginning');
      expect(replayed.ok, `seed ${seed}, run ${run}`).toBe(true);
      const epoch = new FileRunEpochs(join(dataDir, 'run-epoch')).next(seen);
      if (!epoch.ok) throw new Error(epoch.error.detail);
      const started = {
        kind: 'run-started',
        at: eventTime(1n),
        runEpoch: epoch.value,
        kernelTarget: 'sse2',
        configurationHash: '',
        version: '',
      } as const;
      journal.append(started);
      for (let n = Math.floor(rng.uniform() * 12); n > 0; n -= 1) {
        const id = `${epoch.value}-${n}`;
        expect(given.has(id), `seed ${seed}, run ${run}: ${id}`).toBe(false);
        given.add(id);
        const requested = { kind: 'cancel-requested', at: eventTime(1n), clientOrderId: id };
        journal.append(requested as DomainEvent);
      }
      journal.close();
      // The power goes: any part of the last segment behind its header may be gone.
      const last = join(
        directory,
        readdirSync(directory)
          .filter((n) => n.endsWith('.journal'))
          .sort()
          .at(-1)!,
      );
      const { size } = statSync(last);
      truncateSync(last, 48 + Math.floor(rng.uniform() * (size - 47)));
    }
    expect(given.size).toBeGreaterThan(1_000);
  });
});
