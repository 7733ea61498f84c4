import { expect, it } from 'vitest';
import { OVERLAY_LINES, OVERLAY_MS, shownOver } from './overlay-lines.ts';

const arrivals = Array.from({ length: 10 }, (_, index) => ({ line: index, atMs: index * 1000 }));
const lines = (nowMs: number, writing = false) => shownOver(arrivals, nowMs, writing).map(({ line }) => line);

it('shows the newest six', () => expect(lines(9000)).toEqual([4, 5, 6, 7, 8, 9]));
it('lets each go after eight seconds', () => {
  expect(lines(6000 + OVERLAY_MS)).toEqual([7, 8, 9]);
  expect(lines(9000 + OVERLAY_MS)).toEqual([]);
});
it('shows what was said to somebody who writes', () => expect(lines(60_000, true)).toHaveLength(OVERLAY_LINES));
