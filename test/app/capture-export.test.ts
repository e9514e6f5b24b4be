import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { InputWriter } from '../../src/adapters/run-inputs/index.ts';
import { exportCaptures } from '../../src/app/capture-export.ts';
import type { Bot4Config } from '../../src/app/config.ts';
import { InputRecorder } from '../../src/app/recording/input-recorder.ts';
import type { RunHeader } from '../../src/app/recording/run-inputs.ts';
import { unstopped } from './paper-run.ts';
import { configFor } from './virtual-world.ts';

const root = mkdtempSync(join(tmpdir(), 'bot4-captures-'));
afterAll(() => rmSync(root, { recursive: true }));

const header: RunHeader = {
  format: 1,
  runEpoch: 1,
  journalId: 'none',
  seq: '0',
  startedAt: '0',
  configurationHash: 'another',
  version: 'test',
  kernelTarget: 'any',
};

/** A recording of one message for each symbol number. */
async function recorded(texts: readonly string[], more: Partial<RunHeader>): Promise<Bot4Config> {
  const config = configFor();
  const onEnd = (reason: string): void => {
    throw new Error(reason);
  };
  const { dataDir } = config;
  const writer = new InputWriter({ dataDir, runEpoch: 1, keepBytes: 2 ** 24, onEnd });
  const recorder = new InputRecorder(writer, { ...header, ...more });
  for (const [symbol, text] of texts.entries()) {
    recorder.frame({ symbol, seconds: 7, nanoseconds: 5, bytes: Buffer.from(text) });
  }
  await writer.close();
  return config;
}

const exported = (config: Bot4Config, directory: string) =>
  exportCaptures({ config, runEpoch: null, directory, onLine: () => {}, signal: unstopped() });

const textOf = (path: string): string => gunzipSync(readFileSync(path)).toString();

describe('an export of captures', () => {
  it('names its files by the instruments of the run, whatever the configuration says now', async () => {
    const config = await recorded(['{"s":"X"}', '{"s":"Y"}'], { symbols: ['XXXUSDT', 'YYYUSDT'] });
    const directory = join(root, 'named');
    const { files } = await exported(config, directory);
    expect(files.map(({ path }) => path)).toEqual([
      join(directory, 'xxxusdt.ws.gz'),
      join(directory, 'yyyusdt.ws.gz'),
    ]);
    expect(textOf(files[0]!.path)).toBe('7000000005 {"s":"X"}\n');
    expect(textOf(files[1]!.path)).toBe('7000000005 {"s":"Y"}\n');
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('is refused when neither the recording nor the configuration tells the instruments', async () => {
    const config = await recorded(['{}'], {});
    await expect(exported(config, join(root, 'refused'))).rejects.toThrow(
      'does not say which instruments it holds',
    );
    const path = await recorded(['{}'], { symbols: ['../../x'] });
    await expect(exported(path, join(root, 'refused'))).rejects.toThrow('names its instruments');
  });

  it('keeps a message with a line break, as one line', async () => {
    const config = await recorded(['{"a":1,\n"b":2}'], { symbols: ['XXXUSDT'] });
    const { files } = await exported(config, join(root, 'broken'));
    expect(files[0]!.messages).toBe(1);
    expect(textOf(files[0]!.path)).toBe('7000000005 {"a":1, "b":2}\n');
  });

  it('waits for a slow disk and loses nothing', async () => {
    const texts = Array.from({ length: 1 }, () => 'x'.repeat(3_000_000));
    const config = await recorded(texts, { symbols: ['XXXUSDT'] });
    const { files } = await exported(config, join(root, 'large'));
    expect(textOf(files[0]!.path)).toHaveLength(3_000_000 + 12);
  });

  it('says what the disk said and leaves no half file', async () => {
    const config = await recorded(['{}'], { symbols: ['XXXUSDT'] });
    const directory = join(root, 'taken');
    mkdirSync(join(directory, 'xxxusdt.ws.gz'), { recursive: true });
    await expect(exported(config, directory)).rejects.toThrow('cannot write captures');
    expect(readdirSync(directory)).toEqual(['xxxusdt.ws.gz']);
  });
});
