import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDelays, withRecordedDelays } from '../../src/app/recorded-latency.ts';
import { configFor } from './virtual-world.ts';

const directory = mkdtempSync(join(tmpdir(), 'bot4-delays-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const fileOf = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

describe('recorded delays', () => {
  it('are one number of milliseconds a line, comments and empty lines apart', () => {
    const parsed = parseDelays('# ms, 2024-08-08\n1.5\n\n  2 \r\n0.25\n');
    expect(parsed).toEqual({ ok: true, value: [1.5, 2, 0.25] });
  });

  it.each([
    ['a negative number', '1\n-2\n', 'line 2'],
    ['a word', 'fast\n', 'line 1'],
    ['more than a minute', '60001\n', 'line 1'],
    ['nothing', '# empty\n', 'no delay'],
  ])('refuse %s', (_, text, problem) => {
    expect(parseDelays(text)).toMatchObject({ ok: false, error: expect.stringContaining(problem) });
  });

  it('of a round trip are halved for both ways; a file for one way goes first', () => {
    const config = configFor({
      'simulator.roundTripFile': fileOf('trips.txt', '4\n6\n'),
      'simulator.responseLatencyFile': fileOf('answers.txt', '1\n'),
    });
    const { recorded, feedMs } = withRecordedDelays(config.simulator);
    expect(recorded).toEqual({ order: [2, 3], response: [1] });
    expect(feedMs).toBe(1);
  });

  it('are left out when no file is configured', () => {
    expect(withRecordedDelays(configFor().simulator).recorded).toEqual({});
  });

  it('name the setting and the file that cannot be read', () => {
    const config = configFor({ 'simulator.feedLatencyFile': join(directory, 'missing.txt') });
    expect(() => withRecordedDelays(config.simulator)).toThrow('simulator.feedLatencyFile');
  });
});
