import { expect, it } from 'vitest';
import { around, held, NEWEST, rangeOf, SHOWN_MAX, STEP, stepBack, stepOn } from './line-window.ts';

const items = Array.from({ length: 500 }, (_, index) => ({ key: `${index}` }));

it('goes with the newest, and never holds more than two hundred', () => {
  expect(rangeOf(items, NEWEST)).toEqual({ start: 300, end: 500 });
  expect(rangeOf(items.slice(0, 20), NEWEST)).toEqual({ start: 0, end: 20 });
});

it('stays where somebody reads while lines come', () => {
  const window = held(items, NEWEST);
  expect(rangeOf([...items, { key: 'new' }], window)).toEqual({ start: 300, end: 500 });
  expect(rangeOf([...items, { key: 'new' }], NEWEST).end).toBe(501);
});

it('goes step by step to the oldest and back to the newest', () => {
  let window = held(items, NEWEST);
  let steps = 0;
  while (rangeOf(items, window).start > 0) {
    window = stepBack(items, window);
    const { start, end } = rangeOf(items, window);
    expect(end - start).toBe(SHOWN_MAX);
    steps += 1;
  }
  expect(steps).toBe((500 - SHOWN_MAX) / STEP);
  expect(stepBack(items, window)).toBe(window);
  while (window.lastKey !== null) window = stepOn(items, window);
  expect(rangeOf(items, window).end).toBe(500);
});

it('shows what is around a line that was asked for', () => {
  const { start, end } = rangeOf(items, around(items, '100'));
  expect(start).toBe(0);
  expect(end).toBe(200);
  expect(around(items, '450')).toEqual(NEWEST);
  expect(around(items, 'gone')).toEqual(NEWEST);
});

it('stays about where it was when the line it ended with is deleted', () => {
  const window = around(items, '150');
  expect(rangeOf(items, window)).toEqual({ start: 50, end: 250 });
  const without = items.filter(({ key }) => key !== window.lastKey);
  expect(rangeOf(without, window)).toEqual({ start: 50, end: 250 });
  // Cleared meanwhile.
  expect(rangeOf(items.slice(0, 3), window)).toEqual({ start: 0, end: 3 });
});
