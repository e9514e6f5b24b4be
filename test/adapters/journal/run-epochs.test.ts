import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileRunEpochs } from '../../../src/adapters/journal/index.ts';
import { scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();

describe('the run epoch', () => {
  it('begins at 1 and rises by one with every run', () => {
    const path = join(scratch(), 'deep', 'run-epoch');
    for (let run = 1; run <= 5; run += 1) {
      expect(new FileRunEpochs(path).next()).toEqual({ ok: true, value: run });
      expect(readFileSync(path, 'utf8')).toBe(`${run}\n`);
    }
  });

  it('exceeds every epoch seen elsewhere, even when its file was lost', () => {
    const path = join(scratch(), 'run-epoch');
    expect(new FileRunEpochs(path).next(41)).toEqual({ ok: true, value: 42 });
    expect(new FileRunEpochs(path).next(7)).toEqual({ ok: true, value: 43 });
  });

  it.each(['', 'x', '-1', '0', '1.5', '1e3', '99999999999999999', '12 13', '\0\0'])(
    'is refused, not guessed, when its file holds %j',
    (content) => {
      const path = join(scratch(), 'run-epoch');
      writeFileSync(path, content);
      const next = new FileRunEpochs(path).next();
      expect(next).toMatchObject({ ok: false, error: { code: 'corrupt', path } });
      expect(readFileSync(path, 'utf8')).toBe(content);
    },
  );

  it('names the path when it cannot be kept', () => {
    expect(new FileRunEpochs('/proc/run-epoch').next()).toMatchObject({
      ok: false,
      error: { path: '/proc/run-epoch' },
    });
  });
});
