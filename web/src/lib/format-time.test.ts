import { describe, expect, it } from 'vitest';
import { ago, formatTime, spanOf, waitWords } from './format-time.ts';

describe('formatTime', () => {
  it.each([
    [0, '0:00'],
    [7.9, '0:07'],
    [2470, '41:10'],
    [5880, '1:38:00'],
    [3661.2, '1:01:01'],
    [Number.NaN, '0:00'],
    [Number.POSITIVE_INFINITY, '0:00'],
    [-3, '0:00'],
  ])('%d s reads %s', (seconds, text) => {
    expect(formatTime(seconds)).toBe(text);
  });
});

describe('spanOf', () => {
  it.each([
    [4.4, 'ms', '4'],
    [-994, 'ms', '994'],
    [995, 's', '1.0'],
    [-1420, 's', '1.4'],
    [12_600, 's', '13'],
  ])('%d ms is told in %s', (ms, unit, n) => {
    expect(spanOf(ms)).toEqual({ unit, n });
  });
});

describe('ago', () => {
  it.each([
    [0, 'this minute'],
    [-5, 'this minute'],
    [61 * 60_000, '1 hour ago'],
    [26 * 3_600_000, 'yesterday'],
  ])('%d ms ago reads %s', (ms, text) => {
    expect(ago(1e12 - ms, 1e12, 'en')).toBe(text);
  });
});

describe('waitWords', () => {
  it.each([
    [400, '1 second'],
    [45_000, '45 seconds'],
    [91_000, '2 minutes'],
    [900_000, '15 minutes'],
  ])('%d ms reads %s', (ms, text) => {
    expect(waitWords(ms, 'en')).toBe(text);
  });
});
