import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../../src/app/backtest.ts';
import { EventFile, readEventFile } from '../../src/app/decisions/event-file.ts';
import { eventTime } from '../../src/core/index.ts';
import { unstopped } from './paper-run.ts';
import { configFor } from './virtual-world.ts';

const root = mkdtempSync(join(tmpdir(), 'bot4-events-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('a file of events', () => {
  it('replaces what stood there only once it is whole', () => {
    const path = join(root, 'run.jsonl');
    writeFileSync(path, 'the last run\n');
    const half = new EventFile(path);
    half.event(1n, { kind: 'run-stopped', at: eventTime(1n), reason: 'half' });
    half.discard();
    expect(readFileSync(path, 'utf8')).toBe('the last run\n');
    const whole = new EventFile(path);
    whole.event(1n, { kind: 'run-stopped', at: eventTime(1n), reason: 'whole' });
    expect(readFileSync(path, 'utf8')).toBe('the last run\n');
    whole.close();
    expect(readFileSync(path, 'utf8')).toContain('"whole"');
    expect(readdirSync(root)).toEqual(['run.jsonl']);
  });

  it('is never one of the captures that are read, by another name either', async () => {
    const capture = join(root, 'market.ws');
    const link = join(root, 'link.jsonl');
    writeFileSync(capture, '1 {}\n');
    symlinkSync(capture, link);
    const common = { config: configFor(), onLine: () => {}, signal: unstopped() };
    for (const events of [capture, link]) {
      const run = runBacktest({ ...common, files: [capture], events });
      await expect(run).rejects.toThrow(/is the capture .*; name another file/);
      expect(readFileSync(capture, 'utf8')).toBe('1 {}\n');
    }
  });
});

it('an empty file of events is refused instead of counting as a run without decisions', async () => {
  const path = join(root, 'empty.jsonl');
  writeFileSync(path, '');
  await expect(readEventFile(path).next()).rejects.toThrow(`${path} is empty: it holds no event`);
});
