import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ControlReply,
  type ControlServer,
  startControl,
} from '../../src/adapters/control/index.ts';
import { AppFailure } from '../../src/app/contracts.ts';
import { askModeChange, askStatus } from '../../src/app/control.ts';

let dataDir = '';
let server: ControlServer | null = null;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'bot4-ask-'));
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(dataDir, { recursive: true, force: true });
});

const serve = async (reply: ControlReply | 'never'): Promise<void> => {
  const started = await startControl({
    dataDir,
    handle: () => (reply === 'never' ? new Promise(() => undefined) : reply),
    onFault: () => undefined,
  });
  if (!started.ok) throw new Error(started.error.message);
  server = started.value;
};

const failureOf = async (asked: Promise<unknown>): Promise<AppFailure> => {
  const failure = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(failure instanceof AppFailure)) throw new Error(`no failure, but ${String(failure)}`);
  return failure;
};

describe('asking the running service', () => {
  it('gives its status', async () => {
    await serve({ ok: true, result: { mode: 'NORMAL' } });
    expect(await askStatus(dataDir, 1000)).toEqual({ mode: 'NORMAL' });
  });

  it('says which data directory nobody serves, and what to do', async () => {
    const failure = await failureOf(askStatus(dataDir, 1000));
    expect(failure).toMatchObject({
      kind: 'not-running',
      message: `no service is running on ${dataDir}`,
    });
    expect(failure.remedy).toContain('bot4 run');
  });

  it('ends as a timeout when it hangs', async () => {
    await serve('never');
    expect((await failureOf(askStatus(dataDir, 50))).kind).toBe('timeout');
  });

  it('ends as refused by safety when safety refuses', async () => {
    await serve({ ok: false, code: 'refused', message: 'nothing to restore' });
    const asked = askModeChange(dataDir, { kind: 'restore', reason: null }, 1000);
    expect(await failureOf(asked)).toMatchObject({
      kind: 'refused-by-safety',
      message: 'nothing to restore',
    });
  });

  it('ends as failed when the service went wrong over it', async () => {
    await serve({ ok: false, code: 'failed', message: 'journal is closed' });
    expect((await failureOf(askStatus(dataDir, 1000))).kind).toBe('failed');
  });
});
