import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import {
  Capture,
  CaptureError,
  MAX_LINE_BYTES,
  MergedCaptures,
} from '../../../src/adapters/capture/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'bot4-capture-'));
afterAll(() => rmSync(dir, { recursive: true }));

const time = (n: number): string => String(1_723_161_256_000_000_000n + BigInt(n));
const file = (name: string, content: string | Buffer): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};

async function readAll(path: string): Promise<{ lines: [number, string][]; unreadable: number }> {
  const capture = await Capture.open(path);
  const lines: [number, string][] = [];
  for (;;) {
    const message = capture.next();
    if (message !== null) {
      lines.push([
        Number(message.receivedAt - 1_723_161_256_000_000_000n),
        message.bytes.toString(),
      ]);
    } else if (!(await capture.fill())) break;
  }
  return { lines, unreadable: capture.unreadable };
}

describe('a capture', () => {
  const text = `${time(1)} {"a":1}\n${time(2)} {"b":2}\r\n`;

  it('reads plain and gzip files alike', async () => {
    const expected = {
      lines: [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
      ],
      unreadable: 0,
    };
    expect(await readAll(file('plain.ws', text))).toEqual(expected);
    expect(await readAll(file('packed.ws.gz', gzipSync(text)))).toEqual(expected);
  });

  it('counts a line that is cut off at the end of the file and keeps the others', async () => {
    const read = await readAll(file('cut.ws', `${text}${time(3)} {"c":`));
    expect(read.lines).toHaveLength(2);
    expect(read.unreadable).toBe(1);
  });

  it('hands out what a truncated gzip stream still holds and counts the break', async () => {
    const noise = Array.from(
      { length: 50_000 },
      (_, i) => `${time(i)} {"n":${Math.imul(i, 2654435761)}}\n`,
    );
    const packed = gzipSync(noise.join(''));
    const read = await readAll(file('torn.ws.gz', packed.subarray(0, packed.length >> 1)));
    expect(read.lines.length).toBeGreaterThan(1_000);
    expect(read.lines.length).toBeLessThan(50_000);
    expect(read.unreadable).toBeGreaterThan(0);
  });

  it('passes over lines without a receive time', async () => {
    const read = await readAll(
      file('odd.ws', `hello\n\n12 {"short":1}\n${time(4)}x{"d":4}\n${time(5)} {"e":5}\n`),
    );
    expect(read).toEqual({ lines: [[5, '{"e":5}']], unreadable: 4 });
  });

  it('passes over a line that is longer than allowed, in bounded memory', async () => {
    const long = 'x'.repeat(MAX_LINE_BYTES * 2);
    const read = await readAll(file('long.ws', `${time(1)} ${long}\n${time(2)} {"ok":1}\n`));
    expect(read).toEqual({ lines: [[2, '{"ok":1}']], unreadable: 1 });
  });

  it('names the file and the reason when it cannot be opened', async () => {
    await expect(Capture.open(join(dir, 'absent.ws'))).rejects.toThrow(CaptureError);
    await expect(Capture.open(join(dir, 'absent.ws'))).rejects.toThrow(
      /absent\.ws: there is no such file/,
    );
    await expect(Capture.open(dir)).rejects.toThrow(/not a regular file|EISDIR/);
  });
});

describe('merged captures', () => {
  it('come out in order of receive time, ties in the order in which they were named', async () => {
    const a = await Capture.open(
      file('a.ws', [1, 4, 6].map((t) => `${time(t)} {"a":${t}}\n`).join('')),
    );
    const b = await Capture.open(
      file('b.ws', [2, 4, 9].map((t) => `${time(t)} {"b":${t}}\n`).join('')),
    );
    const merged = new MergedCaptures([a, b]);
    const seen: string[] = [];
    for (;;) {
      const message = merged.next();
      if (message !== null) seen.push(`${merged.source}${message.bytes}`);
      else if (!(await merged.fill())) break;
    }
    expect(seen).toEqual(['0{"a":1}', '1{"b":2}', '0{"a":4}', '1{"b":4}', '0{"a":6}', '1{"b":9}']);
  });
});
