import { expect, it } from 'vitest';
import { type Bar, barText, judge } from './scale-report.ts';

it.each<[Bar, number, number, boolean | null]>([
  [null, 5, 1, null],
  [{ kind: 'times-floor', times: 1.25 }, 12.5, 10, true],
  [{ kind: 'times-floor', times: 1.25 }, 12.6, 10, false],
  [{ kind: 'floor-plus', plus: 5 }, 6, 1, true],
  [{ kind: 'floor-plus', plus: 5 }, 6.1, 1, false],
  [{ kind: 'at-most', most: 60 }, 60, Number.NaN, true],
  [{ kind: 'at-least', least: 1.8 }, 1.79, Number.NaN, false],
  // What was never reached is no figure below any bar, and what could not be measured meets none.
  [{ kind: 'times-floor', times: 1.5 }, Number.POSITIVE_INFINITY, 10, false],
  [{ kind: 'times-floor', times: 1.5 }, Number.NaN, 10, false],
  [{ kind: 'times-floor', times: 1.5 }, 1, Number.NaN, false],
])('%j: %d beside a floor of %d', (bar, figure, floor, met) => {
  expect(judge(bar, figure, floor)).toBe(met);
});

it('bars say what they are', () => {
  expect(barText({ kind: 'floor-plus', plus: 5 }, 'ms')).toBe('≤ floor + 5 ms');
  expect(barText({ kind: 'times-floor', times: 1.25 }, 'ms')).toBe('≤ 1.25 × floor');
  expect(barText(null, 'ms')).toBeNull();
});
