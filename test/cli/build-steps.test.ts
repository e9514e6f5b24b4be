import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Step {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly skip?: readonly string[];
}

const script = (name: string): string => new URL(`../../scripts/${name}`, import.meta.url).href;
const { inputsOf, isFresh, writeStamp } = (await import(script('fingerprint.mjs'))) as {
  inputsOf(root: string, step: Step): unknown;
  isFresh(root: string, stampFile: string, step: Step): boolean;
  writeStamp(stampFile: string, name: string, inputs: unknown): void;
};
const { packagesInstalled } = (await import(script('packages-installed.mjs'))) as {
  packagesInstalled(root: string): boolean;
};
const { steps } = (await import(script('build.mjs'))) as { steps: readonly Partial<Step>[] };

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bot4-build-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, content: string, atSeconds?: number): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  if (atSeconds !== undefined) utimesSync(join(root, path), atSeconds, atSeconds);
};

describe('a build step', () => {
  const step: Step = {
    name: 's',
    inputs: ['src', 'one.json'],
    outputs: ['out'],
    skip: ['src/page'],
  };
  const stampFile = () => join(root, '.cache', 'stamp.json');
  const fresh = () => isFresh(root, stampFile(), step);
  const build = () => {
    write('out', 'built', 300);
    writeStamp(stampFile(), step.name, inputsOf(root, step));
  };

  beforeEach(() => {
    write('src/a.ts', 'a', 100);
    write('src/page/p.ts', 'p', 100);
    write('one.json', '{}', 100);
  });

  it('is to run while its output is missing', () => {
    expect(fresh()).toBe(false);
    build();
    rmSync(join(root, 'out'));
    expect(fresh()).toBe(false);
  });

  it('is done for outputs without a stamp that are newer than every input', () => {
    write('out', 'built', 200);
    expect(fresh()).toBe(true);
    write('src/a.ts', 'a', 250);
    expect(fresh()).toBe(false);
  });

  it('is done until the content of an input changes', () => {
    build();
    expect(fresh()).toBe(true);
    write('src/a.ts', 'b', 101);
    expect(fresh()).toBe(false);
  });

  it('is done when a checkout only touched the inputs', () => {
    build();
    write('src/a.ts', 'a', 900);
    expect(fresh()).toBe(true);
  });

  it('is to run again when an input comes or goes', () => {
    build();
    write('src/new.ts', 'n', 100);
    expect(fresh()).toBe(false);
    build();
    rmSync(join(root, 'src/new.ts'));
    expect(fresh()).toBe(false);
  });

  it('does not look at what it skips', () => {
    build();
    write('src/page/p.ts', 'other', 500);
    expect(fresh()).toBe(true);
  });

  it('forgets a damaged stamp', () => {
    build();
    writeFileSync(stampFile(), '{ half');
    expect(fresh()).toBe(true);
    write('src/a.ts', 'c', 400);
    expect(fresh()).toBe(false);
  });
});

describe('the packages', () => {
  const lock = (packages: Record<string, unknown>) =>
    write('package-lock.json', JSON.stringify({ packages }));
  const installed = (packages: Record<string, unknown>) =>
    write('node_modules/.package-lock.json', JSON.stringify({ packages }));

  beforeEach(() => {
    lock({
      '': { version: '9' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', dev: true },
      'node_modules/c': { version: '3.0.0', optional: true },
    });
  });

  it('are missing without node_modules', () => {
    expect(packagesInstalled(root)).toBe(false);
  });

  it('are there when every one has its version', () => {
    installed({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } });
    expect(packagesInstalled(root)).toBe(true);
  });

  it('are there without those for development or another platform', () => {
    installed({ 'node_modules/a': { version: '1.0.0' } });
    expect(packagesInstalled(root)).toBe(true);
  });

  it('are missing when one is absent or has another version', () => {
    installed({ 'node_modules/b': { version: '2.0.0' } });
    expect(packagesInstalled(root)).toBe(false);
    installed({ 'node_modules/a': { version: '1.0.1' } });
    expect(packagesInstalled(root)).toBe(false);
    installed({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.1.0' } });
    expect(packagesInstalled(root)).toBe(false);
  });

  it('of this repository are installed', () => {
    expect(packagesInstalled(new URL('../../', import.meta.url).pathname)).toBe(true);
  });
});

describe('the steps of this build', () => {
  it.each(['addon', 'page'])('%s runs again after a change of the locked packages', (name) => {
    const step = steps.find((each) => each.name === name);
    expect(step?.inputs).toContain('package-lock.json');
  });

  it('read only files that are there', () => {
    const repository = new URL('../../', import.meta.url).pathname;
    const inputs = steps.flatMap((step) => step.inputs ?? []);
    expect(inputs.filter((input) => !existsSync(join(repository, input)))).toEqual([]);
  });
});
