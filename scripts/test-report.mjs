// Turns what the test runners wrote into counts. A part that ran nothing, or broke before it could count, has failed.

/**
 * @typedef {{passed: number, failed: number, skipped: number, notes: string[]}} Counts
 */

/** @returns {Counts} */
function countsOf(passed, failed, skipped, notes) {
  return { passed, failed: failed + notes.length, skipped, notes };
}

/** Says what the plain counts leave out: nothing ran, or the runner itself broke. */
function notesOn(total, failed, exitCode) {
  if (total === 0) return ['no tests ran'];
  if (failed === 0 && exitCode !== 0) return [`the runner ended with code ${exitCode} although no test failed`];
  return [];
}

/**
 * Counts of a vitest JSON report; null stands for no report.
 * @returns {Counts}
 */
export function vitestCounts(report, exitCode) {
  if (!report) return countsOf(0, 0, 0, [`no report (code ${exitCode})`]);
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((it) => it.status === 'failed'),
  );
  const failed = report.numFailedTests;
  const notes = broken.map((file) => `${file.name} could not be run`);
  return countsOf(report.numPassedTests, failed, report.numPendingTests + report.numTodoTests, [
    ...notes,
    ...notesOn(report.numPassedTests + failed, failed + notes.length, exitCode),
  ]);
}

function* playwrightTests(suites) {
  for (const suite of suites ?? []) {
    for (const spec of suite.specs ?? []) yield* spec.tests;
    yield* playwrightTests(suite.suites);
  }
}

/**
 * Counts of a Playwright JSON report; null stands for no report. A test that was never reached has failed.
 * @returns {Counts}
 */
export function playwrightCounts(report, exitCode) {
  if (!report) return countsOf(0, 0, 0, [`no report (code ${exitCode})`]);
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const { status, results } of playwrightTests(report.suites)) {
    if (status === 'expected') passed += 1;
    else if (status === 'skipped' && results.length > 0) skipped += 1;
    else failed += 1;
  }
  const notes = (report.errors ?? []).map((error) => String(error.message ?? error).split('\n')[0]);
  return countsOf(passed, failed, skipped, [...notes, ...notesOn(passed + failed, failed + notes.length, exitCode)]);
}

/**
 * The one line a run ends with.
 * @param {Counts[]} parts
 */
export function closingLine(parts) {
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
