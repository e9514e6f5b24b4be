import { describe, expect, it } from 'vitest';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly faults: readonly string[];
}

const { countCtest, countVitest } = (await import(
  new URL('../../scripts/test-counts.mjs', import.meta.url).href
)) as {
  countCtest(xml: string, exitStatus: number): Counts;
  countVitest(report: object, exitStatus: number): Counts;
};

/** A report as ctest 3.25 writes it. */
const junit = (tests: number, ...cases: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="(empty)"\n\ttests="${tests}"\n\tfailures="0"\n\tdisabled="0"\n\tskipped="0"\n\t>\n${cases.join('\n')}\n</testsuite>\n`;
const testcase = (name: string, status: string, inside = ''): string =>
  `\t<testcase name="${name}" classname="${name}" time="0" status="${status}">\n\t\t${inside}\n\t\t<system-out></system-out>\n\t</testcase>`;

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
    });
  });

  it('take a test whose program is missing for a failure, and name it', () => {
    expect(countCtest(junit(2, good, gone), 8)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      faults: ['gone could not run: Unable to find executable'],
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
    });
  });

  it('take tests that the report announces and does not hold for failures', () => {
    expect(countCtest(junit(3, good), 0)).toMatchObject({ passed: 1, failed: 2, skipped: 0 });
  });
});

describe('the counts of vitest', () => {
  it('are those of its report, to-dos among the skipped', () => {
    const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
    expect(countVitest(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 3, faults: [] });
  });

  it('hold one failure more where it failed outside its tests', () => {
    expect(countVitest({ numPassedTests: 5 }, 1)).toMatchObject({ passed: 5, failed: 1 });
  });

  it('take a run without a test for a failure', () => {
    expect(countVitest({}, 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});
