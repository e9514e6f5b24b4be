import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Dashboard } from '../../../src/adapters/dashboard/index.ts';
import { BENCH } from '../../cli/sample-bench.ts';
import { pageFolder, running } from './running-dashboard.ts';

let page: Awaited<ReturnType<typeof pageFolder>>;
let open: Dashboard | null = null;
const directory = mkdtempSync(join(tmpdir(), 'bot4-manifest-'));
const manifestFile = join(directory, 'manifest.json');

beforeAll(async () => {
  page = await pageFolder();
});
afterEach(async () => {
  await open?.close();
  open = null;
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await page.remove();
});

async function asked(file: string | null): Promise<unknown> {
  open = await running({ assetsDir: page.directory, manifestFile: file });
  const answer = await fetch(`${open.url}api/performance`);
  expect(answer.status).toBe(200);
  return answer.json();
}

describe('the performance of the build', () => {
  it('is what the last kept bench found: goals, stages, machine', async () => {
    writeFileSync(manifestFile, JSON.stringify(BENCH));
    const { goals, stages, machine, quick } = BENCH;
    expect(await asked(manifestFile)).toEqual({ goals, stages, machine, quick });
  });

  it('is null where no bench was kept', async () => {
    expect(await asked(join(directory, 'none.json'))).toBeNull();
    await open?.close();
    expect(await asked(null)).toBeNull();
  });

  it.each(['{', '[]', 'null', '{"goals":{},"stages":[]}'])(
    'is null where the file holds %s',
    async (text) => {
      writeFileSync(manifestFile, text);
      expect(await asked(manifestFile)).toBeNull();
    },
  );
});
