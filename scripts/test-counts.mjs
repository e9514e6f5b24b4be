// Turns what vitest and ctest reported into counts and names of what failed. What could not run
// counts as failed, never as skipped; a run that ended badly although no test failed is one failure.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A failure's message keeps one line of this many characters. */
const LONGEST_MESSAGE = 300;

const attribute = (tag, name) => new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`).exec(tag)?.[1] ?? null;

function addRunFaults(counts, tests, exitStatus) {
  if (tests === 0) {
    counts.failed += 1;
    counts.faults.push('it ran no test at all');
  } else if (exitStatus !== 0 && counts.failed === 0) {
    counts.failed += 1;
    counts.faults.push(`it failed outside its tests (exit ${exitStatus})`);
  }
  return counts;
}

const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const unescaped = (xml) => xml.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ENTITIES[name]);

/** The first line that says something, without colours. */
function firstLine(text) {
  const lines = stripVTControlCharacters(String(text ?? '')).split('\n');
  const first = lines.map((line) => line.trim()).find((line) => line !== '') ?? '';
  return first.slice(0, LONGEST_MESSAGE);
}

const failureLine = (name, message) => (message === '' ? name : `${name}: ${message}`);

/** What a C++ test prints of its first failure: an expectation, an invariant, a sanitizer's finding. */
const TELLING = /^\s*\S+\.(?:cc|h):\d+: |(?:ERROR|WARNING): \w+Sanitizer|runtime error: /;

/** The sentence and the first finding of a failed C++ test. */
function ctestFailure(name, body) {
  const output = unescaped(/<system-out>([\s\S]*?)<\/system-out>/.exec(body)?.[1] ?? '');
  const lines = output.split('\n');
  const sentence = lines
    .find((line) => line.startsWith('FAIL '))
    ?.slice('FAIL '.length)
    .trim();
  const message = unescaped(attribute(/<failure\b[^>]*>/.exec(body)?.[0] ?? '', 'message') ?? '');
  const finding = lines.find((line) => TELLING.test(line)) ?? (message || output);
  return failureLine(sentence === undefined ? name : `${name} > ${sentence}`, firstLine(finding));
}

/** The failed tests of one file in vitest's report; the file itself where it could not be loaded. */
function vitestFailures({ name, status, message, assertionResults = [] }, root) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [failureLine(file, firstLine(message))];
  return failed.map(({ fullName, failureMessages }) =>
    failureLine(`${file} > ${fullName}`, firstLine(failureMessages?.[0])),
  );
}

/**
 * Counts a JUnit report of ctest: `{ passed, failed, skipped, faults, failures }`. Skipped are
 * disabled tests and those that asked for it (SKIP_RETURN_CODE); a test whose program is missing has
 * failed. Faults are what the run did wrong; failures name each failed test with the first line of
 * what it said.
 */
export function countCtest(xml, exitStatus) {
  const counts = { passed: 0, failed: 0, skipped: 0, faults: [], failures: [] };
  const cases = [...xml.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
  for (const [tag, body = ''] of cases) {
    const name = attribute(tag, 'name');
    const status = attribute(tag, 'status');
    const reason = attribute(/<skipped\b[^>]*>/.exec(body)?.[0] ?? '', 'message') ?? '';
    if (status === 'run') counts.passed += 1;
    else if (status === 'disabled' || (status === 'notrun' && reason.startsWith('SKIP_')))
      counts.skipped += 1;
    else {
      counts.failed += 1;
      if (status === 'fail') counts.failures.push(ctestFailure(unescaped(name), body));
      else counts.faults.push(`${name} could not run: ${reason || status}`);
    }
  }
  const announced = Number(attribute(/<testsuite\b[^>]*>/.exec(xml)?.[0] ?? '', 'tests') ?? 0);
  if (announced > cases.length) {
    counts.failed += announced - cases.length;
    counts.faults.push(`its report names ${cases.length} of ${announced} tests`);
  }
  return addRunFaults(counts, announced, exitStatus);
}

/**
 * Counts a JSON report of vitest: `{ passed, failed, skipped, faults, failures }`. The names of files
 * are shown from `root` on.
 */
export function countVitest(report, exitStatus, root = '/') {
  const number = (key) => (Number.isSafeInteger(report[key]) ? report[key] : 0);
  const counts = {
    passed: number('numPassedTests'),
    failed: number('numFailedTests'),
    skipped: number('numPendingTests') + number('numTodoTests'),
    faults: [],
    failures: (report.testResults ?? []).flatMap((file) => vitestFailures(file, root)),
  };
  return addRunFaults(counts, counts.passed + counts.failed + counts.skipped, exitStatus);
}
