// Turns what vitest and ctest reported into counts. What could not run counts as failed, never as
// skipped; a run that ended badly although no test failed is one failure.

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

/**
 * Counts a JUnit report of ctest: `{ passed, failed, skipped, faults }`. Skipped are disabled tests
 * and those that asked for it (SKIP_RETURN_CODE); a test whose program is missing has failed.
 */
export function countCtest(xml, exitStatus) {
  const counts = { passed: 0, failed: 0, skipped: 0, faults: [] };
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
      if (status !== 'fail') counts.faults.push(`${name} could not run: ${reason || status}`);
    }
  }
  const announced = Number(attribute(/<testsuite\b[^>]*>/.exec(xml)?.[0] ?? '', 'tests') ?? 0);
  if (announced > cases.length) {
    counts.failed += announced - cases.length;
    counts.faults.push(`its report names ${cases.length} of ${announced} tests`);
  }
  return addRunFaults(counts, announced, exitStatus);
}

/** Counts a JSON report of vitest: `{ passed, failed, skipped, faults }`. */
export function countVitest(report, exitStatus) {
  const number = (key) => (Number.isSafeInteger(report[key]) ? report[key] : 0);
  const counts = {
    passed: number('numPassedTests'),
    failed: number('numFailedTests'),
    skipped: number('numPendingTests') + number('numTodoTests'),
    faults: [],
  };
  return addRunFaults(counts, counts.passed + counts.failed + counts.skipped, exitStatus);
}
