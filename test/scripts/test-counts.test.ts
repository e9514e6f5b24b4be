import { describe, expect, it } from 'vitest';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly faults: readonly string[];
  readonly failures: readonly string[];
}

const { countCtest, countVitest } = (await import(
  new URL('../../scripts/test-counts.mjs', import.meta.url).href
)) as {
  countCtest(xml: string, exitStatus: number): Counts;
  countVitest(report: object, exitStatus: number, root?: string): Counts;
};

/** A report as ctest 3.25 writes it. */
const junit = (tests: number, ...cases: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="(empty)"\n\ttests="${tests}"\n\tfailures="0"\n\tdisabled="0"\n\tskipped="0"\n\t>\n${cases.join('\n')}\n</testsuite>\n`;
const testcase = (name: string, status: string, inside = '', output = ''): string =>
  `\t<testcase name="${name}" classname="${name}" time="0" status="${status}">\n\t\t${inside}\n\t\t<system-out>${output}</system-out>\n\t</testcase>`;

const good = testcase('good', 'run');
const bad = testcase('bad', 'fail', '<failure message=""/>');
const asked = testcase('asked', 'notrun', '<skipped message="SKIP_RETURN_CODE=77"/>');
const gone = testcase('gone', 'notrun', '<skipped message="Unable to find executable"/>');
const off = testcase('off', 'disabled');

describe('the counts of ctest', () => {
  it('tell passed, failed, disabled and skipped tests apart', () => {
    expect(countCtest(junit(4, good, bad, asked, off), 8)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 2,
      faults: [],
      failures: ['bad'],
    });
  });

  it('take a test whose program is missing for a failure, and name it', () => {
    expect(countCtest(junit(2, good, gone), 8)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      faults: ['gone could not run: Unable to find executable'],
      failures: [],
    });
  });

  it('take a bad exit without a failed test for one failure', () => {
    const counts = countCtest(junit(1, good), 1);
    expect(counts).toMatchObject({ passed: 1, failed: 1 });
    expect(counts.faults).toEqual(['it failed outside its tests (exit 1)']);
  });

  it('count a bad exit only once where a test failed', () => {
    expect(countCtest(junit(1, bad), 8)).toMatchObject({ passed: 0, failed: 1, faults: [] });
  });

  it.each(['', '<testsuite', junit(0)])('take a report without tests for a failure', (xml) => {
    expect(countCtest(xml, 0)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      faults: ['it ran no test at all'],
      failures: [],
    });
  });

  it('take tests that the report announces and does not hold for failures', () => {
    expect(countCtest(junit(3, good), 0)).toMatchObject({ passed: 1, failed: 2, skipped: 0 });
  });
});

describe('the names of failed C++ tests', () => {
  const failures = (output: string, message = ''): readonly string[] =>
    countCtest(
      junit(1, testcase('gate_test.avx2', 'fail', `<failure message="${message}"/>`, output)),
      8,
    ).failures;

  it('hold the sentence that failed and the first expectation that did not hold', () => {
    const output = `  /r/test/gate_test.cc:41: level &lt; kTop &amp;&amp; ok
  /r/test/gate_test.cc:42: second
ok   holds its first promise
FAIL refuses an order above the limit
3 tests, 1 failed, on avx2`;
    expect(failures(output)).toEqual([
      'gate_test.avx2 > refuses an order above the limit: /r/test/gate_test.cc:41: level < kTop && ok',
    ]);
  });

  it.each([
    ['==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60', ''],
    ['WARNING: ThreadSanitizer: data race (pid=7)', ''],
    ['native/a.cc:9:3: runtime error: signed integer overflow', ''],
  ])('hold what a sanitizer found: %s', (finding) => {
    expect(failures(`ok   something\n${finding}\n    #0 0x1 in f`)).toEqual([
      `gate_test.avx2: ${finding}`,
    ]);
  });

  it('hold the word of ctest where the test printed nothing that tells', () => {
    expect(failures('ok   something', 'Timeout')).toEqual(['gate_test.avx2: Timeout']);
    expect(failures('\nno such target\n')).toEqual(['gate_test.avx2: no such target']);
  });
});

describe('the names of failed vitest tests', () => {
  const failures = (...testResults: object[]): readonly string[] =>
    countVitest({ numPassedTests: 1, numFailedTests: 1, testResults }, 1, '/r').failures;

  it('hold file, full name and the first line of the message, without colours', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'the gate opens', failureMessages: [] },
      {
        status: 'failed',
        fullName: 'the gate refuses an order',
        failureMessages: ['\u001b[31mAssertionError: expected 1 to be 2\u001b[39m\n    at x.ts:3'],
      },
    ];
    expect(failures({ name: '/r/test/gate.test.ts', status: 'failed', assertionResults })).toEqual([
      'test/gate.test.ts > the gate refuses an order: AssertionError: expected 1 to be 2',
    ]);
  });

  it('name the file that could not be loaded, and cut a message that goes on and on', () => {
    const broken = { name: '/r/test/a.test.ts', status: 'failed', message: 'e'.repeat(1000) };
    expect(failures({ ...broken, assertionResults: [] })).toEqual([
      `test/a.test.ts: ${'e'.repeat(300)}`,
    ]);
  });
});

describe('the counts of vitest', () => {
  it('are those of its report, to-dos among the skipped', () => {
    const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
    expect(countVitest(report, 1)).toEqual({
      passed: 5,
      failed: 1,
      skipped: 3,
      faults: [],
      failures: [],
    });
  });

  it('hold one failure more where it failed outside its tests', () => {
    expect(countVitest({ numPassedTests: 5 }, 1)).toMatchObject({ passed: 5, failed: 1 });
  });

  it('take a run without a test for a failure', () => {
    expect(countVitest({}, 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});
