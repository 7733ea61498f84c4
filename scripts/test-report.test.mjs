import { describe, expect, test } from 'vitest';
import { closingLine, playwrightCounts, vitestCounts } from './test-report.mjs';

const vitestFile = (status, ...tests) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((it) => ({ status: it })),
});

describe('vitest report', () => {
  const report = (passed, failed, testResults) => ({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults,
  });

  test('counts what passed, failed and was left out', () => {
    const counts = vitestCounts(
      { ...report(5, 2, [vitestFile('failed', 'passed', 'failed', 'failed')]), numPendingTests: 1, numTodoTests: 1 },
      1,
    );
    expect(counts).toEqual({ passed: 5, failed: 2, skipped: 2, notes: [] });
  });

  test('a file that cannot be loaded is a failure', () => {
    const counts = vitestCounts(report(5, 0, [vitestFile('passed', 'passed'), vitestFile('failed')]), 1);
    expect(counts).toMatchObject({ passed: 5, failed: 1, notes: ['a.test.ts could not be run'] });
  });

  test.each([
    ['no report', null, 1],
    ['no tests', report(0, 0, []), 0],
    ['an error outside of any test', report(3, 0, [vitestFile('passed', 'passed')]), 1],
  ])('%s is a failure', (_name, given, exitCode) => {
    expect(vitestCounts(given, exitCode).failed).toBe(1);
  });
});

describe('Playwright report', () => {
  const report = (...tests) => ({ errors: [], suites: [{ suites: [{ specs: [{ tests }] }], specs: [] }] });
  const passed = { status: 'expected', results: [{}] };

  test('counts what passed, failed and was left out', () => {
    const counts = playwrightCounts(
      report(passed, passed, { status: 'unexpected', results: [{}] }, { status: 'skipped', results: [{}] }),
      1,
    );
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: 1, notes: [] });
  });

  test('a test that was never reached has failed', () => {
    expect(playwrightCounts(report(passed, { status: 'skipped', results: [] }), 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  test.each([
    ['no report', null, 1],
    ['no tests', report(), 0],
    ['an error outside of any test', { ...report(passed), errors: [{ message: 'timed out\nwhole' }] }, 1],
    ['a bad exit code', report(passed), 1],
  ])('%s is a failure', (_name, given, exitCode) => {
    expect(playwrightCounts(given, exitCode).failed).toBe(1);
  });
});

describe('closing line', () => {
  const counts = (passed, failed, skipped) => ({ passed, failed, skipped, notes: [] });

  test('sums the parts', () => {
    expect(closingLine([counts(1, 0, 0), counts(40, 2, 0)])).toBe('41 passed, 2 failed');
  });

  test('names skipped tests where there are any', () => {
    expect(closingLine([counts(1, 0, 3)])).toBe('1 passed, 0 failed, 3 skipped');
  });
});
