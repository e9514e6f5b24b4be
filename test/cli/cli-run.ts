import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type App, type CliIo, main } from '../../src/cli/index.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';

/** Makes a home for the commands of one test file, gone with it, and what runs a command there. */
export function cliAtHome() {
  const home = mkdtempSync(join(tmpdir(), 'bot4-cli-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const run = async (
    argv: readonly string[],
    over: { readonly app?: Partial<App>; readonly io?: Partial<CliIo> } = {},
  ) => {
    const recorded = recordedIo({ homeDirectory: home, workingDirectory: home, ...over.io });
    const { app, calls } = fakeApp(over.app);
    const code = await main([...argv], recorded.io, app);
    return { code, calls, stdout: recorded.stdout(), stderr: recorded.stderr(), recorded };
  };
  return { home, run };
}
